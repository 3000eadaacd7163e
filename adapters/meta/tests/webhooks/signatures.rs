//! Who is believed, and what an operator is told of who is not.

use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::{APP_SECRET, adapter, body, endpoint, role};

const SIGNATURE: &str = "x-hub-signature-256";

async fn verify(delivery: &Delivery, endpoint: &Endpoint) -> Result<Verified, VerifyError> {
    adapter().verify(delivery, endpoint).await
}

/// Computed by another implementation, over a body with escapes as Meta writes them.
#[tokio::test]
async fn the_signature_is_over_the_bytes_with_their_escapes() {
    let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"0","changes":[{"field":"messages","value":{"messages":[{"id":"wamid.X","from":"16315551181","type":"text","text":{"body":"\u00e9\ud83d\ude00"}}]}}]}]}"#;
    let signature = "sha256=1eeb3386451941eecbbf36c9c714d4e00b3365b7c586cbebad5e27c1452842d3";
    let app = Endpoint::fixed(0).with_secret_text(role("app_secret"), "app_secret");
    let delivery = Delivery::post(body).with(SIGNATURE, signature);

    let verified = verify(&delivery, &app).await.unwrap();

    assert_eq!(verified.scheme, "hmac-sha256");
}

/// The classical mistake of proxies and frameworks: it works until somebody sends an emoji.
#[tokio::test]
async fn a_body_that_was_written_anew_is_told_to_the_operator() {
    for original in [
        r#"{"text":"caf\u00e9 \ud83d\ude00"}"#,
        r#"{"text":"caf\u00e9","url":"https:\/\/example.test\/a"}"#,
    ] {
        let signed = adapter()
            .sign(&Delivery::post(original), &endpoint())
            .unwrap();
        let mut anew = signed.clone();
        let value: serde_json::Value = signed.json().unwrap();
        anew.body = value.to_string().into();

        let error = verify(&anew, &endpoint()).await.unwrap_err();

        let diagnosis = error.diagnosis().unwrap_or_default();
        assert!(diagnosis.contains("written anew"), "{original}: {error:?}");
    }
}

#[tokio::test]
async fn a_forgery_of_any_size_is_told_nothing() {
    for body in ["{\"a\":\"é\"}".to_owned(), "é".repeat(64 * 1024)] {
        let forged = Delivery::post(body).with(SIGNATURE, &format!("sha256={}", "0".repeat(64)));

        let error = verify(&forged, &endpoint()).await.unwrap_err();

        assert!(matches!(error, VerifyError::Mismatch { diagnosis: None }));
    }
}

/// An app with Instagram Login has two secrets, and Meta signs by the one of the product.
#[tokio::test]
async fn every_app_secret_of_the_endpoint_counts() {
    let instagram = "00112233445566778899aabbccddeeff";
    let signer = Endpoint::fixed(0).with_secret_text(role("app_secret"), instagram);
    let delivery = adapter()
        .sign(&Delivery::post(body("mention")), &signer)
        .unwrap();
    let both = endpoint().with_secret_text(role("app_secret"), instagram);

    assert!(verify(&delivery, &endpoint()).await.is_err());
    assert!(verify(&delivery, &both).await.is_ok());
}

#[tokio::test]
async fn the_word_of_the_handshake_signs_nothing() {
    let signer = Endpoint::fixed(0).with_secret_text(role("app_secret"), crate::VERIFY_TOKEN);
    let forged = adapter().sign(&Delivery::post("{}"), &signer).unwrap();

    let error = verify(&forged, &endpoint()).await.unwrap_err();

    assert!(matches!(error, VerifyError::Mismatch { .. }), "{error:?}");
    assert_ne!(APP_SECRET, crate::VERIFY_TOKEN);
}
