//! What a CRM keeps: leads, contacts, tasks and the rest, and what happens to them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Changes, Data, EntityChange, EntityKind, Party};

/// Data of every kind about a CRM entity, for example `lead.created`, `contact.assigned`,
/// `lead.status_changed`, `incoming_lead.accepted`.
///
/// ```
/// use switchboard_core::event::{Entity, EntityChange, EntityKind, FieldChange};
///
/// let mut lead = Entity::new(EntityKind::Lead, "7");
/// lead.changes.insert("status_id".into(), FieldChange::new("1", "142"));
/// let data = lead.after(EntityChange::StatusChanged);
/// assert_eq!(data.kind(), "lead.status_changed");
/// assert_eq!(data.subject().as_deref(), Some("lead/7"));
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entity {
    /// Which one.
    pub entity: EntityReference,
    /// The one it belongs to, for example a note's lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<EntityReference>,
    /// The provider's name for what happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Party>,
    /// Who is responsible for it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Party>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Changes::is_empty")]
    pub changes: Changes,
    /// All that the provider sent of it, by the provider's names.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
}

impl Entity {
    /// The entity of this kind and id, of which nothing else is known.
    pub fn new(kind: EntityKind, id: impl Into<String>) -> Self {
        Self {
            entity: EntityReference::new(kind, id),
            parent: None,
            trigger: None,
            actor: None,
            assignee: None,
            changes: Changes::new(),
            fields: Map::new(),
        }
    }

    /// It is so after `change`. A change that its kind of entity has no event for, for example a
    /// contact's `StatusChanged`, is told as an update.
    pub fn after(self, change: EntityChange) -> Data {
        Data::Entity(change, Box::new(self))
    }
}

/// A CRM entity by its id.
///
/// ```
/// use switchboard_core::event::{Entity, EntityChange, EntityKind, EntityReference};
///
/// let note = Entity {
///     parent: Some(EntityReference::new(EntityKind::Lead, "7")),
///     ..Entity::new(EntityKind::Note, "31")
/// };
/// let data = note.after(EntityChange::Created);
/// assert_eq!(data.subject().as_deref(), Some("note/31"));
///
/// let lead: EntityReference = serde_json::from_str(r#"{"type":"lead","id":"7"}"#)?;
/// assert_eq!(lead, EntityReference::new(EntityKind::Lead, "7"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntityReference {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// The provider's id.
    pub id: String,
}

impl EntityReference {
    /// The entity of this kind and id.
    pub fn new(kind: EntityKind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }

    /// For example `lead/7`.
    pub(super) fn subject(&self) -> String {
        format!("{}/{}", self.kind.name(), self.id)
    }
}
