//! Which bodies an endpoint takes that is for one account.

use serde_json::{Value, json};
use switchboard_core::{Delivery, Endpoint, VerifyError, registrations};

use crate::{NOW, adapter_with};

/// `None` when `body` is taken, else what the operator reads.
async fn refusal(options: &Value, body: &str) -> Option<&'static str> {
    let delivery = Delivery::post(body.to_owned());
    let verified = adapter_with(options)
        .verify(&delivery, &Endpoint::fixed(NOW))
        .await;
    match verified {
        Ok(verified) => {
            assert_eq!(verified.scheme, "unsigned");
            None
        }
        Err(VerifyError::Mismatch { diagnosis }) => Some(diagnosis.unwrap()),
        Err(other) => panic!("{body}: {other:?}"),
    }
}

#[tokio::test]
async fn a_pinned_account_is_the_only_one() {
    for pin in [json!({"account_id": 1}), json!({"account_id": "1"})] {
        for (body, is_taken) in [
            ("account[id]=1&leads[add][0][id]=7", true),
            ("leads[add][0][id]=7&account[id]=1", true),
            (
                "{\"leads\":{\"add\":[{\"id\":7}]},\"account\":{\"id\":1}}",
                true,
            ),
            (
                "{\"event\":{\"type_code\":\"call_in\"},\"account_id\":1}",
                true,
            ),
            ("add[0][id]=7&add[0][account_id]=1", true),
            ("", true),
            ("account[id]=2&leads[add][0][id]=7", false),
            ("account[id]=1&account[id]=2&leads[add][0][id]=7", false),
            ("account[id]=01&leads[add][0][id]=7", false),
            ("account[id]=&leads[add][0][id]=7", false),
            ("leads[add][0][id]=7", false),
            ("add[0][id]=7&add[0][account_id]=1&add[1][id]=8", false),
            (
                "{\"event\":{\"type_code\":\"call_in\"},\"account_id\":2}",
                false,
            ),
            ("{\"leads\": {[", false),
        ] {
            let refusal = refusal(&pin, body).await;
            assert_eq!(refusal.is_none(), is_taken, "{pin} {body}: {refusal:?}");
        }
    }
}

#[tokio::test]
async fn a_pinned_subdomain_is_the_only_one() {
    let pin = json!({"subdomain": "acme"});
    for (body, is_taken) in [
        ("account[subdomain]=acme&leads[add][0][id]=7", true),
        ("account[subdomain]=Acme&leads[add][0][id]=7", true),
        (
            "{\"event\":{\"type_code\":\"call_in\"},\"subdomain\":\"acme\"}",
            true,
        ),
        ("account[subdomain]=acme.example&leads[add][0][id]=7", false),
        (
            "account[_links][self]=https://acme.kommo.com&leads[add][0][id]=7",
            false,
        ),
        ("leads[add][0][id]=7", false),
    ] {
        let refusal = refusal(&pin, body).await;
        assert_eq!(refusal.is_none(), is_taken, "{body}: {refusal:?}");
    }
}

#[tokio::test]
async fn both_pins_hold() {
    let pins = json!({"account_id": 1, "subdomain": "acme"});
    let with = |id, subdomain| {
        format!("account[id]={id}&account[subdomain]={subdomain}&leads[add][0][id]=7")
    };

    assert_eq!(refusal(&pins, &with(1, "acme")).await, None);
    let by_id = refusal(&pins, &with(2, "acme")).await.unwrap();
    assert!(by_id.contains("account[id]"), "{by_id}");
    let by_subdomain = refusal(&pins, &with(1, "evil")).await.unwrap();
    assert!(
        by_subdomain.contains("account[subdomain]"),
        "{by_subdomain}"
    );
}

#[test]
fn an_option_that_is_not_its_own_is_refused() {
    let linked = registrations();
    let kommo = linked
        .iter()
        .find(|registration| registration.descriptor.name == "kommo-crm")
        .unwrap();
    for options in [
        json!({"account": 1}),
        json!({"account_id": [1]}),
        json!({"subdomain": 7}),
        json!(7),
    ] {
        assert!(kommo.build(&options).is_err(), "{options}");
    }
}
