//! What was lost while a form was read.

use std::fmt;

/// One pair that was not read whole, or that replaced others.
///
/// Quotes nothing of the body, keys neither: they are the caller's words as much as the values. The
/// position is enough to find the pair in the bytes that the journal keeps.
///
/// ```
/// use switchboard_core::form::{Form, Limits};
///
/// let form = Form::parse(b"id=501&[name]=Ann", Limits::default())?;
/// let told: Vec<String> = form.reports.iter().map(|report| report.to_string()).collect();
/// assert_eq!(told, ["pair 2 was left out: its key has no name"]);
/// # Ok::<(), switchboard_core::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The pair's position in the body, from 1.
    pub pair: usize,
    /// What happened to it.
    pub problem: Problem,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pair {} {}", self.pair, self.problem)
    }
}

/// What happened to a pair.
///
/// ```
/// use switchboard_core::form::{Form, Limits, Problem};
///
/// /// How many pairs are not in the tree at all.
/// fn left_out(form: &Form) -> usize {
///     let read = [Problem::KeyCut, Problem::Replaced];
///     let reports = form.reports.iter();
///     reports.filter(|report| !read.contains(&report.problem)).count()
/// }
///
/// let form = Form::parse(b"id=1&id=2&price[gross]net=3&[name]=Ann", Limits::default())?;
/// assert_eq!(form.reports.len(), 3);
/// assert_eq!(left_out(&form), 1);
/// # Ok::<(), switchboard_core::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// Its key is longer than the limit; it was left out.
    KeyTooLong,
    /// Its key has more brackets than the limit; it was left out.
    TooDeep,
    /// Its key is empty or begins with a bracket; it was left out.
    Unnamed,
    /// It appends to a level that uses the largest index there is; it was left out.
    NoIndexLeft,
    /// Text behind the last bracket of its key was ignored.
    KeyCut,
    /// It replaced an earlier pair, or all of those that stood below its key.
    Replaced,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyTooLong => "was left out: its key is too long",
            Self::TooDeep => "was left out: its key is nested too deep",
            Self::Unnamed => "was left out: its key has no name",
            Self::NoIndexLeft => "was left out: no index is left to append at",
            Self::KeyCut => "was read without the end of its key",
            Self::Replaced => "replaced an earlier one",
        })
    }
}
