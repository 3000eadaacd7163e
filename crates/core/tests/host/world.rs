//! A host on a free port, and what a test asks of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use switchboard_core::host::{Counts, Host, HostBuilder, Limits, Route};
use switchboard_core::journal::{Journal, MemoryJournal, Stored};
use switchboard_core::{Endpoint, Secret};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::adapter::{Acme, Gate, TOKEN};

/// Longer than anything here takes; a test that hits it has failed.
pub(crate) const BOUND: Duration = Duration::from_secs(30);

/// Endpoint `acme`, and endpoint `guarded` behind the path tokens `open-sesame` and `old-sesame`.
pub(crate) struct World {
    pub(crate) host: Arc<Host>,
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) address: SocketAddr,
    /// Where `x-hold` waits.
    pub(crate) gate: Arc<Gate>,
    shutdown: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(quick()).await
    }

    pub(crate) async fn with(limits: Limits) -> Self {
        Self::built(|builder| builder.limits(limits)).await
    }

    pub(crate) async fn built(configure: impl FnOnce(HostBuilder) -> HostBuilder) -> Self {
        let journal = Arc::new(MemoryJournal::new());
        let gate = Arc::new(Gate::closed());
        let builder = Host::builder(Arc::clone(&journal) as Arc<dyn Journal>)
            .route(route("acme", &gate))
            .route(
                route("guarded", &gate)
                    .with_path_token(secret("open-sesame"))
                    .with_path_token(secret("old-sesame")),
            );
        let host = Arc::new(configure(builder).build().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, asked) = oneshot::channel();
        let served = tokio::spawn(Arc::clone(&host).serve(listener, async {
            let _ = asked.await;
        }));
        Self {
            host,
            journal,
            address,
            gate,
            shutdown,
            served,
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        self.host.counters()["acme"]
    }

    /// Asks for a shutdown, and goes on; [`stopped`](Self::stopped) waits for its end.
    pub(crate) fn stop(self) -> Stopping {
        self.shutdown.send(()).unwrap();
        Stopping {
            journal: self.journal,
            served: self.served,
        }
    }

    /// Drops the host's task, as a runtime that goes down does.
    pub(crate) fn abort(&self) {
        self.served.abort();
    }
}

/// A host that was told to stop.
pub(crate) struct Stopping {
    journal: Arc<MemoryJournal>,
    served: JoinHandle<()>,
}

impl Stopping {
    /// What is stored once the host has stopped.
    pub(crate) async fn stopped(self) -> Vec<Stored> {
        timeout(BOUND, self.served).await.unwrap().unwrap();
        self.journal.deliveries()
    }
}

pub(crate) fn route(id: &str, gate: &Arc<Gate>) -> Route {
    let endpoint = Endpoint::new(id).with_secret_text(TOKEN, "s3cret");
    let gate = Arc::clone(gate);
    Route::new(endpoint, Arc::new(Acme { gate }))
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret::new("test", TOKEN, text).unwrap()
}

/// Limits that a test need not wait long for, and that a busy machine keeps.
pub(crate) fn quick() -> Limits {
    Limits {
        header_timeout: Duration::from_secs(1),
        body_timeout: Duration::from_secs(3),
        body_grace: Duration::from_secs(1),
        write_timeout: Duration::from_secs(1),
        ..Limits::default()
    }
}
