//! An event's JSON, made once for all sinks.

use std::fmt;
use std::mem;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use memchr::memmem;
use serde::Serialize;
use serde_json::{Deserializer, Value};

use crate::event::{self, Origin, ReadError};
use crate::{Data, Draft, Event, Timestamp};

/// Most events take no more bytes of JSON.
const USUAL_BYTES: usize = 2048;

/// What stands before the data. Attributes are texts, in which a quote is escaped: so where this is
/// found first, it is there, or what stands before it is no whole object.
const BEFORE_DATA: &str = r#","data":"#;

/// An event as its structured CloudEvents JSON, with its attributes beside it.
///
/// Stores keep the JSON and most sinks send it, so the data is a tree only for those who ask for the
/// [`event`](Self::event), and one that was [`sealed`](Self::sealed) or [`read`](Self::read) has none
/// until then. A clone shares JSON and attributes, and has a tree of its own where the first one has
/// kept its event.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use switchboard_core::sink::Envelope;
///
/// let envelope = Envelope::sealed(message("m-1"));
/// assert!(envelope.json().starts_with(br#"{"specversion":"1.0","id":"message.created:m-1""#));
/// assert_eq!((envelope.id(), envelope.source()), ("message.created:m-1", "/acme/support"));
/// assert_eq!((envelope.short_kind(), envelope.endpoint()), ("message.created", "support"));
/// assert_eq!(envelope.partitionkey(), "/acme/support");
/// assert_eq!(envelope.recordedtime(), Timestamp::UNIX_EPOCH);
///
/// // Made for this one, and for everybody who asks.
/// assert_eq!(envelope.to_event(), message("m-1"));
/// assert_eq!(envelope.event(), &message("m-1"));
/// assert_eq!(Envelope::new(message("m-1")).json(), envelope.json());
///
/// // What a store keeps is read back.
/// let read = Envelope::read(envelope.json().clone())?;
/// assert_eq!(read.event(), envelope.event());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Envelope {
    json: Bytes,
    /// Where the data begins in the JSON; it goes on to the last brace. `None` where it could not be
    /// read from there, and the event is there from the beginning.
    data_at: Option<usize>,
    /// Whether every program can read JSON that was written here.
    is_readable: bool,
    /// The event without its data.
    head: Arc<Event>,
    event: OnceLock<Box<Event>>,
}

impl Envelope {
    /// The envelope of the event that [`Event::stamp`] would make, and without that one: its data is
    /// written as JSON at once, and is no tree before.
    ///
    /// ```
    /// use serde_json::json;
    /// use switchboard_core::event::Origin;
    /// use switchboard_core::sink::Envelope;
    /// use switchboard_core::{DedupKey, Descriptor, Draft, Event, Timestamp};
    ///
    /// static ACME: Descriptor = Descriptor::new("acme", "Acme Chat");
    ///
    /// let origin = Origin {
    ///     adapter: &ACME,
    ///     endpoint: "support",
    ///     account: None,
    ///     scheme: "token",
    ///     delivery: "d-1",
    ///     recorded: Timestamp::UNIX_EPOCH,
    /// };
    /// let draft = Draft::unknown("shop.closed", json!({"id": 7}), DedupKey::provider([7]));
    ///
    /// let envelope = Envelope::stamp(draft.clone(), &origin, 0);
    /// assert_eq!(envelope.to_event(), Event::stamp(draft, &origin, 0));
    /// ```
    pub fn stamp(draft: Draft, origin: &Origin<'_>, position: usize) -> Self {
        let (head, body) = event::stamp(draft, origin, position);
        match origin.adapter.redact {
            [] => Self::written(head, &body),
            redact => Self::written(head, &body.without(redact)),
        }
    }

    /// The envelope of `event`, which it keeps.
    pub fn new(event: Event) -> Self {
        let (sealed, data) = Self::split(event);
        sealed.keep(data);
        sealed
    }

