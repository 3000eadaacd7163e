//! The URL that events go to.

use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

use super::{Guard, HttpError};

/// Reads `text` as the URL of a sink.
pub(super) fn parse(text: &str, guard: Guard) -> Result<Uri, HttpError> {
    // `Uri` drops a fragment without a word, so it is looked for in the text.
    if text.contains('#') {
        return Err(HttpError::Url("has a fragment, which is never sent"));
    }
    let url: Uri = text.parse().map_err(|_| HttpError::Url("is malformed"))?;
    if ![Some(&Scheme::HTTP), Some(&Scheme::HTTPS)].contains(&url.scheme()) {
        return Err(HttpError::Url("does not begin with http:// or https://"));
    }
    if url.authority().is_some_and(|it| it.as_str().contains('@')) {
        return Err(HttpError::Url(
            "has a user name; send a header in its place",
        ));
    }
    if url.host().is_none_or(str::is_empty) {
        return Err(HttpError::Url("has no host"));
    }
    match literal(&url) {
        Some(address) if !guard.allows(address) => Err(HttpError::Address(address)),
        _ => Ok(url),
    }
}

/// The address that `url` names in place of a host: those are never resolved.
pub(super) fn literal(url: &Uri) -> Option<IpAddr> {
    url.host()?
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

/// Scheme, host and port: paths and queries carry tokens.
pub(super) fn origin(url: &Uri) -> String {
    let scheme = url.scheme_str().unwrap_or_default();
    let authority = url.authority().map_or("", |authority| authority.as_str());
    format!("{scheme}://{authority}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_urls_are_targets() {
        for good in [
            "http://127.0.0.1:3000/events",
            "https://hooks.example.com/in?token=1",
            "http://[::1]:80",
            "HTTPS://EXAMPLE.COM/",
        ] {
            assert!(parse(good, Guard::operator()).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/events",
            "example.com/events",
            "ftp://example.com",
            "file:///etc/passwd",
            "http://",
            "http://user@example.com/",
            "http://user:pass@example.com/",
            "http://example.com/#part",
            "http://exa mple.com/",
            "http://example.com/\r\nx: y",
            "http://169.254.169.254/latest/meta-data",
            "http://[::ffff:169.254.169.254]/",
            "http://0.0.0.0:3000/",
        ] {
            assert!(parse(bad, Guard::operator()).is_err(), "{bad}");
        }
        assert!(parse("http://127.0.0.1/", Guard::public()).is_err());
    }

    #[test]
    fn an_origin_tells_no_path_and_no_query() {
        let url = "https://example.com:8443/token/1?key=2".parse().unwrap();

        assert_eq!(origin(&url), "https://example.com:8443");
    }
}
