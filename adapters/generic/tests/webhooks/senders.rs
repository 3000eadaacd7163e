//! Senders that need no adapter of their own: their signatures, and what becomes of their bodies.

use switchboard_core::event::{AttachmentKind, DeliveryStatus, Direction, Role};
use switchboard_core::{Data, DedupKey, Delivery, Draft, VerifyError};

use crate::{NOW, build, decode, endpoint, readme};

struct Vector {
    sender: &'static str,
    secret: &'static str,
    now: i64,
    url: &'static str,
    /// The last one is what proves it, unless that stands in the URL.
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    scheme: &'static str,
}

const VECTORS: [Vector; 11] = [
    Vector {
        sender: "github",
        secret: "It's a Secret to Everybody",
        now: NOW,
        url: "/",
        headers: &[(
            "x-hub-signature-256",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        )],
        body: "Hello, World!",
        scheme: "hmac-sha256",
    },
    Vector {
        sender: "line",
        secret: "channel_secret",
        now: NOW,
        url: "/",
        headers: &[(
            "x-line-signature",
            "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k=",
        )],
        body: "bodybodybodybody",
        scheme: "hmac-sha256",
    },
    Vector {
        sender: "viber",
        secret: "44dafb7e0f40021e-61a47a1e6778d187-f2c5a676a07050b3",
        now: NOW,
        url: "/",
        headers: &[(
            "x-viber-content-signature",
            "d21b343448c8aee33b8e93768ef6ceb64a6ba6163099973a2b8bd028fea510ef",
        )],
        body: r#"{"event":"webhook","timestamp":4977069964384421269,"message_token":1478683725125}"#,
        scheme: "hmac-sha256",
    },
    Vector {
        sender: "intercom",
        secret: "client_secret",
        now: NOW,
        url: "/",
        headers: &[(
            "x-hub-signature",
            "sha1=90b69ebf3c5f5428c88d3a1515c1e63d71f53bbf",
        )],
        body: r#"{"type":"notification_event","topic":"ping"}"#,
        scheme: "hmac-sha1",
    },
    Vector {
        sender: "zendesk",
        secret: "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==",
        now: 1_616_648_967,
        url: "/",
        headers: &[
            (
                "x-zendesk-webhook-signature-timestamp",
                "2021-03-25T05:09:27Z",
            ),
            (
                "x-zendesk-webhook-signature",
                "69EIqFt9nbXumm7w0tvopVmD8Bclei89GEk+Qcfyr4Y=",
            ),
        ],
        body: r#"{"type":"zen:event-type:ticket.created"}"#,
        scheme: "hmac-sha256",
    },
    Vector {
        sender: "front",
        secret: "signing_key",
        now: 1_700_000_000,
        url: "/",
        headers: &[
            ("x-front-request-timestamp", "1700000000000"),
            (
                "x-front-signature",
                "5Zje+TJVawTtzLB8rnUDl7lci1h+kZqje9gUc3sAKeM=",
            ),
        ],
        body: r#"{"type":"sync","authorization":{"id":"cmp_abc"}}"#,
        scheme: "hmac-sha256",
    },
    // While the secret is changed, by the old one first; `v0` is of test events alone.
    Vector {
        sender: "stripe",
        secret: "whsec_test_secret",
        now: 1_700_000_100,
        url: "/",
        headers: &[(
            "stripe-signature",
            "t=1700000000,v1=0751e57278bde0f938161dcae59572e91578042ee4acd901e3c4249c586afb43,v1=417353bb9b6abfb88d9fe516c5c3b964105258ffcad788da3ece8e1db687afa2,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39",
        )],
        body: r#"{"id":"evt_1NG8Du2eZvKYlo2CUI79vXWy","object":"event","type":"customer.created"}"#,
        scheme: "hmac-sha256",
    },
    Vector {
        sender: "paddle",
        secret: "pdl_ntfset_test_secret",
        now: 1_699_999_900,
        url: "/",
        headers: &[(
            "paddle-signature",
            "ts=1700000000;h1=b4a37748c893df1a7031a09f7416c2c0a09b54ede8f99b76e426f9a35ad46684",
        )],
        body: r#"{"event_id":"evt_01hv8x2cwzt5zq8w6g7m1a9k3d","event_type":"customer.created"}"#,
        scheme: "hmac-sha256",
    },
    Vector {
        sender: "adyen",
        secret: "D7DD5BA6146493707BF0BE7496F6404EC7A63616B7158EC927B9F54BB436765F",
        now: NOW,
        url: "/",
        headers: &[(
            "hmacsignature",
            "9Qz9S/0xpar1klkniKdshxpAhRKbiSAewPpWoxKefQA=",
        )],
        body: r#"{"data":{"balancePlatform":"Integration_tools_test","accountId":"BA32272223222H5HVKTBK4MLB","sweep":{"id":"SWPC42272223222H5HVKV6H8C64DP5","schedule":{"type":"balance"},"status":"active","targetAmount":{"currency":"EUR","value":0},"triggerAmount":{"currency":"EUR","value":0},"type":"pull","counterparty":{"balanceAccountId":"BA3227C223222H5HVKT3H9WLC"},"currency":"EUR"}},"environment":"test","type":"balancePlatform.balanceAccountSweep.updated"}"#,
        scheme: "hmac-sha256",
    },
    // The pair of RFC 7617, section 2.
    Vector {
        sender: "pipedrive",
        secret: "Aladdin:open sesame",
        now: NOW,
        url: "/",
        headers: &[("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")],
        body: "{}",
        scheme: "basic",
    },
    Vector {
        sender: "crisp",
        secret: "k&y of ours",
        now: NOW,
        url: "/in/crisp?a=b&key=k%26y+of%20ours",
        headers: &[],
        body: "{}",
        scheme: "token",
    },
];

