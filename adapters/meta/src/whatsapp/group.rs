//! Groups of WhatsApp: that they begin, change and end, and who comes and goes.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{ConversationState, FieldChange, Participation, Party, Role};
use switchboard_core::read::Time;
use switchboard_core::{Data, DedupKey, Draft};

use super::party::{business, is_phone};
use crate::around::keep_untold;
use crate::loose::{Loose, Needed, Text};
use crate::place::Place;

/// The fields that tell of groups.
pub(super) const FIELDS: [&str; 4] = [
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
];

/// What can be set of a group.
const SETTINGS: [&str; 3] = ["group_subject", "group_description", "profile_picture"];

/// What became of a group. Its members and settings are read from the rest and stay there: they say
/// more than the model.
#[derive(Debug, Deserialize)]
pub(crate) struct Group {
    group_id: Needed,
    #[serde(rename = "type")]
    kind: Needed,
    #[serde(default)]
    timestamp: Loose<Time>,
    #[serde(default)]
    initiated_by: Text,
}

/// Somebody who came or went: by an id, a number, or by what the business called them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Member {
    user_id: Text,
    wa_id: Text,
    input: Text,
}

/// Whether `raw` tells what became of a group. What failed, and who asks to be let in, has no kind.
pub(super) fn is_told(raw: &Value) -> bool {
    match raw["type"].as_str() {
        Some("group_participants_add") => !list(raw, "added_participants").is_empty(),
        Some("group_participants_remove") => !list(raw, "removed_participants").is_empty(),
        Some("group_create" | "group_delete" | "group_suspend" | "group_suspend_cleared") => {
            list(raw, "errors").is_empty()
        }
        Some("group_settings_update") => SETTINGS.iter().any(|name| is_set(&raw[name])),
        _ => false,
    }
}

/// What became of a group: one thing, or that several came or went.
pub(crate) fn grouped(place: &Place, group: Group, rest: &mut Value) -> Vec<Draft> {
    let Needed(id) = group.group_id;
    let Needed(kind) = group.kind;
    let time = group.timestamp.time();
    let moment = time.or(place.sent).0;
    let mut conversation = place.conversation(Some(id.clone()), place.line.clone());
    conversation.kind = Some("group".to_owned());
    let is_business = group.initiated_by.0.as_deref() == Some("business");
    let told = ["business", "participant"].map(|word| Some(word.to_owned()));
    keep_untold(
        rest,
        &["initiated_by"],
        group.initiated_by.0,
        &told.each_ref(),
    );
    let actor = is_business.then(|| business(place));

    let key = |person: &str| {
        moment.map_or(DedupKey::None, |moment| {
            DedupKey::derived([&*id, &*kind, person, &moment.to_string()])
        })
    };
    let draft = |data: Data, person: &str| Draft::new(data, key(person)).time(time);
    let part = |member: &Value| {
        let member = Member::deserialize(member).unwrap_or_default();
        let participant = party(member);
        let person = participant.id.clone().unwrap_or_default();
        let mut participation = Participation::of(participant);
        participation.actor.clone_from(&actor);
        participation.conversation = conversation.clone();
        (participation, person)
    };
    match &*kind {
        "group_participants_add" => {
            let joined = list(rest, "added_participants").iter().map(part);
            let drafts = joined.map(|(one, person)| draft(one.joined(), &person));
            drafts.collect()
        }
        "group_participants_remove" => {
            let left = list(rest, "removed_participants").iter().map(part);
            let drafts = left.map(|(one, person)| draft(one.left(), &person));
            drafts.collect()
        }
        _ => {
            let mut state = ConversationState::of(conversation);
            state.actor = actor;
            let data = match &*kind {
                "group_create" => state.created(),
                "group_settings_update" => {
                    let set = SETTINGS.iter().filter(|name| is_set(&rest[name]));
                    let changes = set.map(|name| {
                        let value = rest[name]["text"].clone();
                        ((*name).to_owned(), FieldChange::new(Value::Null, value))
                    });
                    state.changes = changes.collect();
                    state.updated()
                }
                _ => {
                    state.status = Some(kind.clone());
                    state.status_changed()
                }
            };
            vec![draft(data, "")]
        }
    }
}

fn party(member: Member) -> Party {
    let Member {
        user_id,
        wa_id,
        input,
    } = member;
    let names = [&user_id.0, &wa_id.0, &input.0];
    let mut phones = [&wa_id.0, &input.0].into_iter().flatten();
    Party {
        id: names.into_iter().flatten().next().cloned(),
        phone: phones.find(|name| is_phone(name)).cloned(),
        ..Party::new(Role::Contact)
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn is_set(setting: &Value) -> bool {
    setting["update_successful"] == true
}
