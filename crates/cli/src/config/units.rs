//! What settings are measured in.

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use http::Uri;

use super::setting::Setting;
use crate::core::host::Network;

impl Setting for String {
    const EXPECTED: &'static str = "text";

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Setting for PathBuf {
    const EXPECTED: &'static str = "a path";

    fn from_text(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::from(text))
    }
}

impl Setting for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn from_bool(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

impl Setting for NonZero<u32> {
    const EXPECTED: &'static str = "a whole number from 1 on";

    fn from_text(text: &str) -> Option<Self> {
        Self::from_number(text.parse().ok()?)
    }

    fn from_number(number: u64) -> Option<Self> {
        Self::new(number.try_into().ok()?)
    }
}

impl Setting for u32 {
    const EXPECTED: &'static str = "a whole number";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn from_number(number: u64) -> Option<Self> {
        number.try_into().ok()
    }
}

/// Longer than nothing.
impl Setting for Duration {
    const EXPECTED: &'static str = r#"a duration such as "250ms", "15s", "2m", "75h" or "7d""#;

    fn from_text(text: &str) -> Option<Self> {
        let (number, unit) = number_and_unit(text)?;
        let seconds = match unit {
            "ms" => return (number > 0).then(|| Self::from_millis(number)),
            "s" => 1,
            "m" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            _ => return None,
        };
        let seconds = number.checked_mul(seconds)?;
        (seconds > 0).then(|| Self::from_secs(seconds))
    }
}

/// A number of bytes from 1 on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ByteSize(pub(crate) usize);

impl Setting for ByteSize {
    const EXPECTED: &'static str = r#"a size such as 4096, "64KiB" or "1 MiB""#;

    fn from_text(text: &str) -> Option<Self> {
        let (number, unit) = number_and_unit(text)?;
        let bytes = match unit {
            "" | "B" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            _ => return None,
        };
        Self::from_number(number.checked_mul(bytes)?)
    }

    fn from_number(number: u64) -> Option<Self> {
        (number > 0).then_some(Self(number.try_into().ok()?))
    }
}

/// A number of bytes; none is fine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Allowance(pub(crate) u64);

impl Setting for Allowance {
    const EXPECTED: &'static str = r#"a size such as 0, "512 KiB" or "64 MiB""#;

    fn from_text(text: &str) -> Option<Self> {
        if text == "0" {
            return Some(Self(0));
        }
        Self::from_number(ByteSize::from_text(text)?.0.try_into().ok()?)
    }

    fn from_number(number: u64) -> Option<Self> {
        // SQLite's numbers end there.
        i64::try_from(number).is_ok().then_some(Self(number))
    }
}

fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let end = text
        .find(|char: char| !char.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim_start()))
}

impl Setting for SocketAddr {
    const EXPECTED: &'static str = r#"an address and a port such as "127.0.0.1:8080""#;

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Setting for Network {
    const EXPECTED: &'static str = r#"a network such as "10.0.0.0/8" or "::1""#;

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// An absolute URL of http or https without credentials in it, which would show up in logs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Url(pub(crate) Uri);

impl Setting for Url {
    const EXPECTED: &'static str =
        r#"a URL such as "https://hooks.example.com", with no user or password in it"#;

    fn from_text(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let is_bare = uri.authority().is_some_and(|authority| {
            !authority.as_str().contains('@') && !authority.host().is_empty()
        });
        (is_web && is_bare).then_some(Self(uri))
    }
}

/// Where `url` leads, without its path and query: some services hide a secret in there.
pub(crate) fn site(url: &Uri) -> String {
    let scheme = url.scheme_str().unwrap_or_default();
    let authority = url.authority().map_or("", |authority| authority.as_str());
    format!("{scheme}://{authority}")
}

/// Reads the value of a flag that is such a URL.
///
/// # Errors
///
/// What to write instead.
pub(crate) fn web_url(text: &str) -> Result<Uri, String> {
    Ok(given::<Url>(text)?.0)
}

/// Reads the value of a flag as a setting is read.
///
/// # Errors
///
/// What to write instead.
pub(crate) fn given<T: Setting>(text: &str) -> Result<T, String> {
    T::from_text(text).ok_or_else(|| format!("expected {}", T::EXPECTED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit() {
        let text = Duration::from_text;

        assert_eq!(text("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(text("15s"), Some(Duration::from_secs(15)));
        assert_eq!(text("2m"), Some(Duration::from_secs(120)));
        assert_eq!(text("75h"), Some(Duration::from_secs(270_000)));
        for wrong in [
            "",
            "15",
            "s",
            "0s",
            "0ms",
            "1.5s",
            "-1s",
            "99999999999999999d",
            "1h30m",
        ] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
        assert_eq!(Duration::from_number(15), None);
    }

    #[test]
    fn sizes_are_binary() {
        let text = |text| ByteSize::from_text(text).map(|size| size.0);

        assert_eq!(text("1 MiB"), Some(1024 * 1024));
        assert_eq!(text("64KiB"), Some(64 * 1024));
        assert_eq!(text("4096"), Some(4096));
        for wrong in ["", "0", "1 MB", "1e6", "18446744073709551615 GiB", "MiB"] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_allowance_may_be_nothing() {
        let text = |text| Allowance::from_text(text).map(|allowance| allowance.0);

        assert_eq!(text("64 MiB"), Some(64 << 20));
        assert_eq!(text("0"), Some(0));
        assert_eq!(Allowance::from_number(0), Some(Allowance(0)));
        for wrong in ["", "-1", "64 MB", "9223372036854775808"] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn urls_are_absolute_and_hold_no_credentials() {
        assert!(Url::from_text("http://127.0.0.1:3000/events").is_some());
        for wrong in [
            "/events",
            "example.com",
            "ftp://example.com",
            "https://me:pw@example.com",
        ] {
            assert!(Url::from_text(wrong).is_none(), "{wrong}");
        }
    }
}
