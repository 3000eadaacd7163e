//! What becomes of each webhook.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use serde::Deserialize;
use switchboard_core::event::{Direction, Role};
use switchboard_core::{Data, Delivery, Draft, Endpoint, Event, Redelivery};

use crate::request::{fixture, request};
use crate::{NOW, adapter, decode, form, requests, stamp};

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    len: usize,
}

/// An editor that adds a line end to a body changes what it tells.
#[test]
fn the_bodies_of_the_vectors_are_as_long_as_they_were() {
    let vectors = fs::read(fixture("vectors.json")).unwrap();
    let Vectors { vectors } = serde_json::from_slice(&vectors).unwrap();
    assert_eq!(vectors.len(), 13);

    for vector in vectors {
        let body = request(&vector.name).body;
        assert_eq!(body.len(), vector.len, "{}", vector.name);
    }
}

/// Kommo's tables, but for what a test of its own tells.
#[test]
fn every_entity_and_action_has_its_kind() {
    let kind = |group: &str, action: &str| {
        let name = if group == "unsorted" { "uid" } else { "id" };
        let draft = decode(&form(&format!("{group}[{action}][0][{name}]=7"))).remove(0);
        draft.data.kind()
    };
    let entities = [
        ("leads", "lead"),
        ("contacts", "contact"),
        ("customers", "customer"),
        ("task", "task"),
        ("catalogs", "catalog_item"),
    ];
    for (group, entity) in entities {
        for (action, change) in [
            ("add", "created"),
            ("update", "updated"),
            ("delete", "deleted"),
            ("restore", "restored"),
            ("responsible", "assigned"),
        ] {
            assert_eq!(kind(group, action), format!("{entity}.{change}"));
        }
        assert_eq!(kind(group, "note"), "note.created");
    }
    for (group, action, expected) in [
        ("leads", "status", "lead.status_changed"),
        ("customers", "period", "customer.period_changed"),
        ("leads", "call_in", "call.incoming"),
        ("customers", "call_in", "call.incoming"),
        ("leads", "mail_in", "mail.received"),
        ("leads", "site_visit", "page.visited"),
        ("leads", "chat", "chat.received"),
        ("unsorted", "add", "incoming_lead.created"),
        ("unsorted", "update", "incoming_lead.updated"),
        ("unsorted", "delete", "provider.event"),
        ("talk", "add", "talk.created"),
        ("talk", "update", "talk.updated"),
        ("talk", "delete", "provider.event"),
        ("message", "add", "message.created"),
        ("outgoing_message", "add", "message.created"),
        ("message", "update", "provider.event"),
        ("customers", "status", "provider.event"),
        ("leads", "period", "provider.event"),
        ("leads", "merge", "provider.event"),
        ("deals", "add", "provider.event"),
    ] {
        assert_eq!(kind(group, action), expected, "{group} {action}");
    }
}

#[test]
fn the_fixtures_show_every_kind_that_kommo_has() {
    let mut kinds = BTreeSet::new();
    for (_, delivery) in requests() {
        let events = stamp(adapter().decode(&delivery).unwrap_or_default());
        kinds.extend(events.iter().map(Event::short_kind).map(str::to_owned));
    }

    let expected: BTreeSet<_> = "
        call.incoming catalog_item.created catalog_item.deleted catalog_item.restored
        catalog_item.updated chat.received company.assigned company.created company.deleted
        company.restored company.updated contact.assigned contact.created contact.deleted
        contact.restored contact.updated customer.assigned customer.created customer.deleted
        customer.period_changed customer.restored customer.updated incoming_lead.accepted
        incoming_lead.created incoming_lead.declined incoming_lead.updated lead.assigned
        lead.created lead.deleted lead.restored lead.status_changed lead.updated mail.received
        message.created note.created page.visited provider.event talk.created talk.updated
        task.assigned task.created task.deleted task.restored task.updated template.reviewed"
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    assert_eq!(kinds, expected);
}

