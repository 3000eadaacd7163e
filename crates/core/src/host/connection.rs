//! One connection, from its first byte to its last.

use std::future::{Future as _, poll_fn};
use std::pin::{Pin, pin};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

use super::{HostService, Limits};

/// The least that hyper takes as its buffer's bound; a smaller head is bounded by itself.
const MIN_BUFFER: usize = 8 * 1024;

/// For how long, and how many bytes, a connection is read on after its last answer.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: u64 = 1024 * 1024;

/// HTTP/1 and nothing else: hyper-util's `auto` waits for ever for a client that is silent before
/// it has shown which version it speaks.
pub(super) fn http1(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        // Without a timer hyper has no timeouts at all.
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_headers(limits.max_headers)
        .max_header_size(limits.max_header_bytes)
        .max_buf_size(limits.max_header_bytes.max(MIN_BUFFER))
        // A client may close its side once it has sent its request, and still hears the answer.
        .half_close(true);
    builder
}

/// Serves requests until the client leaves, breaks a rule, or `drain` is cancelled; then the
/// request in progress is finished, and answered with `Connection: close`.
pub(super) async fn run(
    http1: http1::Builder,
    service: HostService,
    stream: TcpStream,
    write_timeout: Duration,
    drain: CancellationToken,
) {
    // Answers are one small write each, and the provider waits for it. A socket that cannot be
    // told so works all the same.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(write_timeout));
    let io = TokioIo::new(Box::pin(stream));

    let answer = service_fn(move |request| service.answer(request));
    let mut connection = http1.serve_connection(io, answer);
    let mut draining = pin!(drain.cancelled());
    let mut is_draining = false;
    let ended = poll_fn(|context| {
        if !is_draining && draining.as_mut().poll(context).is_ready() {
            is_draining = true;
            Pin::new(&mut connection).graceful_shutdown();
        }
        connection.poll_without_shutdown(context)
    })
    .await;

    let is_answered = ended
        .as_ref()
        .map_or_else(hyper::Error::is_parse, |()| true);
    if let Err(error) = &ended {
        tracing::debug!(
            error = error as &dyn std::error::Error,
            "A connection broke off."
        );
    }
    if is_answered {
        linger(connection.into_parts().io.into_inner()).await;
    }
}

/// Closes our side, and reads what is on its way for a moment. Closing a socket with unread bytes
/// resets it, and a client that is reset while it sends never sees the answer that says why.
async fn linger(mut stream: Pin<Box<TimeoutStream<TcpStream>>>) {
    if stream.shutdown().await.is_ok() {
        let mut rest = stream.take(LINGER_BYTES);
        let mut nowhere = tokio::io::sink();
        let _ = timeout(LINGER, tokio::io::copy(&mut rest, &mut nowhere)).await;
    }
}
