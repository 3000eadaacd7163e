//! Bodies as nobody ever sent them.

use super::decoded;
use super::subject::{Subject, delivery};

/// Decodes a request. Behind the pick, `input` is written as a fixture is.
///
/// ```
/// use switchboard_testkit::fuzz::parse;
///
/// parse(b"\0POST /in/support HTTP/1.1\ncontent-type: application/json\n\n{\"event\":7}");
/// parse(b"\0no request, so the body of one");
/// ```
///
/// # Panics
///
/// When decoding is not pure, when an event is not whole, and where the adapter panics.
pub fn parse(input: &[u8]) {
    if let Some((subject, rest)) = Subject::pick(input) {
        decoded::check(&*subject.adapter, &delivery(rest));
    }
}
