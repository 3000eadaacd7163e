//! What HTTP demands of a head and hyper does not check.

use http::header::{HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Version};

use super::outcome::Refusal;

/// Refuses a head that two servers in a row could read differently.
///
/// hyper itself refuses a `Content-Length` that is no number or stands there with two values, and
/// bodies whose last coding is not chunked. Where `Content-Length` and `Transfer-Encoding` are both
/// there, it goes by the latter, removes the former, and closes the connection afterwards.
pub(super) fn check(head: &Parts) -> Result<(), Refusal> {
    if has_one_host(head) && is_plainly_framed(head) {
        Ok(())
    } else {
        Err(Refusal::Malformed)
    }
}

/// HTTP/1.1 demands one; HTTP/1.0 knows none, and HTTP/2 has another place for it.
fn has_one_host(head: &Parts) -> bool {
    let mut hosts = head.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_authority(host),
        (None, None) => head.version != Version::HTTP_11,
        _ => false,
    }
}

/// Whether the body is chunked once, if at all: what is also compressed stays so in hyper's hands.
fn is_plainly_framed(head: &Parts) -> bool {
    let mut codings = head.headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        _ => false,
    }
}

fn is_authority(host: &HeaderValue) -> bool {
    Authority::try_from(host.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn http_1_1_names_exactly_one_host() {
        let cases: [(Version, &[&str], bool); 9] = [
            (Version::HTTP_11, &["example.com"], true),
            (Version::HTTP_11, &["[::1]:8080"], true),
            (Version::HTTP_11, &[], false),
            (Version::HTTP_11, &[""], false),
            (Version::HTTP_11, &["a b"], false),
            (Version::HTTP_11, &["a", "a"], false),
            (Version::HTTP_10, &[], true),
            (Version::HTTP_10, &["a", "b"], false),
            (Version::HTTP_2, &[], true),
        ];

        for (version, hosts, is_fine) in cases {
            let mut request = Request::builder().version(version);
            for host in hosts {
                request = request.header(HOST, *host);
            }
            let (head, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(check(&head).is_ok(), is_fine, "{version:?} {hosts:?}");
        }
    }

    #[test]
    fn a_body_is_chunked_once_if_at_all() {
        let cases: [(&[&str], bool); 5] = [
            (&[], true),
            (&["Chunked"], true),
            (&["gzip, chunked"], false),
            (&["chunked, chunked"], false),
            (&["chunked", "chunked"], false),
        ];

        for (codings, is_fine) in cases {
            let mut request = Request::builder().header(HOST, "a");
            for coding in codings {
                request = request.header(TRANSFER_ENCODING, *coding);
            }
            let (head, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(check(&head).is_ok(), is_fine, "{codings:?}");
        }
    }
}
