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
    /// The form as it came, where something of it was lost.
    pub(super) torn_form: Option<String>,
    /// The name of the one variable that held it all, where it is not Kommo's own.
    pub(super) variable: Option<String>,
}

/// What Kommo's pages call the variable that holds JSON.
const VARIABLE: &str = "data";

/// Reads a body. Kommo sends forms with brackets; its old pages speak of JSON, and of a form with one
/// variable that holds it. The bytes tell which, as nobody saw a content type with the latter two.
pub(super) fn read(delivery: &Delivery) -> Result<Tree, ParseError> {
    if is_json(&delivery.body) {
        return Ok(Tree {
            root: delivery.json()?,
            reports: Vec::new(),
            torn_form: None,
            variable: None,
        });
    }
    let Form { value, reports, .. } = delivery.form_tree()?;
    let Value::Object(root) = value else {
        return Err(ParseError::new("the form is no object"));
    };
    let only = only_text(&root).filter(|(_, text)| is_json(text.as_bytes()));
    let within = only.map(|(_, text)| serde_json::from_str(text));
    let variable = only.map(|(name, _)| name.to_owned());
    let root = within.transpose()?.unwrap_or(root);
    let is_torn = !reports.is_empty() || has_odd_bytes(delivery);
    Ok(Tree {
        root,
        reports,
        torn_form: is_torn.then(|| String::from_utf8_lossy(&delivery.body).into_owned()),
        variable: variable.filter(|name| name != VARIABLE),
    })
}

/// Whether a pair is no UTF-8; what is not cannot be read back from its text.
fn has_odd_bytes(delivery: &Delivery) -> bool {
    let is_odd = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
    delivery
        .form()
        .any(|(name, value)| is_odd(&name) || is_odd(&value))
}

fn only_text(root: &Map<String, Value>) -> Option<(&str, &str)> {
    let mut entries = root.iter();
    let (name, value) = entries.next()?;
    let only = value.as_str().filter(|_| entries.next().is_none())?;
    Some((name, only))
}

/// No name of a form begins with these.
fn is_json(text: &[u8]) -> bool {
    matches!(text.trim_ascii_start(), [b'{' | b'[', ..])
}
