//! Typed payloads that lose nothing: what the type did not read is kept beside it.

#[cfg(test)]
mod agreement;
mod keeping;
mod streaming;

use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer};
use serde_json::Value;

use self::keeping::Keeping;
use self::streaming::Streaming;
use crate::Draft;

/// A `T`, and everything in its JSON that `T` did not read.
///
/// ```
/// use serde::Deserialize;
/// use serde_json::json;
/// use switchboard_core::{DedupKey, Delivery, Draft, Kept};
///
/// #[derive(Debug, Deserialize)]
/// struct Hook {
///     id: String,
///     person: Person,
/// }
///
/// #[derive(Debug, Deserialize)]
/// struct Person {
///     name: String,
/// }
///
/// let body = json!({"id": "h-1", "person": {"name": "Ann", "age": 7}, "shop": "Acme"});
/// let kept: Kept<Hook> = Delivery::post(body.to_string()).json()?;
///
/// assert_eq!(kept.value.person.name, "Ann");
/// assert_eq!(kept.rest, json!({"person": {"age": 7}, "shop": "Acme"}));
/// assert_eq!(kept.raw, body);
///
/// // What has no kind of ours keeps everything.
/// let draft = Draft::unknown("person.greeted", kept.raw, DedupKey::provider([kept.value.id]));
/// assert_eq!(draft.data.kind(), "provider.event");
///
/// let wrong = Kept::<Hook>::read(json!({"id": "h-2"}));
/// assert_eq!(wrong.unwrap_err().to_string(), "missing field `person`");
/// # Ok::<(), switchboard_core::ParseError>(())
/// ```
///
/// # Limits
///
/// What `#[serde(flatten)]`, `untagged` or an internal `tag` buffers counts as read, silently; do
/// not use them in a payload. The conformance suite finds the facts they swallow.
///
/// For [`stream`](Self::stream) a `Deserialize` written by hand must not go on after an error that a
/// part gave, nor make a difference of an object's order or of a key that stands twice; what derives
/// it and the readers of [`read`](crate::read) do not.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    /// The fields that `normalize` reads.
    pub value: T,
    /// Exactly what `T` did not read, at any depth, in the provider's shape, and what a reader of
    /// [`read`](crate::read) made nothing of: a [`Time`](crate::read::Time) that is none. An element
    /// of a list that was read whole is null. Goes to `data.provider` by [`Draft::rest`].
    pub rest: Value,
    /// The whole JSON, for [`Draft::unknown`].
    pub raw: Value,
}

impl<T: DeserializeOwned> Kept<T> {
    /// Reads `raw` as a `T`.
    ///
    /// # Errors
    ///
    /// When `raw` has not the shape of `T`. The error may quote `raw`, so it is for no log;
    /// [`Delivery::json`](crate::Delivery::json) tells the same without.
    pub fn read(raw: Value) -> Result<Self, serde_json::Error> {
        let (value, rest) = Self::split(&raw)?;
        Ok(Self { value, rest, raw })
    }

    /// Reads `raw` as a `T`, and answers beside it what is left: for who needs `raw` itself where it
    /// cannot be read.
    ///
    /// ```
    /// use serde_json::{Value, json};
    /// use switchboard_core::Kept;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Hook {
    ///     id: u32,
    /// }
    ///
    /// let read = |raw: Value| match Kept::split(&raw) {
    ///     Ok((Hook { id }, rest)) => format!("hook {id}, and {rest}"),
    ///     Err(_) => format!("something else: {raw}"),
    /// };
    /// assert_eq!(read(json!({"id": 7, "shop": "Acme"})), r#"hook 7, and {"shop":"Acme"}"#);
    /// assert_eq!(read(json!(["ping"])), r#"something else: ["ping"]"#);
    /// ```
    ///
    /// # Errors
    ///
    /// When `raw` has not the shape of `T`.
    pub fn split(raw: &Value) -> Result<(T, Value), serde_json::Error> {
        let mut rest = None;
        let value = T::deserialize(Keeping::new(raw, &mut rest))?;
        Ok((value, rest.unwrap_or_default()))
    }