    /// The envelope of `event`, of which it keeps the JSON and the attributes. The tree of its data is
    /// let go at once, by the thread that most likely made it; whoever asks for the event makes it
    /// again.
    ///
    /// Data that is nested more than 100 levels deep stays, as such JSON may not be read again, and so
    /// does data with a name that serde_json keeps for itself. The pipeline records neither.
    pub fn sealed(event: Event) -> Self {
        Self::split(event).0
    }

    /// Reads an envelope back from what [`json`](Self::json) gave. What stands otherwise than it is
    /// written here is read too, and keeps its tree.
    ///
    /// # Errors
    ///
    /// When `json` is not an event's.
    pub fn read(json: Bytes) -> Result<Self, serde_json::Error> {
        if let Some((head, data_at)) = head(&json) {
            return Ok(Self::closed(json, Some(data_at), Arc::new(head)));
        }
        let mut event: Event = serde_json::from_slice(&json)?;
        let data = mem::take(&mut event.data);
        let read = Self::closed(json, None, Arc::new(event));
        read.keep(data);
        Ok(read)
    }

    /// The event as one line of JSON, without a line feed.
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// The event. It is made when it is asked for first, and kept.
    pub fn event(&self) -> &Event {
        self.event.get_or_init(|| Box::new(self.with_data()))
    }

    /// The event for whoever needs one of their own. It is made of the JSON, and not kept, unless it
    /// is there already.
    pub fn to_event(&self) -> Event {
        match self.event.get() {
            Some(event) => Event::clone(event),
            None => self.with_data(),
        }
    }

    /// The typed data; no tree is made for it.
    pub(crate) fn read_data(&self) -> Result<Data, ReadError> {
        match self.event.get() {
            Some(event) => event.read(),
            None => {
                let json = str::from_utf8(self.data_json()).expect("JSON is a text");
                Data::read_from(&self.head.kind, &mut Deserializer::from_str(json))
            }
        }
    }

    /// [`Event::id`].
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// [`Event::source`].
    pub fn source(&self) -> &str {
        &self.head.source
    }

    /// [`Event::short_kind`].
    pub fn short_kind(&self) -> &str {
        self.head.short_kind()
    }

    /// [`Event::endpoint`].
    pub fn endpoint(&self) -> &str {
        &self.head.endpoint
    }

    /// [`Event::partitionkey`].
    pub fn partitionkey(&self) -> &str {
        &self.head.partitionkey
    }

    /// [`Event::recordedtime`].
    pub fn recordedtime(&self) -> Timestamp {
        self.head.recordedtime
    }

    /// Whether every program can read its JSON, which was written here.
    pub(crate) fn is_readable(&self) -> bool {
        self.is_readable
    }

    /// Whether it has more than JSON and attributes.
    #[cfg(test)]
    pub(crate) fn has_tree(&self) -> bool {
        self.event.get().is_some()
    }

    /// The event without its data.
    pub(crate) fn head(&self) -> &Event {
        &self.head
    }

    /// Without a tree that can be made again, and its data.
    fn split(mut event: Event) -> (Self, Value) {
        let data = mem::take(&mut event.data);
        (Self::written(event, &data), data)
    }

    /// The envelope of `head` with `data`.
    fn written(head: Event, data: &impl Serialize) -> Self {
        let mut json = Vec::with_capacity(USUAL_BYTES);
        serde_json::to_writer(&mut json, &head).expect("attributes are texts");
        // The data is the last attribute.
        json.truncate(json.len() - "null}".len());
        let data_at = json.len();
        serde_json::to_writer(&mut json, data).expect("the event model has text keys only");
        json.push(b'}');
        json.shrink_to_fit();
        let is_readable = event::is_readable(&json[data_at..]);
        let sealed = Self {
            is_readable,
            ..Self::closed(json.into(), Some(data_at), Arc::new(head))
        };
        if !is_readable {
            let data = serde_json::to_value(data);
            sealed.keep(data.expect("the event model has text keys only"));
        }
        sealed
    }

