//! Signatures that others computed: each provider's public vector, or one made with openssl where
//! there is none.

use super::*;

const TEXT: SecretRole = SecretRole::text("secret", "test");
const BASE64: SecretRole = SecretRole::base64("secret", "test");
const HEX: SecretRole = SecretRole::hex("secret", "test");
const WHSEC: SecretRole = BASE64.prefix("whsec_");

/// When most of the vectors with a time were signed.
const SIGNED: i64 = 1_700_000_000;

struct Vector {
    provider: &'static str,
    scheme: HmacScheme,
    secret: &'static str,
    now: i64,
    url: &'static str,
    /// The last one is the signature.
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
}

impl Vector {
    fn endpoint(&self) -> Endpoint {
        Endpoint::fixed(self.now).with_secret_text(self.scheme.role, self.secret)
    }

    fn delivery(&self) -> Delivery {
        let bare = Delivery::post(self.body).to(self.url);
        self.headers
            .iter()
            .fold(bare, |delivery, (name, value)| delivery.with(name, value))
    }
}

/// What most vectors are: of a body, without a time.
const fn vector(
    provider: &'static str,
    scheme: HmacScheme,
    secret: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
) -> Vector {
    Vector {
        provider,
        scheme,
        secret,
        now: SIGNED,
        url: "/",
        headers,
        body,
    }
}

const KOMMO: HmacScheme = HmacScheme::sha1(TEXT, "x-signature").or_trimmed();
const KOMMO_SECRET: &str = "0f6a1c9be2d84753a1b0c2d3e4f5a69788776655";
const KOMMO_V1: &str = r#"{"receiver":"cust-1001","conversation_id":"conv-77","type":"text","text":"When can we call you back?","media":"","thumbnail":"","file_name":"","file_size":0}"#;
const KOMMO_V1_AND_LINE_END: &str = r#"{"receiver":"cust-1001","conversation_id":"conv-77","type":"text","text":"When can we call you back?","media":"","thumbnail":"","file_name":"","file_size":0}
"#;
const STANDARD: HmacScheme = HmacScheme::sha256(WHSEC, "webhook-signature")
    .base64()
    .prefix("v1,")
    .separator(' ')
    .signs("{header:webhook-id}.{timestamp}.{body}")
    .timestamp("webhook-timestamp", Unit::Seconds, 300);
const SLACK: HmacScheme = HmacScheme::sha256(TEXT, "x-slack-signature")
    .prefix("v0=")
    .signs("v0:{timestamp}:{body}")
    .timestamp("x-slack-request-timestamp", Unit::Seconds, 300);

