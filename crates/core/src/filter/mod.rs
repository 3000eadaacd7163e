//! Which events a sink wants.

mod glob;
mod matcher;

use std::collections::BTreeSet;

pub use glob::Glob;
pub use matcher::Matcher;

use serde_json::Value;

use crate::Event;
use crate::sink::Envelope;

/// Which events a sink wants: those that pass every part that is set. The default wants all.
///
/// ```
#[doc = include_str!("../doc/message.txt")]
/// use switchboard_core::Filter;
/// use switchboard_core::sink::Envelope;
///
/// let mut filter = Filter::default();
/// filter.kinds = Some(vec!["message.*".parse()?]);
/// filter.endpoints = Some(["support".to_owned()].into());
/// filter.matchers = vec![serde_json::from_str(r#"{"exact": {"data.direction": "inbound"}}"#)?];
/// assert!(filter.matches(&message("m-1")));
/// assert!(filter.wants(&Envelope::sealed(message("m-1"))));
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
        self.judge(event, Some(&event.data)) == Some(true)
    }

    /// Whether the event of `envelope` passes. It is made only where its attributes do not tell.
    pub fn wants(&self, envelope: &Envelope) -> bool {
        let by_attributes = self.judge(envelope.head(), None);
        by_attributes.unwrap_or_else(|| self.matches(envelope.event()))
    }

    /// Whether an event of these attributes passes. `None` where its data has to be asked, and is not
    /// there.
    fn judge(&self, attributes: &Event, data: Option<&Value>) -> Option<bool> {
        let is_listed = |list: &Option<BTreeSet<String>>, value: Option<&str>| {
            list.as_ref()
                .is_none_or(|list| value.is_some_and(|value| list.contains(value)))
        };
        let is_kind = |globs: &Vec<Glob>| {
            globs
                .iter()
                .any(|glob| glob.matches(attributes.short_kind()))
        };
        let is_listed = is_listed(&self.endpoints, Some(&attributes.endpoint))
            && is_listed(&self.accounts, attributes.account.as_deref())
            && self.kinds.as_ref().is_none_or(is_kind);
        let matchers = self.matchers.iter();
        let judged = matchers.map(|matcher| matcher.judge(attributes, data));
        matcher::all([Some(is_listed)].into_iter().chain(judged))
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
    fn an_event_is_made_only_where_its_attributes_do_not_tell() {
        let with = |json: &str| {
            filter(|filter| filter.matchers = vec![serde_json::from_str(json).unwrap()])
        };
        let of_7 = r#"{"exact": {"account": "7"}}"#;
        let data = r#"{"exact": {"data.fields.name": "Ana"}}"#;
        let not_7 = format!(r#"{{"not": {of_7}}}"#);
        for (matcher, wants) in [
            (of_7.to_owned(), true),
            (not_7.clone(), false),
            (format!(r#"{{"any": [{data}, {of_7}]}}"#), true),
            (format!(r#"{{"all": [{data}, {not_7}]}}"#), false),
            (
                r#"{"exact": {"data.fields.name": "Ana", "account": "8"}}"#.to_owned(),
                false,
            ),
            (format!(r#"{{"not": {{"all": [{data}, {not_7}]}}}}"#), true),
        ] {
            let envelope = Envelope::sealed(event(Some("7")));
            assert_eq!(with(&matcher).wants(&envelope), wants, "{matcher}");
            assert!(!envelope.has_tree(), "{matcher}");
            assert_eq!(
                with(&matcher).matches(&event(Some("7"))),
                wants,
                "{matcher}"
            );
        }
        let mut none = with(data);
        none.accounts = Some(["8".to_owned()].into());
        let envelope = Envelope::sealed(event(Some("7")));
        assert!(!none.wants(&envelope) && !envelope.has_tree());
        for (matcher, wants) in [
            (data.to_owned(), true),
            (format!(r#"{{"not": {data}}}"#), false),
            (format!(r#"{{"any": [{data}, {not_7}]}}"#), true),
            (format!(r#"{{"all": [{data}, {of_7}]}}"#), true),
        ] {
            let envelope = Envelope::sealed(event(Some("7")));
            assert_eq!(with(&matcher).wants(&envelope), wants, "{matcher}");
            assert!(envelope.has_tree(), "{matcher}: made once for all sinks");
        }
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
