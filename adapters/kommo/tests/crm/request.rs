//! Requests as they were written down.

use std::fs;
use std::path::{Path, PathBuf};

use switchboard_core::Delivery;

/// A file beside the recorded requests.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/crm")
        .join(name)
}

/// The request in `{name}.http`: its headers and its body, byte for byte.
pub(crate) fn request(name: &str) -> Delivery {
    let written = fs::read_to_string(fixture(&format!("{name}.http"))).unwrap();
    let (head, body) = written.split_once("\n\n").unwrap();
    let headers = head.lines().skip(1);
    headers.fold(Delivery::post(body.to_owned()), |delivery, header| {
        let (name, value) = header.split_once(": ").unwrap();
        delivery.with(name, value)
    })
}
