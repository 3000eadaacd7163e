//! The name of an adapter, and the names that follow from it.

use std::fmt;
use std::str::FromStr;

/// Rust's reserved words, those for later too (the Rust Reference, edition 2024, "Keywords").
const RESERVED: &str = "abstract as async await become box break const continue crate do dyn else \
    enum extern false final fn for gen if impl in let loop macro match mod move mut override priv \
    pub ref return self static struct super trait true try type typeof unsafe unsized use virtual \
    where while yield";

/// The longest name.
const LONGEST: usize = 40;

/// An adapter's name: `lower-case-with-dashes`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Name(String);

impl Name {
    /// As a part of a Rust identifier: `acme_chat`.
    pub(super) fn ident(&self) -> String {
        self.0.replace('-', "_")
    }

    /// As a Rust type: `AcmeChat`.
    pub(super) fn type_name(&self) -> String {
        self.words().collect()
    }

    /// As people say it: `Acme Chat`.
    pub(super) fn title(&self) -> String {
        self.words().collect::<Vec<_>>().join(" ")
    }

    fn words(&self) -> impl Iterator<Item = String> {
        self.0.split('-').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_ascii_uppercase() + rest
        })
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let is_word = |word: &str| {
            word.starts_with(|first: char| first.is_ascii_lowercase())
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if !text.split('-').all(is_word) {
            return Err(InvalidName::Form);
        }
        if text.len() > LONGEST {
            return Err(InvalidName::Long);
        }
        if RESERVED.split(' ').any(|reserved| reserved == text) {
            return Err(InvalidName::Reserved);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no adapter's name, and why.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum InvalidName {
    #[error("words of a-z and 0-9, each beginning with a letter, with a dash between them")]
    Form,
    #[error("longer than {LONGEST} characters")]
    Long,
    #[error("a reserved word of Rust")]
    Reserved,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_follow_from_it() {
        let name: Name = "acme-chat2".parse().unwrap();

        assert_eq!(name.to_string(), "acme-chat2");
        assert_eq!(name.ident(), "acme_chat2");
        assert_eq!(name.type_name(), "AcmeChat2");
        assert_eq!(name.title(), "Acme Chat2");
    }

    #[test]
    fn what_rust_and_cargo_could_not_name_is_no_name() {
        let long = "a".repeat(LONGEST + 1);
        for (text, why) in [
            ("", InvalidName::Form),
            ("Acme", InvalidName::Form),
            ("acme_chat", InvalidName::Form),
            ("-acme", InvalidName::Form),
            ("acme-", InvalidName::Form),
            ("acme--chat", InvalidName::Form),
            ("2acme", InvalidName::Form),
            ("acme-2", InvalidName::Form),
            ("../acme", InvalidName::Form),
            ("acmé", InvalidName::Form),
            ("acme chat", InvalidName::Form),
            (&long, InvalidName::Long),
            ("self", InvalidName::Reserved),
            ("gen", InvalidName::Reserved),
        ] {
            assert_eq!(text.parse::<Name>(), Err(why), "{text}");
        }
    }
}
