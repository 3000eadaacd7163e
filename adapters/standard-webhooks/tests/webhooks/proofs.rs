//! Who is believed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;
use switchboard_core::{Delivery, VerifyError};

use crate::{NOW, PUBLIC_KEY, SECRET, adapter, build, delivery, endpoint};

/// The private half of [`PUBLIC_KEY`].
const PRIVATE_KEY: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

const OTHER_SECRET: &str = "whsec_MTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

fn by_key(id: &str, timestamp: i64, body: &[u8]) -> String {
    let private: [u8; 32] = STANDARD.decode(PRIVATE_KEY).unwrap().try_into().unwrap();
    let message = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
    let signature = SigningKey::from_bytes(&private).sign(&message);
    format!("v1a,{}", STANDARD.encode(signature.to_bytes()))
}

/// `body`, signed by [`SECRET`] in the specification's family.
fn by_secret(id: &str, body: &[u8]) -> Delivery {
    let bare = Delivery::post(body.to_vec()).with("webhook-id", id);
    let signed = adapter().sign(&bare, &endpoint(NOW, &[("secret", SECRET)]));
    signed.unwrap()
}

async fn scheme(delivery: &Delivery, secrets: &[(&str, &str)]) -> Result<String, VerifyError> {
    let verified = adapter().verify(delivery, &endpoint(NOW, secrets)).await?;
    Ok(verified.scheme.into_owned())
}

#[tokio::test]
async fn any_bytes_can_be_signed_either_way() {
    for body in [
        &b""[..],
        b"{}",
        b"plain",
        b"\xff\x00\xfe",
        "\u{feff}é".as_bytes(),
    ] {
        let signed = by_secret("msg_1", body);
        assert_eq!(
            scheme(&signed, &[("secret", SECRET)]).await.unwrap(),
            "hmac-sha256"
        );

        let signature = by_key("msg_1", NOW, body);
        let signed = delivery("svix", "msg_1", &NOW.to_string(), &signature, body);
        assert_eq!(
            scheme(&signed, &[("public_key", PUBLIC_KEY)])
                .await
                .unwrap(),
            "ed25519"
        );
    }
}

#[tokio::test]
async fn one_right_signature_of_a_list_is_enough_and_none_is_not() {
    let signed = by_secret("msg_1", b"{}");
    let right = signed.headers["webhook-signature"].to_str().unwrap();
    let by_key = by_key("msg_1", NOW, b"{}");
    let wrong = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";
    let both = [("secret", SECRET), ("public_key", PUBLIC_KEY)];

    for (list, expected) in [
        (format!("{wrong} {right}"), Some("hmac-sha256")),
        (format!("{right} v9,AAAA v1a,%"), Some("hmac-sha256")),
        (format!("{by_key} {right}"), Some("hmac-sha256")),
        (format!("{wrong} {by_key}"), Some("ed25519")),
        (by_key.clone(), Some("ed25519")),
        (wrong.to_owned(), None),
        (right.replacen("v1,", "v1a,", 1), None),
        (by_key.replacen("v1a,", "v1,", 1), None),
        (right.replacen("v1,", "", 1), None),
        (right.replace(',', " "), None),
    ] {
        let delivery = delivery("webhook", "msg_1", &NOW.to_string(), &list, b"{}");

        let found = scheme(&delivery, &both).await;

        assert_eq!(found.ok().as_deref(), expected, "{list}");
    }
}

