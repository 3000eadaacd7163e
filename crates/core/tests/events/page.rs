//! `docs/events.md` is what the code says.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::{env, fs};

use serde_json::Value;
use switchboard_core::event::{KINDS, Kind, envelope_schema, example, schema};

use crate::{json, stamped};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/events.md");

#[test]
fn the_page_is_what_the_code_says() {
    let page = page();

    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(PAGE, &page).unwrap();
    }

    let written = fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        written == page,
        "docs/events.md is out of date: run this test with UPDATE_DOCS=1"
    );
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut parts = BTreeMap::new();

    let envelope = envelope_schema();
    page += "\n## Envelope\n\n";
    fields(&mut page, &envelope);
    let typing = Kind::named("typing.started").unwrap();
    page += "\nA whole event:\n\n";
    code(
        &mut page,
        &serde_json::to_value(stamped(example(typing))).unwrap(),
    );

    page += "\n## Kinds\n\n| kind | when | subject |\n|---|---|---|\n";
    for kind in KINDS {
        let subject = example(kind).subject().unwrap_or_default();
        let about = subject.split('/').next().filter(|about| !about.is_empty());
        let about = about.map_or("none".to_owned(), |about| format!("`{about}/…`"));
        writeln!(
            page,
            "| [`{}`](#{}) | {} | {about} |",
            kind.name,
            anchor(kind),
            kind.about
        )
        .unwrap();
    }

    let mut title = Value::Null;
    for kind in KINDS {
        let schema = schema(kind);
        if schema["title"] != title {
            title = schema["title"].clone();
            let (title, shape) = (title.as_str().unwrap(), shape(kind));
            write!(page, "\n## {title}\n\nThe data of {shape}.\n\n").unwrap();
            fields(&mut page, &schema);
        }
        write!(page, "\n### {}\n\n{}\n\n", kind.name, kind.about).unwrap();
        code(&mut page, &json(example(kind)));
        if let Some(definitions) = schema["$defs"].as_object() {
            parts.extend(definitions.clone());
        }
    }

    page += "\n## Parts\n";
    for (name, part) in &parts {
        let about = part["description"].as_str().unwrap_or_default();
        write!(page, "\n### {name}\n\n{}\n\n", line(about)).unwrap();
        if part["properties"].is_object() {
            fields(&mut page, part);
        } else {
            values(&mut page, part);
        }
    }
    page
}

/// All kinds whose data has the shape of this one's.
fn shape(kind: &Kind) -> String {
    let title = schema(kind)["title"].clone();
    let alike = KINDS.iter().filter(|other| schema(other)["title"] == title);
    let names: Vec<_> = alike.map(|kind| format!("`{}`", kind.name)).collect();
    names.join(", ")
}

fn fields(page: &mut String, schema: &Value) {
    *page += "| field | type | |\n|---|---|---|\n";
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, field) in schema["properties"].as_object().unwrap() {
        let always = match required.iter().any(|required| required == name) {
            true => "",
            false => "?",
        };
        let about = line(field["description"].as_str().unwrap_or_default());
        writeln!(page, "| `{name}`{always} | {} | {about} |", kind_of(field)).unwrap();
    }
}

fn values(page: &mut String, schema: &Value) {
    *page += "| value | |\n|---|---|\n";
    for value in schema["oneOf"].as_array().unwrap() {
        let about = line(value["description"].as_str().unwrap_or_default());
        writeln!(page, "| `{}` | {about} |", value["const"].as_str().unwrap()).unwrap();
    }
}

fn kind_of(field: &Value) -> String {
    if let Some(part) = field["$ref"].as_str() {
        let name = part.rsplit('/').next().unwrap();
        return format!("[{name}](#{})", name.to_lowercase());
    }
    match field["type"].as_str() {
        Some("array") => format!("list of {}", kind_of(&field["items"])),
        Some("object") if field["additionalProperties"].is_object() => {
            format!("object of {}", kind_of(&field["additionalProperties"]))
        }
        Some("string") if field["format"] == "date-time" => "time".to_owned(),
        Some(name) => name.to_owned(),
        None => "any".to_owned(),
    }
}

fn anchor(kind: &Kind) -> String {
    kind.name.replace('.', "")
}

/// Text on one line, as a table needs it.
fn line(text: &str) -> String {
    text.replace('\n', " ")
}

fn code(page: &mut String, example: &Value) {
    writeln!(page, "```json\n{}\n```", layout(example, 0)).unwrap();
}

/// JSON that breaks a line only where what stands on it would be too long.
fn layout(value: &Value, indent: usize) -> String {
    let short = value.to_string();
    if indent + short.len() <= 96 {
        return short;
    }
    let deeper = " ".repeat(indent + 2);
    let (open, close, members): (_, _, Vec<String>) = match value {
        Value::Object(members) => {
            let member =
                |(name, value)| format!("{deeper}\"{name}\": {}", layout(value, indent + 2));
            ('{', '}', members.iter().map(member).collect())
        }
        Value::Array(values) => {
            let element = |value| format!("{deeper}{}", layout(value, indent + 2));
            ('[', ']', values.iter().map(element).collect())
        }
        _ => return short,
    };
    format!(
        "{open}\n{}\n{}{close}",
        members.join(",\n"),
        " ".repeat(indent)
    )
}

const INTRODUCTION: &str = "\
# Events

<!-- Made from the code: UPDATE_DOCS=1 cargo test -p switchboard-core --test events -->

Whatever the provider, an event is one CloudEvents 1.0 JSON object. `type` says what happened and
decides what `data` is; `dataschema` names the JSON Schema of `data`, which `switchboard schema`
prints.

- (`source`, `id`) is unique for ever: recognise a repeated event by it.
- Ids are strings, even where the provider writes numbers: some are too big for a JSON number.
- What is empty or unknown is left out; a `?` behind a field's name says that it can be.
- What the provider sent and the model has no place for is in `data.provider`, in the provider's
  shape. It may change whenever the provider likes, so build on the model where you can.
- Within `v1` kinds, fields and enum values are added; none is taken away, renamed, or given another
  meaning. Pass over fields that you do not know, and take an enum value that you do not know for
  \"something else\".
- Read `direction` before you answer: an `outbound` message is your own side's words to a customer,
  and a bot that answers it answers an agent.
";
