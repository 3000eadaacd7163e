//! Bodies for fuzzers: whatever the bytes are, none of them panics.
//!
//! Each is a plain function of bytes, so the same body serves a fuzzer, a test that replays a
//! corpus, and a property test. The first byte of an input is its pick, of one of the adapters
//! linked into the binary, in one of its setups, or of limits; the bodies say what the rest is.
//!
//! ```
//! use switchboard_testkit::fuzz::TARGETS;
//!
//! for (_name, body) in TARGETS {
//!     body(b"\0POST / HTTP/1.1\n\n{}");
//! }
//! ```

mod decoded;
mod edit;
mod forms;
mod http_head;
mod normalize;
mod parse;
mod setups;
mod subject;
mod verify;

pub use forms::forms;
pub use http_head::http_head;
pub use normalize::normalize;
pub use parse::parse;
pub use verify::verify;

/// What is done with an input.
///
/// ```
/// use switchboard_testkit::fuzz::{self, Body};
///
/// let forms: Body = fuzz::forms;
/// forms(b"\0a[b]=1&a[c]=2");
/// ```
pub type Body = fn(&[u8]);

/// How many picks there are: one for each setup of each linked adapter.
///
/// ```
/// // A binary that links no adapter has none to pick.
/// assert_eq!(switchboard_testkit::fuzz::picks(), 0);
/// ```
pub fn picks() -> usize {
    setups::all().len()
}

/// Every body, by the name of its target and its corpus.
///
/// ```
/// use switchboard_testkit::fuzz::TARGETS;
///
/// /// The body of a target, as a fuzzer's `main` or the replay of a corpus looks it up.
/// fn run(target: &str, input: &[u8]) -> bool {
///     let found = TARGETS.iter().find(|(name, _)| *name == target);
///     found.map(|(_, body)| body(input)).is_some()
/// }
///
/// assert!(run("parse", b"\0{}"));
/// assert!(!run("prase", b"\0{}"));
/// ```
pub const TARGETS: [(&str, Body); 5] = [
    ("forms", forms),
    ("http_head", http_head),
    ("normalize", normalize),
    ("parse", parse),
    ("verify", verify),
];

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use serde::Deserialize;
    use serde_json::Value;
    use switchboard_core::{
        DedupKey, Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Sample,
        Verified, VerifyError, register_adapter,
    };

    use super::*;

    register_adapter!(Careless);

    /// Believes everybody, but for who says `liar`, and makes the events that it is told to.
    #[derive(Debug, Deserialize)]
    struct Careless {}

    impl ProviderAdapter for Careless {
        const DESCRIPTOR: Descriptor =
            Descriptor::new("careless", "Careless").samples(&[Sample::new("one", br#"["a"]"#)]);

        type Payload = Vec<String>;

        async fn verify(&self, delivery: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
            match &*delivery.body {
                b"liar" => Err(VerifyError::mismatch()),
                _ => Ok(Verified::new("word of honour")),
            }
        }

        fn parse(&self, delivery: &Delivery) -> Result<Vec<String>, ParseError> {
            delivery.json()
        }

        /// Hashes no more than the first letter of each thing.
        fn normalize(&self, things: Vec<String>) -> Vec<Draft> {
            let key = |thing: &str| DedupKey::derived(thing.chars().take(1));
            let draft = |thing: String| Draft::unknown("told", Value::from(&*thing), key(&thing));
            things.into_iter().map(draft).collect()
        }
    }

    fn breaks(body: Body, input: &[u8]) -> bool {
        catch_unwind(|| body(input)).is_err()
    }

    #[test]
    fn a_forgery_that_is_believed_is_found() {
        assert!(!breaks(verify, b"\0liar"));
        assert!(breaks(verify, b"\0anybody"));
    }

    #[test]
    fn an_id_of_two_things_is_found() {
        assert!(!breaks(parse, br#" ["ann","bob"]"#));
        assert!(!breaks(parse, br#" ["ann","ann"]"#));
        assert!(breaks(parse, br#" ["ann","alf"]"#));
    }
}
