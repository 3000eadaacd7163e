//! Lengths that contradict themselves, and bodies without end.

use super::{Case, HEAD, whole};
use crate::client::Sends;

pub(super) fn lengths() -> Vec<Case> {
    let with = |lines: &str| whole(&format!("{HEAD}{lines}\r\n0\r\n\r\n"));
    vec![
        (
            "length, then chunked",
            with("content-length: 4\r\ntransfer-encoding: chunked\r\n"),
            &[200],
        ),
        (
            "chunked, then length",
            with("transfer-encoding: chunked\r\ncontent-length: 4\r\n"),
            &[200],
        ),
        (
            "a request hidden by length and chunked",
            whole(&format!(
                "{HEAD}content-length: 200\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{HEAD}\r\n"
            )),
            &[200],
        ),
        (
            "two lengths that differ",
            with("content-length: 4\r\ncontent-length: 5\r\n"),
            &[400],
        ),
        ("length +3", with("content-length: +3\r\n"), &[400]),
        ("length -1", with("content-length: -1\r\n"), &[400]),
        ("length abc", with("content-length: abc\r\n"), &[400]),
        ("length 3, 3", with("content-length: 3, 3\r\n"), &[400]),
        (
            "length beyond 64 bits",
            with("content-length: 99999999999999999999\r\n"),
            &[400],
        ),
        ("identity", with("transfer-encoding: identity\r\n"), &[400]),
        (
            "chunked, gzip",
            with("transfer-encoding: chunked, gzip\r\n"),
            &[400],
        ),
        (
            "gzip, chunked",
            with("transfer-encoding: gzip, chunked\r\n"),
            &[400],
        ),
        (
            "chunked twice",
            with("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n"),
            &[400],
        ),
        (
            "length 10 GB",
            with("content-length: 10000000000\r\n"),
            &[413],
        ),
        (
            "one byte too large",
            whole(&format!("{HEAD}content-length: {}\r\n\r\n", 64 * 1024 + 1)),
            &[413],
        ),
        (
            "too large, and asks first",
            with("expect: 100-continue\r\ncontent-length: 10000000000\r\n"),
            &[413],
        ),
        (
            "asks first",
            whole(&format!(
                "{HEAD}expect: 100-continue\r\ncontent-length: 5\r\n\r\nhello"
            )),
            &[100, 200],
        ),
    ]
}

pub(super) fn chunks() -> Vec<Case> {
    let head = format!("{HEAD}transfer-encoding: chunked\r\n\r\n");
    let with = |chunks: &str| whole(&format!("{head}{chunks}"));
    let chunk = format!("2000\r\n{}\r\n", "x".repeat(0x2000));
    vec![
        ("chunks", with("5\r\nhello\r\n0\r\n\r\n"), &[200]),
        ("trailers", with("0\r\nx-trailer: a\r\n\r\n"), &[200]),
        (
            "a chunk's size in words",
            with("five\r\nhello\r\n0\r\n\r\n"),
            &[400],
        ),
        (
            "a chunk's size beyond 64 bits",
            with("fffffffffffffffff\r\nhello"),
            &[400],
        ),
        (
            "a chunk that goes on",
            with("3\r\nhello\r\n0\r\n\r\n"),
            &[400],
        ),
        (
            "endless chunks",
            Sends::Endlessly(head.clone().into(), chunk.into()),
            &[413],
        ),
        (
            "endless extension",
            Sends::Endlessly(format!("{head}1;").into(), vec![b'x'; 4096]),
            &[400],
        ),
        (
            "endless extensions",
            Sends::Endlessly(head.clone().into(), b"1;a=b\r\nx\r\n".repeat(400)),
            &[400],
        ),
        (
            "endless trailers",
            Sends::Endlessly(format!("{head}0\r\n").into(), b"x-a: b\r\n".repeat(400)),
            &[400],
        ),
    ]
}
