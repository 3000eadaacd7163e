//! The examples in a page's text, and what they use.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A runnable example: what a reader sees of it, token by token.
#[derive(Debug)]
pub(super) struct Example(Vec<String>);

/// How code uses something.
#[derive(Clone, Copy, Debug)]
pub(super) enum Use<'a> {
    /// A type, a trait or a constant is named.
    Named,
    /// A function is called or handed on.
    Function,
    /// A macro is called.
    Macro,
    /// A method of a value is called.
    Method,
    /// A function of the type with this name is called.
    Associated(&'a str),
    /// A method or a function of a trait is called, or written for a type.
    Required,
}

impl Example {
    /// The runnable examples in `text`, which is Markdown.
    ///
    /// # Panics
    ///
    /// When one of them is no Rust.
    pub(super) fn all(text: &str) -> Vec<Self> {
        let mut examples = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some((fence, language)) = fence(line) else {
                continue;
            };
            let code = lines.by_ref().take_while(|line| line.trim() != fence);
            let code: Vec<&str> = code.collect();
            if is_run(language) {
                examples.push(Self::read(&code));
            }
        }
        examples
    }

    /// Whether it uses `name` in this way.
    pub(super) fn uses(&self, name: &str, way: Use<'_>) -> bool {
        (0..self.0.len()).any(|at| {
            let token = |offset: isize| {
                let at = at.checked_add_signed(offset)?;
                self.0.get(at).map(String::as_str)
            };
            let is_method = token(-1) == Some(".");
            let is_path = token(-1) == Some(":") && token(-2) == Some(":");
            self.0[at] == name
                && match way {
                    Use::Named => !is_method,
                    Use::Function => !is_method && token(-1) != Some("fn"),
                    Use::Macro => token(1) == Some("!"),
                    Use::Method => is_method || is_path,
                    Use::Associated(of) => {
                        is_path && [of, "Self", ">"].contains(&token(-3).unwrap_or_default())
                    }
                    Use::Required => is_method || is_path || token(-1) == Some("fn"),
                }
        })
    }

    fn read(code: &[&str]) -> Self {
        let is_hidden = |line: &str| line.trim() == "#" || line.trim_start().starts_with("# ");
        let whole: Vec<&str> = code
            .iter()
            .map(|line| match is_hidden(line) {
                true => line.trim_start().trim_start_matches('#'),
                false => line,
            })
            .collect();
        let whole = whole.join("\n");
        let tokens: TokenStream = whole
            .parse()
            .unwrap_or_else(|error| panic!("{error}:\n{whole}"));
        let mut seen = Vec::new();
        flatten(tokens, &mut |text, line| {
            if !is_hidden(code[line - 1]) {
                seen.push(text);
            }
        });
        Self(seen)
    }
}

/// The fence that `line` opens, and the words behind it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let mark = line.chars().next().filter(|mark| "`~".contains(*mark))?;
    let language = line.trim_start_matches(mark);
    let fence = &line[..line.len() - language.len()];
    (fence.len() >= 3).then_some((fence, language))
}

/// Whether rustdoc compiles and runs code under these words.
fn is_run(language: &str) -> bool {
    language
        .split([',', ' '])
        .all(|word| ["", "rust", "should_panic"].contains(&word.trim()))
}

/// Hands every token on, with its line.
fn flatten(tokens: TokenStream, each: &mut dyn FnMut(String, usize)) {
    for token in tokens {
        let TokenTree::Group(group) = token else {
            each(token.to_string(), token.span().start().line);
            continue;
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
        };
        each(open.to_owned(), group.span_open().start().line);
        flatten(group.stream(), each);
        each(close.to_owned(), group.span_close().start().line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
Opens a file.

```
# use std::fs::File;
# let hidden = 1;
let file = File::open(path)?; // not `fn comment`
file.read(\"in_a_text\");
#[derive(Debug)]
struct Mine;
```

```no_run
not_run();
```

~~~text
no_rust();
~~~
";

    #[test]
    fn only_what_is_run_and_seen_is_used() {
        let examples = Example::all(TEXT);

        assert_eq!(examples.len(), 1);
        for (name, way, is_used) in [
            ("File", Use::Named, true),
            ("open", Use::Associated("File"), true),
            ("open", Use::Associated("Folder"), false),
            ("open", Use::Function, true),
            ("read", Use::Method, true),
            ("read", Use::Function, false),
            ("read", Use::Named, false),
            ("Debug", Use::Named, true),
            ("hidden", Use::Named, false),
            ("fs", Use::Named, false),
            ("comment", Use::Named, false),
            ("in_a_text", Use::Named, false),
            ("file", Use::Macro, false),
        ] {
            assert_eq!(examples[0].uses(name, way), is_used, "{name}: {way:?}");
        }
    }

    #[test]
    fn a_trait_is_used_by_who_has_it_too() {
        let text = "```rust\nimpl Sink for Mine {\n    fn deliver() { vec![1] }\n}\n```";

        let examples = Example::all(text);

        assert!(examples[0].uses("deliver", Use::Required));
        assert!(!examples[0].uses("deliver", Use::Function));
        assert!(examples[0].uses("vec", Use::Macro));
    }
}
