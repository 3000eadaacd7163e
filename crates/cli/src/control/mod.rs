//! Calls to the control API: of the gateway that runs, or of the journal itself when none does.

mod looking;
mod socket;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, HOST};
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use switchboard::core::SystemClock;
use switchboard::core::journal::Journal as _;
use switchboard::journal_sqlite::{SqliteJournal, SqliteReader};
use switchboard_admin::{Api, Caller, SOCKET};
use tokio::net::UnixStream;
use tokio::runtime::Runtime;

use crate::cli::Globals;
use crate::config::{Config, Inputs};
use crate::exit::CliError;
use crate::gateway;

use looking::Looking;

/// What need not be escaped in a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `text` as a segment of a path.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// One call.
#[derive(Debug)]
pub(crate) struct Call {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Call {
    /// Asks for what is at `path`.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            body: None,
        }
    }

    /// Asks to change something.
    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            body: Some(body),
        }
    }

    fn request(&self) -> Result<Request<Bytes>, CliError> {
        let body = self.body.as_ref().unwrap_or(&Value::Null);
        let body = if body.is_null() {
            Bytes::new()
        } else {
            Bytes::from(body.to_string())
        };
        Request::builder()
            .method(&self.method)
            .uri(&self.path)
            .header(HOST, "localhost")
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .map_err(|error| CliError::Usage(error.to_string()))
    }
}

/// Whom to call.
enum Link {
    /// The gateway that runs.
    Gateway(UnixStream),
    /// This process, which holds the journal.
    Here(Api, Arc<SqliteJournal>),
    /// This process, which only looks into it.
    Looking(Api),
}

/// Makes `call` to the gateway that runs, or on the journal itself when none does.
///
/// # Errors
///
/// With the exit code of what was refused.
pub(crate) fn change(globals: &Globals, call: &Call) -> Result<Value, CliError> {
    let folder = Config::journal(&globals.inputs())?;
    Runtime::new()?.block_on(async {
        let link = match socket::connect(&folder.join(SOCKET)).await? {
            Some(stream) => Link::Gateway(stream),
            None => {
                let opened =
                    gateway::open(Config::load(&globals.inputs())?, &mut gateway::Files::new())?;
                let control = opened.gateway.handle().control().clone();
                control.load().await.map_err(|error| unavailable(&error))?;
                Link::Here(opened.api(), opened.journal)
            }
        };
        make(link, call).await
    })
}

/// Makes `call` to the gateway that runs; `None` when none does.
///
/// # Errors
///
/// With the exit code of what was refused.
pub(crate) fn running(inputs: &Inputs, call: &Call) -> Result<Option<Value>, CliError> {
    let folder = Config::journal(inputs)?;
    Runtime::new()?.block_on(async {
        match socket::connect(&folder.join(SOCKET)).await? {
            Some(stream) => make(Link::Gateway(stream), call).await.map(Some),
            None => Ok(None),
        }
    })
}

/// Makes `call`, which changes nothing, to the gateway that runs, or by looking into its journal.
///
/// # Errors
///
/// With the exit code of what was refused.
pub(crate) fn ask(globals: &Globals, call: &Call) -> Result<Value, CliError> {
    let folder = Config::journal(&globals.inputs())?;
    Runtime::new()?.block_on(async {
        match socket::connect(&folder.join(SOCKET)).await? {
            Some(stream) => make(Link::Gateway(stream), call).await,
            None => make(Link::Looking(looking(globals)?), call).await,
        }
    })
}

/// Makes `call`, which changes nothing, by looking into the journal.
///
/// # Errors
///
/// With the exit code of what was refused.
pub(crate) fn look(globals: &Globals, call: &Call) -> Result<Value, CliError> {
    let api = looking(globals)?;
    Runtime::new()?.block_on(make(Link::Looking(api), call))
}

fn looking(globals: &Globals) -> Result<Api, CliError> {
    let inputs = globals.inputs();
    let reader = SqliteReader::open(Config::journal(&inputs)?)?;
    let pauses = reader.pauses()?;
    // What is not configured right has no endpoints, and a journal all the same.
    let config = Config::load(&inputs);
    let endpoints = config.map_or_else(
        |_| BTreeMap::new(),
        |config| {
            let endpoints = config.endpoints.iter();
            let named = |one: &crate::config::EndpointConfig| {
                let name = one.registration.descriptor.name;
                (one.endpoint.id().to_owned(), name)
            };
            endpoints.map(named).collect()
        },
    );
    let api = Api::new(Arc::new(Looking::new(reader)), Arc::new(SystemClock));
    Ok(api.paused(pauses).serving(endpoints))
}

async fn make(link: Link, call: &Call) -> Result<Value, CliError> {
    let request = call.request()?;
    match link {
        Link::Gateway(stream) => read(socket::send(stream, request).await?).await,
        Link::Looking(api) => read(api.answer(request, Caller::Here).await).await,
        Link::Here(api, journal) => {
            let answered = read(api.answer(request, Caller::Here).await).await;
            journal.close().await.map_err(|error| unavailable(&error))?;
            answered
        }
    }
}

/// The whole answer; of one that tells of its progress, the last line.
async fn read<B: Body<Data = Bytes>>(response: Response<B>) -> Result<Value, CliError>
where
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (head, body) = response.into_parts();
    let mut body = std::pin::pin!(body);
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let broken = |error| CliError::unavailable("the gateway broke off its answer", error);
        if let Ok(data) = frame.map_err(broken)?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    let text = bytes.trim_ascii();
    let is_lines = head
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value == "application/x-ndjson");
    let text = if is_lines {
        text.rsplit(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default()
    } else {
        text
    };
    let value: Value = serde_json::from_slice(text)
        .map_err(|error| CliError::unavailable("the gateway does not speak our language", error))?;
    if let Some(error) = value.get("error").and_then(Value::as_str) {
        return Err(refusal(head.status, error));
    }
    if is_lines && value["finished"] != json!(true) {
        let reason = "only a part was done; make the call again for the rest";
        return Err(CliError::unavailable("the gateway broke off", reason));
    }
    Ok(value)
}

fn refusal(status: StatusCode, error: &str) -> CliError {
    match status {
        StatusCode::NOT_FOUND => CliError::NotFound(error.to_owned()),
        StatusCode::BAD_REQUEST => CliError::Usage(error.to_owned()),
        _ => unavailable(&error),
    }
}

fn unavailable(error: &impl ToString) -> CliError {
    CliError::unavailable("it cannot be done now", error.to_string())
}
