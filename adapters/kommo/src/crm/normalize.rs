//! From Kommo's words to ours: one item, one event.

use std::iter;

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Draft};

use super::fields::Fields;
use super::happening::{self, Happening};
use super::payload::{Heading, Item, Payload};
use super::{key, message, record, template};

/// Everything that a request tells.
pub(super) fn drafts(payload: Payload) -> Vec<Draft> {
    let Payload { heading, items } = payload;
    let [first, repeated] = heading.rests();
    let rests = iter::once(first).chain(iter::repeat(repeated));
    let items = items.into_iter().zip(rests);
    let mut drafts: Vec<_> = items
        .map(|(item, rest)| draft(&heading, item, rest))
        .collect();
    // What was lost on the way to the tree is found here alone.
    if let (Some(form), Some(first)) = (heading.torn_form, drafts.first_mut()) {
        first.rest["form_body"] = form.into();
    }
    drafts
}

fn draft(heading: &Heading, item: Item, mut rest: Fields) -> Draft {
    let key = key::of(heading, &item);
    let account = heading.account.clone().or_else(|| item.account());
    let group = item.group.clone();

    let mut draft = told(account.as_deref(), item);
    if draft.key == DedupKey::None {
        draft.key = key;
    }
    if !draft.rest.is_null() {
        rest.insert(group, draft.rest.take());
    }
    if !rest.is_empty() {
        draft.rest = Value::Object(rest);
    }
    draft.account(account)
}

/// What an item tells, in our words; what has no place in them is in the rest.
fn told(account: Option<&str>, item: Item) -> Draft {
    let read = match happening::of(&item) {
        Some(Happening::Changed(kind, change)) => record::changed(kind, change, &item),
        Some(Happening::Noted(parent)) => record::noted(parent, &item),
        Some(Happening::Did(activity, kind)) => record::did(activity, kind, &item),
        Some(Happening::Wrote(side)) => message::written(side, account, &item),
        Some(Happening::Reviewed) => template::reviewed(&item),
        None => return unknown(item),
    };
    read.unwrap_or_else(|Unread(missing)| {
        let reason = format!("missing field `{missing}`");
        Draft::unread(item.name(), item.value, reason)
    })
}

fn unknown(item: Item) -> Draft {
    // A widget's webhook says when, and nobody knows where others would.
    let time = Time::deserialize(&item.value["event"]["time"]).unwrap_or_default();
    Draft::unknown(item.name(), item.value, DedupKey::None).time(time)
}

/// The field without which nobody knows what an item of a known kind is about.
pub(super) struct Unread(pub(super) &'static str);
