//! What a receiver's answer means.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Body;
use switchboard_core::Timestamp;
use switchboard_core::journal::MAX_ANSWER_BYTES;
use switchboard_core::sink::{Refusal, SinkError};

/// The longest wait that a receiver may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// The longest body that is read to use its connection again, in bytes.
const LONGEST_BODY: usize = 64 * 1024;

/// Judges by the status alone: 2xx has the event for good, and a redirect is not followed.
pub(super) fn judge(
    status: StatusCode,
    headers: &HeaderMap,
    body: Bytes,
    now: Timestamp,
) -> Result<(), SinkError> {
    if status.is_success() {
        Ok(())
    } else if status == StatusCode::GONE {
        Err(SinkError::Gone)
    } else {
        let mut refusal = Refusal::new(format!("status {}", status.as_u16()));
        refusal.status = Some(status.as_u16());
        refusal.retry_after = retry_after(headers, now);
        refusal.answer = body;
        Err(SinkError::Refused(refusal))
    }
}

/// Seconds, or an HTTP date; what is neither says nothing.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let wait = if is_number {
        text.parse().map_or(LONGEST_WAIT, Duration::from_secs)
    } else {
        let date = jiff::fmt::rfc2822::parse(text).ok()?;
        Timestamp::from_seconds(date.timestamp().as_second())?.since(now)
    };
    Some(wait.min(LONGEST_WAIT))
}

/// Reads `body` to its end, so that its connection can be used again, and puts what it begins with
/// into `answer`. One that is too long or breaks costs the connection and nothing else.
pub(super) async fn drain<B: Body<Data = Bytes> + Unpin>(mut body: B, answer: &mut BytesMut) {
    let mut length = 0;
    while let Some(Ok(frame)) = body.frame().await {
        let Some(part) = frame.data_ref() else {
            continue;
        };
        let room = MAX_ANSWER_BYTES.saturating_sub(answer.len());
        answer.extend_from_slice(&part[..part.len().min(room)]);
        length += part.len();
        if length > LONGEST_BODY {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_445_428_800; // Wed, 21 Oct 2015 12:00:00 GMT

    #[test]
    fn retry_after_is_seconds_or_a_date_and_an_hour_at_most() {
        for (text, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("3600", Some(3600)),
            ("3601", Some(3600)),
            ("99999999999999999999999", Some(3600)),
            ("Wed, 21 Oct 2015 12:01:40 GMT", Some(100)),
            ("Wed, 21 Oct 2015 11:00:00 GMT", Some(0)),
            ("Thu, 22 Oct 2099 12:00:00 GMT", Some(3600)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);

            let wait = retry_after(&headers, Timestamp::from_seconds(NOON).unwrap());

            assert_eq!(wait, seconds.map(Duration::from_secs), "{text:?}");
        }
    }

    #[test]
    fn only_2xx_is_taken() {
        let judge = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            judge(
                status,
                &HeaderMap::new(),
                Bytes::new(),
                Timestamp::UNIX_EPOCH,
            )
        };

        for status in [200, 201, 202, 204, 299] {
            assert!(judge(status).is_ok(), "{status}");
        }
        for status in [
            101, 300, 302, 304, 308, 400, 401, 404, 409, 413, 429, 500, 503, 599,
        ] {
            match judge(status) {
                Err(SinkError::Refused(refusal)) => {
                    assert_eq!(refusal.reason, format!("status {status}"));
                    assert_eq!(refusal.status, Some(status));
                }
                other => panic!("{status}: {other:?}"),
            }
        }
        assert!(matches!(judge(410), Err(SinkError::Gone)));
    }
}
