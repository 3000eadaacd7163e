//! From the bytes to Slack's words: which of its calls it is. The body alone says so, as nobody signs
//! the headers.

use serde_json::{Map, Value};
use switchboard_core::read::peek;
use switchboard_core::{Delivery, ParseError};

/// One call, as it came. What `normalize` reads of it depends on what it is.
///
/// ```
/// use switchboard_adapter_slack::{Payload, Slack};
/// use switchboard_core::{Delivery, ProviderAdapter as _};
///
/// let slack = Slack {};
/// let command = slack.parse(&Delivery::post("command=%2Forder&text=4711&team_id=T0ACME0001"))?;
/// let Payload::Command(form) = command else { panic!("{command:?}") };
/// assert_eq!(form["text"], "4711");
///
/// let odd = slack.parse(&Delivery::post(r#"{"type": "moon_phase"}"#))?;
/// assert!(matches!(odd, Payload::Other(_)), "it becomes a `provider.event`");
/// # Ok::<(), switchboard_core::ParseError>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Payload {
    /// Slack asks whether anybody is there who knows the secret.
    Challenge(String),
    /// Slack looks at the certificate of a command's URL.
    SslCheck,
    /// Something happened: the envelope of an event.
    Event(Value),
    /// Somebody pressed, picked or filled in something: the form, its `payload` opened.
    Interaction(Value),
    /// Somebody entered a slash command: the form.
    Command(Value),
    /// Anything else.
    Other(Value),
}

/// Reads a body of any call.
pub(crate) fn payload(delivery: &Delivery) -> Result<Payload, ParseError> {
    if delivery.body.trim_ascii_start().starts_with(b"{") {
        let raw: Map<String, Value> = delivery.json()?;
        return Ok(of_json(Value::Object(raw)));
    }
    delivery.text()?;
    let raw = fields(delivery);
    if raw.is_empty() || !delivery.body.contains(&b'=') {
        return Err(ParseError::new(
            "the body is neither a JSON object nor a form",
        ));
    }
    Ok(of_form(raw))
}

fn of_json(raw: Value) -> Payload {
    match (raw["type"].as_str(), &raw["challenge"]) {
        (Some("url_verification"), Value::String(challenge)) if !challenge.is_empty() => {
            Payload::Challenge(challenge.clone())
        }
        (Some("event_callback"), _) => Payload::Event(raw),
        _ => Payload::Other(raw),
    }
}

fn of_form(mut raw: Map<String, Value>) -> Payload {
    let opened = raw.get("payload").and_then(opened);
    if let Some(opened) = opened {
        raw.insert("payload".to_owned(), opened);
        return Payload::Interaction(Value::Object(raw));
    }
    let raw = Value::Object(raw);
    match peek(&raw["command"]) {
        Some(_) => Payload::Command(raw),
        None if raw["ssl_check"] == "1" => Payload::SslCheck,
        None => Payload::Other(raw),
    }
}

/// The object that a text is the JSON of.
fn opened(text: &Value) -> Option<Value> {
    let object: Map<String, Value> = serde_json::from_str(text.as_str()?).ok()?;
    Some(Value::Object(object))
}

/// The pairs of a form by their names; the values of a name that comes twice are a list.
fn fields(delivery: &Delivery) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in delivery.form() {
        let value = Value::String(value.into_owned());
        match fields.get_mut(&*name) {
            None => {
                fields.insert(name.into_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    fields
}
