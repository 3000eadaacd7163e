//! Callers in no hurry.

use super::{Case, HEAD, whole};
use crate::client::Sends;

pub(super) fn slow() -> Vec<Case> {
    let announced = format!("{HEAD}content-length: 1000\r\n\r\n").into_bytes();
    let chunked = format!("{HEAD}transfer-encoding: chunked\r\n\r\n").into_bytes();
    vec![
        ("silence", Sends::Once(Vec::new()), &[]),
        (
            "half a head",
            whole("POST /in/acme HTTP/1.1\r\nhost: a\r\n"),
            &[],
        ),
        (
            "a dripping head",
            Sends::Drips(HEAD.into(), b"x-drop: a\r\n"),
            &[],
        ),
        ("no body", Sends::Once(announced.clone()), &[408]),
        (
            "half a body",
            Sends::Once([announced.clone(), b"hello".to_vec()].concat()),
            &[408],
        ),
        ("a dripping body", Sends::Drips(announced, b"x"), &[408]),
        (
            "dripping chunks",
            Sends::Drips(chunked, b"1\r\nx\r\n"),
            &[408],
        ),
    ]
}
