//! A gateway at work: host and pipeline on one journal.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use switchboard_core::host::{Host, HostService, Reverified, ReverifyError, Selection};
use switchboard_core::journal::{Fault, Journal, JournalError};
use switchboard_core::pipeline::Pipeline;
use switchboard_core::quarantine::Quarantine;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::surroundings::Surroundings;
use crate::{Builder, Handle};

/// How long deliveries and attempts that are under way may go on after the last request was answered.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(4);

/// A gateway, put together and not yet at work.
///
/// It works by [`serve`](Self::serve), on a listener of its own, or by [`deliver`](Self::deliver),
/// within another server. What is under way at the end has four seconds to finish.
#[derive(Debug)]
pub struct Switchboard {
    pub(crate) host: Arc<Host>,
    pub(crate) pipeline: Pipeline,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) quarantine: Option<Arc<dyn Quarantine>>,
    pub(crate) surroundings: Surroundings,
}

impl Switchboard {
    /// Begins a gateway.
    ///
    /// ```
    /// use switchboard::{MemoryJournal, Switchboard};
    ///
    /// let gateway: Switchboard = Switchboard::builder().journal(MemoryJournal::new()).build()?;
    /// # Ok::<(), switchboard::BuildError>(())
    /// ```
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// What can be done to the gateway from outside, while it is at work.
    pub fn handle(&self) -> Handle {
        let host = Arc::clone(&self.host);
        Handle::new(host, self.pipeline.control(), self.surroundings.clone())
    }

    /// The host as a `tower` service, to be mounted in another server, at its root or below a path
    /// that it cuts off. Its deliveries are decoded and delivered while [`deliver`](Self::deliver)
    /// runs; what comes later is answered with 503, and the provider sends it again.
    pub fn service(&self) -> HostService {
        self.host.service()
    }

