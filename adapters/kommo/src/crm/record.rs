//! From Kommo's words to ours: what the CRM keeps, and what customers do to it.

use std::mem;

use serde_json::Value;
use switchboard_core::event::{
    Activity, ActivityKind, Changes, Entity, EntityChange, EntityKind, EntityReference,
    FieldChange, Party, Role,
};
use switchboard_core::{Data, DedupKey, Draft};

use super::fields::{self, Fields};
use super::normalize::Unread;
use super::payload::Item;

/// Something came to be, changed, or is gone.
pub(super) fn changed(
    kind: EntityKind,
    change: EntityChange,
    item: &Item,
) -> Result<Draft, Unread> {
    match &item.value {
        Value::Object(fields) => entity(kind, change, item, fields),
        id if change == EntityChange::Deleted => {
            let id = fields::scalar(id).ok_or(Unread("id"))?;
            let mut gone = Entity::new(kind, id);
            gone.trigger = item.action.clone();
            Ok(Draft::new(gone.after(change), DedupKey::None))
        }
        _ => Err(Unread("id")),
    }
}

/// Something was written down beside an entity of kind `parent`. What it says stands in a `note`
/// within the item; where there is none, in the item itself.
pub(super) fn noted(parent: EntityKind, item: &Item) -> Result<Draft, Unread> {
    let mut beside = item.value.as_object().ok_or(Unread("note"))?.clone();
    let note = match beside.remove("note") {
        Some(Value::Object(note)) => note,
        odd => {
            beside.extend(odd.map(|odd| ("note".to_owned(), odd)));
            mem::take(&mut beside)
        }
    };
    let mut draft = entity(EntityKind::Note, EntityChange::Created, item, &note)?;
    if let Data::Entity(_, entity) = &mut draft.data
        && entity.parent.is_none()
    {
        let id = fields::id(&note, "element_id");
        entity.parent = id.map(|id| EntityReference::new(parent, id));
    }
    if !beside.is_empty() {
        draft.rest = Value::Object(beside);
    }
    Ok(draft)
}

/// A customer did something. A pipeline tells the lead's ids and nothing else.
pub(super) fn did(kind: ActivityKind, of: EntityKind, item: &Item) -> Result<Draft, Unread> {
    let fields = item.value.as_object().ok_or(Unread("id"))?;
    let id = fields::text(fields, "id").ok_or(Unread("id"))?;
    let mut activity = Activity::of(Party::new(Role::Contact));
    activity.entity = Some(EntityReference::new(of, id));
    activity.trigger = item.action.clone();
    activity.fields = fields.clone();
    Ok(Draft::new(
        Data::Activity(kind, Box::new(activity)),
        DedupKey::None,
    ))
}

fn entity(
    kind: EntityKind,
    change: EntityChange,
    item: &Item,
    fields: &Fields,
) -> Result<Draft, Unread> {
    let named = match kind {
        EntityKind::IncomingLead => "uid",
        EntityKind::Talk => "talk_id",
        _ => "id",
    };
    let id = fields::text(fields, named).or_else(|| fields::text(fields, "id"));
    let mut entity = Entity::new(kind, id.ok_or(Unread(named))?);
    entity.parent = parent(fields);
    entity.trigger = item.action.clone();
    entity.actor = actor(change, fields);
    entity.assignee = fields::id(fields, "responsible_user_id").map(agent);
    entity.changes = changes(fields);
    entity.fields = fields.clone();

    // What came to be says when, and also when it was last changed; to all else that is no news.
    let times: &[&str] = match change {
        EntityChange::Created => &["created_at", "date_create", "updated_at", "last_modified"],
        _ => &["updated_at", "last_modified"],
    };
    let time = fields::time(fields, times);
    Ok(Draft::new(entity.after(change), DedupKey::None).time(time))
}

/// Whoever made it, else whoever changed it last.
fn actor(change: EntityChange, fields: &Fields) -> Option<Party> {
    let creator = ["created_user_id", "created_by"];
    let names = match change {
        EntityChange::Created => &creator,
        _ => &["modified_user_id", "modified_by"],
    };
    let id = names.iter().find_map(|name| fields::id(fields, name));
    id.map(agent)
}

fn agent(id: String) -> Party {
    Party {
        id: Some(id),
        ..Party::new(Role::Agent)
    }
}

/// What a task, a note or a talk belongs to.
fn parent(fields: &Fields) -> Option<EntityReference> {
    let reference = |kind: &str, id: &str| {
        let kind = match fields::text(fields, kind)?.as_str() {
            "1" | "contact" | "contacts" => EntityKind::Contact,
            "2" | "lead" | "leads" => EntityKind::Lead,
            "3" | "company" | "companies" => EntityKind::Company,
            "12" | "customer" | "customers" => EntityKind::Customer,
            _ => return None,
        };
        Some(EntityReference::new(kind, fields::id(fields, id)?))
    };
    reference("element_type", "element_id").or_else(|| reference("entity_type", "entity_id"))
}

/// Every pair of `old_x` and `x`. Kommo sends some of them also where nothing changed.
fn changes(fields: &Fields) -> Changes {
    let old = fields.iter().filter_map(|(name, from)| {
        let name = name.strip_prefix("old_")?;
        let to = fields.get(name)?;
        let change = FieldChange::new(from.clone(), to.clone());
        Some((name.to_owned(), change))
    });
    old.collect()
}
