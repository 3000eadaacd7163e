//! A dead letter, as it is shown.

use serde_json::{Value, json};
use switchboard_core::journal::{Attempt, DeadLetter};

/// In a list.
pub(super) fn row(letter: &DeadLetter) -> Value {
    let event = letter.envelope.as_ref().map(|envelope| envelope.event());
    let last = letter.attempts.last();
    json!({
        "sink": letter.sink,
        "position": letter.event,
        "cause": letter.cause,
        "at": letter.at,
        "attempts": letter.attempts.len(),
        "failure": last.and_then(|attempt| attempt.failure.as_ref()),
        "status": last.and_then(|attempt| attempt.status),
        "id": event.map(|event| &event.id),
        "type": event.map(|event| &event.kind),
        "endpoint": event.map(|event| &event.endpoint),
    })
}

/// By itself, with every attempt and the event.
pub(super) fn whole(letter: &DeadLetter) -> Value {
    json!({
        "sink": letter.sink,
        "position": letter.event,
        "cause": letter.cause,
        "at": letter.at,
        "attempts": letter.attempts.iter().map(attempt).collect::<Vec<_>>(),
        "event": letter.envelope.as_ref().map(|envelope| envelope.event()),
    })
}

fn attempt(attempt: &Attempt) -> Value {
    json!({
        "at": attempt.at,
        "took": attempt.took.as_secs_f64(),
        "failure": attempt.failure,
        "status": attempt.status,
        "answer": String::from_utf8_lossy(&attempt.answer),
    })
}
