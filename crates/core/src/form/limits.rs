//! How much of a form is read.

/// How much of a form is read.
///
/// The default is 5,000 pairs, 16 brackets and 512 bytes of key: room for the largest batches of
/// Kommo's CRM webhooks. PHP's own, by its manual of 2026-11: 1,000 pairs (`max_input_vars`), 64
/// levels (`max_input_nesting_level`).
///
/// ```
/// use switchboard_core::form::{Form, Limits, Problem};
///
/// let tight = Limits {
///     pairs: 2,
///     depth: 1,
///     ..Limits::default()
/// };
///
/// let form = Form::parse(b"a[b]=1&a[b][c]=2", tight)?;
/// assert_eq!(form.reports[0].problem, Problem::TooDeep);
///
/// let unreadable = Form::parse(b"a=1&b=2&c=3", tight).unwrap_err();
/// assert_eq!(unreadable.to_string(), "the form has more than 2 pairs");
/// # Ok::<(), switchboard_core::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// How many pairs a body may have; with more it is unreadable.
    pub pairs: usize,
    /// How many brackets a key may have; with more its pair is left out. The byte is what bounds
    /// every recursion over the tree, serde's included.
    pub depth: u8,
    /// How many bytes a key may have, decoded; with more its pair is left out.
    pub key_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pairs: 5_000,
            depth: 16,
            key_bytes: 512,
        }
    }
}
