//! The one place that chooses HTTP statuses.

use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::AnswerBody;
use super::outcome::{Outcome, Refusal};
use crate::Reply;

/// The answer to a request of this outcome. Refusals of one status look alike, and say no more.
pub(super) fn respond(outcome: Outcome) -> Response<AnswerBody> {
    match outcome {
        Outcome::Handshake(reply) | Outcome::Stored { reply, .. } => success(reply),
        Outcome::Refused(refusal) => refuse(&refusal),
        Outcome::Failed(descriptor, _) => with(
            failure(descriptor.unavailable, StatusCode::SERVICE_UNAVAILABLE),
            RETRY_AFTER,
            HeaderValue::from(retry_after()),
        ),
    }
}

/// A whole answer as bytes, for a connection that is one too many.
pub(super) fn turn_away() -> String {
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: {}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        retry_after()
    )
}

fn success(reply: Reply) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::new(reply.body().clone()));
    *response.status_mut() = reply.status();
    if let Some(content_type) = reply.content_type() {
        let content_type = HeaderValue::from_static(content_type);
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response
}

fn refuse(refusal: &Refusal) -> Response<AnswerBody> {
    match refusal {
        Refusal::Malformed | Refusal::Incomplete => empty(StatusCode::BAD_REQUEST),
        Refusal::Unknown | Refusal::Token => empty(StatusCode::NOT_FOUND),
        Refusal::Method(descriptor) => with(
            StatusCode::METHOD_NOT_ALLOWED,
            ALLOW,
            allow(descriptor.methods),
        ),
        Refusal::Encoded => empty(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        Refusal::TooLarge => empty(StatusCode::PAYLOAD_TOO_LARGE),
        Refusal::Slow => empty(StatusCode::REQUEST_TIMEOUT),
        Refusal::Handshake(descriptor) | Refusal::Unproven(descriptor, _) => {
            empty(failure(descriptor.refused, StatusCode::UNAUTHORIZED))
        }
    }
}

/// The status a descriptor asks for, unless it would tell the provider that all went well.
fn failure(asked: StatusCode, otherwise: StatusCode) -> StatusCode {
    if asked.is_client_error() || asked.is_server_error() {
        asked
    } else {
        otherwise
    }
}

/// Seconds, spread so that those turned away together do not come back together.
fn retry_after() -> u32 {
    fastrand::u32(1..=30)
}

fn allow(methods: &[&str]) -> HeaderValue {
    HeaderValue::from_str(&methods.join(", ")).expect("methods are tokens")
}

fn with(status: StatusCode, name: HeaderName, value: HeaderValue) -> Response<AnswerBody> {
    let mut response = empty(status);
    response.headers_mut().insert(name, value);
    response
}

fn empty(status: StatusCode) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::default());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::outcome::Failure;
    use crate::journal::{LogPosition, Receipt};
    use crate::{Descriptor, VerifyError};

    const ACME: Descriptor = Descriptor::new("acme", "Acme").methods(&["GET", "POST"]);

    #[test]
    fn every_outcome_has_its_status() {
        let receipt = Receipt::committed(LogPosition(1));
        let unproven = |error| Refusal::Unproven(&ACME, error);
        let outcomes = [
            (Outcome::Handshake(Reply::text("challenge")), 200),
            (
                Outcome::Stored {
                    receipt,
                    reply: Reply::no_content(),
                },
                204,
            ),
            (Outcome::Refused(Refusal::Malformed), 400),
            (Outcome::Refused(Refusal::Incomplete), 400),
            (Outcome::Refused(unproven(VerifyError::mismatch())), 401),
            (Outcome::Refused(Refusal::Handshake(&ACME)), 401),
            (Outcome::Refused(Refusal::Unknown), 404),
            (Outcome::Refused(Refusal::Token), 404),
            (Outcome::Refused(Refusal::Method(&ACME)), 405),
            (Outcome::Refused(Refusal::Slow), 408),
            (Outcome::Refused(Refusal::TooLarge), 413),
            (Outcome::Refused(Refusal::Encoded), 415),
            (Outcome::Failed(&ACME, Failure::Deadline), 503),
        ];

        for (outcome, status) in outcomes {
            let told = format!("{outcome:?}");
            assert_eq!(respond(outcome).status(), status, "{told}");
        }
    }

    #[test]
    fn a_refusal_says_nothing_about_its_reason() {
        let reasons = [
            VerifyError::missing("x-signature"),
            VerifyError::looks_like("the signature was computed over the body alone"),
            VerifyError::stale(301),
        ];

        for reason in reasons {
            let answer = respond(Outcome::Refused(Refusal::Unproven(&ACME, reason)));
            assert_eq!(answer.status(), 401);
            assert!(answer.headers().is_empty(), "{answer:?}");
            assert_eq!(http_body::Body::size_hint(answer.body()).exact(), Some(0));
        }
    }

    #[test]
    fn no_descriptor_turns_a_failure_into_a_success() {
        let mut cheerful = ACME.unavailable(StatusCode::OK);
        cheerful.refused = StatusCode::FOUND;
        let cheerful: &'static Descriptor = Box::leak(Box::new(cheerful));

        let failed = respond(Outcome::Failed(cheerful, Failure::Deadline));
        let refused = respond(Outcome::Refused(Refusal::Handshake(cheerful)));

        assert_eq!(failed.status(), 503);
        assert_eq!(refused.status(), 401);
    }

    #[test]
    fn what_is_unavailable_says_when_to_come_again() {
        for _ in 0..100 {
            let answer = respond(Outcome::Failed(&ACME, Failure::Deadline));
            let seconds = answer.headers()[RETRY_AFTER].to_str().unwrap();
            assert!((1..=30).contains(&seconds.parse().unwrap()), "{seconds}");
        }
    }
}
