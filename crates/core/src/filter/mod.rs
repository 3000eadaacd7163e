//! Which events a sink wants.

mod glob;
mod matcher;

use std::collections::BTreeSet;

pub use glob::Glob;
pub use matcher::Matcher;

use crate::Event;

/// Which events a sink wants: those that pass every part that is set. The default wants all.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use switchboard_core::Filter;
///
/// let mut filter = Filter::default();
/// filter.kinds = Some(vec!["message.*".parse()?]);
/// filter.endpoints = Some(["support".to_owned()].into());
/// filter.matchers = vec![serde_json::from_str(r#"{"exact": {"data.direction": "inbound"}}"#)?];
/// assert!(filter.matches(&message("m-1")));
///
/// filter.accounts = Some(["17".to_owned()].into());
/// assert!(!filter.matches(&message("m-1")), "it names no account");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Filter {
    /// Of a kind that one of these matches, for example `message.*`.
    pub kinds: Option<Vec<Glob>>,
    /// That came in by one of these endpoints.
    pub endpoints: Option<BTreeSet<String>>,
    /// Of one of these accounts.
    pub accounts: Option<BTreeSet<String>>,
    /// That all of these match.
    pub matchers: Vec<Matcher>,
}

impl Filter {
    /// Whether `event` passes.
    pub fn matches(&self, event: &Event) -> bool {
        let is_listed = |list: &Option<BTreeSet<String>>, value: Option<&str>| {
            list.as_ref()
                .is_none_or(|list| value.is_some_and(|value| list.contains(value)))
        };
        let is_kind = |globs: &Vec<Glob>| globs.iter().any(|glob| glob.matches(event.short_kind()));
        is_listed(&self.endpoints, Some(&event.endpoint))
            && is_listed(&self.accounts, event.account.as_deref())
            && self.kinds.as_ref().is_none_or(is_kind)
            && self.matchers.iter().all(|matcher| matcher.matches(event))
    }
}

/// A text that cannot be a part of a filter, and why.
///
/// ```
/// use switchboard_core::{Glob, InvalidFilter};
///
/// let slip: InvalidFilter = "mesage.*".parse::<Glob>().unwrap_err();
/// assert_eq!(slip.to_string(), "no kind of event matches `mesage.*`");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidFilter(pub(crate) String);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::Origin;
    use crate::{DedupKey, Descriptor, Draft, Timestamp};

    const ACME: Descriptor = Descriptor::new("acme", "Acme");

    fn event(account: Option<&str>) -> Event {
        let draft = Draft::unknown(
            "x",
            json!({"amount": 12, "name": "Ana"}),
            DedupKey::provider(["1"]),
        );
        let origin = Origin {
            adapter: &ACME,
            endpoint: "support",
            account,
            scheme: "none",
            delivery: "d",
            recorded: Timestamp::UNIX_EPOCH,
        };
        Event::stamp(draft, &origin, 0)
    }

    fn filter(change: impl FnOnce(&mut Filter)) -> Filter {
        let mut filter = Filter::default();
        change(&mut filter);
        filter
    }

    #[test]
    fn without_parts_every_event_passes() {
        assert!(Filter::default().matches(&event(None)));
    }

    #[test]
    fn every_part_that_is_set_must_hold() {
        let set = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
        let kinds = |glob: &str| Some(vec![glob.parse().unwrap()]);
        let matcher = |json: &str| vec![serde_json::from_str(json).unwrap()];
        for (part, passes, fails) in [
            (
                "endpoints",
                filter(|filter| filter.endpoints = set(&["other", "support"])),
                filter(|filter| filter.endpoints = set(&["other"])),
            ),
            (
                "accounts",
                filter(|filter| filter.accounts = set(&["7"])),
                filter(|filter| filter.accounts = set(&["8"])),
            ),
            (
                "kinds",
                filter(|filter| filter.kinds = kinds("provider.*")),
                filter(|filter| filter.kinds = kinds("message.*")),
            ),
            (
                "matchers",
                filter(|filter| filter.matchers = matcher(r#"{"exact": {"endpoint": "support"}}"#)),
                filter(|filter| filter.matchers = matcher(r#"{"exact": {"endpoint": "other"}}"#)),
            ),
        ] {
            assert!(passes.matches(&event(Some("7"))), "{part}");
            assert!(!fails.matches(&event(Some("7"))), "{part}");
        }
        let accounts = filter(|filter| filter.accounts = set(&["7"]));
        assert!(
            !accounts.matches(&event(None)),
            "no account is none of them"
        );
    }
}
