//! Where Switchboard's events go: an HTTP service, standard output, a file.
//!
//! - [`Http`] (feature `http`, on by default) POSTs one structured CloudEvent a request, signed by
//!   Standard Webhooks.
//! - [`File`] appends one CloudEvent a line, and settles after fdatasync.
//! - [`Stdout`] writes one CloudEvent a line.
//!
//! By the connections of the first, [`HttpDocuments`] fetches the keys that adapters verify by.
//!
//! All three are [`Sink`](switchboard_core::sink::Sink)s: they deliver at least once, so whoever
//! reads them must expect an event again and know it by its (`source`, `id`). A sink is given to a
//! gateway in a [`Subscription`](switchboard_core::pipeline::Subscription):
//!
//! ```
//! use std::sync::Arc;
//! use switchboard_core::pipeline::Subscription;
//! use switchboard_sinks::File;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("events.jsonl");
//! let file = File::open(path)?;
//! let archive = Subscription::new("archive", Arc::new(file)).ordered();
//! assert_eq!(archive.name, "archive");
//! # Ok(())
//! # }
//! ```

mod file;
#[cfg(feature = "http")]
mod http;
mod lines;
mod stdout;

#[cfg(feature = "http")]
pub use self::http::{Client, ClientError, Guard, Http, HttpBuilder, HttpDocuments, HttpError};
pub use file::{File, OpenError};
pub use stdout::Stdout;
