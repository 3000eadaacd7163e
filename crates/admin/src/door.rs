//! Who may call by TCP.

use std::net::{IpAddr, SocketAddr};

use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method};
use switchboard_core::Secret;

use crate::error::ApiError;

/// Lets in whoever has the token, where there is one, and no page that a browser was sent to.
///
/// A browser runs what any site gives it, and can reach this machine: the name it calls must be one of
/// ours (a site may point its own name here), and a call that changes something must not come from a
/// page of another origin.
///
/// ```
/// use switchboard_admin::{Door, DoorError};
/// use switchboard_core::{Secret, SecretRole};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// const TOKEN: SecretRole = SecretRole::text("token", "made by you");
///
/// let here = Door::new("127.0.0.1:8081".parse()?, [], [])?;
///
/// let everywhere = "0.0.0.0:8081".parse()?;
/// let error = Door::new(everywhere, [], []).unwrap_err();
/// assert!(matches!(error, DoorError::Open(address) if address == everywhere));
///
/// let token = Secret::new("env ADMIN_TOKEN", TOKEN, "kYk2uBqPZkN0_5hVtWx3Rg")?;
/// let door = Door::new(everywhere, [token], ["gateway.example.com".to_owned()])?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Door {
    /// Any of them opens; none at all, and there is nothing to show.
    tokens: Vec<Secret>,
    /// The names we are called by, in lower case and without ports.
    hosts: Vec<String>,
}

impl Door {
    /// The door to what listens on `listen`. It may be called by that address, by the names of this
    /// machine, and by each of `hosts`.
    ///
    /// # Errors
    ///
    /// When others can reach it and there is no token.
    pub fn new(
        listen: SocketAddr,
        tokens: impl IntoIterator<Item = Secret>,
        hosts: impl IntoIterator<Item = String>,
    ) -> Result<Self, DoorError> {
        let tokens: Vec<_> = tokens.into_iter().collect();
        if tokens.is_empty() && !listen.ip().is_loopback() {
            return Err(DoorError::Open(listen));
        }
        let mut names: Vec<_> = ["localhost", "127.0.0.1", "[::1]"]
            .map(str::to_owned)
            .into();
        names.push(match listen.ip() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        });
        names.extend(hosts.into_iter().map(|host| host.to_ascii_lowercase()));
        Ok(Self {
            tokens,
            hosts: names,
        })
    }

    /// Whether a call with this head may pass. Nothing of its body is read before.
    pub(crate) fn check(&self, head: &Parts) -> Result<(), ApiError> {
        let host = self.host(head)?;
        if !self.opens(bearer(&head.headers).unwrap_or_default()) {
            return Err(ApiError::Unauthorized);
        }
        if head.method != Method::GET && is_cross_site(&head.headers, &host) {
            return Err(ApiError::CrossSite);
        }
        Ok(())
    }

    /// Every token is compared, so that the time does not tell which one matched.
    fn opens(&self, shown: &str) -> bool {
        let matches = |open, token: &Secret| token.matches(shown.as_bytes()) | open;
        self.tokens.iter().fold(self.tokens.is_empty(), matches)
    }

    /// The name we are called by, port and all, when it is one of ours.
    fn host(&self, head: &Parts) -> Result<Authority, ApiError> {
        let named = only(&head.headers, &HOST).ok_or(ApiError::Misdirected)?;
        let named: Authority = named.parse().map_err(|_| ApiError::Misdirected)?;
        let is_ours = |authority: &Authority| {
            let host = authority.host().to_ascii_lowercase();
            self.hosts.contains(&host) && !authority.as_str().contains('@')
        };
        // A target may name a host of its own, and a server is to believe that one.
        let target = head.uri.authority();
        if is_ours(&named) && target.is_none_or(is_ours) {
            Ok(named)
        } else {
            Err(ApiError::Misdirected)
        }
    }
}

/// Why a [`Door`] is not to be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DoorError {
    /// Anybody could pass.
    #[error("{0} can be reached by others: a token must prove the caller")]
    Open(SocketAddr),
}

