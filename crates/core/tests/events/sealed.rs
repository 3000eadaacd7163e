//! An event is the same when it is made of its JSON.

use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};
use switchboard_core::event::{KINDS, example};
use switchboard_core::sink::{Envelope, FromEvent as _};
use switchboard_core::{Data, DedupKey, Descriptor, Draft, Event, Timestamp};

use super::{ADAPTER, origin, stamped};

const SECRETIVE: Descriptor = Descriptor::new("acme", "Acme").redact(&["token"]);

/// What JSON can say, with the numbers that readers and writers disagree about.
fn value() -> impl Strategy<Value = Value> {
    let float = prop_oneof![any::<f64>(), any::<f32>().prop_map(f64::from)];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        float.prop_map(|float| Number::from_f64(float).map_or(Value::Null, Value::from)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        // Names by which some builds of the JSON library mark what is no object.
        let name = prop_oneof![
            8 => any::<String>(),
            1 => Just("$serde_json::private::Number".to_owned()),
            1 => Just("$serde_json::private::RawValue".to_owned()),
        ];
        let entries = proptest::collection::btree_map(name, inner.clone(), 0..8);
        prop_oneof![
            proptest::collection::vec(inner, 0..8).prop_map(Value::from),
            entries.prop_map(|entries| Value::from(Map::from_iter(entries))),
        ]
    })
}

/// By whichever way it is made, it is the one that was sealed, down to the sign of a zero.
fn check(event: &Event) {
    let written = serde_json::to_string(event).unwrap();
    let sealed = Envelope::sealed(event.clone());
    assert_eq!(sealed.json(), &written, "its JSON");
    let read = Envelope::read(sealed.json().clone()).unwrap();
    for made in [
        sealed.to_event(),
        sealed.event().clone(),
        read.to_event(),
        read.event().clone(),
        // As it is kept now.
        read.to_event(),
        Envelope::new(event.clone()).to_event(),
    ] {
        assert_eq!(&made, event);
        assert_eq!(serde_json::to_string(&made).unwrap(), written);
    }
    let asked = Envelope::sealed(event.clone());
    asked.event();
    for envelope in [sealed, asked, read, Envelope::new(event.clone())] {
        check_data(&envelope, event);
    }
}

/// The typed data is that of the event, however often somebody asks.
fn check_data(envelope: &Envelope, event: &Event) {
    let expected = Data::from_event(event.clone()).ok();
    for _ in 0..2 {
        assert_eq!(Data::from_envelope(envelope).ok(), expected);
    }
}

/// An envelope that is stamped at once is that of the stamped event.
fn check_stamp(draft: &Draft) {
    for adapter in [&ADAPTER, &SECRETIVE] {
        let origin = origin(adapter);
        let event = Event::stamp(draft.clone(), &origin, 7);

        let envelope = Envelope::stamp(draft.clone(), &origin, 7);

        assert_eq!(envelope.to_event(), event);
        assert_eq!(envelope.id(), event.id);
        let read = Envelope::read(envelope.json().clone()).unwrap();
        assert_eq!(read.event(), &event, "as a journal has it back");
        check_data(&envelope, &event);
        assert!(event.read().is_ok(), "there is something to read");
    }
}

proptest! {
    #[test]
    fn an_event_is_the_same_when_it_is_made_of_its_json(
        data in value(),
        key in any::<String>(),
        subject in any::<Option<String>>(),
        micros in any::<i64>(),
        nanos in 0..1_000_u64,
    ) {
        let mut event = Event::for_test(Draft::unknown("x", data, DedupKey::provider([key])));
        let moment = Timestamp::from_micros(micros % 253_402_200_000_000_000);
        event.time = moment.map(|moment| moment.plus(std::time::Duration::from_nanos(nanos)));
        event.subject = subject;

        check(&event);
    }

    #[test]
    fn an_envelope_that_is_stamped_is_that_of_the_stamped_event(data in value(), rest in value()) {
        check_stamp(&Draft::unknown("x", data.clone(), DedupKey::None).rest(rest.clone()));
        let secret = json!({"token": data, "user": {"token": 7, "name": rest}});
        check_stamp(&Draft::unknown("x", secret.clone(), DedupKey::None).rest(secret));
    }
}

#[test]
fn an_envelope_of_every_kind_is_that_of_the_stamped_event() {
    for kind in KINDS {
        let draft = Draft::new(example(kind), DedupKey::provider(["8f3a"]));
        check_stamp(&draft);
        check_stamp(&draft.rest(json!({"token": "s3cr3t", "colour": ["red", null]})));
    }
}

#[test]
fn nobody_stamps_what_is_never_shown() {
    let draft = Draft::unknown("x", json!({"token": "s3cr3t"}), DedupKey::None);
    let draft = draft.rest(json!({"deep": [{"token": "s3cr3t"}]}));

    let envelope = Envelope::stamp(draft, &origin(&SECRETIVE), 0);

    let told = String::from_utf8(envelope.json().to_vec()).unwrap();
    assert!(!told.contains("s3cr3t"), "{told}");
}

/// What is too deep to be read back is still the same event.
#[test]
fn what_is_nested_deeply_is_stamped_as_it_is() {
    let nested = |levels| (0..levels).fold(Value::Null, |inner, _| json!([inner]));
    for levels in [99, 100, 101, 120, 200] {
        let draft = Draft::unknown("x", nested(levels), DedupKey::None);
        for draft in [draft.clone().rest(nested(levels)), draft] {
            let event = Event::stamp(draft.clone(), &origin(&ADAPTER), 0);
            let envelope = Envelope::stamp(draft, &origin(&ADAPTER), 0);
            assert_eq!(envelope.to_event(), event);
            check_data(&envelope, &event);
        }
    }
}

#[test]
fn every_kind_and_every_odd_number_is_the_same_when_it_is_made_of_its_json() {
    for kind in KINDS {
        check(&stamped(example(kind)));
    }
    // As `parse` would read them, some of them beyond what a number can hold.
    for number in [
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1e2",
        "0.1",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "9007199254740993.0",
        "5e-324",
        "1.7976931348623157e308",
        "123456789012345678901234567890",
        "3.141592653589793238462643",
    ] {
        let data: Value = serde_json::from_str(number).unwrap();
        check(&Event::for_test(Draft::unknown("x", data, DedupKey::None)));
    }
    let mut bare = Event::for_test(Draft::unknown("x", json!({}), DedupKey::None));
    bare.data = Value::Null;
    check(&bare);
}
