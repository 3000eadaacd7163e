//! The decoded key of a pair: a name and the brackets behind it.

use super::{Limits, Problem};

/// A key such as `a[b][]`.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Key<'a> {
    pub(super) name: &'a str,
    pub(super) steps: Vec<Step<'a>>,
    /// Whether text behind the last index was ignored.
    pub(super) is_cut: bool,
}

/// One pair of brackets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Step<'a> {
    /// `[]`: behind the last integer index.
    Append,
    /// `[index]`: a key like any other, digits or not.
    At(&'a str),
}

impl<'a> Key<'a> {
    /// Reads a decoded key, or says why its pair is left out.
    pub(super) fn parse(text: &'a str, limits: Limits) -> Result<Self, Problem> {
        if text.len() > limits.key_bytes {
            return Err(Problem::KeyTooLong);
        }
        let (name, mut rest) = text.split_at(text.find('[').unwrap_or(text.len()));
        if name.is_empty() {
            return Err(Problem::Unnamed);
        }

        let mut steps = Vec::new();
        while let Some((step, behind)) = Step::split(rest) {
            if steps.len() == usize::from(limits.depth) {
                return Err(Problem::TooDeep);
            }
            steps.push(step);
            rest = behind;
        }

        // Before any index was closed the bracket is a letter of the name: `a[b`.
        let name = if steps.is_empty() { text } else { name };
        let is_cut = !steps.is_empty() && !rest.is_empty();
        Ok(Self {
            name,
            steps,
            is_cut,
        })
    }
}

impl<'a> Step<'a> {
    /// The step that `text` begins with, and what stands behind it.
    fn split(text: &'a str) -> Option<(Self, &'a str)> {
        let (index, behind) = text.strip_prefix('[')?.split_once(']')?;
        let step = match index {
            // PHP skips one of C's spaces before it looks for the bracket.
            "" | " " | "\t" | "\n" | "\x0b" | "\x0c" | "\r" => Self::Append,
            index => Self::At(index),
        };
        Some((step, behind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Key<'_>, Problem> {
        let limits = Limits {
            depth: 2,
            key_bytes: 8,
            ..Limits::default()
        };
        Key::parse(text, limits)
    }

    #[test]
    fn an_index_opens_right_behind_the_name_or_another_index() {
        let key = parse("a[b][]x").unwrap();

        assert_eq!(key.name, "a");
        assert_eq!(key.steps, [Step::At("b"), Step::Append]);
        assert!(key.is_cut);
    }

    #[test]
    fn a_bracket_that_nothing_closes_is_a_letter_of_the_name() {
        let key = parse("a[b.[c").unwrap();

        assert_eq!(key.name, "a[b.[c");
        assert_eq!((key.steps.len(), key.is_cut), (0, false));
    }

    #[test]
    fn a_limit_is_the_last_value_that_is_allowed() {
        assert_eq!(parse("a[b][c]").map(|key| key.steps.len()), Ok(2));
        assert_eq!(parse("a[][][]"), Err(Problem::TooDeep));
        assert_eq!(parse("12345678").map(|key| key.name), Ok("12345678"));
        assert_eq!(parse("123456789"), Err(Problem::KeyTooLong));
    }

    #[test]
    fn a_key_without_a_name_is_refused() {
        for text in ["", "[", "[a]", "[]"] {
            assert_eq!(parse(text), Err(Problem::Unnamed), "{text}");
        }
    }
}
