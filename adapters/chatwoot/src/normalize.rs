//! From Chatwoot's words to ours: what happened.

use std::mem;

use serde_json::{Map, Value};
use switchboard_core::event::{Entity, EntityChange, EntityKind, Intent};
use switchboard_core::{DedupKey, Draft, Kept, Part};

use crate::heading::Heading;
use crate::payload::{Contact, Hook, Payload};
use crate::{conversation, message};

const CHANGED: &str = "changed_attributes";

/// What happened. Chatwoot sends one thing at a time; a message by which something was submitted is
/// told as both.
pub(crate) fn drafts(payload: Payload, intent: Intent) -> Vec<Draft> {
    let Payload { heading, hook } = payload;
    let event = &heading.event;
    let mut submitted = None;
    let told = match hook {
        Hook::Message(change, part, aside) => part.draft(event, |message| {
            let (told, beside) = message::drafts(change, message, aside, intent);
            submitted = beside;
            told
        }),
        Hook::Conversation(change, part, aside) => {
            part.draft(event, |hook| conversation::changed(change, hook, &aside))
        }
        Hook::Typing(change, part, aside) => {
            part.draft(event, |hook| conversation::typing(change, hook, &aside))
        }
        Hook::Contact(change, part) => {
            let unread = match &part {
                Part::Read(kept) => kept.rest.get(CHANGED).cloned(),
                Part::Unread { .. } => None,
            };
            whole(part, event, |hook, mut fields| {
                if hook.changed_attributes.is_some() {
                    fields.remove(CHANGED);
                }
                fields.extend(unread.map(|unread| (CHANGED.to_owned(), unread)));
                contact(change, hook, fields, event)
            })
        }
        Hook::Widget(part) => whole(*part, event, conversation::widget_opened),
        Hook::Other(raw) => Draft::unknown(event, without_channel(raw, event), DedupKey::None),
    };
    let mut drafts: Vec<Draft> = [told].into_iter().chain(submitted).collect();
    for draft in &mut drafts {
        entitle(draft, &heading);
    }
    drafts
}

/// What an endpoint that says nothing of it wants with a message: to know of it.
pub(crate) fn notify() -> Intent {
    Intent::Notify
}

/// Gives the draft what its webhook says of itself.
fn entitle(draft: &mut Draft, heading: &Heading) {
    draft.account.clone_from(&heading.account);
    draft.time = heading.time.0;
    if draft.key == DedupKey::None {
        draft.key = heading.key.clone();
    }
}

/// A hook of which the model holds all fields by Chatwoot's names, so that there is no rest.
fn whole<T>(
    part: Part<T>,
    event: &str,
    told: impl FnOnce(T, Map<String, Value>) -> Draft,
) -> Draft {
    match part {
        Part::Read(Kept { value, mut raw, .. }) => {
            let mut fields = raw.as_object_mut().map(mem::take).unwrap_or_default();
            // The trigger tells it.
            fields.remove("event");
            told(value, fields)
        }
        Part::Unread { raw, reason } => Draft::unread(event, raw, reason),
    }
}

fn contact(
    change: EntityChange,
    contact: Contact,
    fields: Map<String, Value>,
    event: &str,
) -> Draft {
    let mut entity = Entity::new(EntityKind::Contact, contact.id);
    entity.trigger = Some(event.to_owned());
    entity.changes = conversation::changes(contact.changed_attributes);
    entity.fields = fields;
    Draft::new(entity.after(change), DedupKey::None)
}

/// What was sent, without an inbox's channel: that is the whole record of it, with whatever opens
/// the account at the network. In all others, `channel` is a name.
fn without_channel(mut raw: Value, event: &str) -> Value {
    if let Value::Object(fields) = &mut raw
        && event.starts_with("inbox_")
    {
        fields.retain(|name, value| name != "channel" || !value.is_object());
    }
    raw
}
