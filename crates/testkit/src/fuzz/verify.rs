//! What an adapter does while the provider waits.

use switchboard_core::Delivery;

use super::subject::{Subject, delivery};
use crate::adapter::mutant::with_body;

/// Verifies a request. Behind the pick, `input` is written as a fixture is.
///
/// Nobody who fuzzes has the endpoint's secrets, so what an adapter that signs believes is a
/// forgery. What its own `sign` signed it believes, and no longer after one bit of the body changed
/// where the signature is over the body.
///
/// ```
/// use switchboard_testkit::fuzz::verify;
///
/// verify(b"\0POST /in/support HTTP/1.1\nx-acme-signature: 00ff\n\n{}");
/// ```
///
/// # Panics
///
/// When one of that does not hold, and where the adapter panics.
pub fn verify(input: &[u8]) {
    let Some((subject, rest)) = Subject::pick(input) else {
        return;
    };
    let Subject { adapter, endpoint } = &subject;
    let unsigned = delivery(rest);

    let _ = adapter.preflight(&unsigned, endpoint);
    let is_believed = subject.believes(&unsigned);
    assert!(
        !is_believed || !adapter.descriptor().is_signed,
        "a forgery is believed: {unsigned:?}"
    );

    let sign = |delivery: &Delivery| adapter.sign(delivery, endpoint);
    let Some(signed) = sign(&unsigned) else {
        return;
    };
    assert!(subject.believes(&signed), "refused by who signed it");
    let _ = adapter.reply(&signed, endpoint);

    for body in with_a_flipped_bit(&signed.body) {
        let altered = with_body(&signed, body);
        let is_covered =
            sign(&altered).is_some_and(|again| signature(&again) != signature(&signed));
        assert!(
            !is_covered || !subject.believes(&altered),
            "believed with another body"
        );
    }
}

/// Everywhere that a signature may stand.
fn signature(delivery: &Delivery) -> (&http::HeaderMap, &http::Uri) {
    (&delivery.headers, &delivery.url)
}

/// `body` with a bit flipped in its first byte, in the middle, and in its last.
fn with_a_flipped_bit(body: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let last = body.len().saturating_sub(1);
    let places = [(0, 0), (last / 2, 3), (last, 7)];
    places.into_iter().filter_map(|(index, bit)| {
        let mut flipped = body.to_vec();
        *flipped.get_mut(index)? ^= 1 << bit;
        Some(flipped)
    })
}
