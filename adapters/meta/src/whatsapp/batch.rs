//! From what changed at a business account to its parts.

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::{Kept, Part};

use super::group;
use super::payload::{Contact, Message, Status, Way};
use super::review::REVIEW;
use crate::batch::with_rest;
use crate::loose::{Text, part, take_list, text};
use crate::payload::{Notice, What};
use crate::place::Place;

/// Messages that nobody wrote.
const NO_MESSAGES: [&str; 2] = ["request_welcome", "system"];

/// The parts of what changed in `field`.
pub(crate) fn notices(place: &Place, field: &str, mut value: Map<String, Value>) -> Vec<Notice> {
    if field == REVIEW {
        let review = What::Review(Box::new(part(value.into())));
        return vec![Notice::new(place, review)];
    }
    let mut place = place.clone();
    let told = |name| value.get("metadata")?.get(name).and_then(text);
    place.line = told("phone_number_id");
    place.number = told("display_phone_number");
    let mut book = Book::new(take_list(&mut value, "contacts"));

    let mut notices = Vec::new();
    for raw in take_list(&mut value, "messages") {
        notices.push(message(&place, Way::In, raw, &mut book));
    }
    for raw in take_list(&mut value, "message_echoes") {
        notices.push(message(&place, Way::Echo, raw, &mut book));
    }
    for raw in take_list(&mut value, "statuses") {
        notices.push(status(&place, field, raw, &mut book));
    }
    for raw in take_list(&mut value, "calls") {
        notices.push(call(&place, raw));
    }
    if group::FIELDS.contains(&field) {
        for raw in take_list(&mut value, "groups") {
            notices.push(if group::is_told(&raw) {
                Notice::new(&place, What::Group(Box::new(part(raw))))
            } else {
                Notice::other(&place, field, raw)
            });
        }
    }
    let unknown = book.unused();
    if !unknown.is_empty() {
        value.insert("contacts".to_owned(), unknown.into());
    }
    with_rest(notices, "value", value, &place, field)
}

/// A call, on WhatsApp or Messenger: one that a customer began, or something else about one.
pub(crate) fn call(place: &Place, raw: Value) -> Notice {
    let told = |name: &str| raw.get(name).and_then(text).unwrap_or_default();
    let is_theirs = ["direction", "call_direction"]
        .iter()
        .any(|name| told(name).eq_ignore_ascii_case("user_initiated"));
    if told("event") == "connect" && is_theirs {
        Notice::new(place, What::Call(Box::new(part(raw))))
    } else {
        Notice::other(place, "calls", raw)
    }
}

fn message(place: &Place, way: Way, raw: Value, book: &mut Book) -> Notice {
    let kind = raw.get("type").and_then(text).unwrap_or_default();
    if NO_MESSAGES.contains(&&*kind) {
        return Notice::other(place, &kind, raw);
    }
    let part = match part::<Message>(raw) {
        Part::Read(kept) if kept.value.id.0.is_none() => Part::Unread {
            raw: kept.raw,
            reason: "missing field `id`".to_owned(),
        },
        part => part,
    };
    let contact = match &part {
        Part::Read(Kept { value, .. }) => match way {
            Way::In => book.find(&value.from, &value.from_user_id),
            Way::Echo => book.find(&value.to, &value.to_user_id),
        },
        Part::Unread { .. } => None,
    };
    Notice::new(place, What::Message(way, Box::new(part), contact))
}

fn status(place: &Place, field: &str, raw: Value, book: &mut Book) -> Notice {
    // Calls have statuses of their own.
    if field == "calls" {
        return Notice::other(place, field, raw);
    }
    let part = part::<Status>(raw);
    let contact = match &part {
        Part::Read(Kept { value, .. }) => book.find(&value.recipient_id, &value.recipient_user_id),
        Part::Unread { .. } => None,
    };
    Notice::new(place, What::Status(Box::new(part), contact))
}

/// The contacts beside messages and statuses.
struct Book(Vec<Card>);

struct Card {
    raw: Value,
    contact: Contact,
    is_used: bool,
}

impl Book {
    fn new(contacts: Vec<Value>) -> Self {
        let contacts = contacts.into_iter();
        Self(
            contacts
                .map(|raw| Card {
                    contact: Contact::deserialize(&raw).unwrap_or_default(),
                    raw,
                    is_used: false,
                })
                .collect(),
        )
    }

    /// The contact of one of these ids; for somebody without any, the only one there is.
    fn find(&mut self, number: &Text, user: &Text) -> Option<Box<Kept<Contact>>> {
        let is_nobody = number.0.is_none() && user.0.is_none() && self.0.len() == 1;
        let is = |known: &Text, asked: &Text| known.0.is_some() && known == asked;
        let found = self.0.iter_mut().find(|card| {
            let known = &card.contact;
            is_nobody || is(&known.wa_id, number) || is(&known.user_id, user)
        })?;
        let kept = Kept::read(found.raw.clone()).ok()?;
        found.is_used = true;
        Some(Box::new(kept))
    }

    /// Those that nobody asked for.
    fn unused(self) -> Vec<Value> {
        let unused = self.0.into_iter().filter(|card| !card.is_used);
        unused.map(|card| card.raw).collect()
    }
}
