//! Heads that are no HTTP, and heads that prove nothing.

use super::{Case, HEAD, TOKEN, whole};
use crate::client::{Sends, post};

pub(super) fn heads() -> Vec<Case> {
    let with = |lines: &str| whole(&format!("{HEAD}{lines}content-length: 0\r\n\r\n"));
    let bytes = |start: &str, odd: u8| {
        let head = format!("{HEAD}x-odd: {start}").into_bytes();
        Sends::Once([head, vec![odd], b"\r\ncontent-length: 0\r\n\r\n".to_vec()].concat())
    };
    let many = "x-many: 1\r\n".repeat(200);
    let large = format!("x-large: {}\r\n", "x".repeat(500 * 1024));
    vec![
        (
            "no host",
            whole("POST /in/acme HTTP/1.1\r\ncontent-length: 0\r\n\r\n"),
            &[400],
        ),
        ("two hosts", with("host: a\r\n"), &[400]),
        (
            "empty host",
            whole("POST /in/acme HTTP/1.1\r\nhost:\r\ncontent-length: 0\r\n\r\n"),
            &[400],
        ),
        (
            "HTTP/1.0",
            whole("POST /in/acme HTTP/1.0\r\nx-token: s3cret\r\ncontent-length: 0\r\n\r\n"),
            &[200],
        ),
        ("HTTP/0.9", whole("GET /in/acme\r\n\r\n"), &[400]),
        ("HTTP/2", whole("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), &[]),
        (
            "HTTP/3.0",
            whole("POST /in/acme HTTP/3.0\r\nhost: a\r\n\r\n"),
            &[400],
        ),
        (
            "lines that end in LF",
            whole(&format!("{HEAD}content-length: 0\r\n\r\n").replace("\r\n", "\n")),
            &[200],
        ),
        ("a folded line", with("x-odd: a\r\n b\r\n"), &[400]),
        ("space before a colon", with("x-odd : a\r\n"), &[400]),
        ("space before a name", with(" x-odd: a\r\n"), &[400]),
        ("a line without a colon", with("x-odd\r\n"), &[400]),
        ("NUL in a value", bytes("a", 0), &[400]),
        ("CR in a value", bytes("a\rb", b'c'), &[400]),
        ("a value that is not UTF-8", bytes("caf", 0xe9), &[200]),
        (
            "a token that is not UTF-8",
            Sends::Once(
                b"POST /in/acme HTTP/1.1\r\nhost: a\r\nx-token: s3cret\xff\r\n\r\n".to_vec(),
            ),
            &[401],
        ),
        ("200 lines", with(&many), &[431]),
        ("a line of 500 KB", with(&large), &[431]),
    ]
}

pub(super) fn others() -> Vec<Case> {
    let with = |lines: &str| Sends::Once(post("/in/acme", lines, "hello"));
    let three = post("/in/acme", TOKEN, "hello").repeat(3);
    let mut half = post("/in/acme", TOKEN, "hello");
    half.truncate(half.len() - 3);
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec();
    vec![
        ("no token", with(""), &[401]),
        ("a wrong token", with("x-token: guess\r\n"), &[401]),
        (
            "the token twice",
            with("x-token: s3cret\r\nx-token: s3cret\r\n"),
            &[401],
        ),
        (
            "a good token and a wrong one",
            with("x-token: s3cret\r\nx-token: guess\r\n"),
            &[401],
        ),
        (
            "gzip",
            with("x-token: s3cret\r\ncontent-encoding: gzip\r\n"),
            &[415],
        ),
        (
            "identity and gzip",
            with("x-token: s3cret\r\ncontent-encoding: identity\r\ncontent-encoding: gzip\r\n"),
            &[415],
        ),
        (
            "identity",
            with("x-token: s3cret\r\ncontent-encoding: Identity\r\n"),
            &[200],
        ),
        (
            "an upgrade",
            with("x-token: s3cret\r\nconnection: upgrade\r\nupgrade: h2c\r\n"),
            &[200],
        ),
        ("three at once", Sends::Once(three), &[200, 200, 200]),
        ("garbage", whole("\u{1}\u{2}\u{3}\r\n\r\n"), &[400]),
        (
            "empty lines for ever",
            Sends::Endlessly(Vec::new(), b"\r\n".repeat(2048)),
            &[431],
        ),
        ("TLS", Sends::Once(hello), &[400]),
        (
            "closes its side and listens",
            Sends::AndCloses(post("/in/acme", TOKEN, "hello")),
            &[200],
        ),
        (
            "closes its side amid the body",
            Sends::AndCloses(half),
            &[400],
        ),
    ]
}
