//! One thing on Messenger or Instagram: which it is, and between whom.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use switchboard_core::event::{Conversation, Direction, Party, Role};
use switchboard_core::{DedupKey, Draft, Kept, Part};

use super::payload::{Delivery, Edit, Heading, Message, Peer, Postback, Reaction, Read};
use super::{message, signal};
use crate::around::put;
use crate::loose::part;
use crate::normalize::other;
use crate::payload::{Notice, What};
use crate::place::Place;

/// What is no kind of thing.
const HEADING: [&str; 3] = ["recipient", "sender", "timestamp"];

/// One thing, by the field that has its content.
#[derive(Debug)]
pub(crate) struct Item {
    heading: Kept<Heading>,
    kind: &'static str,
    content: Content,
    /// The whole of it, for where the content cannot be read.
    raw: Value,
}

#[derive(Debug)]
enum Content {
    Message(Part<Message>),
    Postback(Part<Postback>),
    Delivery(Part<Delivery>),
    Read(Part<Read>),
    Reaction(Part<Reaction>),
    Edit(Part<Edit>),
}

type Reader = fn(Value) -> Content;

/// The fields with the content of a thing that the model has words for.
const KINDS: [(&str, Reader); 6] = [
    ("message", |raw| Content::Message(part(raw))),
    ("postback", |raw| Content::Postback(part(raw))),
    ("delivery", |raw| Content::Delivery(part(raw))),
    ("read", |raw| Content::Read(part(raw))),
    ("reaction", |raw| Content::Reaction(part(raw))),
    ("message_edit", |raw| Content::Edit(part(raw))),
];

/// The notice that an element of `list` is.
pub(crate) fn notice(place: &Place, list: &str, raw: Value) -> Notice {
    let Value::Object(fields) = &raw else {
        return Notice::other(place, list, raw);
    };
    let known = KINDS.iter().find(|(kind, _)| fields.contains_key(*kind));
    let mut beside = fields.clone();
    let content = known.and_then(|(kind, read)| Some((*kind, read(beside.remove(*kind)?))));
    match (content, Kept::read(beside.into())) {
        (Some((kind, content)), Ok(heading)) => {
            let item = Item {
                heading,
                kind,
                content,
                raw,
            };
            Notice::new(place, What::Item(Box::new(item)))
        }
        _ => {
            let kind = name(fields).unwrap_or(list).to_owned();
            Notice::other(place, &kind, raw)
        }
    }
}

/// What the thing is called: the field that is no heading. One with an object is more of a thing.
fn name(fields: &Map<String, Value>) -> Option<&str> {
    let names = || {
        fields
            .iter()
            .filter(|(name, _)| !HEADING.contains(&&***name))
    };
    let (name, _) = names()
        .find(|(_, content)| content.is_object())
        .or_else(|| names().next())?;
    Some(name)
}

/// What happened.
pub(crate) fn drafts(place: &Place, item: Item) -> Vec<Draft> {
    let Item {
        heading: Kept { value, rest, .. },
        kind,
        content,
        raw,
    } = item;
    let told = match content {
        Content::Message(part) => told(part, |it, rest| message::written(place, value, it, rest)),
        Content::Edit(part) => told(part, |it, rest| message::edited(place, value, it, rest)),
        Content::Postback(part) => told(part, |it, rest| signal::pressed(place, value, it, rest)),
        Content::Delivery(part) => told(part, |it, _| signal::delivered(place, value, it)),
        Content::Read(part) => told(part, |it, rest| signal::read(place, value, it, rest)),
        Content::Reaction(part) => told(part, |it, rest| signal::reacted(place, value, it, rest)),
    };
    match told {
        // It says nothing that the model could tell.
        Ok((drafts, _)) if drafts.is_empty() => vec![other(place, kind.to_owned(), raw)],
        Ok((mut drafts, beside)) => {
            if let Some(first) = drafts.first_mut() {
                first.rest = rest;
                if beside.as_object().is_none_or(|it| !it.is_empty()) && !beside.is_null() {
                    put(&mut first.rest, &[kind], beside);
                }
            }
            drafts
        }
        Err(reason) => vec![Draft::unread(kind, raw, reason)],
    }
}

/// What `map` makes of what was read, and what is left of it; else why it was not read.
fn told<T: DeserializeOwned>(
    part: Part<T>,
    map: impl FnOnce(T, &mut Value) -> Vec<Draft>,
) -> Result<(Vec<Draft>, Value), String> {
    match part {
        Part::Read(kept) => {
            let mut rest = kept.rest;
            Ok((map(kept.value, &mut rest), rest))
        }
        Part::Unread { reason, .. } => Err(reason),
    }
}

/// Who writes to whom, and where.
pub(super) struct Chat {
    pub(super) direction: Direction,
    pub(super) actor: Party,
    pub(super) recipients: Vec<Party>,
    pub(super) conversation: Conversation,
}

impl Chat {
    /// The two of `heading`. The business is the sender of an echo, and of what the account itself
    /// sends.
    pub(super) fn of(place: &Place, heading: Heading, is_echo: bool) -> Self {
        let id = |peer: Option<Peer>| peer.and_then(|peer| peer.id.0);
        let (sender, recipient) = (id(heading.sender.0), id(heading.recipient.0));
        let is_ours = sender.is_some() && sender == place.account && recipient != place.account;
        let (direction, customer, business) = if is_echo || is_ours {
            (Direction::Outbound, recipient, sender)
        } else {
            (Direction::Inbound, sender, recipient)
        };
        let inbox = business.clone().or_else(|| place.account.clone());
        let conversation = place.conversation(customer.clone(), inbox);
        let customer = Party {
            id: customer,
            ..Party::new(Role::Contact)
        };
        match direction {
            Direction::Outbound => Self {
                direction,
                // Neither app nor person: Meta tells the page alone.
                actor: Party {
                    id: business,
                    ..Party::new(Role::Unknown)
                },
                recipients: Some(customer)
                    .filter(|it| it.id.is_some())
                    .into_iter()
                    .collect(),
                conversation,
            },
            _ => Self {
                direction,
                actor: customer,
                recipients: Vec::new(),
                conversation,
            },
        }
    }
}

/// The key of what has no id of its own: between whom it happened, and when.
pub(super) fn key(kind: &str, heading: &Heading, more: &[&str]) -> DedupKey {
    let Some(time) = heading.timestamp.time().0 else {
        return DedupKey::None;
    };
    let id = |peer: &Option<Peer>| {
        let id = peer.as_ref().and_then(|peer| peer.id.0.clone());
        id.unwrap_or_default()
    };
    let (sender, recipient) = (id(&heading.sender.0), id(&heading.recipient.0));
    let time = time.as_millis().to_string();
    let parts = [kind, &sender, &recipient, &time];
    DedupKey::derived(parts.into_iter().chain(more.iter().copied()))
}