#[test]
fn an_account_is_named_by_the_body_else_by_the_thing_itself() {
    for (body, account) in [
        ("account[id]=1&leads[add][0][id]=7", Some("1")),
        (
            "account[id]=1&leads[add][0][id]=7&leads[add][0][account_id]=2",
            Some("1"),
        ),
        ("add[0][id]=7&add[0][account_id]=2", Some("2")),
        ("account[id]=&leads[add][0][id]=7", None),
        ("account=1&leads[add][0][id]=7", None),
    ] {
        let drafts = decode(&form(body));
        let lead = drafts.last().unwrap();
        assert_eq!(lead.account.as_deref(), account, "{body}");
    }
}

#[test]
fn a_time_without_a_zone_is_no_time() {
    let time = |fields: &str| {
        let draft = decode(&form(&format!("task[update][0][id]=7{fields}"))).remove(0);
        draft.time.map(|time| time.as_seconds())
    };
    let zoneless = "&task[update][0][last_modified]=2025-11-24+13%3A21%3A09";
    let unix = "&task[update][0][updated_at]=1763990469";

    assert_eq!(time(zoneless), None);
    assert_eq!(time(&format!("{zoneless}{unix}")), Some(1_763_990_469));
    assert_eq!(
        time("&task[update][0][last_modified]=1763990469"),
        Some(1_763_990_469)
    );
    // When it was made is not when it was changed.
    assert_eq!(time("&task[update][0][created_at]=1763990469"), None);
}

/// Whoever wrote it, and which way it goes.
#[test]
fn a_bot_never_takes_our_own_side_for_a_customer() {
    let told = |group: &str, fields: &str| -> (Direction, Role) {
        let prefix = format!("{group}[add][0]");
        let fields = fields.replace('~', &prefix);
        let draft: Draft = decode(&form(&format!("{prefix}[id]=m{fields}"))).remove(0);
        let Data::Message(_, message) = draft.data else {
            panic!("{draft:?}")
        };
        (message.direction, message.actor.role)
    };
    let (inbound, outbound) = (Direction::Inbound, Direction::Outbound);

    for (group, fields, expected) in [
        ("message", "", (inbound, Role::Contact)),
        (
            "message",
            "&~[author][type]=external",
            (inbound, Role::Contact),
        ),
        (
            "message",
            "&~[author][type]=internal",
            (outbound, Role::Agent),
        ),
        ("message", "&~[author][type]=bot", (outbound, Role::Bot)),
        ("message", "&~[author][type]=odd", (inbound, Role::Unknown)),
        ("message", "&~[type]=outgoing", (outbound, Role::Contact)),
        ("outgoing_message", "", (outbound, Role::Unknown)),
        (
            "outgoing_message",
            "&~[author][type]=internal",
            (outbound, Role::Agent),
        ),
        (
            "outgoing_message",
            "&~[author][type]=bot",
            (outbound, Role::Bot),
        ),
        (
            "outgoing_message",
            "&~[author][user_id]=7",
            (outbound, Role::Agent),
        ),
        (
            "outgoing_message",
            "&~[author][user_id]=0",
            (outbound, Role::Unknown),
        ),
    ] {
        assert_eq!(told(group, fields), expected, "{group} {fields}");
    }
}

#[test]
fn the_answer_is_200_and_nothing_else() {
    let reply = adapter().reply(&form(""), &Endpoint::fixed(NOW));

    assert_eq!(reply.status(), 200);
    assert!(reply.body().is_empty());
}

#[test]
fn the_descriptor_says_what_kommo_promises() {
    let kommo = adapter();
    let descriptor = kommo.descriptor();

    assert_eq!(descriptor.title, "Kommo CRM");
    assert_eq!(descriptor.methods, ["POST"]);
    assert_eq!(descriptor.ack_deadline.as_secs(), 2);
    let redelivery = Redelivery::Retries {
        attempts: 5,
        within: Duration::from_mins(95),
    };
    assert_eq!(descriptor.redelivery, redelivery);
    assert_eq!(descriptor.unavailable, 503);
    assert!(!descriptor.is_signed);
    assert!(descriptor.secrets.is_empty());
    assert_eq!(
        kommo
            .sign(&Delivery::post(""), &Endpoint::fixed(NOW))
            .map(|_| ()),
        None
    );
}
