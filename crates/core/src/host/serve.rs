//! The accept loop and its end.

use std::error::Error;
use std::io::{self, ErrorKind, Write as _};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{Host, answer, connection};

/// How long accepting rests when the process has no descriptors or memory for one more connection:
/// the listener stays ready, and the loop would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl Host {
    /// Serves `listener` until `shutdown`; then stops accepting, lets requests finish within the
    /// drain timeout, and cuts off what is left.
    ///
    /// A dropped call cuts off every connection at once. Whole deliveries are stored all the same.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        let http1 = connection::http1(&self.limits);
        let drain = CancellationToken::new();
        // A set, as what is in one ends with it.
        let mut rechecking = JoinSet::new();
        rechecking.spawn({
            let (host, stop) = (Arc::clone(&self), drain.clone());
            async move { host.recheck(stop.cancelled_owned()).await }
        });
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            let (stream, peer) = tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = connections.join_next() => continue,
                accepted = accept(&listener) => accepted,
            };
            if connections.len() >= self.limits.max_connections {
                turn_away(stream);
                continue;
            }
            connections.spawn(connection::run(
                http1.clone(),
                self.service().from_peer(peer.ip()),
                stream,
                self.limits.write_timeout,
                drain.clone(),
            ));
            if connections.len() == self.limits.max_connections {
                let connections = connections.len();
                warn!(
                    connections,
                    "No room for another connection; turning them away."
                );
            }
        }
        self.drain();
        drop(listener);
        drain.cancel();
        let drained = async {
            while connections.join_next().await.is_some() {}
            self.idle().await;
            while rechecking.join_next().await.is_some() {}
        };
        if timeout(self.limits.drain_timeout, drained).await.is_err() {
            let connections = connections.len();
            warn!(connections, "Cut off what did not finish in time.");
        }
        connections.shutdown().await;
        rechecking.shutdown().await;
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // The client left before it was its turn.
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                warn!(error = &error as &dyn Error, "Cannot accept connections.");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}

/// Answers without reading: a fresh socket has room for it, and waiting for this client would be
/// one connection more than the limit.
fn turn_away(stream: TcpStream) {
    if let Ok(mut stream) = stream.into_std() {
        // The client may be gone already, and is told nothing then.
        let _ = stream.write_all(answer::turn_away().as_bytes());
    }
}
