//! What Telegram is told, whom it is believed, and what is told about it.

use switchboard_core::{Delivery, Endpoint, Redelivery, VerifyError};

use crate::{NOW, ROLE, SECRET, adapter, endpoint};

const HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

/// Whatever stood in the answer would be taken for a call of the Bot API.
#[test]
fn the_answer_is_200_and_nothing_else() {
    let reply = adapter().reply(&Delivery::post("{}"), &endpoint());

    assert_eq!(reply.status(), 200);
    assert!(reply.body().is_empty());
}

#[test]
fn the_descriptor_says_what_telegram_promises() {
    let adapter = adapter();
    let descriptor = adapter.descriptor();

    assert_eq!(descriptor.methods, ["POST"]);
    assert_eq!(descriptor.redelivery, Redelivery::Unknown);
    assert!(descriptor.is_signed && !descriptor.may_be_unsigned);
}

#[tokio::test]
async fn the_token_alone_is_believed() {
    let bare = Delivery::post("{}");
    let genuine = adapter()
        .verify(&bare.clone().with(HEADER, SECRET), &endpoint())
        .await;
    assert_eq!(genuine.unwrap().scheme, "token");

    let wrong = [&SECRET[1..], "acme_secret-token_0001", "*", " "];
    for token in wrong {
        let refused = adapter()
            .verify(&bare.clone().with(HEADER, token), &endpoint())
            .await;
        assert!(
            matches!(refused, Err(VerifyError::Mismatch { .. })),
            "{token}: {refused:?}"
        );
    }
    let missing = adapter().verify(&bare, &endpoint()).await;
    assert!(
        matches!(missing, Err(VerifyError::Missing(_))),
        "{missing:?}"
    );
}

#[test]
fn what_no_header_holds_signs_nothing() {
    let odd = Endpoint::fixed(NOW).with_secret_text(ROLE, "a token\nin two lines");

    assert!(adapter().sign(&Delivery::post("{}"), &odd).is_none());
}