    fn closed(json: Bytes, data_at: Option<usize>, head: Arc<Event>) -> Self {
        Self {
            json,
            data_at,
            is_readable: true,
            head,
            event: OnceLock::new(),
        }
    }

    /// Keeps the event with `data`, unless it is kept.
    fn keep(&self, data: Value) {
        self.event.get_or_init(|| Box::new(self.with(data)));
    }

    fn with(&self, data: Value) -> Event {
        let mut event = Event::clone(&self.head);
        event.data = data;
        event
    }

    /// Made of the JSON.
    fn with_data(&self) -> Event {
        let data = serde_json::from_slice(self.data_json());
        self.with(data.expect("it was written here, or checked"))
    }

    /// The JSON of the data of an event that is not kept.
    fn data_json(&self) -> &[u8] {
        let at = self.data_at.expect("the event is kept otherwise");
        &self.json[at..self.json.len() - 1]
    }
}

/// An event without its data, and where in `json` that begins; `None` where it does not stand as it is
/// written here, or not every program can read it.
fn head(json: &[u8]) -> Option<(Event, usize)> {
    let text = str::from_utf8(json).ok()?.strip_suffix('}')?;
    let data_at = memmem::find(json, BEFORE_DATA.as_bytes())? + BEFORE_DATA.len();
    let (attributes, data) = text.split_at_checked(data_at)?;
    let head = serde_json::from_str(&format!("{attributes}null}}")).ok()?;
    let is_data = event::is_readable(data.as_bytes()) && event::is_json(data);
    is_data.then_some((head, data_at))
}

impl Clone for Envelope {
    fn clone(&self) -> Self {
        Self {
            is_readable: self.is_readable,
            event: self.event.clone(),
            ..Self::closed(self.json.clone(), self.data_at, Arc::clone(&self.head))
        }
    }
}

