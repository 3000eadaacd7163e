//! JSON Schema for the data of every kind, and for the envelope.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::data::Said;
use super::{
    Activity, ConversationState, Data, Entity, Event, Installation, Interaction, Kind, Message,
    MessageStatus, Participation, Reaction, SCHEMA_PREFIX, TemplateReview, Typing, Unknown,
    example,
};
use crate::Timestamp;

/// The JSON Schema (2020-12) of the data of `kind`. Its `$id` is the event's `dataschema`.
///
/// It says what this version writes. Within `v1` fields and enum values are added, so a validator
/// that must outlive an upgrade does not take an enum value it does not know for an error.
///
/// ```
/// use switchboard_core::event::{Kind, schema};
///
/// let kind = Kind::named("message.created").expect("it is one of ours");
/// let schema = schema(kind);
/// assert_eq!(schema["$id"], "urn:switchboard:schema:v1:message.created");
/// assert_eq!(schema["examples"][0]["message"]["id"], "m-1");
/// ```
pub fn schema(kind: &Kind) -> Value {
    let example = example(kind);
    let mut schema = match &example {
        Data::Message(..) => root::<Message>(),
        Data::MessageStatus(_) => root::<MessageStatus>(),
        Data::Reaction(..) => root::<Reaction>(),
        Data::Interaction(_) => root::<Interaction>(),
        Data::Typing(..) => root::<Typing>(),
        Data::Conversation(..) => root::<ConversationState>(),
        Data::Participation(..) => root::<Participation>(),
        Data::Activity(..) => root::<Activity>(),
        Data::Entity(..) => root::<Entity>(),
        Data::App(..) => root::<Installation>(),
        Data::Template(_) => root::<TemplateReview>(),
        Data::Unknown(_) => root::<Unknown>(),
    };
    schema["$id"] = format!("{SCHEMA_PREFIX}{}", kind.name).into();
    schema["description"] = format!("{} {GROWTH}", kind.about).into();
    schema["properties"]["provider"] = json!({
        "description": "What the provider sent and the model has no place for, in the provider's shape."
    });
    schema["examples"] = json!([Said(&example)]);
    schema
}

/// The JSON Schema (2020-12) of the CloudEvents envelope. Its `dataschema` names the schema of its
/// `data`.
///
/// ```
/// use switchboard_core::event::envelope_schema;
///
/// let schema = envelope_schema();
/// assert_eq!(schema["properties"]["specversion"]["const"], "1.0");
/// ```
pub fn envelope_schema() -> Value {
    let mut schema = root::<Event>();
    schema["$id"] = format!("{SCHEMA_PREFIX}event").into();
    schema["description"] = format!("A CloudEvents 1.0 envelope. {GROWTH}").into();
    schema["properties"]["data"]["type"] = "object".into();
    schema
}

const GROWTH: &str = "Fields and enum values may be added within v1.";

/// The schema of what `T` is written as.
fn root<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(AbsentNotNull)
        .with_transform(WordsAlone)
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Takes `null` out of every `Option`: what is not there is left out. Of `anyOf: [X, null]` stays X.
#[derive(Clone, Debug)]
struct AbsentNotNull;

impl Transform for AbsentNotNull {
    fn transform(&mut self, schema: &mut Schema) {
        let null = json!("null");
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|name| *name != null);
            if let [only] = types.as_slice() {
                let only = only.clone();
                schema.insert("type".into(), only);
            }
        }
        if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
            choices.retain(|choice| choice["type"] != null);
            if let [Value::Object(only)] = choices.as_slice() {
                let only = only.clone();
                schema.remove("anyOf");
                for (name, value) in only {
                    schema.ensure_object().entry(name).or_insert(value);
                }
            }
        }
        transform_subschemas(self, schema);
    }
}

/// Ends every description where an example begins: that is Rust, and nobody's who reads a schema.
#[derive(Clone, Debug)]
struct WordsAlone;

impl Transform for WordsAlone {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(words)) = schema.get_mut("description")
            && let Some(example) = words.find("```")
        {
            words.truncate(words[..example].trim_end().len());
        }
        transform_subschemas(self, schema);
    }
}

impl JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time"})
    }
}
