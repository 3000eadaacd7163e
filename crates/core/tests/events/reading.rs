//! What reading back refuses, and what it says then.

use std::error::Error;

use serde_json::json;
use switchboard_core::Data;
use switchboard_core::event::{KIND_PREFIX, KINDS, ReadError, example};

use crate::stamped;

#[test]
fn an_event_reads_as_the_data_it_was_made_of() {
    for kind in KINDS {
        assert_eq!(stamped(example(kind)).read(), Ok(example(kind)));
    }
}

#[test]
fn a_kind_reads_with_and_without_its_prefix() {
    let data = json!({"kind": "ping", "fields": {}});

    let short = Data::read("provider.event", data.clone());
    let long = Data::read(&format!("{KIND_PREFIX}provider.event"), data);

    assert!(short.is_ok(), "{short:?}");
    assert_eq!(short, long);
}

#[test]
fn a_kind_of_tomorrow_is_an_error_of_its_own() {
    let error = Data::read("order.paid", json!({})).unwrap_err();

    assert_eq!(error, ReadError::UnknownKind("order.paid".into()));
}

#[test]
fn an_entity_of_another_kind_is_refused() {
    let contact = json!({"entity": {"type": "contact", "id": "1"}});

    for kind in [
        "lead.created",
        "lead.status_changed",
        "incoming_lead.accepted",
    ] {
        let error = Data::read(kind, contact.clone()).unwrap_err();
        assert!(matches!(error, ReadError::Invalid { .. }), "{error:?}");
    }
}

#[test]
fn an_error_quotes_nothing_of_the_data() {
    let error = Data::read("message.created", json!({"direction": "hunter2"})).unwrap_err();

    assert_eq!(error.to_string(), "not the data of `message.created`");
    assert!(!error.source().unwrap().to_string().contains("hunter2"));
}
