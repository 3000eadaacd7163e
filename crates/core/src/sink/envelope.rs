//! An event and its JSON, made once for all sinks.

use bytes::Bytes;

use crate::Event;

/// An event beside its structured CloudEvents JSON.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use switchboard_core::sink::Envelope;
///
/// let envelope = Envelope::new(message("m-1"));
/// assert!(envelope.json().starts_with(br#"{"specversion":"1.0","id":"message.created:m-1""#));
///
/// // What a store keeps is read back.
/// let read = Envelope::read(envelope.json().clone())?;
/// assert_eq!(read.event(), envelope.event());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Envelope {
    event: Event,
    json: Bytes,
}

impl Envelope {
    /// The envelope of `event`.
    pub fn new(event: Event) -> Self {
        let json = serde_json::to_vec(&event).expect("an event has text keys only");
        Self {
            event,
            json: json.into(),
        }
    }

    /// Reads an envelope back from what [`json`](Self::json) gave.
    ///
    /// # Errors
    ///
    /// When `json` is not an event's.
    pub fn read(json: Bytes) -> Result<Self, serde_json::Error> {
        Ok(Self {
            event: serde_json::from_slice(&json)?,
            json,
        })
    }

    /// The event.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The event as one line of JSON, without a line feed.
    pub fn json(&self) -> &Bytes {
        &self.json
    }
}
