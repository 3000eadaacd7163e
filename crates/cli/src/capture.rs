//! HTTP requests in files, byte for byte: `.http`.

use std::io::{self, Write};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

/// More headers than any provider sends.
const MOST_HEADERS: usize = 256;

/// Reads a request: its head, whose lines may end in LF alone, an empty line, and everything after it
/// as the body. The answer's URI is what the request line says.
///
/// # Errors
///
/// What is wrong with it, without quoting it.
pub(crate) fn read(bytes: Bytes) -> Result<Request<Bytes>, String> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(&bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Err("no empty line ends its head".to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    let mut request = Request::new(bytes.slice(length..));
    *request.method_mut() = Method::from_bytes(head.method.unwrap_or_default().as_bytes())
        .map_err(|_| "its method is malformed")?;
    *request.uri_mut() = head
        .path
        .unwrap_or_default()
        .parse::<Uri>()
        .map_err(|_| "its target is malformed")?;
    for header in head.headers.iter() {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        let value = HeaderValue::from_bytes(header.value);
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err("a header is malformed".to_owned());
        };
        request.headers_mut().append(name, value);
    }
    Ok(request)
}

/// Writes `request` as it goes over the wire.
///
/// # Errors
///
/// When `out` does not take it.
pub(crate) fn write(request: &Request<Bytes>, out: &mut dyn Write) -> io::Result<()> {
    let root = PathAndQuery::from_static("/");
    let target = request.uri().path_and_query().unwrap_or(&root);
    write!(out, "{} {target} HTTP/1.1\r\n", request.method())?;
    for (name, value) in request.headers() {
        write!(out, "{name}: ")?;
        out.write_all(value.as_bytes())?;
        out.write_all(b"\r\n")?;
    }
    out.write_all(b"\r\n")?;
    out.write_all(request.body())
}

/// What `headers` say of the length of the body, where it is another than `length`.
pub(crate) fn declared_otherwise(headers: &HeaderMap, length: usize) -> Option<usize> {
    let declared = headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()?;
    (declared != length).then_some(declared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_byte_for_byte() {
        let written = b"POST /in/a?b=%20 HTTP/1.1\r\nx-a: 1\r\nx-a: \xff2\r\n\r\n\0{}\r\n\r\n\xff";

        let request = read(Bytes::from_static(written)).unwrap();
        let mut again = Vec::new();
        write(&request, &mut again).unwrap();

        assert_eq!(request.uri(), "/in/a?b=%20");
        assert_eq!(request.body().as_ref(), b"\0{}\r\n\r\n\xff");
        assert_eq!(again, written);
    }

    #[test]
    fn lines_of_a_head_may_end_in_lf_alone() {
        let request = read("PUT / HTTP/1.1\nhost: a\n\n{\r\n}\n".into()).unwrap();

        assert_eq!(request.method(), Method::PUT);
        assert_eq!(request.headers()["host"], "a");
        assert_eq!(request.body(), "{\r\n}\n");
    }

    #[test]
    fn what_is_no_request_is_told() {
        for (text, told) in [
            ("", "no empty line ends its head"),
            (
                "POST / HTTP/1.1\r\nhost: a\r\n",
                "no empty line ends its head",
            ),
            ("{}\r\n\r\n", "invalid token"),
            ("POST / HTTP/2\r\n\r\n", "invalid HTTP version"),
            ("POST / HTTP/1.1\r\na b: c\r\n\r\n", "invalid header name"),
        ] {
            assert_eq!(read(text.into()).unwrap_err(), told, "{text:?}");
        }
    }

    #[test]
    fn another_length_than_declared_is_noticed() {
        let headers = HeaderMap::from_iter([(CONTENT_LENGTH, HeaderValue::from(2))]);

        assert_eq!(declared_otherwise(&headers, 2), None);
        assert_eq!(declared_otherwise(&headers, 3), Some(2));
        assert_eq!(declared_otherwise(&HeaderMap::new(), 3), None);
    }
}
