//! What each group and action means: Kommo's tables.

use switchboard_core::event::{ActivityKind, EntityChange, EntityKind};

use super::fields::Fields;
use super::payload::Item;

/// The group without actions: Kommo's page on template reviews shows it so, some receivers got
/// messages in it.
pub(super) const BARE: &str = "add";

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Happening {
    /// Something came to be, changed, or is gone.
    Changed(EntityKind, EntityChange),
    /// Something was written down beside an entity of this kind.
    Noted(EntityKind),
    /// A customer did something, told by a digital pipeline.
    Did(ActivityKind, EntityKind),
    /// Somebody wrote a message.
    Wrote(Side),
    /// A message template was judged.
    Reviewed,
}

/// Which side a group of messages is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Side {
    /// Messages that come in.
    Customer,
    /// Messages of agents and bots.
    Business,
}

/// What a top-level name is about.
enum Group {
    Entities(EntityKind),
    Messages(Side),
}

/// Whether the things below `group` are known to be divided into actions.
pub(super) fn is_known(group: &str) -> bool {
    self::group(group).is_some()
}

/// Kommo's name in its bodies, and the other number, in which its pages write some of them.
fn group(name: &str) -> Option<Group> {
    Some(match name {
        "leads" | "lead" => Group::Entities(EntityKind::Lead),
        "contacts" | "contact" => Group::Entities(EntityKind::Contact),
        "companies" | "company" => Group::Entities(EntityKind::Company),
        "customers" | "customer" => Group::Entities(EntityKind::Customer),
        "task" | "tasks" => Group::Entities(EntityKind::Task),
        "catalogs" | "catalog" => Group::Entities(EntityKind::CatalogItem),
        "unsorted" => Group::Entities(EntityKind::IncomingLead),
        "talk" | "talks" => Group::Entities(EntityKind::Talk),
        "message" | "messages" => Group::Messages(Side::Customer),
        "outgoing_message" | "outgoing_messages" => Group::Messages(Side::Business),
        _ => return None,
    })
}

/// What happened to `item`, if its group and action are known and it is an object. One that is
/// deleted may come as its id alone.
pub(super) fn of(item: &Item) -> Option<Happening> {
    let none = Fields::new();
    let fields = item.value.as_object().unwrap_or(&none);
    let says = |name: &str, word: &str| fields.get(name).is_some_and(|value| value == word);
    if item.group == BARE && item.action.is_none() {
        let is_message = fields.contains_key("chat_id");
        let wrote = is_message.then_some(Happening::Wrote(Side::Customer));
        return wrote.or(Some(Happening::Reviewed));
    }
    let action = item.action.as_deref()?;
    let kind = match group(&item.group)? {
        Group::Messages(side) => return (action == "add").then_some(Happening::Wrote(side)),
        Group::Entities(EntityKind::Contact) if says("type", "company") => EntityKind::Company,
        Group::Entities(kind) => kind,
    };
    let is_assigned = fields.contains_key("old_responsible_user_id");
    Some(match (kind, action) {
        (EntityKind::IncomingLead, "delete") if says("action", "accept") => {
            Happening::Changed(kind, EntityChange::Accepted)
        }
        (EntityKind::IncomingLead, "delete") if says("action", "decline") => {
            Happening::Changed(kind, EntityChange::Declined)
        }
        (_, "add") => Happening::Changed(kind, EntityChange::Created),
        (EntityKind::IncomingLead, "update") => Happening::Changed(kind, EntityChange::Updated),
        (_, "update") if is_assigned => Happening::Changed(kind, EntityChange::Assigned),
        (_, "update") => Happening::Changed(kind, EntityChange::Updated),
        (EntityKind::IncomingLead | EntityKind::Talk, _) => return None,
        (_, "delete") => Happening::Changed(kind, EntityChange::Deleted),
        (_, "restore") => Happening::Changed(kind, EntityChange::Restored),
        (_, "responsible") => Happening::Changed(kind, EntityChange::Assigned),
        (_, "note") => Happening::Noted(kind),
        (EntityKind::Lead, "status") => Happening::Changed(kind, EntityChange::StatusChanged),
        (EntityKind::Customer, "period") => Happening::Changed(kind, EntityChange::PeriodChanged),
        (EntityKind::Lead | EntityKind::Customer, action) => {
            Happening::Did(activity(action)?, kind)
        }
        _ => return None,
    })
}

fn activity(action: &str) -> Option<ActivityKind> {
    Some(match action {
        "call_in" => ActivityKind::Call,
        "chat" => ActivityKind::Chat,
        "mail_in" => ActivityKind::Mail,
        "site_visit" => ActivityKind::Page,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn happened(group: &str, action: &str, value: Value) -> Option<Happening> {
        of(&Item {
            action: Some(action.to_owned()),
            ..Item::whole(group, value)
        })
    }

    #[test]
    fn a_contact_that_says_so_is_a_company() {
        for (value, kind) in [
            (json!({"type": "company"}), EntityKind::Company),
            (json!({"type": "contact"}), EntityKind::Contact),
            (json!({}), EntityKind::Contact),
            (json!("17612521"), EntityKind::Contact),
        ] {
            let deleted = Happening::Changed(kind, EntityChange::Deleted);
            assert_eq!(happened("contacts", "delete", value), Some(deleted));
        }
    }

    #[test]
    fn what_is_gone_from_the_incoming_leads_says_where_it_went() {
        let gone = |value| happened("unsorted", "delete", value);
        let changed = |change| Some(Happening::Changed(EntityKind::IncomingLead, change));

        assert_eq!(
            gone(json!({"action": "accept"})),
            changed(EntityChange::Accepted)
        );
        assert_eq!(
            gone(json!({"action": "decline"})),
            changed(EntityChange::Declined)
        );
        assert_eq!(gone(json!({"action": "merge"})), None);
        assert_eq!(gone(json!("40789acb")), None);
    }

    #[test]
    fn what_is_in_no_table_is_unknown() {
        for (group, action) in [
            ("contacts", "status"),
            ("leads", "period"),
            ("task", "call_in"),
            ("talk", "delete"),
            ("message", "update"),
            ("deals", "add"),
            ("leads", "merge"),
        ] {
            assert_eq!(happened(group, action, json!({})), None, "{group}.{action}");
        }
        assert_eq!(of(&Item::whole("leads", json!({}))), None);
    }
}
