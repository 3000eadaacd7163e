//! The core of Switchboard: what an adapter is, what an event is, and the way from one to the other.
//!
//! - **Contract**: [`ProviderAdapter`] and what it speaks of: [`Delivery`], [`Endpoint`],
//!   [`Verified`], [`Reply`], [`Draft`]. Needs no feature and no runtime; adapters depend on this.
//! - **Event model**: [`Event`], [`Data`] and the typed structs in [`event`]; with the feature
//!   `schema` also JSON Schema and an example for every kind.
//! - **Gateway** (feature `gateway`, on by default): the [`host`] takes deliveries, the [`journal`]
//!   keeps them, the [`pipeline`] brings their events to every [`sink`]; what failed verification
//!   goes to the [`quarantine`].

mod adapter;
mod clock;
mod delivery;
mod descriptor;
mod endpoint;
pub mod event;
pub mod form;
mod hmac;
mod kept;
pub mod mapping;
pub mod read;
pub mod redact;
mod registry;
mod reply;
mod secret;
mod timestamp;
mod verify;

#[cfg(feature = "gateway")]
mod filter;
#[cfg(feature = "gateway")]
pub mod histogram;
#[cfg(feature = "gateway")]
pub mod host;
#[cfg(feature = "gateway")]
pub mod journal;
#[cfg(feature = "gateway")]
pub mod pipeline;
#[cfg(feature = "gateway")]
pub mod quarantine;
#[cfg(feature = "gateway")]
pub mod sink;

pub use adapter::{Adapter, Misfit, ProviderAdapter};
pub use clock::{Clock, SystemClock};
pub use delivery::{Delivery, ParseError};
pub use descriptor::{Descriptor, Redelivery, Sample};
pub use endpoint::{Documents, Endpoint};
pub use event::{Data, DedupKey, Draft, Event};
#[cfg(feature = "gateway")]
pub use filter::{Filter, Glob, InvalidFilter, Matcher};
pub use hmac::{HmacScheme, Unit};
pub use kept::{Kept, Part};
pub use registry::{BuildError, Registration, registrations};
pub use reply::{Preflight, Reply};
pub use secret::{KeyEncoding, Secret, SecretError, SecretRole};
pub use timestamp::Timestamp;
pub use verify::{Verified, VerifyError};

#[doc(hidden)]
pub use inventory;
