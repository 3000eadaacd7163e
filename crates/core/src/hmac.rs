//! Signature schemes as data.
