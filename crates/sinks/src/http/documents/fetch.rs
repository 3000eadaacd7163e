//! One document, by one GET.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{AGE, CACHE_CONTROL, HeaderMap, USER_AGENT};
use http::{Request, StatusCode, Uri};
use http_body_util::BodyExt as _;
use hyper::body::Body;
use tokio::time::{Instant, timeout_at};

use super::super::{builder::USER, client::ask, connect::Pool};

/// From the resolving of the name to the last byte. The provider whose delivery is verified waits
/// meanwhile, some for 2 seconds only; and an old document can stand in for one that does not come only
/// while somebody is there.
const TIMEOUT: Duration = Duration::from_millis(1500);

/// The longest document, in bytes. Key sets and certificates have a few thousand.
const LONGEST: usize = 256 * 1024;

/// How long a document is fresh for that does not say.
const FRESH_FOR: Duration = Duration::from_secs(60 * 60);

/// What a document that says so is fresh for at least, as keys are not fetched for every delivery,
/// and at most, as one that is no longer valid must not stay for ever.
const SHORTEST: Duration = Duration::from_secs(60);
const FRESHEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A document, as it was answered.
pub(super) struct Fetched {
    pub(super) bytes: Bytes,
    /// How long nobody needs to ask again.
    pub(super) fresh_for: Duration,
}

/// The document at `url`, whole and from nowhere else, or why it cannot be had.
pub(super) async fn fetch(pool: &Pool, url: Uri) -> Result<Fetched, String> {
    let deadline = Instant::now() + TIMEOUT;
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = url;
    request.headers_mut().insert(USER_AGENT, USER);
    let answer = ask(pool, request, deadline).await;
    let (head, body) = answer.map_err(|error| error.to_string())?.into_parts();
    // A redirect may lead anywhere, and what it leads to is not what the adapter asked for.
    if head.status != StatusCode::OK {
        return Err(format!("status {}", head.status.as_u16()));
    }
    let read = timeout_at(deadline, read(body)).await;
    let bytes = read.map_err(|_elapsed| "it did not come whole in time")??;
    let fresh_for = freshness(&head.headers);
    Ok(Fetched { bytes, fresh_for })
}

/// All of `body`, unless it is too long or breaks.
async fn read<B: Body<Data = Bytes> + Unpin>(mut body: B) -> Result<Bytes, &'static str> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| "it broke off")?;
        let part = frame.data_ref().map_or(&[][..], Bytes::as_ref);
        if whole.len() + part.len() > LONGEST {
            return Err("it is longer than 256 KiB");
        }
        whole.extend_from_slice(part);
    }
    Ok(whole.freeze())
}

/// What `Cache-Control` (RFC 9111) says, within bounds. Of its directives three are read, which takes
/// these lines; the crates that read all of them bring a second generation of hashes, or a cache.
fn freshness(headers: &HeaderMap) -> Duration {
    let said = headers.get_all(CACHE_CONTROL).iter();
    let said = said.filter_map(|value| value.to_str().ok());
    let mut max_age = None;
    for directive in said.flat_map(|value| value.split(',')) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-cache" | "no-store" => return SHORTEST,
            "max-age" => max_age = max_age.or_else(|| seconds_of(value)),
            _ => {}
        }
    }
    // Time that it has lain in a cache on its way is over already.
    let age = headers.get(AGE).and_then(|value| value.to_str().ok());
    let age = age.and_then(seconds_of).unwrap_or_default();
    max_age.map_or(FRESH_FOR, |max_age| {
        max_age.saturating_sub(age).clamp(SHORTEST, FRESHEST)
    })
}

/// Whole seconds; some write them in quotes. What is too many for a number is very long.
fn seconds_of(text: &str) -> Option<Duration> {
    let digits = text.trim().trim_matches('"');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().map_or(Duration::MAX, Duration::from_secs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_fresh_for_what_it_says_within_a_minute_and_a_day() {
        let (minute, hour, day) = (60, 60 * 60, 24 * 60 * 60);
        for (cache_control, age, seconds) in [
            (
                &["public, max-age=21600, must-revalidate"][..],
                "",
                6 * hour,
            ),
            (&["max-age=600"], "", 600),
            (&["Max-Age=\"600\""], "", 600),
            (&["public", "max-age=600"], "", 600),
            (&["max-age=21600"], "20000", 1600),
            (&["max-age=21600"], "soon", 6 * hour),
            (&["max-age=21600"], "30000", minute),
            (&["max-age=0"], "", minute),
            (&["max-age=59"], "", minute),
            (&["max-age=31536000, immutable"], "", day),
            (&["max-age=99999999999999999999999"], "", day),
            (&["no-cache"], "", minute),
            (&["max-age=600, No-Store"], "", minute),
            (&["s-maxage=600"], "", hour),
            (&["max-age=-1"], "", hour),
            (&["max-age="], "", hour),
            (&["max-age"], "", hour),
            (&[], "600", hour),
        ] {
            let mut headers = HeaderMap::new();
            for value in cache_control {
                headers.append(CACHE_CONTROL, value.parse().unwrap());
            }
            if !age.is_empty() {
                headers.insert(AGE, age.parse().unwrap());
            }

            let fresh_for = freshness(&headers);

            assert_eq!(fresh_for.as_secs(), seconds, "{cache_control:?} {age}");
        }
    }
}