/// Whether a browser says that a page of another origin makes the call. What is no browser says
/// neither.
fn is_cross_site(headers: &HeaderMap, host: &Authority) -> bool {
    const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    let is_other_site = headers
        .get_all(SEC_FETCH_SITE)
        .iter()
        .any(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"));
    let is_other_origin = headers.get_all(ORIGIN).iter().any(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let site = origin.split_once("://").map(|(_, site)| site);
        !site.is_some_and(|site| site.eq_ignore_ascii_case(host.as_str()))
    });
    is_other_site || is_other_origin
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = only(headers, &AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// The header called `name`, when there is exactly one.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use switchboard_core::SecretRole;

    use super::*;

    fn check(door: &Door, method: Method, headers: &[(&str, &str)]) -> u16 {
        let mut request = Request::builder().method(method).uri("/api/v1/status");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        match door.check(&head) {
            Ok(()) => 200,
            Err(error) => error.response().status().as_u16(),
        }
    }

    fn door() -> Door {
        let listen = "127.0.0.1:8081".parse().unwrap();
        Door::new(listen, None, ["Gateway.Example".to_owned()]).unwrap()
    }

    #[test]
    fn who_can_be_reached_by_others_has_a_token() {
        for (listen, is_open) in [
            ("127.0.0.1:0", true),
            ("[::1]:0", true),
            ("0.0.0.0:0", false),
            ("[::]:0", false),
            ("192.0.2.1:80", false),
            ("[::ffff:127.0.0.1]:80", false),
        ] {
            let door = Door::new(listen.parse().unwrap(), None, []);
            assert_eq!(door.is_ok(), is_open, "{listen}");
        }
    }

    #[test]
    fn only_our_own_names_are_answered() {
        for ours in [
            "localhost",
            "LOCALHOST:8081",
            "127.0.0.1:8081",
            "[::1]:9",
            "gateway.example",
        ] {
            assert_eq!(
                check(&door(), Method::GET, &[("host", ours)]),
                200,
                "{ours}"
            );
        }
        for other in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost@evil.example",
            "evil@localhost",
            "",
            "127.0.0.2",
        ] {
            assert_eq!(
                check(&door(), Method::GET, &[("host", other)]),
                421,
                "{other}"
            );
        }
        assert_eq!(check(&door(), Method::GET, &[]), 421);
        let twice = [("host", "localhost"), ("host", "localhost")];
        assert_eq!(check(&door(), Method::GET, &twice), 421);
    }

    #[test]
    fn a_page_of_another_origin_changes_nothing() {
        let post = |name, value| {
            check(
                &door(),
                Method::POST,
                &[("host", "localhost:1"), (name, value)],
            )
        };

        for (name, value) in [
            ("origin", "http://evil.example"),
            ("origin", "null"),
            ("origin", "http://localhost:2"),
            ("origin", "http://localhost"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert_eq!(post(name, value), 403, "{name}: {value}");
        }
        for (name, value) in [
            ("origin", "http://localhost:1"),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "none"),
        ] {
            assert_eq!(post(name, value), 200, "{name}: {value}");
        }
    }

    #[test]
    fn the_token_is_wanted_whole() {
        const TOKEN: SecretRole = SecretRole::text("token", "test");
        let token = Secret::new("test", TOKEN, "s3cret-s3cret-s3cret").unwrap();
        let door = Door::new("0.0.0.0:1".parse().unwrap(), Some(token), []).unwrap();
        let get = |shown| {
            let headers = [("host", "localhost"), ("authorization", shown)];
            check(&door, Method::GET, &headers)
        };

        assert_eq!(get("Bearer s3cret-s3cret-s3cret"), 200);
        assert_eq!(get("bearer s3cret-s3cret-s3cret"), 200);
        for wrong in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer s3cret",
            "Basic s3cret-s3cret-s3cret",
        ] {
            assert_eq!(get(wrong), 401, "{wrong}");
        }
        assert_eq!(check(&door, Method::GET, &[("host", "localhost")]), 401);
    }
}
