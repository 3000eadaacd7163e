//! One call to the API, wherever it comes from.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use switchboard_core::host::{Host, Unready};
use switchboard_core::journal::{Line, Pause, Records};
use switchboard_core::pipeline::Control;
use switchboard_core::{Clock, Timestamp};
use tracing::{debug, info};

use crate::answer::Body;
use crate::call::{Call, Query};
use crate::error::ApiError;
use crate::route;

/// Answers calls about one journal, and about the gateway that works on it, if one does.
///
/// Whoever may call it is let in already: [`Server`](crate::Server) sees to that. A process that has
/// the journal open for reading alone answers what can be read:
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Arc;
/// use bytes::Bytes;
/// use http::{Request, Response, StatusCode};
/// use switchboard_admin::{Api, Body, Caller};
/// use switchboard_core::SystemClock;
/// use switchboard_core::journal::{Line, MemoryJournal, Pause};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let journal = Arc::new(MemoryJournal::new());
/// let pauses: BTreeMap<Line, Pause> = BTreeMap::new();
/// let api = Api::new(journal, Arc::new(SystemClock))
///     .serving(BTreeMap::from([("support".to_owned(), "kommo-chats")]))
///     .paused(pauses);
///
/// let request = Request::get("/api/v1/endpoints").body(Bytes::new())?;
/// let answer: Response<Body> = api.answer(request, Caller::Here).await;
/// assert_eq!(answer.status(), StatusCode::OK);
///
/// let request = Request::post("/api/v1/endpoints/support/pause").body(Bytes::new())?;
/// assert_eq!(api.answer(request, Caller::Here).await.status(), StatusCode::CONFLICT);
/// # Ok(())
/// # }
/// ```
///
/// That of a gateway at work knows its host, and controls its pipeline:
///
/// ```
/// use std::sync::Arc;
/// use bytes::Bytes;
/// use http::{Request, StatusCode};
/// use switchboard_admin::{Api, Caller};
/// use switchboard_core::SystemClock;
/// use switchboard_core::host::Host;
/// use switchboard_core::journal::MemoryJournal;
/// use switchboard_core::pipeline::Pipeline;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (journal, clock) = (Arc::new(MemoryJournal::new()), Arc::new(SystemClock));
/// let host = Arc::new(Host::builder(journal.clone()).build()?);
/// let pipeline = Pipeline::new(journal.clone(), clock.clone());
/// let api = Api::new(journal, clock).hosting(host).controlling(pipeline.control());
///
/// let request = Request::get("/readyz").body(Bytes::new())?;
/// assert_eq!(api.answer(request, Caller::Here).await.status(), StatusCode::OK);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Api {
    pub(crate) records: Arc<dyn Records>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) started: Timestamp,
    pub(crate) version: &'static str,
    host: Option<Arc<Host>>,
    control: Option<Control>,
    pauses: BTreeMap<Line, Pause>,
    endpoints: BTreeMap<String, &'static str>,
}

/// Who makes a call of an [`Api`]: for its log alone, as who may was decided before.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Caller {
    /// A process of this machine, with its user's id where the system tells.
    Socket(Option<u32>),
    /// Whoever connected from there, and has passed the door.
    Tcp(SocketAddr),
    /// This process itself.
    Here,
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(Some(user)) => write!(f, "socket, user {user}"),
            Self::Socket(None) => f.write_str("socket"),
            Self::Tcp(peer) => write!(f, "tcp, {peer}"),
            Self::Here => f.write_str("this process"),
        }
    }
}

impl Api {
    /// Answers about what `records` hold, by `clock`, and changes nothing.
    pub fn new(records: Arc<dyn Records>, clock: Arc<dyn Clock>) -> Self {
        Self {
            started: clock.now(),
            records,
            clock,
            version: env!("CARGO_PKG_VERSION"),
            host: None,
            control: None,
            pauses: BTreeMap::new(),
            endpoints: BTreeMap::new(),
        }
    }

    /// The same, which changes what `control` controls.
    #[must_use]
    pub fn controlling(mut self, control: Control) -> Self {
        self.control = Some(control);
        self
    }

    /// The same, which knows what became of the requests to `host`, and whether it is ready.
    #[must_use]
    pub fn hosting(mut self, host: Arc<Host>) -> Self {
        self.host = Some(host);
        self
    }

    /// The same, for a journal that nobody controls now, in which `pauses` are paused.
    #[must_use]
    pub fn paused(mut self, pauses: BTreeMap<Line, Pause>) -> Self {
        self.pauses = pauses;
        self
    }

    /// The same, for a journal that nobody controls now, of a gateway with these endpoints, each with
    /// the name of its adapter.
    #[must_use]
    pub fn serving(mut self, endpoints: BTreeMap<String, &'static str>) -> Self {
        self.endpoints = endpoints;
        self
    }

    /// Answers one call, an error too: as a status and `{"error": "…"}`. Whoever drops the answer's
    /// body ends what it reports on.
    pub async fn answer(&self, request: Request<Bytes>, caller: Caller) -> Response<Body> {
        let (head, body) = request.into_parts();
        let path = head.uri.path();
        let (route, parameters) = match route::find(&head.method, path) {
            Ok(found) => found,
            Err(error) => return error.response(),
        };
        let answered = match Query::parse(head.uri.query().unwrap_or_default()) {
            Ok(query) => {
                let call = Call {
                    parameters,
                    query,
                    body,
                };
                (route.act)(self, call).await
            }
            Err(error) => Err(error),
        };
        let response = answered.unwrap_or_else(|error| error.response());
        let status = response.status().as_u16();
        if route.method == Method::GET {
            debug!(%caller, path, status, "Answered a control call.");
        } else {
            info!(%caller, path, status, "Answered a control call.");
        }
        response
    }

    /// Whether a delivery would be stored now.
    pub(crate) fn ready(&self) -> Result<(), String> {
        let host = self.host.as_ref();
        let host = host.ok_or_else(|| "no gateway is at work".to_owned())?;
        host.ready().map_err(|why: Unready| why.to_string())
    }

    pub(crate) fn host(&self) -> Option<&Arc<Host>> {
        self.host.as_ref()
    }

    pub(crate) fn control(&self) -> Option<&Control> {
        self.control.as_ref()
    }

    /// What changes things.
    pub(crate) fn controlled(&self) -> Result<&Control, ApiError> {
        let none = || ApiError::Conflict("the journal is open for reading alone".to_owned());
        self.control.as_ref().ok_or_else(none)
    }

    /// Every endpoint, with the name of its adapter.
    pub(crate) fn endpoints(&self) -> BTreeMap<String, &'static str> {
        let Some(control) = &self.control else {
            return self.endpoints.clone();
        };
        let endpoints = control.endpoints().into_iter();
        endpoints.map(|(id, adapter)| (id, adapter.name)).collect()
    }

    pub(crate) fn pauses(&self) -> BTreeMap<Line, Pause> {
        match &self.control {
            Some(control) => control.pauses(),
            None => self.pauses.clone(),
        }
    }
}