#[tokio::test]
async fn secrets_and_keys_can_be_changed_while_webhooks_come() {
    let signed = by_secret("msg_1", b"{}");
    let rotating = [("secret", OTHER_SECRET), ("secret", SECRET)];

    assert!(scheme(&signed, &rotating).await.is_ok());
    let refused = scheme(&signed, &[("secret", OTHER_SECRET)])
        .await
        .unwrap_err();
    assert!(
        matches!(refused, VerifyError::Mismatch { .. }),
        "{refused:?}"
    );

    let other_key = "whpk_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=";
    let signature = by_key("msg_1", NOW, b"{}");
    let signed = delivery("webhook", "msg_1", &NOW.to_string(), &signature, b"{}");
    let rotating = [("public_key", other_key), ("public_key", PUBLIC_KEY)];
    assert!(scheme(&signed, &rotating).await.is_ok());
    let refused = scheme(&signed, &[("public_key", other_key)])
        .await
        .unwrap_err();
    assert!(
        matches!(refused, VerifyError::Mismatch { .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_family_is_never_completed_from_the_other() {
    let signed = by_secret("msg_1", b"{}");
    for name in ["id", "timestamp", "signature"] {
        let mut mixed = signed.clone();
        let value = mixed.headers.remove(format!("webhook-{name}")).unwrap();
        mixed = mixed.with(&format!("svix-{name}"), value.to_str().unwrap());

        let refused = scheme(&mixed, &[("secret", SECRET)]).await.unwrap_err();

        assert!(
            matches!(refused, VerifyError::Missing(_)),
            "{name}: {refused:?}"
        );
    }
}

/// Some senders send both; then the specification's counts, and the other proves nothing.
#[tokio::test]
async fn of_both_families_the_specification_s_counts() {
    let id = |delivery: &Delivery| adapter().decode(delivery).unwrap().remove(0).key;
    let signed = by_secret("msg_1", b"{}");
    let both = ["id", "timestamp", "signature"]
        .iter()
        .fold(signed.clone(), |both, name| {
            both.with(&format!("svix-{name}"), "odd")
        });

    assert!(scheme(&both, &[("secret", SECRET)]).await.is_ok());
    assert_eq!(id(&both), id(&signed));
    let forged = both.headers.clone();
    let mut other = both;
    other
        .headers
        .insert("webhook-signature", forged["svix-signature"].clone());
    assert!(scheme(&other, &[("secret", SECRET)]).await.is_err());
}

/// The id `a`, the time, and a body that begins with a time, taken apart at another full stop.
#[tokio::test]
async fn a_message_cannot_be_taken_apart_otherwise() {
    let keys = [("secret", SECRET), ("public_key", PUBLIC_KEY)];
    for rest in ["", "b.1."] {
        let body = format!("{rest}{NOW}.{{}}");
        let signature = by_key("a", NOW, body.as_bytes());
        let genuine = delivery(
            "webhook",
            "a",
            &NOW.to_string(),
            &signature,
            body.as_bytes(),
        );
        let id = format!("a.{NOW}.{rest}");
        let id = id.trim_end_matches('.');
        let forged = delivery("webhook", id, &NOW.to_string(), &signature, b"{}");

        assert!(scheme(&genuine, &keys).await.is_ok());
        let refused = scheme(&forged, &keys).await.unwrap_err();
        assert!(
            matches!(refused, VerifyError::Missing(_)),
            "{id}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn an_id_is_visible_and_may_have_full_stops() {
    let keys = [("secret", SECRET), ("public_key", PUBLIC_KEY)];
    // As Switchboard's own HTTP sink has them.
    for (id, is_good) in [
        ("message.created:wamid.7", true),
        ("", false),
        ("a b", false),
    ] {
        let signature = by_key(id, NOW, b"{}");
        let signed = delivery("webhook", id, &NOW.to_string(), &signature, b"{}");

        assert_eq!(scheme(&signed, &keys).await.is_ok(), is_good, "{id}");
        assert_eq!(
            adapter().sign(&signed, &endpoint(NOW, &keys)).is_some(),
            is_good,
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_signature_is_good_for_the_tolerance_either_way() {
    for (options, tolerance) in [(json!({}), 300), (json!({"tolerance_seconds": 60}), 60)] {
        let adapter = build(&options).unwrap();
        let signature = by_key("msg_1", NOW, b"{}");
        let by_key = delivery("webhook", "msg_1", &NOW.to_string(), &signature, b"{}");
        let secrets = [("secret", SECRET), ("public_key", PUBLIC_KEY)];
        for signed in [by_key, by_secret("msg_1", b"{}")] {
            for (away, is_good) in [
                (tolerance, true),
                (-tolerance, true),
                (tolerance + 1, false),
                (-tolerance - 1, false),
            ] {
                let endpoint = endpoint(NOW + away, &secrets);
                let verified = adapter.verify(&signed, &endpoint).await;
                let is_right = match &verified {
                    Ok(_) => is_good,
                    Err(error) => !is_good && matches!(error, VerifyError::Stale(1)),
                };
                assert!(is_right, "{away}: {verified:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_list_that_nobody_needs_is_refused_before_it_costs_anything() {
    let signature = by_key("msg_1", NOW, b"{}");
    let list = [vec!["v1a,AAAA"; 500].join(" "), signature].join(" ");
    let long = delivery("webhook", "msg_1", &NOW.to_string(), &list, b"{}");

    let refused = scheme(&long, &[("public_key", PUBLIC_KEY)])
        .await
        .unwrap_err();

    assert!(matches!(refused, VerifyError::Missing(_)), "{refused:?}");
}

#[test]
fn what_is_no_key_is_told_when_the_configuration_is_read() {
    let short = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMT==";
    let long = format!("whsec_{}", STANDARD.encode([7; 65]));
    for (secret, told) in [
        (("secret", SECRET), None),
        (("public_key", PUBLIC_KEY), None),
        (
            ("secret", "whsec_MTIz"),
            Some("test: a secret has 24 to 64 bytes, and this one 3"),
        ),
        (
            ("secret", &*long),
            Some("test: a secret has 24 to 64 bytes, and this one 65"),
        ),
        (
            ("public_key", "whpk_MTIz"),
            Some("test: no Ed25519 public key"),
        ),
    ] {
        let misfit = adapter().check(&endpoint(NOW, &[secret])).err();
        assert_eq!(misfit.map(|it| it.to_string()).as_deref(), told);
    }
    let role = crate::role("secret");
    assert!(switchboard_core::Secret::new("test", role, short).is_err());
}

#[test]
fn an_option_that_is_not_its_own_is_refused() {
    for options in [
        json!({"tolerance": 300}),
        json!({"tolerance_seconds": 0}),
        json!({"tolerance_seconds": 86_401}),
        json!({"kind": "type"}),
        json!({"map": {"kinds": {"a": "message.sent"}}}),
    ] {
        assert!(build(&options).is_err(), "{options}");
    }
}
