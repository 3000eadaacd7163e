//! From draft to event: ids, source and envelope.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::data::Said;
use super::{Data, DedupKey, Draft, Event, KIND_PREFIX, SCHEMA_PREFIX};
use crate::{Descriptor, Timestamp, redact};

/// What may stand unescaped in a path segment of `source`.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Where a draft comes from.
///
/// ```
/// use serde_json::json;
/// use switchboard_core::event::Origin;
/// use switchboard_core::{DedupKey, Descriptor, Draft, Event, Timestamp};
///
/// static ACME: Descriptor = Descriptor::new("acme", "Acme Chat");
///
/// let origin = Origin {
///     adapter: &ACME,
///     endpoint: "support",
///     account: Some("acme/eu"),
///     scheme: "hmac-sha256",
///     delivery: "0000019ab6b8cd000000000000000001",
///     recorded: Timestamp::from_seconds(1_764_000_000).expect("in range"),
/// };
/// let draft = Draft::unknown("shop.closed", json!({"id": 7}), DedupKey::provider([7]));
///
/// let event = Event::stamp(draft, &origin, 0);
/// assert_eq!(event.source, "/acme/support/acme%2Feu");
/// assert_eq!(event.id, "provider.event:7");
/// assert_eq!(event.data["fields"]["id"], 7);
/// ```
#[derive(Clone, Debug)]
pub struct Origin<'a> {
    /// The adapter that decoded it.
    pub adapter: &'static Descriptor,
    /// The endpoint it came in by.
    pub endpoint: &'a str,
    /// The account that `verify` found.
    pub account: Option<&'a str>,
    /// How the delivery was proven.
    pub scheme: &'a str,
    /// The delivery's id.
    pub delivery: &'a str,
    /// When the delivery was received.
    pub recorded: Timestamp,
}

impl Event {
    /// The event that `draft` becomes as the delivery's draft number `position`, from zero.
    ///
    /// Pure: the same draft of the same delivery always becomes the same event. What the adapter's
    /// [`redact`](crate::Descriptor::redact) names is taken out of its data.
    ///
    /// ```
    /// use serde_json::json;
    /// use switchboard_core::event::Origin;
    /// use switchboard_core::{DedupKey, Descriptor, Draft, Event, Timestamp};
    ///
    /// static ACME: Descriptor = Descriptor::new("acme", "Acme Chat").redact(&["token"]);
    ///
    /// let origin = Origin {
    ///     adapter: &ACME,
    ///     endpoint: "support",
    ///     account: None,
    ///     scheme: "token",
    ///     delivery: "d-1",
    ///     recorded: Timestamp::UNIX_EPOCH,
    /// };
    /// let ping = || Draft::unknown("ping", json!({"token": "s3cr3t"}), DedupKey::None);
    ///
    /// let events = [0, 1].map(|position| Event::stamp(ping(), &origin, position));
    /// assert_eq!(events[1].id, "provider.event:d-1:1");
    /// assert_eq!(events[1].data, json!({"kind": "ping", "fields": {}}));
    /// ```
    pub fn stamp(draft: Draft, origin: &Origin<'_>, position: usize) -> Self {
        let (mut event, body) = stamp(draft, origin, position);
        event.data = body.without(origin.adapter.redact);
        event
    }
}

/// The data of an event that was stamped, before it is JSON.
pub(crate) struct Body {
    data: Data,
    rest: Value,
}

impl Body {
    /// As JSON, without what `redact` names.
    pub(crate) fn without(&self, redact: &[&str]) -> Value {
        let mut json = serde_json::to_value(self).expect("the event model has text keys only");
        redact::value(&mut json, redact);
        json
    }
}

/// Nothing is taken out of it.
impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            said: Said<'a>,
            #[serde(skip_serializing_if = "Value::is_null")]
            provider: &'a Value,
        }

        let said = Said(&self.data);
        let provider = &self.rest;
        Whole { said, provider }.serialize(serializer)
    }
}

