//! One suite for every adapter: the promises of
//! [`ProviderAdapter`](switchboard_core::ProviderAdapter), each a function of its own.
//!
//! An adapter's author captures requests, and asks whether the adapter conforms:
//!
//! ```
#![doc = include_str!("../doc/acme.txt")]
//! use serde_json::json;
//! use switchboard_testkit::adapter::Conformance;
//!
//! // #[test]
//! fn acme_keeps_the_promises_of_every_adapter() {
//!     let report = Conformance::of::<Acme>(json!({}))
//!         // What the captured requests are signed by.
//!         .secret("secret", "an invented secret")
//!         .fixtures("fixtures")
//!         .run();
//!
//!     assert_eq!(report.signed, 1);
//! }
//! # acme_keeps_the_promises_of_every_adapter();
//! ```
//!
//! # Fixtures
//!
//! `NAME.http` is a request as it was captured: request line, headers, an empty line, and the body's
//! bytes exactly, so that a file ends with a line end only where the body does. One that has the
//! headers in which its provider signs must be signed by the endpoint's secrets as it stands; one
//! without is signed afresh by `sign`, which adds what proves something and nothing else.
//!
//! `NAME.events.json` beside it says what becomes of it: the list of its events, or one of the words
//! `"undecoded"` (genuine, but not to be read), `"refused"` (not genuine) and `"handshake"`
//! (answered by `preflight`). The events of a sample are in `sample-NAME.events.json`. Where the
//! file is missing, the suite tells what would stand in it.
//!
//! From all of these the suite makes some hundreds of deliveries that are wrong in one way each.

mod algorithm;
mod altered;
mod body;
mod choice;
mod conformance;
mod descriptor;
mod diff;
mod events;
mod facts;
pub(crate) mod fixture;
pub(crate) mod form;
mod ids;
pub(crate) mod json;
pub(crate) mod mutant;
mod odd;
mod part;
mod pin;
mod promise;
mod purity;
mod reply;
mod schemas;
mod secrecy;
mod secrets;
mod signing;
pub(crate) mod stand;
mod time;
mod trial;
pub(crate) mod xml;

pub use conformance::{Conformance, Report};
pub use promise::{Promise, promises};
pub use stand::endpoint;

pub use crate::BrokenPromise;