impl Vector {
    /// The role of the secret, and a secret of the same form that is another.
    fn role(&self) -> (&'static str, &'static str) {
        match self.sender {
            "adyen" => ("hex_secret", "00ff10ab"),
            _ => ("secret", "other:secret"),
        }
    }

    fn delivery(&self) -> Delivery {
        let bare = Delivery::post(self.body).to(self.url);
        let headers = self.headers.iter();
        headers.fold(bare, |delivery, (name, value)| delivery.with(name, value))
    }
}

#[tokio::test]
async fn every_sender_s_vector_verifies_by_configuration_alone() {
    for vector in VECTORS {
        let adapter = build(&readme::options(vector.sender)).unwrap();
        let (role, _) = vector.role();
        let endpoint = endpoint(vector.now, &[(role, vector.secret)]);

        let verified = adapter.verify(&vector.delivery(), &endpoint).await;

        let verified = verified.unwrap_or_else(|error| panic!("{}: {error:?}", vector.sender));
        assert_eq!(verified.scheme, vector.scheme, "{}", vector.sender);
    }
}

#[tokio::test]
async fn a_sender_s_vector_with_anything_changed_is_refused() {
    for vector in VECTORS {
        let sender = vector.sender;
        let adapter = build(&readme::options(sender)).unwrap();
        let (role, other) = vector.role();
        let by = |secret| endpoint(vector.now, &[(role, secret)]);
        let genuine = vector.delivery();

        let refused = adapter.verify(&genuine, &by(other)).await;
        assert!(
            matches!(refused, Err(VerifyError::Mismatch { .. })),
            "{sender}: {refused:?}"
        );
        if vector.scheme.starts_with("hmac") {
            let mut changed = genuine.clone();
            changed.body = format!("{} ", vector.body).into();
            assert!(
                adapter.verify(&changed, &by(vector.secret)).await.is_err(),
                "{sender}"
            );
        }
        let mut bare = genuine.clone().to("/");
        if let Some((name, _)) = vector.headers.last() {
            bare.headers.remove(*name);
        }
        assert!(
            adapter.verify(&bare, &by(vector.secret)).await.is_err(),
            "{sender}"
        );
    }
}

#[tokio::test]
async fn times_and_signatures_of_one_header_belong_together() {
    for vector in VECTORS {
        let (time, other) = match vector.sender {
            "stripe" => ("t=1700000000", "t=1700000001"),
            "paddle" => ("ts=1700000000", "ts=1700000001"),
            _ => continue,
        };
        let adapter = build(&readme::options(vector.sender)).unwrap();
        let at = |now| endpoint(now, &[("secret", vector.secret)]);
        let (name, value) = vector.headers[0];
        let with = |value: &str| Delivery::post(vector.body).with(name, value);

        for wrong in [
            value.replace(time, other),
            value.replace(time, ""),
            format!("{value}{}{time}", &value[time.len()..=time.len()]),
            value.replace("v1=", "v2=").replace("h1=", "h2="),
            value.replace("41", "14").replace("b4", "4b"),
            value.replace(['=', ';'], ","),
        ] {
            let refused = adapter.verify(&with(&wrong), &at(1_700_000_000)).await;
            assert!(
                matches!(
                    refused,
                    Err(VerifyError::Mismatch { .. } | VerifyError::Missing(_))
                ),
                "{wrong}: {refused:?}"
            );
        }
        for (now, is_fresh) in [
            (1_699_999_699, false),
            (1_699_999_700, true),
            (1_700_000_300, true),
            (1_700_000_301, false),
        ] {
            match adapter.verify(&with(value), &at(now)).await {
                Ok(_) if is_fresh => {}
                Err(VerifyError::Stale(1)) if !is_fresh => {}
                other => panic!("{now}: {other:?}"),
            }
        }
    }
}

