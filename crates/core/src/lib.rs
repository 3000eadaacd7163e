//! The core of Switchboard: what an adapter is, what an event is, and the way from one to the other.
//!
//! - **Contract**: [`ProviderAdapter`] and what it speaks of: [`Delivery`], [`Endpoint`],
//!   [`Verified`], [`Reply`], [`Draft`]. Needs no feature and no runtime; adapters depend on this.
//! - **Event model**: [`Event`], [`Data`] and the typed structs in [`event`]; with the feature
//!   `schema` also JSON Schema and an example for every kind.
//! - **Gateway** (feature `gateway`, on by default): the [`host`] takes deliveries, the [`journal`]
//!   keeps them, the [`pipeline`] brings their events to every [`sink`]; what failed verification
//!   goes to the [`quarantine`].
//!
//! From a provider's bytes to an event:
//!
//! ```
//! use serde::Deserialize;
//! use switchboard_core::event::{Activity, Origin, Party, Role};
//! use switchboard_core::{
//!     Adapter, DedupKey, Delivery, Descriptor, Draft, Endpoint, Event, Kept, ParseError,
//!     ProviderAdapter, SecretRole, Verified, VerifyError,
//! };
//!
//! const TOKEN: SecretRole = SecretRole::text("token", "On the bell's back");
//!
//! /// A door bell that calls when somebody rings.
//! #[derive(Debug, Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Bell {}
//!
//! #[derive(Debug, Deserialize)]
//! struct Ring {
//!     id: u64,
//! }
//!
//! impl ProviderAdapter for Bell {
//!     const DESCRIPTOR: Descriptor = Descriptor::new("bell", "Bell").secrets(&[TOKEN]);
//!     type Payload = Kept<Ring>;
//!
//!     async fn verify(&self, call: &Delivery, to: &Endpoint) -> Result<Verified, VerifyError> {
//!         to.matching(TOKEN, call.required_header("x-bell-token")?.as_bytes())
//!     }
//!
//!     fn parse(&self, call: &Delivery) -> Result<Kept<Ring>, ParseError> {
//!         call.json()
//!     }
//!
//!     fn normalize(&self, ring: Kept<Ring>) -> Vec<Draft> {
//!         let call = Activity::of(Party::new(Role::Contact)).call_incoming();
//!         vec![Draft::new(call, DedupKey::provider([ring.value.id])).rest(ring.rest)]
//!     }
//! }
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! // What the host and the pipeline hold, and what they ask of it.
//! let adapter: Box<dyn Adapter> = Box::new(Bell {});
//! let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(TOKEN, "of-the-front-door");
//! let delivery = Delivery::post(r#"{"id": 7, "door": "front"}"#)
//!     .with("x-bell-token", "of-the-front-door");
//!
//! let verified = adapter.verify(&delivery, &endpoint).await?;
//! let origin = Origin {
//!     adapter: adapter.descriptor(),
//!     endpoint: "door",
//!     account: verified.account.as_deref(),
//!     scheme: &verified.scheme,
//!     delivery: "0000019ab6b8cd000000000000000001",
//!     recorded: endpoint.now(),
//! };
//! let drafts = adapter.decode(&delivery)?.into_iter().enumerate();
//! let events: Vec<Event> = drafts
//!     .map(|(position, draft)| Event::stamp(draft, &origin, position))
//!     .collect();
//!
//! assert_eq!(events[0].source, "/bell/door");
//! assert_eq!(events[0].id, "call.incoming:7");
//! assert_eq!(events[0].data["provider"]["door"], "front");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
pub mod schedule;
#[cfg(feature = "gateway")]
pub mod sink;
#[cfg(feature = "gateway")]
mod stop;

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
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use verify::{Verified, VerifyError};

#[doc(hidden)]
pub use inventory;
