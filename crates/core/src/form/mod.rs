//! Form bodies with brackets in their names, read into a tree as PHP does.
//!
//! `leads[add][0][id]=501` is `{"leads":{"add":[{"id":"501"}]}}`. PHP's `parse_str` is the model,
//! because the senders of such bodies write them with its `http_build_query`. The reading differs
//! from PHP only where PHP would lose what the provider wrote, or would spend too much on it:
//!
//! - Keys that are exactly `0` to `n-1`, in any order, make a list; every other level is a map. PHP
//!   has one type for both. The top level is always a map.
//! - A name stays as it came. PHP drops leading spaces, ends a name at a NUL, and writes `_` for the
//!   dots and spaces in it and for a bracket that nothing closes.
//! - A pair past a limit is left out alone. PHP leaves out its whole top-level name when it is
//!   nested too deep, and knows no limit on a key's size.
//! - More pairs than the limit make the body unreadable. PHP reads the first ones.
//! - Invalid UTF-8 is replaced, so keys that differ only in it are the same key.

mod key;
mod limits;
mod report;
mod tree;

use serde_json::Value;

use crate::ParseError;
use key::Key;
use tree::Branch;

pub use limits::Limits;
pub use report::{Problem, Report};

/// A form body as a tree, and what was lost on the way.
///
/// ```
/// use serde_json::json;
/// use switchboard_core::form::{Form, Limits, Problem};
///
/// let body = b"account[id]=81&leads[add][0][id]=501&leads[add][0][id]=502&tags[]=new&tags[]=old";
/// let form = Form::parse(body, Limits::default())?;
///
/// let expected = json!({
///     "account": {"id": "81"},
///     "leads": {"add": [{"id": "502"}]},
///     "tags": ["new", "old"],
/// });
/// assert_eq!(form.value, expected);
/// assert_eq!((form.reports[0].pair, form.reports[0].problem), (3, Problem::Replaced));
/// # Ok::<(), switchboard_core::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Form {
    /// An object, empty for an empty body. Every value in it is a text, a list or an object.
    pub value: Value,
    /// What was left out or replaced, in the order of the pairs.
    pub reports: Vec<Report>,
}

impl Form {
    /// Reads a body of the type `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    ///
    /// When the body has more pairs than `limits` allows. Nothing else makes a form unreadable.
    pub fn parse(body: &[u8], limits: Limits) -> Result<Self, ParseError> {
        // Counted before the first pair is decoded, so that a hostile body costs one look at it.
        let mut pairs = body.split(|&byte| byte == b'&').filter(|p| !p.is_empty());
        if pairs.nth(limits.pairs).is_some() {
            let reason = format!("the form has more than {} pairs", limits.pairs);
            return Err(ParseError::new(reason));
        }

        let mut root = Branch::default();
        let mut reports = Vec::new();
        for (position, (key, value)) in form_urlencoded::parse(body).enumerate() {
            let problems = match Key::parse(&key, limits) {
                Ok(key) => {
                    let is_cut = key.is_cut.then_some(Problem::KeyCut);
                    [is_cut, root.insert(&key, value.into_owned())]
                }
                Err(problem) => [Some(problem), None],
            };
            let pair = position + 1;
            let problems = problems.into_iter().flatten();
            reports.extend(problems.map(|problem| Report { pair, problem }));
        }
        let value = root.into_object();
        Ok(Self { value, reports })
    }
}