    /// Verifies again what is in quarantine, by the secrets of today and as of when each delivery was
    /// received. What is genuine is stored, and delivered when the gateway works.
    ///
    /// A dropped call may leave deliveries that are stored in quarantine; verified once more they
    /// are stored twice, and deduplication finds their events.
    ///
    /// # Errors
    ///
    /// When there is no quarantine, or quarantine or journal fail.
    ///
    /// ```
    /// use switchboard::{EndpointConfig, MemoryJournal, MemoryQuarantine, Selection, Switchboard};
    /// # use tower_service::Service;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let begin = || Switchboard::builder();
    /// let gateway = begin()
    ///     .journal(MemoryJournal::new())
    ///     .quarantine(MemoryQuarantine::default())
    ///     .endpoint(EndpointConfig::new("bot", "telegram").secret("mistyped"))
    ///     .build()?;
    /// # let body = r#"{"update_id":1}"#.to_owned();
    /// let delivery = http::Request::post("/in/bot")
    ///     .header("host", "localhost")
    ///     .header("x-telegram-bot-api-secret-token", "s3cret")
    ///     .body(body)?;
    /// assert_eq!(gateway.service().call(delivery).await?.status(), 401);
    ///
    /// let corrected = EndpointConfig::new("bot", "telegram").secret("s3cret");
    /// gateway.handle().reload(begin().endpoint(corrected)).await?;
    /// let reverified = gateway.reverify(&Selection::All).await?;
    /// assert_eq!(reverified.accepted.len(), 1);
    /// gateway.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn reverify(&self, selection: &Selection) -> Result<Reverified, ReverifyError> {
        self.host.reverify(selection).await
    }

    /// Closes what was never at work: quarantine and journal.
    ///
    /// # Errors
    ///
    /// When the journal's last commit failed.
    ///
    /// ```
    /// use switchboard::{MemoryJournal, Switchboard};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let gateway = Switchboard::builder().journal(MemoryJournal::new()).build()?;
    /// gateway.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(self) -> Result<(), JournalError> {
        close(&*self.journal, self.quarantine.as_deref()).await
    }

    /// Takes deliveries from `listener` and delivers their events until `shutdown`; then answers
    /// what it has begun to read, ends the attempts under way, and closes the journal.
    ///
    /// A dropped call breaks off; everything that was acknowledged is in the journal.
    ///
    /// # Errors
    ///
    /// When the journal fails: nothing is acknowledged from then on, and the process must end.
    ///
    /// ```
    /// use switchboard::event::Message;
    /// use switchboard::{EndpointConfig, MemoryJournal, ServeError, SinkError, Switchboard};
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    /// use tokio::net::{TcpListener, TcpStream};
    /// use tokio::sync::mpsc;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (sender, mut messages) = mpsc::channel(1);
    /// let gateway = Switchboard::builder()
    ///     .journal(MemoryJournal::new())
    ///     .endpoint(EndpointConfig::new("bot", "telegram").secret("s3cret"))
    ///     .on("app", move |message: Message| {
    ///         let sender = sender.clone();
    ///         async move {
    ///             let sent = sender.send(message.message.text).await;
    ///             sent.map_err(|_| SinkError::unavailable("nobody listens"))
    ///         }
    ///     })
    ///     .build()?;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let mut caller = TcpStream::connect(listener.local_addr()?).await?;
    /// # let update = r#"{"update_id":1,"message":{"message_id":5,"date":1764000000,"text":"Hello",
    /// #     "chat":{"id":7,"type":"private"},"from":{"id":7,"is_bot":false,"first_name":"Ann"}}}"#;
    /// let head = format!(
    ///     "POST /in/bot HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
    ///      x-telegram-bot-api-secret-token: s3cret\r\ncontent-length: {}\r\n\r\n",
    ///     update.len(),
    /// );
    /// caller.write_all(format!("{head}{update}").as_bytes()).await?;
    ///
    /// // Ends as soon as the message has come through; a server would wait for a signal.
    /// let mut text = None;
    /// let delivered = async { text = messages.recv().await };
    /// let served: Result<(), ServeError> = gateway.serve(listener, delivered).await;
    /// served?;
    /// assert_eq!(text, Some(Some("Hello".to_owned())));
    ///
    /// let mut answer = String::new();
    /// caller.read_to_string(&mut answer).await?;
    /// assert!(answer.starts_with("HTTP/1.1 200 OK"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), ServeError> {
        self.pipeline.subscribe().await?;
        let host = Arc::clone(&self.host);
        let listening = async move {
            match listener.local_addr() {
                Ok(address) => info!(%address, "Listening for deliveries."),
                Err(error) => warn!(%error, "The listener does not know its address."),
            }
            host.serve(listener, shutdown).await;
        };
        self.work(listening).await
    }

    /// Delivers events for as long as `server` runs, in which [`service`](Self::service) is mounted;
    /// then stores what it has taken, ends the attempts under way, closes the journal, and answers
    /// what the server did. What ends the server gracefully so ends all of it:
    ///
    /// ```
    /// use switchboard::{EndpointConfig, MemoryJournal, Switchboard};
    /// use tower_service::Service;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let gateway = Switchboard::builder()
    ///     .journal(MemoryJournal::new())
    ///     .endpoint(EndpointConfig::new("bot", "telegram").secret("s3cret"))
    ///     .build()?;
    /// let mut service = gateway.service();
    ///
    /// // As in `axum::serve(listener, app).with_graceful_shutdown(interrupted())`.
    /// let server = async move {
    ///     let request = http::Request::post("/in/bot")
    ///         .header("host", "localhost")
    ///         .header("x-telegram-bot-api-secret-token", "s3cret")
    ///         .body(r#"{"update_id":1}"#.to_owned());
    ///     service.call(request.expect("it is well-formed")).await
    /// };
    /// let answer = gateway.deliver(server).await??;
    /// assert_eq!(answer.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The server is not asked for anything before every sink is known to the journal. A dropped call
    /// breaks off; everything that was acknowledged is in the journal.
    ///
    /// # Errors
    ///
    /// When the journal fails: nothing is acknowledged from then on, the server is dropped, and the
    /// process must end.
    pub async fn deliver<Served>(
        self,
        server: impl Future<Output = Served>,
    ) -> Result<Served, ServeError> {
        self.pipeline.subscribe().await?;
        let host = Arc::clone(&self.host);
        let stop = CancellationToken::new();
        let intake = async move {
            let serving = async {
                let served = server.await;
                host.drain();
                stop.cancel();
                served
            };
            // As the host does where it serves by itself.
            let (served, ()) = tokio::join!(serving, host.recheck(stop.cancelled()));
            if timeout(SETTLE_TIMEOUT, host.idle()).await.is_err() {
                warn!("Deliveries were not stored in time; nobody was told that they are.");
            }
            served
        };
        self.work(intake).await
    }

    /// Runs the pipeline until `intake` has ended, then closes in order.
    async fn work<Taken>(self, intake: impl Future<Output = Taken>) -> Result<Taken, ServeError> {
        let Self {
            journal,
            pipeline,
            quarantine,
            ..
        } = self;
        let stop = CancellationToken::new();
        let delivering = pipeline.run(stop.cancelled());
        tokio::pin!(delivering);
        let taken = tokio::select! {
            fault = journal.stopped() => return Err(fault.into()),
            stopped = &mut delivering => return Err(why(&*journal, stopped).await),
            taken = intake => taken,
        };
        stop.cancel();
        match timeout(SETTLE_TIMEOUT, delivering).await {
            Ok(Ok(())) => {}
            Ok(stopped) => return Err(why(&*journal, stopped).await),
            Err(_elapsed) => {
                warn!("Attempts were broken off; they are made again after the next start.")
            }
        }
        close(&*journal, quarantine.as_deref()).await?;
        info!("Stopped.");
        Ok(taken)
    }
}

/// The journal last: it has the lock of the directory that both may share.
async fn close(
    journal: &dyn Journal,
    quarantine: Option<&dyn Quarantine>,
) -> Result<(), JournalError> {
    if let Some(quarantine) = quarantine {
        quarantine.close().await;
    }
    journal.close().await
}

/// A pipeline ends by itself only when its journal has stopped, and the journal knows why.
async fn why(journal: &dyn Journal, stopped: Result<(), JournalError>) -> ServeError {
    match stopped {
        Err(JournalError::Stopped) | Ok(()) => journal.stopped().await.into(),
        Err(error) => error.into(),
    }
}

/// Why a gateway stopped by itself: what [`Switchboard::serve`] and [`Switchboard::deliver`] fail
/// with. It acknowledges nothing any more; the next start goes on where it stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The journal failed for good.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The journal could not do its work.
    #[error(transparent)]
    Journal(#[from] JournalError),
}
