//! The adapters linked into this binary.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Adapter, Descriptor, ProviderAdapter};

/// One linked adapter: what it is, and how to build it from an endpoint's options.
///
/// A host finds the one that the configuration names, and builds it once for each endpoint:
///
/// ```
/// use serde::Deserialize;
/// use serde_json::{Value, json};
/// use switchboard_core::{
///     DedupKey, Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Registration,
///     Verified, VerifyError,
/// };
///
/// #[derive(Debug, Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Bell {
///     /// What a ring is called in its events.
///     ring: String,
/// }
///
/// impl ProviderAdapter for Bell {
///     const DESCRIPTOR: Descriptor = Descriptor::new("bell", "Bell").unsigned();
///     type Payload = Value;
///
///     async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
///         Ok(Verified::unsigned())
///     }
///
///     fn parse(&self, delivery: &Delivery) -> Result<Value, ParseError> {
///         delivery.json()
///     }
///
///     fn normalize(&self, hook: Value) -> Vec<Draft> {
///         vec![Draft::unknown(&self.ring, hook, DedupKey::None)]
///     }
/// }
///
/// let bell = Registration::of::<Bell>(env!("CARGO_PKG_NAME"));
/// assert_eq!(bell.descriptor.name, "bell");
///
/// let adapter = bell.build(&json!({"ring": "door.rung"}))?;
/// assert_eq!(adapter.decode(&Delivery::post("{}"))?.len(), 1);
///
/// let mistake = bell.build(&json!({"rings": "door.rung"})).unwrap_err();
/// assert_eq!(mistake.to_string(), "options: unknown field `rings`, expected `ring`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// What the adapter is.
    pub descriptor: &'static Descriptor,
    /// The crate it comes from.
    pub crate_name: &'static str,
    build: fn(&Value) -> Result<Box<dyn Adapter>, BuildError>,
}

impl Registration {
    /// The registration of `A`; [`register_adapter!`](crate::register_adapter) submits it.
    pub const fn of<A: ProviderAdapter + DeserializeOwned>(crate_name: &'static str) -> Self {
        Self {
            descriptor: const { &A::DESCRIPTOR },
            crate_name,
            build: build::<A>,
        }
    }

    /// The adapter with `options`, as an endpoint's configuration gives them.
    ///
    /// # Errors
    ///
    /// When the options are not the adapter's.
    pub fn build(&self, options: &Value) -> Result<Box<dyn Adapter>, BuildError> {
        (self.build)(options)
    }
}

fn build<A: ProviderAdapter + DeserializeOwned>(
    options: &Value,
) -> Result<Box<dyn Adapter>, BuildError> {
    Ok(Box::new(A::deserialize(options)?))
}

inventory::collect!(Registration);

/// Every adapter linked into this binary, by name. A crate that nobody names is not linked: see
/// [`register_adapter!`](crate::register_adapter).
///
/// ```
/// use serde_json::Value;
/// use switchboard_core::{Adapter, BuildError, registrations};
///
/// /// `None` where this binary has no adapter of that name.
/// fn build(name: &str, options: &Value) -> Option<Result<Box<dyn Adapter>, BuildError>> {
///     let mut linked = registrations().into_iter();
///     let registration = linked.find(|it| it.descriptor.name == name)?;
///     Some(registration.build(options))
/// }
///
/// assert!(build("a-provider-of-1999", &Value::Null).is_none());
/// ```
pub fn registrations() -> Vec<&'static Registration> {
    let mut linked: Vec<_> = inventory::iter::<Registration>().collect();
    linked.sort_by_key(|registration| registration.descriptor.name);
    linked
}

/// Why an adapter cannot be built with an endpoint's options.
///
/// It may quote the options, which hold no secret.
///
/// ```
/// use serde::Deserialize;
/// use serde_json::json;
/// use switchboard_core::BuildError;
///
/// #[derive(Debug, Deserialize)]
/// struct Options {
///     #[serde(rename = "page_id")]
///     _page_id: String,
/// }
///
/// /// What an operator reads of an endpoint that cannot be built.
/// fn told(endpoint: &str, error: &BuildError) -> String {
///     format!("endpoint `{endpoint}`: {error}")
/// }
///
/// let error = serde_json::from_value::<Options>(json!({})).unwrap_err();
/// let told = told("support", &error.into());
/// assert_eq!(told, "endpoint `support`: options: missing field `page_id`");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("options: {0}")]
pub struct BuildError(#[from] serde_json::Error);

/// Makes an adapter known to every binary that links its crate.
///
/// ```
/// # use serde::Deserialize;
/// # use switchboard_core::*;
/// use switchboard_core::{register_adapter, registrations};
///
/// register_adapter!(Bell);
///
/// #[derive(Debug, Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Bell {}
///
/// impl ProviderAdapter for Bell {
///     const DESCRIPTOR: Descriptor = Descriptor::new("bell", "Bell").unsigned();
///     // And the rest of it.
/// #   type Payload = ();
/// #   async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
/// #       Ok(Verified::unsigned())
/// #   }
/// #   fn parse(&self, _: &Delivery) -> Result<(), ParseError> {
/// #       Ok(())
/// #   }
/// #   fn normalize(&self, (): ()) -> Vec<Draft> {
/// #       Vec::new()
/// #   }
/// }
///
/// assert!(registrations().iter().any(|linked| linked.descriptor.name == "bell"));
/// ```
///
/// A crate that stands in `Cargo.toml` and is never named in source is not linked at all, and its
/// registration is silently absent. The facade names its adapters; in a binary of your own write
/// `use acme_adapter as _; // Linked for its registration.`
#[macro_export]
macro_rules! register_adapter {
    ($adapter:ty) => {
        $crate::inventory::submit! { $crate::Registration::of::<$adapter>(env!("CARGO_PKG_NAME")) }
    };
}
