//! How much of a form is read.

/// How much of a form is read.
///
/// The default has room for the largest batches of Kommo's CRM webhooks.
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