    /// What [`split`](Self::split) answers of the JSON in `body`, read in one pass, which costs a
    /// fraction of it; or an error, also in some cases where `split` has none: a list for a struct,
    /// a field that stands twice. So who gets one looks at the JSON itself, or asks
    /// [`Delivery::split`](crate::Delivery::split), which does.
    ///
    /// ```
    /// use serde_json::json;
    /// use switchboard_core::Kept;
    ///
    /// #[derive(Debug, serde::Deserialize)]
    /// struct Hook {
    ///     id: u32,
    /// }
    ///
    /// let (hook, rest) = Kept::<Hook>::stream(br#"{"id": 7, "shop": "Acme"}"#)?;
    /// assert_eq!((hook.id, rest), (7, json!({"shop": "Acme"})));
    ///
    /// let twice = br#"{"id": 7, "id": 8}"#;
    /// assert!(Kept::<Hook>::stream(twice).is_err());
    /// let (hook, _) = Kept::<Hook>::split(&serde_json::from_slice(twice)?)?;
    /// assert_eq!(hook.id, 8);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When `body` is not one JSON document, or has not plainly the shape of `T`. The error may quote
    /// `body`, and says less than that of `split`.
    pub fn stream(body: &[u8]) -> Result<(T, Value), serde_json::Error> {
        let mut rest = None;
        // Looked at as a whole, which is faster than text by text.
        let body = str::from_utf8(body).map_err(de::Error::custom)?;
        let mut document = serde_json::Deserializer::from_str(body);
        let value = T::deserialize(Streaming::new(&mut document, &mut rest))?;
        document.end()?;
        Ok((value, rest.unwrap_or_default()))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Kept<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// One element of a batch, so that an odd one harms only itself.
///
/// ```
/// use serde::Deserialize;
/// use serde_json::json;
/// use switchboard_core::event::{Entity, EntityChange, EntityKind};
/// use switchboard_core::{DedupKey, Delivery, Draft, Part};
///
/// #[derive(Debug, Deserialize)]
/// struct Lead {
///     id: String,
/// }
///
/// let batch = r#"[{"id": "7", "price": 120}, {"id": null}]"#;
/// let leads: Vec<Part<Lead>> = Delivery::post(batch).json()?;
/// let drafts: Vec<Draft> = leads
///     .into_iter()
///     .map(|part| {
///         part.draft("lead.added", |lead| {
///             let key = DedupKey::provider([&lead.id]);
///             Draft::new(Entity::new(EntityKind::Lead, lead.id).after(EntityChange::Created), key)
///         })
///     })
///     .collect();
///
/// assert_eq!(drafts[0].data.kind(), "lead.created");
/// assert_eq!(drafts[0].rest, json!({"price": 120}));
/// assert_eq!(drafts[1].data.kind(), "provider.event");
/// # Ok::<(), switchboard_core::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub enum Part<T> {
    /// It was read.
    Read(Kept<T>),
    /// It was not, and becomes a `provider.event`.
    Unread {
        /// The element as it came.
        raw: Value,
        /// Why; may quote the element, so it goes into the event and never to a log.
        reason: String,
    },
}

impl<T> Part<T> {
    /// The draft that `map` makes of what was read, with the rest kept; else a `provider.event`
    /// of `kind` that carries everything.
    pub fn draft(self, kind: &str, map: impl FnOnce(T) -> Draft) -> Draft {
        match self {
            Self::Read(kept) => map(kept.value).rest(kept.rest),
            Self::Unread { raw, reason } => Draft::unread(kind, raw, reason),
        }
    }
}

impl<T: DeserializeOwned> Part<T> {
    /// Reads `raw` as a `T`, if it has its shape.
    ///
    /// ```
    /// use serde_json::json;
    /// use switchboard_core::Part;
    ///
    /// assert!(matches!(Part::<u32>::of(json!(7)), Part::Read(kept) if kept.value == 7));
    /// assert!(matches!(Part::<u32>::of(json!("seven")), Part::Unread { .. }));
    /// ```
    pub fn of(raw: Value) -> Self {
        match Kept::split(&raw) {
            Ok((value, rest)) => Self::Read(Kept { value, rest, raw }),
            Err(error) => Self::Unread {
                raw,
                reason: error.to_string(),
            },
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::read::{self, Maybe, Time};

    #[derive(Debug, Deserialize)]
    struct Hook {
        _id: String,
        _people: Vec<Person>,
        _nobody: Option<Person>,
    }

    #[derive(Debug, Deserialize)]
    struct Person {
        _name: String,
    }

    #[test]
    fn the_rest_is_exactly_what_was_not_read() {
        let raw = json!({
            "_id": "1",
            "_people": [{"_name": "Ann"}, {"_name": "Bob", "age": 7, "tags": ["x"]}],
            "_nobody": null,
            "extra": {"deep": [1, null]},
        });

        let kept = Kept::<Hook>::read(raw.clone()).unwrap();

        let rest = json!({
            "_people": [null, {"age": 7, "tags": ["x"]}],
            "extra": {"deep": [1, null]},
        });
        assert_eq!(kept.rest, rest);
        assert_eq!(kept.raw, raw);
    }

    #[test]
    fn what_a_tolerant_reader_makes_nothing_of_stays_with_the_rest() {
        #[derive(Debug, Deserialize)]
        struct Times {
            at: Time,
            until: Option<Time>,
            list: Vec<Time>,
            #[serde(deserialize_with = "read::count")]
            size: Option<u64>,
        }

        let odd = json!({"at": "soon", "until": "later", "list": [7, "never", 0], "size": "big"});
        let kept = Kept::<Times>::read(odd).unwrap();
        let rest = json!({"at": "soon", "until": "later", "list": [null, "never"], "size": "big"});
        assert_eq!(kept.rest, rest);
        assert_eq!(kept.value.at, Time::default());
        assert_eq!(kept.value.until, Some(Time::default()));
        assert_eq!(kept.value.list[0], Time::number(7));
        assert_eq!(kept.value.size, None);

        let plain = json!({"at": 0, "until": null, "list": ["", "1764000000"], "size": "12"});
        let kept = Kept::<Times>::read(plain).unwrap();
        assert_eq!(kept.rest, Value::Null);
        assert_eq!(kept.value.size, Some(12));
    }

    #[test]
    fn an_odd_part_costs_that_part_alone() {
        #[derive(Debug, Default, Deserialize)]
        #[serde(default)]
        struct Letter {
            from: Maybe<Person>,
            to: Maybe<Vec<Maybe<Person>>>,
            pages: Maybe<u64>,
        }

        let odd = json!({
            "from": {"_name": "Ann", "age": 7},
            "to": [{"_name": "Bob"}, {"_name": 7, "age": 7}, ["Cid"], null],
            "pages": "many",
        });
        let kept = Kept::<Letter>::read(odd).unwrap();
        let rest = json!({
            "from": {"age": 7}, "to": [null, {"_name": 7, "age": 7}, ["Cid"]], "pages": "many",
        });
        assert_eq!(kept.rest, rest);
        let Letter { from, to, pages } = kept.value;
        let to: Vec<bool> = to.or_default().iter().map(|it| it.0.is_some()).collect();
        assert!(from.0.is_some() && pages.0.is_none());
        assert_eq!(to, [true, false, false, false]);

        let plain = json!({"from": null, "to": [], "pages": 2});
        assert_eq!(
            Kept::<Letter>::read(plain.clone()).unwrap().rest,
            Value::Null
        );
        let Letter { from, to, pages } = Letter::deserialize(&plain).unwrap();
        assert!(from.0.is_none() && to.0.is_some() && pages.0 == Some(2));
        let elsewhere = Letter::deserialize(&json!({"from": 7, "pages": "many"})).unwrap();
        assert!(elsewhere.from.0.is_none() && elsewhere.pages.0.is_none());
    }

    #[test]
    fn a_list_is_no_struct_unless_it_is_empty() {
        #[derive(Debug, Default, Deserialize)]
        #[serde(default)]
        struct Section {
            title: Option<String>,
        }

        assert_eq!(Kept::<Section>::read(json!([])).unwrap().value.title, None);
        assert!(Kept::<Section>::read(json!(["title"])).is_err());
    }

    #[test]
    fn the_rest_of_a_variant_is_kept() {
        #[derive(Debug, Deserialize, PartialEq)]
        enum Shape {
            Dot,
            Round { _size: u64 },
            Pair(u64, u64),
        }

        for (raw, shape, rest) in [
            (json!("Dot"), Shape::Dot, Value::Null),
            (
                json!({"Round": {"_size": 1, "hue": "red"}}),
                Shape::Round { _size: 1 },
                json!({"Round": {"hue": "red"}}),
            ),
            (json!({"Pair": [1, 2]}), Shape::Pair(1, 2), Value::Null),
        ] {
            let kept = Kept::<Shape>::read(raw).unwrap();

            assert_eq!((kept.value, kept.rest), (shape, rest));
        }
        assert!(Kept::<Shape>::read(json!({"Pair": [1, 2, 3]})).is_err());
    }

    #[test]
    fn a_type_that_reads_everything_leaves_null() {
        let kept = Kept::<Person>::read(json!({"_name": "Ann"})).unwrap();

        assert_eq!(kept.rest, Value::Null);
    }

    #[test]
    fn an_odd_part_harms_only_itself() {
        let parts: Vec<Part<Person>> =
            serde_json::from_value(json!([{"_name": "Ann"}, {"no": "name"}, 7])).unwrap();

        assert!(matches!(&parts[0], Part::Read(_)));
        assert!(
            matches!(&parts[1], Part::Unread { reason, .. } if reason == "missing field `_name`")
        );
        assert!(matches!(&parts[2], Part::Unread { raw, .. } if *raw == json!(7)));
    }
}
