//! Names with a `*` in them.

use std::fmt;
use std::str::FromStr;

use super::InvalidFilter;
use crate::event::{KIND_PREFIX, KINDS};

/// A pattern for kinds of events: `*` stands for any run of characters, none too.
///
/// ```
/// use switchboard_core::Glob;
///
/// let glob: Glob = "lead.*".parse()?;
///
/// assert!(glob.matches("lead.created"));
/// assert!("leads.*".parse::<Glob>().is_err(), "there is no such kind");
/// # Ok::<(), switchboard_core::InvalidFilter>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Glob(String);

impl Glob {
    /// Whether the short name of a kind fits, for example `message.created`.
    pub fn matches(&self, kind: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = kind.strip_prefix(first) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        // Each part as early as it can be leaves the most for those behind it.
        for part in parts {
            match rest.split_once(part) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

impl FromStr for Glob {
    type Err = InvalidFilter;

    /// With or without the reverse-DNS prefix. What no kind of event matches is a slip.
    fn from_str(text: &str) -> Result<Self, InvalidFilter> {
        let glob = Self(text.strip_prefix(KIND_PREFIX).unwrap_or(text).to_owned());
        if KINDS.iter().any(|kind| glob.matches(kind.name)) {
            Ok(glob)
        } else {
            Err(InvalidFilter(format!("no kind of event matches `{text}`")))
        }
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run() {
        let cases = [
            ("message.created", "message.created", true),
            ("message.created", "message.created2", false),
            ("message.*", "message.created", true),
            ("message.*", "talk.created", false),
            ("*.created", "message.created", true),
            ("*.created", "message.updated", false),
            ("*", "page.visited", true),
            ("*a*e*", "page.visited", true),
            ("*ed*ed", "message.created", false),
            ("m*e*e.created", "message.created", true),
        ];

        for (glob, kind, expected) in cases {
            assert_eq!(Glob(glob.into()).matches(kind), expected, "{glob} {kind}");
        }
    }

    #[test]
    fn a_pattern_that_matches_no_kind_is_refused() {
        for wrong in ["", "mesage.*", "message.created.*", "MESSAGE.*"] {
            assert!(wrong.parse::<Glob>().is_err(), "{wrong}");
        }
        let long: Glob = "dev.switchboard.message.*".parse().unwrap();
        assert!(long.matches("message.created"));
    }
}
