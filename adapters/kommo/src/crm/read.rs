//! From the bytes to the things that they tell.

use serde_json::{Map, Value};
use switchboard_core::form::Limits;
use switchboard_core::read::filled;
use switchboard_core::{Delivery, ParseError};

use super::divide::divide;
use super::fields::{self, Fields};
use super::payload::{Heading, Item, LONGEST_NAME, Payload};
use super::tree::{self, Tree};

/// Reads a body and its request id.
pub(super) fn payload(delivery: &Delivery) -> Result<Payload, ParseError> {
    let Tree {
        root,
        reports,
        torn_form,
        variable,
    } = tree::read(delivery)?;
    let is_ping = root.is_empty() && reports.is_empty();
    let (mut heading, mut items) = if is_widget(&root) {
        widget(root)
    } else {
        entities(root)
    };
    if items.len() > Limits::default().pairs {
        return Err(ParseError::new("the body tells of too many things"));
    }
    // Whatever came is told, be it the heading alone.
    if items.is_empty() && !is_ping {
        items.push(Item::whole("account", Value::Object(Map::new())));
    }
    heading.request = delivery.header("x-amocrm-requestid").and_then(filled);
    heading.torn_form = torn_form;
    heading.variable = variable;
    heading.reports = reports;
    Ok(Payload { heading, items })
}

fn entities(mut root: Fields) -> (Heading, Vec<Item>) {
    let heading = match root.get_mut("account") {
        Some(Value::Object(account)) => {
            let account = std::mem::take(account);
            root.remove("account");
            heading(account)
        }
        _ => Heading::default(),
    };
    let groups = root.into_iter();
    let items = groups.flat_map(|(group, value)| divide(group, value));
    (heading, items.collect())
}

fn heading(mut account: Fields) -> Heading {
    let subdomain = fields::text(&account, "subdomain");
    let id = fields::text(&account, "id").filter(|id| id.len() <= LONGEST_NAME);
    if id.is_some() {
        account.remove("id");
    }
    Heading {
        account: id,
        subdomain,
        about_account: account,
        ..Heading::default()
    }
}

/// Whether it is what a widget in a digital pipeline is told, which looks like nothing else.
fn is_widget(root: &Fields) -> bool {
    let event = root.get("event").and_then(Value::as_object);
    event.is_some_and(|event| event.contains_key("type_code"))
}

fn widget(root: Fields) -> (Heading, Vec<Item>) {
    let heading = Heading {
        account: fields::text(&root, "account_id"),
        subdomain: fields::text(&root, "subdomain"),
        ..Heading::default()
    };
    let item = Item {
        action: Some("widget".to_owned()),
        ..Item::whole("dp", Value::Object(root))
    };
    (heading, vec![item])
}