/// The event without its data, and its data.
pub(crate) fn stamp(draft: Draft, origin: &Origin<'_>, position: usize) -> (Event, Body) {
    let Draft {
        data,
        key,
        time,
        account,
        rest,
    } = draft;
    let kind = data.kind();
    let id = match key {
        DedupKey::Provider(key) | DedupKey::Derived(key) => format!("{kind}:{key}"),
        DedupKey::None => format!("{kind}:{}:{position}", origin.delivery),
    };
    let account = account.or_else(|| origin.account.map(str::to_owned));
    let source = source(origin.adapter.name, origin.endpoint, account.as_deref());
    let subject = data.subject();
    let event = Event {
        specversion: Cow::Borrowed("1.0"),
        id,
        kind: format!("{KIND_PREFIX}{kind}"),
        partitionkey: subject.clone().unwrap_or_else(|| source.clone()),
        source,
        subject,
        time,
        datacontenttype: Cow::Borrowed("application/json"),
        dataschema: format!("{SCHEMA_PREFIX}{kind}"),
        recordedtime: origin.recorded,
        endpoint: origin.endpoint.to_owned(),
        account,
        authscheme: origin.scheme.to_owned(),
        deliveryid: origin.delivery.to_owned(),
        replayof: None,
        data: Value::Null,
    };
    (event, Body { data, rest })
}

fn source(adapter: &str, endpoint: &str, account: Option<&str>) -> String {
    match account {
        None => format!("/{adapter}/{endpoint}"),
        Some(account) => {
            format!(
                "/{adapter}/{endpoint}/{}",
                utf8_percent_encode(account, SEGMENT)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::{Content, Conversation, Direction, Message, Party, Role};

    const ADAPTER: Descriptor = Descriptor::new("acme", "Acme").redact(&["token"]);

    fn origin() -> Origin<'static> {
        Origin {
            adapter: &ADAPTER,
            endpoint: "support",
            account: Some("a/1"),
            scheme: "hmac-sha1",
            delivery: "d-1",
            recorded: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_message_is_stamped_with_where_it_came_from() {
        let mut message = Message::new(Direction::Inbound, Party::new(Role::Contact));
        message.conversation = Conversation {
            id: Some("42".into()),
            ..Conversation::default()
        };
        message.message = Content {
            text: Some("hi".into()),
            ..Content::default()
        };
        let draft = Draft::new(message.created(), DedupKey::provider(["m1"]))
            .rest(json!({"token": "hunter2", "colour": "red"}));

        let event = Event::stamp(draft, &origin(), 0);

        let expected = json!({
            "specversion": "1.0",
            "id": "message.created:m1",
            "source": "/acme/support/a%2F1",
            "type": "dev.switchboard.message.created",
            "subject": "conversation/42",
            "datacontenttype": "application/json",
            "dataschema": "urn:switchboard:schema:v1:message.created",
            "recordedtime": "1970-01-01T00:00:00Z",
            "partitionkey": "conversation/42",
            "endpoint": "support",
            "account": "a/1",
            "authscheme": "hmac-sha1",
            "deliveryid": "d-1",
            "data": {
                "direction": "inbound",
                "intent": "notify",
                "actor": {"role": "contact"},
                "conversation": {"id": "42"},
                "message": {"text": "hi"},
                "provider": {"colour": "red"},
            },
        });
        assert_eq!(serde_json::to_value(&event).unwrap(), expected);
        assert_eq!(serde_json::from_value::<Event>(expected).unwrap(), event);
    }

    #[test]
    fn without_a_key_every_draft_of_every_delivery_is_an_event() {
        let draft = || Draft::unknown("ping", json!({"token": 1}), DedupKey::None);

        let ids = [0, 1].map(|position| Event::stamp(draft(), &origin(), position).id);

        assert_eq!(ids, ["provider.event:d-1:0", "provider.event:d-1:1"]);
        let event = Event::stamp(draft(), &origin(), 0);
        assert_eq!(event.data, json!({"kind": "ping", "fields": {}}));
        assert_eq!(event.partitionkey, event.source);
    }
}
