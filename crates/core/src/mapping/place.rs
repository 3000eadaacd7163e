//! Where something stands in a delivery: `/data/id`, `body:/account`, `header:x-event`, `query:key`.

use std::fmt;
use std::str::FromStr;

use http::HeaderName;
use serde::Deserialize;

/// Where something stands in a delivery.
///
/// | text | place |
/// |---|---|
/// | `/data/id` | a JSON pointer (RFC 6901), from the one thing that is told; of a form, `/name` |
/// | `body:/account` | the same from the top of the body, for what stands outside a list |
/// | `header:x-event` | a header |
/// | `query:event` | a pair of the URL's query |
///
/// ```
/// use switchboard_core::mapping::Place;
///
/// let place: Place = "header:X-Acme-Topic".parse()?;
/// assert_eq!(place, Place::Header("x-acme-topic".to_owned()));
///
/// let Place::Item(pointer) = "/data/id".parse()? else {
///     panic!("a pointer is of the item")
/// };
/// assert_eq!(pointer.as_str(), "/data/id");
/// # Ok::<(), switchboard_core::mapping::InvalidPlace>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
pub enum Place {
    /// From the one thing that is told.
    Item(Pointer),
    /// From the top of the body.
    Body(Pointer),
    /// A header; none where it is repeated.
    Header(String),
    /// A pair of the URL's query; none where it is repeated.
    Query(String),
}

impl FromStr for Place {
    type Err = InvalidPlace;

    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for Place {
    type Error = InvalidPlace;

    fn try_from(text: String) -> Result<Self, InvalidPlace> {
        let invalid = || InvalidPlace(text.clone());
        match text.split_once(':') {
            _ if text.starts_with('/') => Pointer::try_from(text).map(Self::Item),
            Some(("body", pointer)) if pointer.starts_with('/') => {
                let pointer = pointer.parse();
                pointer.map(Self::Body).map_err(|_| invalid())
            }
            Some(("header", name)) => match HeaderName::try_from(name) {
                Ok(name) => Ok(Self::Header(name.as_str().to_owned())),
                Err(_) => Err(invalid()),
            },
            Some(("query", name)) if !name.is_empty() => Ok(Self::Query(name.to_owned())),
            _ => Err(invalid()),
        }
    }
}

/// A JSON pointer as RFC 6901 has it: empty, or steps that begin with `/`.
///
/// ```
/// use serde::Deserialize;
/// use serde_json::json;
/// use switchboard_core::mapping::Pointer;
///
/// /// An adapter's option: where the list of what happened stands.
/// #[derive(Deserialize)]
/// struct Options {
///     items: Pointer,
/// }
///
/// let options: Options = serde_json::from_value(json!({"items": "/data/events"}))?;
/// let body = json!({"data": {"events": [1, 2]}});
/// assert_eq!(body.pointer(options.items.as_str()), Some(&json!([1, 2])));
///
/// let usual: Pointer = "/data/events".parse()?;
/// assert_eq!(options.items, usual);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
pub struct Pointer(String);

impl Pointer {
    /// The pointer's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Pointer {
    type Err = InvalidPlace;

    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for Pointer {
    type Error = InvalidPlace;

    fn try_from(text: String) -> Result<Self, InvalidPlace> {
        let is_rooted = text.is_empty() || text.starts_with('/');
        let mut escapes = text.split('~').skip(1);
        if is_rooted && escapes.all(|rest| rest.starts_with(['0', '1'])) {
            Ok(Self(text))
        } else {
            Err(InvalidPlace(text))
        }
    }
}

/// A text that names no place in a delivery.
///
/// ```
/// use switchboard_core::mapping::{InvalidPlace, Place, Pointer};
///
/// let told = |text: &str| -> InvalidPlace { text.parse::<Place>().unwrap_err() };
/// assert!(told("data.id").to_string().starts_with("`data.id` is no place: a JSON pointer"));
/// assert!(told("cookie:session").to_string().starts_with("`cookie:session` is no place"));
/// assert!("/a~2".parse::<Pointer>().is_err());
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "`{0}` is no place: a JSON pointer such as `/data/id` or `body:/data/id`, in which `~` is `~0` \
     and `/` is `~1`, or `header:NAME` or `query:NAME`"
)]
pub struct InvalidPlace(String);

/// One place, or several of which the first that holds something counts.
///
/// ```
/// use serde::Deserialize;
/// use serde_json::json;
/// use switchboard_core::mapping::{Place, Places};
///
/// /// An adapter's options: where things stand.
/// #[derive(Deserialize)]
/// #[serde(default)]
/// struct Options {
///     kind: Places,
///     account: Places,
/// }
///
/// impl Default for Options {
///     fn default() -> Self {
///         Self {
///             kind: Place::Header("x-acme-topic".to_owned()).into(),
///             account: Places::default(),
///         }
///     }
/// }
///
/// let options: Options = serde_json::from_value(json!({"account": ["/shop/id", "query:shop"]}))?;
/// assert_eq!(options.account.iter().count(), 2);
/// assert!(!options.kind.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Places(Vec<Place>);

impl Places {
    /// The places, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        self.0.iter()
    }

    /// Whether there is no place.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Place> for Places {
    fn from(place: Place) -> Self {
        Self(vec![place])
    }
}

impl<'de> Deserialize<'de> for Places {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlacesVisitor).map(Self)
    }
}

/// Where a list stands: in the body, since nothing else holds one.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Places")]
pub(super) struct ListPlaces(Places);

impl ListPlaces {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Place> {
        self.0.iter()
    }
}

impl TryFrom<Places> for ListPlaces {
    type Error = &'static str;

    fn try_from(places: Places) -> Result<Self, Self::Error> {
        let is_elsewhere = |place: &Place| matches!(place, Place::Header(_) | Place::Query(_));
        if places.iter().any(is_elsewhere) {
            return Err("a list stands in the body, and in no header or query");
        }
        Ok(Self(places))
    }
}

struct PlacesVisitor;

impl<'de> serde::de::Visitor<'de> for PlacesVisitor {
    type Value = Vec<Place>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a place such as `/data/id`, or a list of them")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<Place>, E> {
        let place = Place::try_from(text.to_owned()).map_err(E::custom)?;
        Ok(vec![place])
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Place>, A::Error> {
        let mut places = Vec::new();
        while let Some(place) = seq.next_element()? {
            places.push(place);
        }
        if places.is_empty() {
            return Err(serde::de::Error::invalid_length(0, &self));
        }
        Ok(places)
    }
}
