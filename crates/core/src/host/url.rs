//! The URL that providers know the host by.

use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

/// The URL that providers know the host by, for those that sign it: `https://hooks.example.com`,
/// or with a path, where a proxy cuts one off: `https://example.com/hooks`.
///
/// It is configured and never read from a request: `Host` and `X-Forwarded-*` are the caller's.
///
/// ```
/// use http::uri::PathAndQuery;
/// use switchboard_core::host::PublicUrl;
///
/// let public: PublicUrl = "https://example.com/hooks".parse()?;
/// let target = PathAndQuery::from_static("/in/support?page=2");
///
/// let signed = public.join(&target).ok_or("too long")?;
/// assert_eq!(signed, "https://example.com/hooks/in/support?page=2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct PublicUrl {
    scheme: Scheme,
    authority: Authority,
    /// What goes before the request's path: empty, or `/hooks`.
    prefix: String,
}

impl PublicUrl {
    /// The public URL of a request to `target`; `None` when together they are too long for one.
    pub fn join(&self, target: &PathAndQuery) -> Option<Uri> {
        let path = format!("{}{target}", self.prefix);
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build()
            .ok()
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, InvalidPublicUrl> {
        let url: Uri = text.parse().map_err(|_| InvalidPublicUrl)?;
        let is_web = matches!(url.scheme_str(), Some("http" | "https"));
        if !is_web || url.query().is_some() || text.contains('#') {
            return Err(InvalidPublicUrl);
        }
        let prefix = url.path().trim_end_matches('/').to_owned();
        let parts = url.into_parts();
        match (parts.scheme, parts.authority) {
            (Some(scheme), Some(authority)) if !authority.as_str().contains('@') => Ok(Self {
                scheme,
                authority,
                prefix,
            }),
            _ => Err(InvalidPublicUrl),
        }
    }
}

/// A text that is no public URL.
///
/// ```
/// use switchboard_core::host::{InvalidPublicUrl, PublicUrl};
///
/// for text in ["hooks.example.com", "https://hooks.example.com/?a=1", "https://me@example.com"] {
///     assert_eq!(text.parse::<PublicUrl>().unwrap_err(), InvalidPublicUrl);
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not an http or https URL with a host and without a query")]
pub struct InvalidPublicUrl;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_follows_the_public_url() {
        let cases = [
            (
                "https://hooks.example.com",
                "https://hooks.example.com/in/a/?b=%20c",
            ),
            (
                "https://hooks.example.com/",
                "https://hooks.example.com/in/a/?b=%20c",
            ),
            (
                "http://example.com:8080/hooks/",
                "http://example.com:8080/hooks/in/a/?b=%20c",
            ),
        ];
        let target = PathAndQuery::from_static("/in/a/?b=%20c");

        for (public, expected) in cases {
            let public: PublicUrl = public.parse().unwrap();
            assert_eq!(public.join(&target).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn only_a_web_address_is_a_public_url() {
        for wrong in [
            "",
            "hooks.example.com",
            "/in",
            "ftp://example.com",
            "https://",
            "https://user@example.com",
            "https://example.com/?a=b",
            "https://example.com/#a",
        ] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }
}
