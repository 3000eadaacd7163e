//! The people of a workspace, and the app itself.

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::Draft;
use switchboard_core::event::{Entity, EntityChange, EntityKind, Installation};
use switchboard_core::read::{Maybe, peek};

use crate::envelope::Heading;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Person {
    /// All of it is passed on.
    user: Maybe<Map<String, Value>>,
}

/// An event of which nothing else is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Bare {}

/// Somebody is new in the workspace, or says another thing of themselves.
pub(crate) fn draft(heading: Heading, raw: Value) -> Draft {
    let change = match heading.kind.as_str() {
        "team_join" => EntityChange::Created,
        _ => EntityChange::Updated,
    };
    heading.draft(raw, |person: Person, heading| {
        let fields = person.user.or_default();
        let id = fields.get("id").and_then(peek).ok_or("a user has an id")?;
        let mut contact = Entity::new(EntityKind::Contact, id);
        contact.trigger = Some(heading.kind.clone());
        contact.fields = fields;
        Ok(contact.after(change))
    })
}

/// The workspace gave up the app.
pub(crate) fn uninstalled(heading: Heading, raw: Value) -> Draft {
    heading.draft(raw, |_: Bare, heading| {
        let mut installation = Installation::default();
        installation.app.id.clone_from(&heading.app);
        Ok(installation.uninstalled())
    })
}
