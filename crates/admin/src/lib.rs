//! The control API of a gateway: its health, its metrics, and what an operator may do to it.
//!
//! [`Api`] answers one call. [`Server`] serves it on a [`Socket`] in the journal's folder, which only
//! the gateway's own user can open, and by TCP through a [`Door`], which lets in nobody that a
//! browser was tricked into being, and from elsewhere than this machine only who has the token.
//!
//! | call | does |
//! |---|---|
//! | `GET /livez` | says that the process is alive; never touches the disk |
//! | `GET /readyz` | says whether a delivery would be stored now |
//! | `GET /metrics` | numbers, as Prometheus reads them |
//! | `GET /api/v1/status` | what the gateway is and how it stands |
//! | `GET /api/v1/endpoints` | every endpoint, and what became of its requests |
//! | `POST /api/v1/endpoints/{id}/pause`, `…/resume` | keeps deliveries without decoding them |
//! | `GET /api/v1/sinks` | every sink, and what became of its events |
//! | `POST /api/v1/sinks/{name}/pause`, `…/resume` | keeps events without delivering them |
//! | `GET /api/v1/events` | events; `kind`, `endpoint`, `since`, `until`, `after`, `limit` |
//! | `GET /api/v1/events/{id}` | the events of one id, whole |
//! | `POST /api/v1/events/replay` | records events again, from what providers sent |
//! | `GET /api/v1/dead` | dead letters; `sink`, `cause`, `after`, `limit` |
//! | `GET /api/v1/dead/{sink}/{position}` | one dead letter, with all its attempts |
//! | `POST /api/v1/dead/replay`, `…/discard` | gives dead letters to their sink again, or up |
//! | `GET /api/v1/quarantine` | what failed verification; `endpoint`, `ring`, `after`, `limit` |
//! | `POST /api/v1/quarantine/reverify` | verifies it again, by the secrets of today |
//! | `GET /api/v1/undecoded` | deliveries without events; `after`, `limit` |
//!
//! A list has its rows under its own name, and in `next` what to give as `after` for those behind
//! them; without `after` it has the last ones, and of the quarantine the first. An error is `{"error": "…"}`. What takes long answers
//! one JSON object a line, each with how far it has come, the last with `"finished": true`; whoever
//! hangs up ends it.
//!
//! ```
//! use std::sync::Arc;
//! use switchboard_admin::{Api, Door, Server, Socket};
//! use switchboard_core::SystemClock;
//! use switchboard_core::journal::MemoryJournal;
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::{TcpListener, TcpStream};
//! use tokio::sync::oneshot;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let api = Api::new(Arc::new(MemoryJournal::new()), Arc::new(SystemClock));
//! # let folder = tempfile::tempdir()?;
//! let journal = folder.path();
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let server = Server::new(api)
//!     .socket(Socket::bind(journal)?)
//!     .tcp(listener, Door::new(address, [], [])?);
//! let (stop, stopped) = oneshot::channel::<()>();
//! let serving = tokio::spawn(server.serve(async { drop(stopped.await) }));
//!
//! let mut caller = TcpStream::connect(address).await?;
//! caller.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
//! let mut answer = String::new();
//! caller.read_to_string(&mut answer).await?;
//! assert!(answer.starts_with("HTTP/1.1 200 OK"));
//!
//! drop(stop);
//! serving.await?;
//! # Ok(())
//! # }
//! ```

mod answer;
mod api;
mod call;
mod door;
mod error;
mod metrics;
mod route;
mod routes;
mod server;
mod socket;
mod work;

pub use answer::Body;
pub use api::{Api, Caller};
pub use door::{Door, DoorError};
pub use route::{Route, routes};
pub use server::Server;
pub use socket::{SOCKET, Socket, SocketError, short_path};