/// Without what happened.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("source", &self.source())
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::journal::{Decoded, LogPosition};
    use crate::sink::{EventHandler, Handler, Sink as _, SinkError};
    use crate::{DedupKey, Draft};

    fn event() -> Event {
        let draft = Draft::unknown("x", json!({"text": "hi"}), DedupKey::provider(["1"]));
        Event::for_test(draft)
    }

    #[test]
    fn what_was_decoded_goes_on_without_its_tree() {
        let decoded = Decoded::new(LogPosition(1), Ok(vec![event()]));

        let envelope = decoded.outcome.unwrap().remove(0);
        assert!(!envelope.has_tree());
        assert_eq!(envelope.event(), &event());
        assert!(envelope.has_tree(), "it is made once");
    }

    #[test]
    fn data_too_deep_to_be_read_again_stays() {
        let mut deep = event();
        deep.data = (0..200).fold(Value::Null, |inner, _| json!([inner]));

        for envelope in [Envelope::sealed(deep.clone()), Envelope::new(deep.clone())] {
            let clone = envelope.clone();
            for envelope in [envelope, clone] {
                assert_eq!(envelope.to_event(), deep);
                assert_eq!(envelope.to_event(), deep);
                assert_eq!(envelope.event(), &deep);
            }
        }
    }

    #[test]
    fn the_attributes_are_the_events() {
        let (event, envelope) = (event(), Envelope::sealed(event()));

        let Event { id, source, .. } = &event;
        assert_eq!((envelope.id(), envelope.source()), (&**id, &**source));
        assert_eq!(envelope.short_kind(), event.short_kind());
        assert_eq!(envelope.endpoint(), event.endpoint);
        assert_eq!(envelope.partitionkey(), event.partitionkey);
        assert_eq!(envelope.recordedtime(), event.recordedtime);
        assert!(!envelope.has_tree());
    }

    #[tokio::test]
    async fn a_function_is_given_an_event_of_its_own_and_leaves_none_behind() {
        let expected = |given: Event| (given == event()).then_some(()).ok_or("another event");
        let handler = Handler::new(move |given: Event| async move { expected(given) });
        let typed = (async |_: crate::event::Unknown, given: Event| match given == event() {
            true => Ok(()),
            false => Err(SinkError::refused("another event")),
        })
        .into_sink();
        let read = Envelope::read(Envelope::new(event()).json().clone()).unwrap();
        let kept = Envelope::new(event());
        for (envelope, has_tree) in [
            (read, false),
            (Envelope::sealed(event()), false),
            (kept, true),
        ] {
            let batch = [Arc::new(envelope)];
            handler.deliver(&batch).await.unwrap();
            assert_eq!(batch[0].has_tree(), has_tree);
            typed.deliver(&batch).await.unwrap();
            assert_eq!(batch[0].has_tree(), has_tree);
        }
    }

    #[test]
    fn what_a_store_keeps_is_read_as_an_event_is() {
        let plain = String::from_utf8(Envelope::new(event()).json().to_vec()).unwrap();
        let (attributes, _) = plain.split_once(BEFORE_DATA).unwrap();
        let written = |data: &str| format!("{attributes}{BEFORE_DATA}{data}}}");
        let unknown = |fields: &str| written(&format!(r#"{{"kind":"x","fields":{fields}}}"#));
        let nested = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        // Each with whether it is read without a tree.
        for (json, is_lean) in [
            (plain.clone(), true),
            (plain.replace("provider.event:1", r#"\",\"data\":7"#), true),
            (
                unknown(r#"[null,true,-1,1e300,18446744073709551615,"\ud83d\ude00"]"#),
                true,
            ),
            (unknown(&nested(99)), true),
            (unknown(&nested(120)), false),
            (written(&nested(200)), false),
            (
                unknown(r#"[{"\u0024serde_json::private::Number" :"7"}]"#),
                false,
            ),
            (unknown(r#""$serde_json::private::Number""#), true),
            (unknown("1e999"), false),
            (unknown(r#""\ud83d""#), false),
            (unknown(r#""\x""#), false),
            (unknown(r#"[ {"a" : 7} ] "#), true),
            (written("7 "), true),
            (written("7,7"), false),
            (written(r#"7,"data":7"#), false),
            (written(r#"7,"more":7"#), false),
            (written(""), false),
            (plain.replace(BEFORE_DATA, r#","data" :"#), false),
            (
                plain.replacen('{', r#"{"more":{"a":7,"data":7},"#, 1),
                false,
            ),
            (format!("{plain}}}"), false),
            (format!("{plain} "), false),
            (plain.replace("specversion", "version"), false),
        ] {
            let whole = serde_json::from_str::<Event>(&json).ok();

            let read = Envelope::read(json.clone().into()).ok();

            let lean = read.as_ref().is_some_and(|envelope| !envelope.has_tree());
            assert_eq!(lean, is_lean, "{json}");
            let kept = whole.clone().map(Envelope::new);
            let data = |envelope: &Envelope| envelope.read_data().ok();
            assert_eq!(read.as_ref().map(data), kept.as_ref().map(data), "{json}");
            assert_eq!(read.as_ref().map(Envelope::to_event), whole, "{json}");
            assert_eq!(read.as_ref().map(Envelope::event), whole.as_ref(), "{json}");
        }
    }

    #[test]
    fn what_is_no_text_is_no_event() {
        let mut json = Envelope::new(event()).json().to_vec();
        let at = memmem::find(&json, b"hi").unwrap();
        json[at] = 0xff;

        assert!(Envelope::read(json.into()).is_err());
    }

    #[test]
    fn an_envelope_says_nothing_of_what_happened() {
        let envelope = Envelope::sealed(event());

        envelope.event();

        let told = format!("{envelope:?}");
        assert!(told.contains("provider.event:1"), "{told}");
        assert!(!told.contains("hi"), "{told}");
    }
}
