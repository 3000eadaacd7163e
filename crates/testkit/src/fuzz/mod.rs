//! Bodies for fuzzers: whatever the bytes are, none of them panics.
//!
//! Each is a plain function of bytes, so the same body serves a fuzzer, a test that replays a
//! corpus, and a property test. The first byte of an input is its pick, of one of the adapters
//! linked into the binary or of limits; the bodies say what the rest is.
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
mod subject;
mod verify;

pub use forms::forms;
pub use http_head::http_head;
pub use normalize::normalize;
pub use parse::parse;
pub use verify::verify;

/// Every body, by the name of its target and its corpus.
pub const TARGETS: [(&str, fn(&[u8])); 5] = [
    ("forms", forms),
    ("http_head", http_head),
    ("normalize", normalize),
    ("parse", parse),
    ("verify", verify),
];
