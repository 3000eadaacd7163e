//! Typed Rust and JSON Schema agree, for every kind.

use serde_json::{Value, json};
use switchboard_core::Data;
use switchboard_core::event::{
    Entity, EntityChange, EntityKind, KINDS, Kind, envelope_schema, example, schema,
};

use crate::minimal::minimal;
use crate::{json, stamped};

#[test]
fn every_kind_has_an_example_and_reads_it_back() {
    for kind in KINDS {
        for data in [example(kind), minimal(kind)] {
            assert_eq!(data.kind(), kind.name);
            assert_eq!(Data::read(kind.name, json(data.clone())), Ok(data));
        }
    }
}

#[test]
fn no_two_kinds_share_a_name() {
    for (index, kind) in KINDS.iter().enumerate() {
        assert!(
            !KINDS[..index].iter().any(|other| other.name == kind.name),
            "{kind:?}"
        );
        assert_eq!(Kind::named(kind.name), Some(kind));
    }
}

#[test]
fn every_change_of_every_entity_has_a_kind() {
    for entity in EntityKind::ALL {
        for change in EntityChange::ALL {
            let kind = Entity::new(*entity, "1").after(*change).kind();

            assert!(Kind::named(kind).is_some(), "{kind}");
            assert!(kind.starts_with(entity.name()), "{kind}");
        }
    }
}

#[test]
fn no_schema_has_an_example_in_rust() {
    let schemas = KINDS.iter().map(schema).chain([envelope_schema()]);
    for schema in schemas {
        assert!(!schema.to_string().contains("```"), "{schema:#}");
    }
}

#[test]
fn the_schema_of_every_kind_takes_its_examples_and_nothing_it_does_not_describe() {
    for kind in KINDS {
        let mut schema = schema(kind);
        assert_eq!(schema["$id"], stamped(example(kind)).dataschema);
        close(&mut schema);
        let validator = jsonschema::draft202012::new(&schema).unwrap();

        for data in [json(example(kind)), json(minimal(kind))] {
            if let Err(error) = validator.validate(&data) {
                panic!("{}: {error} in {data:#}", kind.name);
            }
        }
        assert!(!validator.is_valid(&json!({})), "{}", kind.name);
    }
}

#[test]
fn the_full_example_leaves_nothing_out_and_the_minimal_one_has_what_is_required() {
    for kind in KINDS {
        let schema = schema(kind);
        let names = |value: &Value| -> Vec<String> {
            let mut names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        let mut described = names(&schema["properties"]);
        described.retain(|name| name != "provider");
        let mut required: Vec<String> = serde_json::from_value(schema["required"].clone()).unwrap();
        required.sort();

        assert_eq!(names(&json(example(kind))), described, "{}", kind.name);
        assert_eq!(names(&json(minimal(kind))), required, "{}", kind.name);
    }
}

#[test]
fn what_the_provider_sent_besides_is_welcome() {
    for kind in KINDS {
        let mut data = json(minimal(kind));
        data["provider"] = json!({"colour": ["red"]});

        let schema = schema(kind);
        assert!(
            jsonschema::draft202012::is_valid(&schema, &data),
            "{}",
            kind.name
        );
        assert_eq!(Data::read(kind.name, data), Ok(minimal(kind)));
    }
}

#[test]
fn absent_is_left_out_and_never_null() {
    for kind in KINDS {
        let text = schema(kind).to_string();

        assert!(!text.contains(r#""null""#), "{}: {text}", kind.name);
    }
}

#[test]
fn the_envelope_schema_takes_every_event() {
    let mut schema = envelope_schema();
    close(&mut schema);
    let validator = jsonschema::draft202012::new(&schema).unwrap();

    for kind in KINDS {
        let event = serde_json::to_value(stamped(example(kind))).unwrap();
        if let Err(error) = validator.validate(&event) {
            panic!("{}: {error} in {event:#}", kind.name);
        }
    }
}

/// Forbids every member that `schema` does not describe.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") {
                members.insert("unevaluatedProperties".into(), Value::Bool(false));
            }
            for (name, member) in members.iter_mut() {
                if name != "examples" {
                    close(member);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}