fn told(sender: &str, headers: &[(&str, &str)], body: &str) -> Vec<Draft> {
    let delivery = headers.iter().fold(
        Delivery::post(body.to_owned()),
        |delivery, (name, value)| delivery.with(name, value),
    );
    decode(&readme::options(sender), &delivery)
}

fn one(sender: &str, headers: &[(&str, &str)], body: &str) -> Draft {
    let mut drafts = told(sender, headers, body);
    assert_eq!(drafts.len(), 1);
    drafts.remove(0)
}

fn kind(draft: &Draft) -> &str {
    match &draft.data {
        Data::Unknown(unknown) => &unknown.kind,
        data => data.kind(),
    }
}

#[test]
fn github_says_what_happened_in_a_header() {
    let headers = |event| {
        [
            ("x-github-event", event),
            ("x-github-delivery", "72d3162e-cc78-11e3"),
        ]
    };
    let issue = r#"{"action":"opened","repository":{"full_name":"octo/hello"}}"#;

    let opened = one("github", &headers("issues"), issue);
    let push = one("github", &headers("push"), r#"{"ref":"refs/heads/main"}"#);

    assert_eq!(kind(&opened), "issues.opened");
    assert_eq!(opened.account.as_deref(), Some("octo/hello"));
    assert_eq!(opened.key, DedupKey::provider(["72d3162e-cc78-11e3"]));
    assert_eq!(kind(&push), "push");
}

#[test]
fn line_sends_several_things_at_once_or_none() {
    let body = r#"{"destination":"U0","events":[
        {"type":"message","webhookEventId":"01A","timestamp":1764000000123,"source":{"type":"group","groupId":"G1","userId":"U7"},"message":{"id":"501","type":"text","text":"Hello"}},
        {"type":"unsend","webhookEventId":"01B","timestamp":1764000000456,"source":{"type":"user","userId":"U7"},"unsend":{"messageId":"501"}},
        {"type":"follow","webhookEventId":"01C","timestamp":1764000000789,"source":{"type":"user","userId":"U7"}}]}"#;

    let drafts = told("line", &[], body);

    let kinds: Vec<_> = drafts.iter().map(kind).collect();
    assert_eq!(kinds, ["message.created", "message.deleted", "follow"]);
    let Data::Message(_, message) = &drafts[0].data else {
        panic!("another kind")
    };
    assert_eq!(message.direction, Direction::Inbound);
    assert_eq!(message.message.text.as_deref(), Some("Hello"));
    assert_eq!(drafts[0].data.subject().as_deref(), Some("conversation/G1"));
    assert_eq!(
        drafts[0].time.unwrap().to_string(),
        "2025-11-24T16:00:00.123Z"
    );
    assert_eq!(drafts[0].key, DedupKey::provider(["01A"]));
    assert_eq!(drafts[1].data.subject().as_deref(), Some("conversation/U7"));
    assert!(
        drafts
            .iter()
            .all(|draft| draft.account.as_deref() == Some("U0"))
    );
    assert_eq!(told("line", &[], r#"{"destination":"U0","events":[]}"#), []);
}

#[test]
fn viber_s_numbers_and_states_come_through() {
    let message = r#"{"event":"message","timestamp":1764000000123,"message_token":4912661846655238145,"sender":{"id":"01234","name":"Ann"},"message":{"type":"text","text":"Hi"}}"#;
    let seen = r#"{"event":"seen","timestamp":1764000000124,"message_token":4912661846655238145,"user_id":"01234"}"#;

    let message = one("viber", &[], message);
    let seen = one("viber", &[], seen);

    assert_eq!(
        message.key,
        DedupKey::provider(["message", "4912661846655238145"])
    );
    let Data::Message(_, told) = message.data else {
        panic!("another kind")
    };
    assert_eq!(told.actor.role, Role::Contact);
    assert_eq!(told.direction, Direction::Inbound);
    assert_eq!(told.message.id.as_deref(), Some("4912661846655238145"));
    let Data::MessageStatus(told) = seen.data else {
        panic!("another kind")
    };
    assert_eq!(told.status, DeliveryStatus::Read);
    assert_eq!(told.direction, Direction::Outbound);
    assert_eq!(told.recipients[0].id.as_deref(), Some("01234"));
    assert_eq!(told.conversation.id.as_deref(), Some("01234"));
}

#[test]
fn crisp_s_visitors_and_operators_are_told_apart() {
    let message = |event: &str, from: &str| {
        format!(
            r#"{{"website_id":"w","event":"{event}","timestamp":1764000000000,"data":{{"session_id":"s-1","fingerprint":163239609,"from":"{from}","content":"Hi","user":{{"user_id":"u","nickname":"Ann"}}}}}}"#
        )
    };
    for (event, from, direction) in [
        ("message:send", "user", Direction::Inbound),
        ("message:received", "operator", Direction::Outbound),
    ] {
        let draft = one("crisp", &[], &message(event, from));

        assert_eq!(draft.account.as_deref(), Some("w"));
        assert_eq!(draft.key, DedupKey::provider([event, "s-1", "163239609"]));
        let Data::Message(_, message) = draft.data else {
            panic!("another kind")
        };
        assert_eq!(message.direction, direction);
        assert_eq!(message.actor.name.as_deref(), Some("Ann"));
    }
}

#[test]
fn pipedrive_s_deals_are_leads() {
    let meta = r#"{"meta":{"action":"change","entity":"deal","entity_id":123,"company_id":7,"correlation_id":"c","timestamp":"2025-11-24T16:00:00.000Z"},"data":{"title":"A"},"previous":{"title":"B"}}"#;

    let draft = one("pipedrive", &[], meta);

    assert_eq!(kind(&draft), "lead.updated");
    assert_eq!(draft.data.subject().as_deref(), Some("lead/123"));
    assert_eq!(draft.account.as_deref(), Some("7"));
    assert_eq!(
        draft.key,
        DedupKey::provider(["c", "deal", "123", "change"])
    );
}

#[test]
fn zendesk_s_messages_are_messages() {
    let body = r#"{"account_id":21825834,"detail":{"id":"141"},"event":{"actor":{"id":"zd:answerBot","name":"Bot","type":"system"},"conversation_id":"67ab","message":{"body":"How can I help?","id":"67ac"}},"id":"01JQ","subject":"zen:ticket:141","time":"2025-02-11T14:32:05.254571515Z","type":"zen:event-type:messaging_ticket.message_added"}"#;

    let draft = one("zendesk", &[], body);

    let Data::Message(_, message) = &draft.data else {
        panic!("another kind")
    };
    assert_eq!(message.actor.role, Role::Bot);
    assert_eq!(message.direction, Direction::Outbound);
    assert_eq!(message.message.text.as_deref(), Some("How can I help?"));
    assert_eq!(
        draft.time.unwrap().to_string(),
        "2025-02-11T14:32:05.254571515Z"
    );
}

#[test]
fn line_s_files_and_buttons_come_through() {
    let of = |more: &str| {
        format!(
            r#"{{"destination":"U0","events":[{{"webhookEventId":"01A","source":{{"type":"user","userId":"U7"}},{more}}}]}}"#
        )
    };
    let file = of(
        r#""type":"message","message":{"id":"601","type":"file","fileName":"a.pdf","fileSize":2138}"#,
    );
    let text = of(r#""type":"message","message":{"id":"602","type":"text","text":"Hi"}"#);
    let button = of(r#""type":"postback","postback":{"data":"buy=1"}"#);

    let Data::Message(_, message) = one("line", &[], &file).data else {
        panic!("another kind")
    };
    let [attachment] = &message.message.attachments[..] else {
        panic!("{message:?}")
    };
    assert_eq!(attachment.file_name.as_deref(), Some("a.pdf"));
    assert_eq!(attachment.size, Some(2138));
    let Data::Message(_, message) = one("line", &[], &text).data else {
        panic!("another kind")
    };
    assert_eq!(message.message.attachments, []);
    let Data::Interaction(interaction) = one("line", &[], &button).data else {
        panic!("another kind")
    };
    let submitted = interaction.interactive.submitted[0].id.as_deref();
    assert_eq!(submitted, Some("buy=1"));
    assert_eq!(interaction.actor.id.as_deref(), Some("U7"));
}

#[test]
fn viber_s_pictures_are_files() {
    let picture = r#"{"event":"message","timestamp":1764000000123,"message_token":4912661846655238145,"sender":{"id":"01234"},"message":{"type":"picture","text":"See","media":"https://files.example.test/a.jpg","thumbnail":"https://files.example.test/s.jpg"}}"#;

    let Data::Message(_, message) = one("viber", &[], picture).data else {
        panic!("another kind")
    };

    let [attachment] = &message.message.attachments[..] else {
        panic!("{message:?}")
    };
    assert_eq!(attachment.kind, AttachmentKind::Image);
    assert_eq!(attachment.original_kind.as_deref(), Some("picture"));
    assert_eq!(
        attachment.url.as_deref(),
        Some("https://files.example.test/a.jpg")
    );
}
