//! Genuine deliveries with one oddity in the body each, and what is decoded from them.

use bytes::Bytes;
use serde_json::Value;
use switchboard_core::Delivery;

use super::trial::{Decoded, Trial, fenced};
use super::xml::{self, Document};
use super::{form, json};
use crate::promise::{Broken, Checked};

/// Stands wherever an oddity needs words, and must never come out of an error.
pub(super) const CANARY: &str = "wild-words";

/// A body with one oddity.
#[derive(Debug)]
pub(super) struct Oddity {
    pub(super) what: String,
    pub(super) body: Bytes,
    /// Whether it took a whole group of facts away: an empty batch has nothing to tell.
    pub(super) is_emptied: bool,
}

impl Oddity {
    pub(super) fn new(what: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self {
            what: what.into(),
            body: body.into(),
            is_emptied: false,
        }
    }
}

/// A delivery with an odd body.
#[derive(Debug)]
pub(super) struct Mutant {
    pub(super) name: String,
    pub(super) delivery: Delivery,
    /// Broken where the adapter panicked.
    pub(super) decoded: Checked<Decoded>,
    /// Whether its original is told of, and enough of it is left to be told of too.
    pub(super) owes_an_event: bool,
}

/// How a body is written.
#[derive(Debug)]
pub(crate) enum Writing {
    Json(Value),
    Form(Vec<(String, String)>),
    Xml(Document),
    Other,
}

impl Writing {
    pub(crate) fn of(delivery: &Delivery) -> Self {
        if let Ok(value @ (Value::Object(_) | Value::Array(_))) = delivery.json() {
            return Self::Json(value);
        }
        let kind = delivery.header("content-type").unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            let owned = |(name, value): (_, _)| (String::from(name), String::from(value));
            return Self::Form(delivery.form().map(owned).collect());
        }
        if let Ok(text) = delivery.text()
            && text.trim_start().starts_with('<')
        {
            return Self::Xml(Document::new(text));
        }
        Self::Other
    }
}

/// `delivery` with another body.
pub(crate) fn with_body(delivery: &Delivery, body: impl Into<Bytes>) -> Delivery {
    let mut delivery = delivery.clone();
    delivery.body = body.into();
    delivery
}

/// Every oddity of every genuine delivery.
pub(super) fn mutants(trial: &Trial) -> Checked<Vec<Mutant>> {
    let mut mutants = Vec::new();
    for case in &trial.genuine {
        let original = fenced(&case.name, || trial.adapter.decode(&case.delivery));
        let is_told = matches!(original, Ok(Ok(drafts)) if !drafts.is_empty());
        let mut oddities = torn(&case.delivery.body);
        match Writing::of(&case.delivery) {
            Writing::Json(value) => oddities.extend(json::oddities(&value)?),
            Writing::Form(pairs) => oddities.extend(form::oddities(&pairs)?),
            Writing::Xml(document) => oddities.extend(xml::oddities(&document)),
            Writing::Other => {}
        }
        for oddity in oddities {
            trial.count();
            let name = format!("{} with {}", case.name, oddity.what);
            let delivery = with_body(&case.delivery, oddity.body);
            mutants.push(Mutant {
                decoded: trial.decode(&name, &delivery),
                delivery,
                owes_an_event: is_told && !oddity.is_emptied,
                name,
            });
        }
    }
    if mutants.is_empty() {
        return Err(Broken::new(
            "there is no sample and no fixture to try it with",
        ));
    }
    Ok(mutants)
}

/// What is left of a body after an accident, whatever it is written in.
fn torn(body: &[u8]) -> Vec<Oddity> {
    let cut = |part: usize| &body[..body.len() * part / 4];
    let glued = |front: &[u8], back: &[u8]| [front, back].concat();
    let odd = |what: &str, body: Vec<u8>| Oddity {
        is_emptied: true,
        ..Oddity::new(what, body)
    };
    vec![
        odd("no body", Vec::new()),
        odd("a quarter of the body", cut(1).to_vec()),
        odd("half of the body", cut(2).to_vec()),
        odd("three quarters of the body", cut(3).to_vec()),
        odd(
            "a body that breaks off in words",
            // Apart, or an escape that broke off would take its first letter.
            glued(cut(2), format!(" {CANARY}").as_bytes()),
        ),
        odd("words for a body", CANARY.as_bytes().to_vec()),
        odd("the body twice", body.repeat(2)),
        odd("a byte order mark", glued(b"\xef\xbb\xbf", body)),
        odd("a NUL behind the body", glued(body, b"\0")),
        odd("bytes that are no UTF-8", glued(body, b"\xff\xc0\xaf")),
        odd("a body of NULs", vec![0; 64]),
        odd("100,000 brackets", vec![b'['; 100_000]),
        odd("100,000 opened objects", br#"{"a":"#.repeat(20_000)),
        odd("a number beyond every range", br#"{"n":1e400}"#.to_vec()),
        odd("100,000 digits", vec![b'7'; 100_000]),
        odd("a lone surrogate", br#"{"text":"\ud83d"}"#.to_vec()),
        odd(
            "a form with odd percents",
            b"a=%&b=%zz&%00=%ff&=&&c".to_vec(),
        ),
        odd(
            "a form of deep brackets",
            [b"a".to_vec(), b"[b]".repeat(10_000), b"=1".to_vec()].concat(),
        ),
    ]
}
