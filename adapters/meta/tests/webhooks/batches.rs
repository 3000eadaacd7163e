//! Bodies of many parts: each is told, and none is in another's way.

use serde_json::{Value, json};
use switchboard_core::Data;

use crate::{decode, kinds, whatsapp};

fn text(id: &str) -> Value {
    json!({"id": id, "from": "4915550100", "timestamp": "1764000000", "type": "text", "text": {"body": id}})
}

#[test]
fn an_odd_part_harms_only_itself() {
    for odd in [
        json!(7),
        json!(null),
        json!([]),
        json!({"type": "text"}),
        json!({"id": "", "type": "text"}),
        json!({"id": [], "type": "text"}),
    ] {
        let body = whatsapp(&json!({"messages": [text("a"), odd, text("b")]}));

        let told = decode(&body);

        let expected = [
            "message.created",
            "provider.event messages",
            "message.created",
        ];
        assert_eq!(kinds(&told), expected, "{odd}");
    }
}

#[test]
fn a_thousand_parts_are_told_in_their_order() {
    let texts: Vec<_> = (0..1000).map(|number| text(&number.to_string())).collect();

    let told = decode(&whatsapp(&json!({"messages": texts})));

    assert_eq!(told.len(), 1000);
    for (number, draft) in told.iter().enumerate() {
        let Data::Message(_, message) = &draft.data else {
            panic!("{draft:?}")
        };
        assert_eq!(message.message.text, Some(number.to_string()));
    }
}

/// What stands around a batch is not repeated with every part of it.
#[test]
fn what_is_around_the_parts_is_told_once() {
    let body = whatsapp(&json!({"messages": [text("a"), text("b")], "of_tomorrow": "x"}));

    let told = decode(&body);

    assert_eq!(told[0].rest["batch"]["value"], json!({"of_tomorrow": "x"}));
    assert!(told[1].rest.is_null(), "{:?}", told[1].rest);
}

#[test]
fn a_name_of_metas_is_never_written_over() {
    let mut message = text("a");
    message["batch"] = json!("theirs");
    message["contact"] = json!("theirs");
    let contact = json!({"wa_id": "4915550100", "profile": {"username": "lea"}});
    let body = json!({"messages": [message], "contacts": [contact], "more": 1});

    let told = decode(&whatsapp(&body)).remove(0);

    let expected = json!({
        "batch": "theirs", "batch_": {"value": {"more": 1}},
        "contact": "theirs", "contact_": {"profile": {"username": "lea"}},
    });
    assert_eq!(told.rest, expected);
}

#[test]
fn accounts_of_one_body_stay_apart() {
    let mut body = whatsapp(&json!({"messages": [text("a")]}));
    let mut other = body["entry"][0].clone();
    other["id"] = json!("another");
    body["entry"].as_array_mut().unwrap().push(other);

    let accounts: Vec<_> = decode(&body)
        .into_iter()
        .map(|draft| draft.account.unwrap())
        .collect();

    assert_eq!(accounts, ["104996122399160", "another"]);
}

#[test]
fn a_body_without_parts_is_told_as_it_is() {
    for body in [
        json!({}),
        json!({"object": "page"}),
        json!({"object": "page", "entry": []}),
        json!({"object": "page", "entry": {}}),
        json!({"object": "page", "entry": [{"id": "1"}]}),
        json!({"object": "page", "entry": [7]}),
    ] {
        let told = decode(&body);

        assert_eq!(told.len(), 1, "{body}");
        assert!(matches!(told[0].data, Data::Unknown(_)), "{body}");
    }
}
