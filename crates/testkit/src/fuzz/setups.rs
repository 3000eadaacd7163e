//! Adapters that are nothing without options, or whose secrets have a form of their own.

use serde_json::{Value, json};
use switchboard_core::{Registration, registrations};

/// How an adapter is fuzzed: with these options, and with these secrets by their roles. A role without
/// has one that the suite makes up.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) registration: &'static Registration,
    pub(super) options: Value,
    pub(super) secrets: Vec<(&'static str, &'static str)>,
}

/// Every linked adapter in each of its setups, sorted by name.
pub(super) fn all() -> Vec<Setup> {
    let linked = registrations().into_iter();
    linked.flat_map(setups).collect()
}

fn setups(registration: &'static Registration) -> Vec<Setup> {
    let with = |options: Value, secrets: &[(&'static str, &'static str)]| Setup {
        registration,
        options,
        secrets: secrets.to_vec(),
    };
    match registration.descriptor.name {
        // The first key of RFC 8032, section 7.1: the adapters sign by a private one.
        "discord-events" | "discord-interactions" => vec![with(
            json!({}),
            &[(
                "public_key",
                "private:9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            )],
        )],
        "generic" => vec![
            with(chat(), &[("secret", "the-suite-s-secret")]),
            with(
                batch(),
                &[("hex_secret", "00112233445566778899aabbccddeeff")],
            ),
            with(form(), &[("secret", "the-suite-s-secret")]),
        ],
        _ => vec![with(json!({}), &[])],
    }
}

/// One thing a body, of every kind that its samples are.
fn chat() -> Value {
    json!({
        "proof": {"hmac": {
            "algorithm": "sha256",
            "header": "x-chat-signature",
            "items": {"signature": "v1"},
            "signs": "{timestamp}.{body}",
            "timestamp": {"item": "t", "unit": "seconds", "tolerance_seconds": 300},
        }},
        "redact": ["access_token", "sender.key"],
        "event": {"kind": "/type", "id": "/id", "time": "/time", "account": "/account"},
        "map": {
            "kinds": {
                "message.new": "message.created",
                "message.changed": "message.updated",
                "message.seen": "message.status_changed",
                "reaction.new": "reaction.added",
                "button.pressed": "interaction.submitted",
                "typing": "typing.started",
                "room.new": "conversation.created",
                "member.new": "participant.joined",
                "call.new": "call.incoming",
                "app.new": "app.installed",
                "order.paid": "lead.updated",
            },
            "conversation": ["/conversation", "/room"],
            "sender": {
                "id": "/sender/id", "name": "/sender/name", "phone": "/sender/phone",
                "role": {"at": "/sender/kind", "words": {"customer": "contact"}, "otherwise": "agent"},
            },
            "recipient": {"id": "/recipient/id", "email": "/recipient/email"},
            "participant": {"id": "/member/id"},
            "message": {
                "id": "/message/id", "text": "/message/text", "reply_to": "/message/reply_to",
                "attachments": [
                    {
                        "list": "/message/files", "url": "/url", "mime": "/mime", "size": "/size",
                        "file_name": "/name", "thumbnail_url": "/small",
                        "kind": {"at": "/type", "words": {"photo": "image", "voice": "voice"}},
                    },
                    {"url": "/message/picture", "kind": "image"},
                ],
            },
            "reaction": "/reaction/emoji",
            "interaction": {
                "kind": {"at": "/interaction/type", "words": {"form": "form"}, "otherwise": "buttons"},
                "list": "/interaction/answers", "id": "/id", "title": "/title", "value": "/value",
            },
            "status": {"at": "/message/state", "words": {"seen": "read"}},
            "entity": "/order/id",
            "page": "/page",
            "app": {"id": "/app/id", "name": "/app/name"},
        },
        "challenges": [{"when": {"/type": "hello"}, "echo": "/challenge", "json": "challenge"}],
    })
}

/// Several things a body, where the samples' text is one of a list, and a key in hex.
fn batch() -> Value {
    json!({
        "proof": {"hmac": {
            "algorithm": "sha512",
            "header": "x-signature",
            "encoding": "base64",
            "secret": "hex",
            "signs": "{method} {url} {body}",
        }},
        "event": {
            "list": "/events", "kind": ["/type", "header:x-event"], "id": ["/id", "body:/account"],
            "time": "/time",
        },
        "map": {
            "kinds": {"message": "message.created", "press": "interaction.submitted"},
            "conversation": ["/room", "body:/room"],
            "message": {"text": "/text", "attachments": {"list": ["/files", "body:/files"]}},
            "interaction": {"list": "/picked", "kind": "options"},
        },
    })
}

/// A form with JSON in one of its fields, and a token.
fn form() -> Value {
    json!({
        "proof": {"query": "key"},
        "body": {"json_in": "payload"},
        "redact": ["payload.token"],
        "event": {"kind": "/payload/type", "id": "/id", "account": "query:account"},
        "map": {
            "kinds": {"sms": "message.created"},
            "message": {"text": "/Body", "attachments": {"url": "/MediaUrl0", "mime": "/MediaContentType0"}},
            "sender": {"phone": "/From"},
        },
        "reply": {"xml": "<Response/>"},
    })
}
