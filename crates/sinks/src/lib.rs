//! Where Switchboard's events go: an HTTP service, standard output, a file.
//!
//! - [`Http`] (feature `http`, on by default) POSTs one structured CloudEvent a request, signed by
//!   Standard Webhooks.
//! - [`File`] appends one CloudEvent a line, and settles after fdatasync.
//! - [`Stdout`] writes one CloudEvent a line.
//!
//! All of them are [`Sink`](switchboard_core::sink::Sink)s: they deliver at least once, so whoever
//! reads them must expect an event again and know it by its (`source`, `id`).

mod file;
#[cfg(feature = "http")]
mod http;
mod lines;
mod stdout;

#[cfg(feature = "http")]
pub use self::http::{Client, ClientError, Guard, Http, HttpBuilder, HttpError};
pub use file::{File, OpenError};
pub use stdout::Stdout;
