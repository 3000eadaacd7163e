//! From Meta's words to ours: one part of a batch at a time.

use serde_json::Value;
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Draft, Kept, Part};

use crate::around::attach;
use crate::loose::text;
use crate::payload::{Notice, What};
use crate::place::Place;
use crate::{comment, feed, messaging, whatsapp};

/// What a part tells: one thing, or a message with what was submitted by it, or several statuses.
pub(crate) fn drafts(notice: Notice) -> Vec<Draft> {
    let Notice {
        place,
        what,
        around,
    } = notice;
    let mut drafts = match what {
        What::Message(way, part, contact) => told(*part, "messages", |message, rest| {
            whatsapp::message(&place, way, message, contact, rest)
        }),
        What::Status(part, contact) => told(*part, "statuses", |status, rest| {
            vec![whatsapp::status(&place, status, contact, rest)]
        }),
        What::Call(part) => match *part {
            Part::Read(Kept { value, raw, .. }) => vec![whatsapp::called(&place, value, raw)],
            Part::Unread { raw, reason } => vec![Draft::unread("calls", raw, reason)],
        },
        What::Group(part) => told(*part, "groups", |group, rest| {
            whatsapp::grouped(&place, group, rest)
        }),
        What::Review(part) => told(*part, whatsapp::REVIEW, |review, _| {
            vec![whatsapp::reviewed(&place, review)]
        }),
        What::Item(item) => messaging::drafts(&place, *item),
        What::Comment(part) => told(*part, "comments", |comment, rest| {
            comment::drafts(&place, comment, rest)
        }),
        What::Feed(part) => told(*part, feed::FEED, |comment, rest| {
            feed::drafts(&place, comment, rest)
        }),
        What::Other { kind, raw } => vec![other(&place, kind, raw)],
    };
    for draft in &mut drafts {
        draft.account.clone_from(&place.account);
        draft.time = draft.time.or(place.sent.0);
        if place.is_standby {
            attach(&mut draft.rest, "standby", true.into());
        }
    }
    if let Some(first) = drafts.first_mut() {
        around.attach(first, &place);
    }
    drafts
}

/// The drafts of what was read, the first with the rest; else a `provider.event` of `kind`.
pub(crate) fn told<T>(
    part: Part<T>,
    kind: &str,
    map: impl FnOnce(T, &mut Value) -> Vec<Draft>,
) -> Vec<Draft> {
    match part {
        Part::Read(Kept {
            value, mut rest, ..
        }) => {
            let mut drafts = map(value, &mut rest);
            if let Some(first) = drafts.first_mut() {
                first.rest = rest;
            }
            drafts
        }
        Part::Unread { raw, reason } => vec![Draft::unread(kind, raw, reason)],
    }
}

/// Something that the model has no words for. It is known by all that it says and when: whatever is
/// told twice of one moment is the same.
pub(crate) fn other(place: &Place, kind: String, raw: Value) -> Draft {
    let own = raw.get("timestamp").and_then(text);
    let own = own.map_or_else(Time::default, |time| Time::read(&time));
    let key = match own.or(place.sent).0 {
        None => DedupKey::None,
        Some(time) => {
            let account = place.account.clone().unwrap_or_default();
            DedupKey::derived([&account, &kind, &raw.to_string(), &time.to_string()])
        }
    };
    Draft::unknown(kind, raw, key).time(own)
}
