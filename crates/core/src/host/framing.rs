//! What HTTP demands of a head and hyper does not check.

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Version};

use super::outcome::Refusal;

/// Refuses a head from which two servers in a row could read two different hosts.
///
/// hyper itself refuses what makes bodies ambiguous (`Content-Length` and `Transfer-Encoding`) and
/// lets every `Host` through: none, two, or nonsense.
pub(super) fn check(head: &Parts) -> Result<(), Refusal> {
    let mut hosts = head.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_authority(host) => Ok(()),
        (None, None) if head.version != Version::HTTP_11 => Ok(()),
        _ => Err(Refusal::Malformed),
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
}
