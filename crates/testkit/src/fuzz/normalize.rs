//! Bodies almost as the provider sends them.

use super::decoded;
use super::edit::{Edit, edited};
use super::subject::Subject;
use crate::adapter::mutant::with_body;

/// More edits leave nothing of the provider's own.
const MOST_EDITS: usize = 8;

/// Decodes an edited sample: random bytes are hardly ever a payload, and this one mostly is.
///
/// Behind the pick, `input` has a byte that picks one of the adapter's samples, and the edits, one
/// a line: a byte that picks a place in the body, and what to put there. That is JSON or else a
/// text; in a form, `name=value` or a value. Nothing takes away what stood there.
///
/// ```
/// use switchboard_testkit::fuzz::normalize;
///
/// // The first adapter, its first sample, and two edits: of the second place, and of the ninth.
/// normalize(b"\0\0\x01[]\n\x08\"a text\"");
/// ```
///
/// # Panics
///
/// As [`parse`](super::parse).
pub fn normalize(input: &[u8]) {
    let Some((subject, rest)) = Subject::pick(input) else {
        return;
    };
    let samples = subject.adapter.descriptor().samples;
    let picked = rest.split_first().and_then(|(pick, edits)| {
        let index = usize::from(*pick).checked_rem(samples.len())?;
        Some((samples[index].delivery(), edits))
    });
    let Some((sample, edits)) = picked else {
        return;
    };
    let edits = edits.split(|byte| *byte == b'\n').filter_map(Edit::read);
    let body = edited(&sample, edits.take(MOST_EDITS));
    decoded::check(&*subject.adapter, &with_body(&sample, body));
}
