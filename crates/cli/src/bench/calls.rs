//! What is sent: signed Kommo deliveries, each of an id of its own.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use switchboard::core::Delivery;

/// The secret that the measured gateway knows. It protects nothing.
pub(crate) const SECRET: &str = "0f6a1c9be2d84753a1b0c2d3e4f5a69788776655";

/// The bytes of a body, where nobody wanted others.
pub(crate) const BODY_BYTES: usize = 742;

const ID_DIGITS: usize = 16;
const SIGNATURE_DIGITS: usize = 40;

/// Made once, and changed in place for each delivery: whatever the generator spends, the server has
/// not.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    request: Vec<u8>,
    body: Range<usize>,
    id: Range<usize>,
    signature: Range<usize>,
    key: Hmac<Sha1>,
    /// The number of the first: a journal may hold those of other runs.
    first: u64,
    /// Shared by all clones.
    sent: Arc<AtomicU64>,
    /// So many deliveries have one id.
    copies: u64,
}

impl Calls {
    /// Requests to `path` of a server, whose bodies have `bytes` bytes, or as few as are possible.
    /// Of `copies` in a row each has the id of the first.
    pub(crate) fn new(server: SocketAddr, path: &str, bytes: usize, copies: u64) -> Self {
        let shortest = BEFORE.len() + ID_DIGITS + BETWEEN.len() + AFTER.len();
        let text = "x".repeat(bytes.saturating_sub(shortest));
        let length = shortest + text.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {server}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nx-signature: "
        );
        let signature = head.len()..head.len() + SIGNATURE_DIGITS;
        let body = signature.end + 4..signature.end + 4 + length;
        let id = body.start + BEFORE.len()..body.start + BEFORE.len() + ID_DIGITS;
        let (hex, digits) = ("0".repeat(SIGNATURE_DIGITS), "0".repeat(ID_DIGITS));
        let request = format!("{head}{hex}\r\n\r\n{BEFORE}{digits}{BETWEEN}{text}{AFTER}");
        Self {
            request: request.into_bytes(),
            body,
            id,
            signature,
            key: Hmac::new_from_slice(SECRET.as_bytes()).expect("a key has any length"),
            first: u64::from(fastrand::u32(..)) << 32,
            sent: Arc::default(),
            copies,
        }
    }

    /// The next request, whole.
    pub(crate) fn next(&mut self) -> &[u8] {
        let number = self.first + self.sent.fetch_add(1, Ordering::Relaxed) / self.copies;
        hex(&number.to_be_bytes(), &mut self.request[self.id.clone()]);
        let mut mac = self.key.clone();
        mac.update(&self.request[self.body.clone()]);
        let tag = mac.finalize().into_bytes();
        hex(&tag, &mut self.request[self.signature.clone()]);
        &self.request
    }

    /// The next one, as a server of the same process reads it.
    pub(crate) fn delivery(&mut self) -> Delivery {
        let _ = self.next();
        let signature = std::str::from_utf8(&self.request[self.signature.clone()]);
        Delivery::post(Bytes::copy_from_slice(&self.request[self.body.clone()]))
            .with("content-type", "application/json")
            .with("x-signature", signature.expect("hex digits are text"))
    }

    /// How many there were.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// A text message of Kommo's chats as far as its id.
const BEFORE: &str = concat!(
    r#"{"account_id":"3b1e7c52-7d0a-4c7e-9d3f-5a2f1b6c8e90","time":1764000001,"message":"#,
    r#"{"receiver":{"id":"c0b9a8f7-1111-4222-8333-444455556666","phone":"15550100","#,
    r#""email":"","client_id":"cust-1001"},"sender":{"id":"9e1f0c3a-2f6b-4d0e-8a44-0f7f5b1d2c11"},"#,
    r#""conversation":{"id":"0a1b2c3d-aaaa-4bbb-8ccc-ddddeeeeffff","client_id":"conv-77"},"#,
    r#""timestamp":1764000000,"msec_timestamp":1764000000480,"message":{"type":"text","id":""#,
);

/// What comes before the text, which is the rest of it.
const BETWEEN: &str = r#"","text":"Your order is ready "#;

/// What ends it.
const AFTER: &str = r#""}}}"#;

fn hex(bytes: &[u8], into: &mut [u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (byte, pair) in bytes.iter().zip(into.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body_of(request: &[u8]) -> String {
        let text = std::str::from_utf8(request).expect("it is text");
        let (_, body) = text.split_once("\r\n\r\n").expect("it has a head");
        body.to_owned()
    }

    #[test]
    fn a_request_is_as_long_as_it_was_wanted_and_says_so() {
        let server = SocketAddr::from(([127, 0, 0, 1], 80));
        for bytes in [742, 16 << 10] {
            let mut calls = Calls::new(server, "/in/bench", bytes, 1);
            let request = calls.next().to_vec();

            assert_eq!(body_of(&request).len(), bytes);
            let text = String::from_utf8(request).unwrap();
            assert!(
                text.contains(&format!("content-length: {bytes}\r\n")),
                "{text}"
            );
        }
    }

    #[test]
    fn clones_share_their_numbers_and_copies_share_an_id() {
        let server = SocketAddr::from(([127, 0, 0, 1], 80));
        let mut one = Calls::new(server, "/", 742, 2);
        let mut other = one.clone();

        let first = body_of(one.next());
        let bodies = [first, body_of(other.next()), body_of(one.next())];

        assert_eq!(bodies[0], bodies[1]);
        assert_ne!(bodies[1], bodies[2]);
        assert_eq!(one.sent(), 3);
    }

    #[test]
    fn a_delivery_is_genuine_and_no_other_run_had_it() {
        let server = SocketAddr::from(([127, 0, 0, 1], 80));
        let delivery = || Calls::new(server, "/", BODY_BYTES, 1).delivery();
        let (one, other) = (delivery(), delivery());

        assert_eq!(one.body.len(), BODY_BYTES);
        assert_ne!(one.body, other.body);
        let mut mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(&one.body);
        let tag = mac.finalize().into_bytes();
        let mut digits = [0; SIGNATURE_DIGITS];
        hex(&tag, &mut digits);
        assert_eq!(one.headers["x-signature"].as_bytes(), digits);
    }
}
