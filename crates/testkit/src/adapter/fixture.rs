//! Requests as they were captured, and what is expected of them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use serde_json::Value;
use switchboard_core::{Adapter, Delivery, Timestamp};

use crate::promise::{Broken, Checked};

/// One delivery that somebody wrote down.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) delivery: Delivery,
    pub(super) expected: Expected,
}

/// What becomes of a delivery.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expected {
    /// These events, as JSON.
    Events(Value),
    /// Genuine, but nobody can read it.
    Undecoded,
    /// Not genuine.
    Refused,
    /// An unsigned handshake, answered at once.
    Handshake,
    /// Nobody wrote it down.
    Unsaid,
}

impl Case {
    /// Whether somebody wrote down that it is refused.
    pub(super) fn is_refused(&self) -> bool {
        self.expected == Expected::Refused
    }

    /// Whether it is a delivery like any other, that the provider could have sent.
    pub(super) fn is_genuine(&self) -> bool {
        !matches!(self.expected, Expected::Refused | Expected::Handshake)
    }
}

/// The adapter's samples, and the requests in `folder`, by name.
pub(super) fn cases(
    adapter: &dyn Adapter,
    folder: Option<&Path>,
    received_at: Timestamp,
) -> Checked<Vec<Case>> {
    let mut cases = Vec::new();
    for sample in adapter.descriptor().samples {
        let name = format!("sample-{}", sample.name);
        cases.push(case(name, sample.delivery(), folder)?);
    }
    for path in folder.map(requests).transpose()?.unwrap_or_default() {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let delivery = request(&fs::read(&path)?)
            .map_err(|flaw| Broken::new(format!("{}: {flaw}", path.display())))?;
        cases.push(case(name.into_owned(), delivery, folder)?);
    }
    for case in &mut cases {
        case.delivery.received_at = received_at;
    }
    Ok(cases)
}

fn case(name: String, delivery: Delivery, folder: Option<&Path>) -> Checked<Case> {
    let expected = match folder {
        Some(folder) => expected(&folder.join(format!("{name}.events.json")))?,
        None => Expected::Unsaid,
    };
    Ok(Case {
        name,
        delivery,
        expected,
    })
}

fn expected(path: &Path) -> Checked<Expected> {
    let json = match fs::read(path) {
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Expected::Unsaid),
        Err(error) => return Err(error.into()),
    };
    let value: Value = serde_json::from_slice(&json)
        .map_err(|error| Broken::new(format!("{}: {error}", path.display())))?;
    match value.as_str() {
        None => Ok(Expected::Events(value)),
        Some("undecoded") => Ok(Expected::Undecoded),
        Some("refused") => Ok(Expected::Refused),
        Some("handshake") => Ok(Expected::Handshake),
        Some(other) => Err(Broken::new(format!(
            "{}: `{other}` is none of `undecoded`, `refused` and `handshake`",
            path.display()
        ))),
    }
}

/// Every `.http` file of `folder`, in the order of their names.
fn requests(folder: &Path) -> Checked<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)
        .map_err(|error| Broken::new(format!("{}: {error}", folder.display())))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "http")
    });
    paths.sort();
    Ok(paths)
}

/// Reads a request. Its lines may end as HTTP's do or as an editor's.
pub(crate) fn request(bytes: &[u8]) -> Result<Delivery, &'static str> {
    let (head, body) = [&b"\r\n\r\n"[..], b"\n\n"]
        .into_iter()
        .filter_map(|end| {
            let start = bytes.windows(end.len()).position(|window| window == end)?;
            Some((&bytes[..start], &bytes[start + end.len()..]))
        })
        .min_by_key(|(head, _)| head.len())
        .ok_or("no empty line ends its headers")?;
    let head = str::from_utf8(head).map_err(|_| "its head is not UTF-8")?;
    let mut lines = head.lines();
    let mut line = lines.next().unwrap_or_default().split(' ');
    let method = line.next().and_then(|method| method.parse::<Method>().ok());
    let url = line.next().and_then(|url| url.parse::<Uri>().ok());
    let (method, url) = method.zip(url).ok_or("it begins with no request line")?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').ok_or("a header has no colon")?;
        let name = HeaderName::try_from(name).map_err(|_| "a header's name is none")?;
        let value = HeaderValue::try_from(value.trim()).map_err(|_| "a header's value is none")?;
        headers.append(name, value);
    }
    let body = Bytes::copy_from_slice(body);
    Ok(Delivery::new(
        method,
        url,
        headers,
        body,
        Timestamp::UNIX_EPOCH,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_captured() {
        for head in [
            "POST /in/a?b=c HTTP/1.1\r\nX-A: 1\r\nx-a:  2 \r\n\r\n",
            "POST /in/a?b=c HTTP/1.1\nX-A: 1\nx-a:  2 \n\n",
        ] {
            let delivery = request(format!("{head}{{\r\n\r\n}}\n").as_bytes()).unwrap();

            assert_eq!(delivery.method, Method::POST);
            assert_eq!(delivery.url, "/in/a?b=c");
            let values: Vec<_> = delivery.headers.get_all("x-a").iter().collect();
            assert_eq!(values, ["1", "2"]);
            assert_eq!(&*delivery.body, b"{\r\n\r\n}\n");
        }
    }

    #[test]
    fn what_is_no_request_is_told() {
        for (bytes, flaw) in [
            ("POST / HTTP/1.1\n", "no empty line ends its headers"),
            ("\n\n{}", "it begins with no request line"),
            ("POST / HTTP/1.1\nnothing\n\n", "a header has no colon"),
        ] {
            assert_eq!(request(bytes.as_bytes()).unwrap_err(), flaw);
        }
    }
}
