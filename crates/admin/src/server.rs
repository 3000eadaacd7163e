//! Takes calls, by the socket and by TCP.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::answer::Body;
use crate::api::{Api, Caller};
use crate::door::Door;
use crate::error::ApiError;
use crate::socket::Socket;

/// The largest body of a call.
const MAX_BODY: usize = 64 * 1024;

/// How long a head may take, a body, and the wait for the caller to read.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most connections at once, on each listener; others wait for their turn.
const MAX_CONNECTIONS: usize = 64;

/// How long calls may take to finish at the end.
const DRAIN: Duration = Duration::from_secs(2);

/// How long accepting rests when the process has no room for one more connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves an [`Api`]: at most 64 connections at once on each listener, bodies of at most 64 KiB, and
/// ten seconds for a head, for a body, and for the caller to read. [An example](crate) serves both ways.
#[derive(Debug)]
pub struct Server {
    api: Arc<Api>,
    socket: Option<Socket>,
    tcp: Option<(TcpListener, Arc<Door>)>,
}

impl Server {
    /// Serves `api`, nowhere yet.
    pub fn new(api: Api) -> Self {
        Self {
            api: Arc::new(api),
            socket: None,
            tcp: None,
        }
    }

    /// The same, on `socket`: whoever can open it may do all.
    #[must_use]
    pub fn socket(mut self, socket: Socket) -> Self {
        self.socket = Some(socket);
        self
    }

    /// The same, on `listener`, for those whom `door` lets in.
    #[must_use]
    pub fn tcp(mut self, listener: TcpListener, door: Door) -> Self {
        self.tcp = Some((listener, Arc::new(door)));
        self
    }

    /// Serves until `shutdown`; then finishes the calls under way, within two seconds.
    ///
    /// A dropped call cuts off every connection.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let stop = CancellationToken::new();
        let mut listeners = JoinSet::new();
        if let Some(socket) = self.socket {
            let api = Arc::clone(&self.api);
            let stop = stop.clone();
            // The socket moves along: its file goes when nobody is served any more.
            listeners.spawn(async move { serve(&socket.listener, &api, None, stop).await });
        }
        if let Some((listener, door)) = self.tcp {
            let (api, stop) = (self.api, stop.clone());
            listeners.spawn(async move { serve(&listener, &api, Some(&door), stop).await });
        }
        shutdown.await;
        stop.cancel();
        while listeners.join_next().await.is_some() {}
    }
}

/// What connections come by.
trait Listener {
    type Stream: AsyncRead + AsyncWrite + Send + 'static;

    async fn accept(&self) -> io::Result<(Self::Stream, Caller)>;
}

impl Listener for UnixListener {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<(UnixStream, Caller)> {
        let (stream, _) = Self::accept(self).await?;
        let user = stream.peer_cred().ok().map(|credentials| credentials.uid());
        Ok((stream, Caller::Socket(user)))
    }
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, Caller)> {
        let (stream, peer): (TcpStream, SocketAddr) = Self::accept(self).await?;
        Ok((stream, Caller::Tcp(peer)))
    }
}

async fn serve<L: Listener>(
    listener: &L,
    api: &Arc<Api>,
    door: Option<&Arc<Door>>,
    stop: CancellationToken,
) {
    let mut connections = JoinSet::new();
    loop {
        let has_room = connections.len() < MAX_CONNECTIONS;
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept(), if has_room => accepted,
        };
        match accepted {
            Ok((stream, caller)) => {
                let (api, door) = (Arc::clone(api), door.cloned());
                connections.spawn(connection(stream, caller, api, door, stop.clone()));
            }
            Err(error) => {
                warn!(%error, "Cannot accept control connections.");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    let drained = async { while connections.join_next().await.is_some() {} };
    // What is cut off then has been told how far it came.
    let _ = timeout(DRAIN, drained).await;
    connections.shutdown().await;
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    caller: Caller,
    api: Arc<Api>,
    door: Option<Arc<Door>>,
    stop: CancellationToken,
) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(PATIENCE));
    let service = service_fn(|request| {
        let (api, door) = (Arc::clone(&api), door.clone());
        async move { Ok::<_, Infallible>(respond(&api, door.as_deref(), request, caller).await) }
    });
    let mut http1 = http1::Builder::new();
    http1
        // Without a timer hyper has no timeouts at all.
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_headers(64);
    let mut connection = pin!(http1.serve_connection(TokioIo::new(Box::pin(stream)), service));
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%caller, %error, "A control connection broke off.");
    }
}

async fn respond(
    api: &Api,
    door: Option<&Door>,
    request: Request<Incoming>,
    caller: Caller,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    if let Some(door) = door
        && let Err(refused) = door.check(&head)
    {
        warn!(%caller, reason = %refused, "Refused a control call.");
        return refused.response();
    }
    match read(&head.headers, body).await {
        Ok(body) => api.answer(Request::from_parts(head, body), caller).await,
        Err(error) => error.response(),
    }
}

/// The whole body. A form, which any page may send, is none.
async fn read(headers: &HeaderMap, body: Incoming) -> Result<Bytes, ApiError> {
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(ApiError::TooLarge);
    }
    let read = timeout(PATIENCE, read_all(body)).await;
    let bytes = read.map_err(|_| ApiError::bad("the body came too slowly"))??;
    if !bytes.is_empty() && !is_json(headers) {
        return Err(ApiError::NotJson);
    }
    Ok(bytes)
}

async fn read_all(mut body: Incoming) -> Result<Bytes, ApiError> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::bad("the body broke off"))?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > MAX_BODY {
                return Err(ApiError::TooLarge);
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    let essence = content_type.and_then(|value| value.split(|byte| *byte == b';').next());
    essence.is_some_and(|essence| {
        essence
            .trim_ascii()
            .eq_ignore_ascii_case(b"application/json")
    })
}
