//! Targets and methods that nobody serves.

use super::{Case, TOKEN, whole};
use crate::client::{Sends, post};

pub(super) fn targets() -> Vec<Case> {
    let to = |target: &str| Sends::Once(post(target, TOKEN, ""));
    let by = |start: &str| whole(&format!("{start} HTTP/1.1\r\nhost: a\r\n{TOKEN}\r\n"));
    vec![
        ("no such endpoint", to("/in/nobody"), &[404]),
        ("no endpoint", to("/in/"), &[404]),
        ("no path", to("/"), &[404]),
        ("up and out", to("/../../etc/passwd%00"), &[404]),
        ("up and back", to("/x/../in/acme"), &[404]),
        ("double slashes", to("//in//acme"), &[404]),
        ("an escaped name", to("/in/%61cme"), &[404]),
        (
            "a broken escape behind the name",
            to("/in/acme/%zz%"),
            &[200],
        ),
        (
            "a broken escape in a query",
            to("/in/acme?%zz=%&=&"),
            &[200],
        ),
        ("a slash behind the name", to("/in/acme/"), &[200]),
        (
            "a tail of 9 KB",
            to(&format!("/in/acme/{}", "x".repeat(9 * 1024))),
            &[200],
        ),
        (
            "a whole URL",
            to("http://elsewhere.example/in/acme"),
            &[200],
        ),
        ("a space in the target", to("/in/ac me"), &[400]),
        ("*", by("OPTIONS *"), &[404]),
        ("an authority", by("CONNECT a:443"), &[404]),
        ("TRACE", by("TRACE /in/acme"), &[405]),
        ("GET", by("GET /in/acme"), &[405]),
        ("HEAD", by("HEAD /in/acme"), &[405]),
        ("a method nobody knows", by("BREW /in/acme"), &[405]),
    ]
}
