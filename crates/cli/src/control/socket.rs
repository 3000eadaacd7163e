//! A call by the socket in the journal's folder.

use std::io::ErrorKind;
use std::path::Path;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use switchboard_admin::short_path;
use tokio::net::UnixStream;

use crate::exit::CliError;

/// A connection to who listens at `path`; `None` when nobody does.
pub(super) async fn connect(path: &Path) -> Result<Option<UnixStream>, CliError> {
    let unreachable =
        |error| CliError::unavailable(format!("cannot connect to {}", path.display()), error);
    let (short, _folder) = match short_path(path) {
        Ok(short) => short,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreachable(error)),
    };
    match UnixStream::connect(short).await {
        Ok(stream) => Ok(Some(stream)),
        Err(error) if is_nobody(error.kind()) => Ok(None),
        Err(error) => Err(unreachable(error)),
    }
}

fn is_nobody(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::ConnectionRefused)
}

/// Sends `request`; answers what comes back, of which the body is still to be read.
pub(super) async fn send(
    stream: UnixStream,
    request: Request<Bytes>,
) -> Result<Response<Incoming>, CliError> {
    let broken = |error| CliError::unavailable("the gateway does not answer", error);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    // It ends with the answer.
    tokio::spawn(connection);
    let request = request.map(Full::new);
    sender.send_request(request).await.map_err(broken)
}