static VECTORS: &[Vector] = &[
    vector(
        "kommo v2, with php's escapes",
        KOMMO,
        "5a44c5dff55f3c15a4cce8d7c4cc27e207c7e189",
        &[("x-signature", "6036a566a8cff904b17b8702ea167679a91c3ad0")],
        r#"{"account_id":"af9945ff-1490-4cad-807d-945c15d88bec","time":1596470952,"message":{"receiver":{"id":"sk-1376265f-86df-4c49-a0c3-a4816df41af9","phone":"14151112233","email":"example.client@example.com"},"sender":{"id":"d8d9f9c4-9611-4794-a136-a253a13e1bb5"},"conversation":{"id":"skc-8e3e7640-49af-4448-a2c6-d5a421f7f217"},"timestamp":1596470952,"message":{"id":"c0a83937-3ed9-4774-9582-77224f7b9117","type":"picture","text":"","media":"https:\/\/about.gitlab.com\/images\/blogimages\/security-cover-new.png","thumbnail":"","file_name":"security-cover-new.png","file_size":223732}}}"#,
    ),
    vector(
        "kommo v1",
        KOMMO,
        KOMMO_SECRET,
        &[("x-signature", "d4a8d2095751a0a15b7f871548254018d0618470")],
        KOMMO_V1,
    ),
    vector(
        "kommo v1, in upper case",
        KOMMO,
        KOMMO_SECRET,
        &[("x-signature", "D4A8D2095751A0A15B7F871548254018D0618470")],
        KOMMO_V1,
    ),
    vector(
        "kommo v1, the line end signed",
        KOMMO,
        KOMMO_SECRET,
        &[("x-signature", "cf5cad606b70daf3bf4360f3a9001352914551b8")],
        KOMMO_V1_AND_LINE_END,
    ),
    vector(
        "kommo v1, the line end not signed",
        KOMMO,
        KOMMO_SECRET,
        &[("x-signature", "d4a8d2095751a0a15b7f871548254018d0618470")],
        KOMMO_V1_AND_LINE_END,
    ),
    vector(
        "kommo, an empty body",
        KOMMO,
        KOMMO_SECRET,
        &[("x-signature", "d31a2e5415890b408dd76d26e0527b9db7c02a53")],
        "",
    ),
    vector(
        "chatwoot",
        HmacScheme::sha256(TEXT, "x-chatwoot-signature")
            .prefix("sha256=")
            .signs("{timestamp}.{body}")
            .timestamp("x-chatwoot-timestamp", Unit::Seconds, 300),
        "cw_secret",
        &[
            ("x-chatwoot-timestamp", "1700000000"),
            (
                "x-chatwoot-signature",
                "sha256=722b13274d8fff6f0f0bc5e6a964334f0539797c13d3368db9d949a3b625c3f6",
            ),
        ],
        r#"{"event":"message_created","id":"1","content":"Hi"}"#,
    ),
    vector(
        "meta, with escaped emoji",
        HmacScheme::sha256(TEXT, "x-hub-signature-256").prefix("sha256="),
        "app_secret",
        &[(
            "x-hub-signature-256",
            "sha256=1eeb3386451941eecbbf36c9c714d4e00b3365b7c586cbebad5e27c1452842d3",
        )],
        r#"{"object":"whatsapp_business_account","entry":[{"id":"0","changes":[{"field":"messages","value":{"messages":[{"id":"wamid.X","from":"16315551181","type":"text","text":{"body":"\u00e9\ud83d\ude00"}}]}}]}]}"#,
    ),
    Vector {
        now: 1_531_420_618,
        ..vector(
            "slack",
            SLACK,
            "8f742231b10e8888abcd99yyyzzz85a5",
            &[
                ("x-slack-request-timestamp", "1531420618"),
                (
                    "x-slack-signature",
                    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
                ),
            ],
            "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
        )
    },
    vector(
        "github",
        HmacScheme::sha256(TEXT, "x-hub-signature-256").prefix("sha256="),
        "It's a Secret to Everybody",
        &[(
            "x-hub-signature-256",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        )],
        "Hello, World!",
    ),
    vector(
        "line",
        HmacScheme::sha256(TEXT, "x-line-signature").base64(),
        "channel_secret",
        &[(
            "x-line-signature",
            "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k=",
        )],
        "bodybodybodybody",
    ),
    vector(
        "viber",
        HmacScheme::sha256(TEXT, "x-viber-content-signature"),
        "44dafb7e0f40021e-61a47a1e6778d187-f2c5a676a07050b3",
        &[(
            "x-viber-content-signature",
            "d21b343448c8aee33b8e93768ef6ceb64a6ba6163099973a2b8bd028fea510ef",
        )],
        r#"{"event":"webhook","timestamp":4977069964384421269,"message_token":1478683725125}"#,
    ),
    vector(
        "intercom",
        HmacScheme::sha1(TEXT, "x-hub-signature").prefix("sha1="),
        "client_secret",
        &[(
            "x-hub-signature",
            "sha1=90b69ebf3c5f5428c88d3a1515c1e63d71f53bbf",
        )],
        r#"{"type":"notification_event","topic":"ping"}"#,
    ),
    Vector {
        now: 1_616_648_967,
        ..vector(
            "zendesk",
            HmacScheme::sha256(TEXT, "x-zendesk-webhook-signature")
                .base64()
                .signs("{timestamp}{body}")
                .timestamp("x-zendesk-webhook-signature-timestamp", Unit::Iso8601, 300),
            "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==",
            &[
                (
                    "x-zendesk-webhook-signature-timestamp",
                    "2021-03-25T05:09:27Z",
                ),
                (
                    "x-zendesk-webhook-signature",
                    "69EIqFt9nbXumm7w0tvopVmD8Bclei89GEk+Qcfyr4Y=",
                ),
            ],
            r#"{"type":"zen:event-type:ticket.created"}"#,
        )
    },
    vector(
        "front, an application",
        HmacScheme::sha256(TEXT, "x-front-signature")
            .base64()
            .signs("{timestamp}:{body}")
            .timestamp("x-front-request-timestamp", Unit::Milliseconds, 300),
        "signing_key",
        &[
            ("x-front-request-timestamp", "1700000000000"),
            (
                "x-front-signature",
                "5Zje+TJVawTtzLB8rnUDl7lci1h+kZqje9gUc3sAKeM=",
            ),
        ],
        r#"{"type":"sync","authorization":{"id":"cmp_abc"}}"#,
    ),
    vector(
        "front, a rule",
        HmacScheme::sha1(TEXT, "x-front-signature").base64(),
        "api_secret",
        &[("x-front-signature", "aV6BrgBICBu84TS2k0c8Vxm1eSA=")],
        r#"{"type":"sync","authorization":{"id":"cmp_abc"}}"#,
    ),
    vector(
        "crisp",
        HmacScheme::sha256(TEXT, "x-crisp-signature")
            .signs("[{timestamp};{body}]")
            .timestamp("x-crisp-request-timestamp", Unit::Milliseconds, 300),
        "crisp_secret",
        &[
            ("x-crisp-request-timestamp", "1700000000000"),
            (
                "x-crisp-signature",
                "c3db434c95a3472a6cbc472698744e1e3af8e08778c127c32d2f17f61ef7e4fb",
            ),
        ],
        r#"{"website_id":"w","event":"message:send","data":{"content":"hi"},"timestamp":1700000000000}"#,
    ),
    vector(
        "teams, an outgoing webhook",
        HmacScheme::sha256(BASE64, "authorization")
            .base64()
            .prefix("HMAC "),
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        &[(
            "authorization",
            "HMAC Kcyanh3xUU3il5jhwSNqSJktONeZh/JPdkvYEDNb0CY=",
        )],
        r#"{"type":"message","id":"1","text":"<at>bot</at> hi"}"#,
    ),
    vector(
        "stripe, while a secret is changed",
        HmacScheme::sha256(TEXT, "stripe-signature")
            .items(",", "=", "v1")
            .signs("{timestamp}.{body}")
            .timestamp_item("t", Unit::Seconds, 300),
        "whsec_test_secret",
        &[(
            "stripe-signature",
            "t=1700000000,v1=0751e57278bde0f938161dcae59572e91578042ee4acd901e3c4249c586afb43,v1=417353bb9b6abfb88d9fe516c5c3b964105258ffcad788da3ece8e1db687afa2,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39",
        )],
        r#"{"id":"evt_1NG8Du2eZvKYlo2CUI79vXWy","object":"event","type":"customer.created"}"#,
    ),
    vector(
        "paddle",
        HmacScheme::sha256(TEXT, "paddle-signature")
            .items(";", "=", "h1")
            .signs("{timestamp}:{body}")
            .timestamp_item("ts", Unit::Seconds, 300),
        "pdl_ntfset_test_secret",
        &[(
            "paddle-signature",
            "ts=1700000000;h1=b4a37748c893df1a7031a09f7416c2c0a09b54ede8f99b76e426f9a35ad46684",
        )],
        r#"{"event_id":"evt_01hv8x2cwzt5zq8w6g7m1a9k3d","event_type":"customer.created"}"#,
    ),
    vector(
        "adyen, of its libraries' tests",
        HmacScheme::sha256(HEX, "hmacsignature").base64(),
        "D7DD5BA6146493707BF0BE7496F6404EC7A63616B7158EC927B9F54BB436765F",
        &[(
            "hmacsignature",
            "9Qz9S/0xpar1klkniKdshxpAhRKbiSAewPpWoxKefQA=",
        )],
        r#"{"data":{"balancePlatform":"Integration_tools_test","accountId":"BA32272223222H5HVKTBK4MLB","sweep":{"id":"SWPC42272223222H5HVKV6H8C64DP5","schedule":{"type":"balance"},"status":"active","targetAmount":{"currency":"EUR","value":0},"triggerAmount":{"currency":"EUR","value":0},"type":"pull","counterparty":{"balanceAccountId":"BA3227C223222H5HVKT3H9WLC"},"currency":"EUR"}},"environment":"test","type":"balancePlatform.balanceAccountSweep.updated"}"#,
    ),
    Vector {
        url: "https://www.example.com/webhook_uri",
        ..vector(
            "hubspot v3",
            HmacScheme::sha256(TEXT, "x-hubspot-signature-v3")
                .base64()
                .signs("{method}{url}{body}{timestamp}")
                .timestamp("x-hubspot-request-timestamp", Unit::Milliseconds, 300),
            "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
            &[
                ("x-hubspot-request-timestamp", "1700000000000"),
                (
                    "x-hubspot-signature-v3",
                    "rQEKkaNUiu+1qGF//O/pw4BCzstSqO1PyUnGICmf+7o=",
                ),
            ],
            r#"{"example_field":"example_value"}"#,
        )
    },
    Vector {
        now: 1_649_367_553,
        ..vector(
            "standard webhooks",
            STANDARD,
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            &[
                ("webhook-id", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk"),
                ("webhook-timestamp", "1649367553"),
                (
                    "webhook-signature",
                    "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
                ),
            ],
            r#"{"email":"test@example.com","username":"test_user"}"#,
        )
    },
    Vector {
        now: 1_614_265_330,
        ..vector(
            "standard webhooks, one signature of several",
            STANDARD,
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            &[
                ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                ("webhook-timestamp", "1614265330"),
                (
                    "webhook-signature",
                    "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw= v1a,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= ",
                ),
            ],
            r#"{"test": 2432232314}"#,
        )
    },
];

#[test]
fn every_vector_verifies() {
    for vector in VECTORS {
        let verified = vector
            .scheme
            .verify(&vector.delivery(), &vector.endpoint())
            .unwrap_or_else(|error| panic!("{}: {error:?}", vector.provider));

        let signed_at = vector.scheme.timestamp.map(|_| vector.now);
        assert_eq!(verified.scheme, vector.scheme.algorithm.scheme());
        assert_eq!(verified.secret.as_deref(), Some("test"));
        assert_eq!(
            verified.signed_at.map(|moment| moment.as_seconds()),
            signed_at,
            "{}",
            vector.provider
        );
    }
}

#[test]
fn signing_a_vector_gives_a_delivery_that_verifies() {
    for vector in VECTORS {
        let (_, headers) = vector.headers.split_last().unwrap();
        let bare = Delivery::post(vector.body).to(vector.url);
        let bare = headers
            .iter()
            .fold(bare, |delivery, (name, value)| delivery.with(name, value));

        let signed = vector.scheme.sign(&bare, &vector.endpoint()).unwrap();
        let signed_again = vector.scheme.sign(&signed, &vector.endpoint()).unwrap();

        assert_eq!(signed.headers, signed_again.headers, "{}", vector.provider);
        let verified = vector.scheme.verify(&signed, &vector.endpoint());
        assert!(verified.is_ok(), "{}: {verified:?}", vector.provider);
    }
}

#[test]
fn nothing_of_one_provider_passes_for_another() {
    for vector in VECTORS {
        for other in VECTORS {
            let delivery = vector.delivery();
            let is_same_sender =
                vector.scheme.header == other.scheme.header && vector.secret == other.secret;
            if !is_same_sender {
                let verified = other.scheme.verify(&delivery, &other.endpoint());
                assert!(verified.is_err(), "{} {}", vector.provider, other.provider);
            }
        }
    }
}

/// X asks for a signature of its own words, before it sends anything.
#[test]
fn a_handshake_is_answered_with_a_signature() {
    let scheme = HmacScheme::sha256(TEXT, "x-twitter-webhooks-signature")
        .base64()
        .prefix("sha256=");
    let endpoint = Endpoint::fixed(SIGNED).with_secret_text(TEXT, "consumer_secret");

    assert_eq!(
        scheme.signature_of(b"challenge", &endpoint).unwrap(),
        "sha256=sK4UwR/IcShb2OsUbPSWy6d8gFbkFu47TCu+K/nKFsE="
    );
}

/// Kommo's "integration disconnected" call signs two values of its query.
#[test]
fn a_message_can_be_made_by_the_adapter() {
    let scheme = HmacScheme::sha256(TEXT, "x-signature");
    let endpoint = Endpoint::fixed(SIGNED).with_secret_text(TEXT, "int_secret_Zq8");
    let delivery = Delivery::post("").with(
        "x-signature",
        "824c604f927a7f3eafbf3d7049fbf1a05e183d53a86a9745cb994dbea3b6dbb7",
    );
    let message = "5a1f4c0e-1111-4222-8333-9d9d9d9d9d9d|30441694";

    assert!(scheme.verify_any(&delivery, &endpoint, [message]).is_ok());
    assert!(
        scheme
            .verify_any(&delivery, &endpoint, ["x", message])
            .is_ok()
    );
    assert!(scheme.verify_any(&delivery, &endpoint, ["x"]).is_err());
    assert!(scheme.verify_any(&delivery, &endpoint, [""; 0]).is_err());
}
