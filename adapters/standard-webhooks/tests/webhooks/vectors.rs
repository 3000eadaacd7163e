//! Signatures that others computed.

use crate::{PUBLIC_KEY, adapter, delivery, endpoint};

struct Vector {
    name: &'static str,
    secret: (&'static str, &'static str),
    id: &'static str,
    timestamp: &'static str,
    signature: &'static str,
    body: &'static str,
    scheme: &'static str,
}

const VECTORS: [Vector; 3] = [
    Vector {
        name: "the specification's Rust library",
        secret: ("secret", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"),
        id: "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        timestamp: "1649367553",
        signature: "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        body: r#"{"email":"test@example.com","username":"test_user"}"#,
        scheme: "hmac-sha256",
    },
    Vector {
        name: "Svix' documentation",
        secret: ("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: "1614265330",
        signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        body: r#"{"test": 2432232314}"#,
        scheme: "hmac-sha256",
    },
    Vector {
        name: "our own, by the first key pair of RFC 8032, made with openssl",
        secret: ("public_key", PUBLIC_KEY),
        id: "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
        timestamp: "1674087231",
        signature: "v1a,pbpYBMlty2hExn4zt0UTGb6BaP2Vq5AfyzjB9GGV3x/wCJKd8UjOCf8Qhaji6TKY9C5eNMnlF0GG4udaO6B7Ag==",
        body: r#"{"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z","data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}"#,
        scheme: "ed25519",
    },
];

#[tokio::test]
async fn every_vector_verifies_in_either_family() {
    for vector in VECTORS {
        let now = vector.timestamp.parse().unwrap();
        let endpoint = endpoint(now, &[vector.secret]);
        assert_eq!(adapter().check(&endpoint), Ok(()), "{}", vector.name);
        for family in ["webhook", "svix"] {
            let Vector {
                id,
                timestamp,
                signature,
                body,
                ..
            } = vector;
            let delivery = delivery(family, id, timestamp, signature, body.as_bytes());

            let verified = adapter().verify(&delivery, &endpoint).await;

            let verified = verified.unwrap_or_else(|error| panic!("{}: {error:?}", vector.name));
            assert_eq!(verified.scheme, vector.scheme);
            assert_eq!(verified.signed_at.unwrap().as_seconds(), now);
            assert_eq!(verified.secret.as_deref(), Some("test"));
        }
    }
}

#[tokio::test]
async fn no_vector_verifies_by_the_secret_of_another() {
    for vector in VECTORS {
        for other in VECTORS.iter().filter(|other| other.name != vector.name) {
            let now = vector.timestamp.parse().unwrap();
            let body = vector.body.as_bytes();
            let signature = vector.signature;
            let delivery = delivery("webhook", vector.id, vector.timestamp, signature, body);

            let verified = adapter()
                .verify(&delivery, &endpoint(now, &[other.secret]))
                .await;

            assert!(verified.is_err(), "{} by {}", vector.name, other.name);
        }
    }
}
