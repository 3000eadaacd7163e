//! Who is believed.

use switchboard_core::{Delivery, VerifyError};

use crate::{FORM, endpoint, form, twilio};

const SIGNATURE: &str = "x-twilio-signature";
const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

const CALL: [(&str, &str); 5] = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Digits", "1234"),
    ("From", "%2B14158675309"),
    ("To", "%2B18005551212"),
    ("Caller", "%2B14158675309"),
];

async fn verify(delivery: &Delivery) -> Result<(), VerifyError> {
    let verified = twilio().verify(delivery, &endpoint("12345")).await?;
    assert_eq!(verified.scheme, "hmac-sha1");
    Ok(())
}

/// The vectors of Twilio's own libraries and page.
#[tokio::test]
async fn the_vendors_signatures_are_believed() {
    let docs = [("From", "%2B12349013030"), ("Caller", "%2B12349013030")];
    let on_the_page: Vec<_> = CALL
        .iter()
        .map(|pair| *docs.iter().find(|it| it.0 == pair.0).unwrap_or(pair))
        .collect();
    let twice = [
        ("Sid", "CA123"),
        ("SidAccount", "AC123"),
        ("Digits", "5678"),
        ("Digits", "1234"),
        ("Digits", "1234"),
    ];

    for (url, pairs, signature) in [
        (URL, &CALL[..], "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        // Signed with the port of https, and without one.
        (URL, &CALL, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (
            "https://mycompany.com:443/myapp.php?foo=1&bar=2",
            &CALL,
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        ),
        (
            "http://mycompany.com/myapp.php?foo=1&bar=2",
            &CALL,
            "0ZXoZLH/DfblKGATFgpif+LLRf4=",
        ),
        (
            "http://mycompany.com:1234/myapp.php?foo=1&bar=2",
            &CALL,
            "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
        ),
        (URL, &on_the_page, "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
        (URL, &twice, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    ] {
        let delivery = form(pairs).to(url).with(SIGNATURE, signature);

        let verified = verify(&delivery).await;

        assert!(verified.is_ok(), "{url} {signature}: {verified:?}");
    }
}

#[tokio::test]
async fn a_body_of_json_is_signed_by_its_hash() {
    let hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    let body = r#"{"property": "value", "boolean": true}"#;
    let delivery = |body: &str, url: String| {
        Delivery::post(body.to_owned())
            .to(&url)
            .with("content-type", "application/json")
            .with(SIGNATURE, "a9nBmqA0ju/hNViExpshrM61xv4=")
    };
    let genuine = delivery(body, format!("{URL}&bodySHA256={hash}"));
    assert!(verify(&genuine).await.is_ok());

    for (body, url) in [
        ("{}", format!("{URL}&bodySHA256={hash}")),
        ("", format!("{URL}&bodySHA256={hash}")),
        (body, URL.to_owned()),
        (body, format!("{URL}&bodySHA256=")),
        (body, format!("{URL}&bodySHA256={}", hash.to_uppercase())),
    ] {
        let error = verify(&delivery(body, url.clone())).await.unwrap_err();
        assert!(
            matches!(error, VerifyError::Mismatch { .. }),
            "{url}: {error:?}"
        );
    }
}

/// Nothing signs the type of a body, and a form is not the hashed one because it says it is a form.
#[tokio::test]
async fn another_type_makes_no_body_genuine() {
    let hash = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
    let mut json = Delivery::post(r#"{"a":1}"#)
        .to(&format!("{URL}&bodySHA256={hash}"))
        .with("content-type", "application/json");
    json = twilio().sign(&json, &endpoint("12345")).unwrap();
    assert!(verify(&json).await.is_ok());

    for body in ["", "Body=Hi&MessageSid=SM1"] {
        let mut forged = json.clone();
        forged.headers.insert("content-type", FORM.parse().unwrap());
        forged.body = body.into();

        assert!(verify(&forged).await.is_err(), "{body}");
    }
}

#[tokio::test]
async fn every_token_of_the_endpoint_counts() {
    let role = crate::auth_token();
    let secondary = twilio()
        .sign(&form(&CALL).to(URL), &endpoint("secondary"))
        .unwrap();
    let both = endpoint("12345").with_secret_text(role, "secondary");

    assert!(verify(&secondary).await.is_err());
    assert!(twilio().verify(&secondary, &both).await.is_ok());
}
