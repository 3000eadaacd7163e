//! From the bytes to one tree, in whichever of three ways it was written.

use serde_json::{Map, Value};
use switchboard_core::form::{Form, Report};
use switchboard_core::{Delivery, ParseError};

/// A body as a tree.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: Map<String, Value>,
    /// What was lost on the way.
    pub(super) reports: Vec<Report>,
}

/// Reads a body. Kommo sends forms with brackets; its old pages speak of JSON, and of a form with one
/// variable that holds it. The bytes tell which, as nobody saw a content type with the latter two.
pub(super) fn read(delivery: &Delivery) -> Result<Tree, ParseError> {
    let unreported = |root| Tree {
        root,
        reports: Vec::new(),
    };
    if is_json(&delivery.body) {
        return delivery.json().map(unreported);
    }
    let Form { value, reports, .. } = delivery.form_tree()?;
    let Value::Object(root) = value else {
        return Err(ParseError::new("the form is no object"));
    };
    match only_text(&root).filter(|text| is_json(text.as_bytes())) {
        Some(json) => Ok(unreported(serde_json::from_str(json)?)),
        None => Ok(Tree { root, reports }),
    }
}

fn only_text(root: &Map<String, Value>) -> Option<&str> {
    let mut values = root.values();
    let only = values.next()?.as_str();
    only.filter(|_| values.next().is_none())
}

/// No name of a form begins with these.
fn is_json(text: &[u8]) -> bool {
    matches!(text.trim_ascii_start(), [b'{' | b'[', ..])
}
