//! The adapters linked into this binary.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Adapter, Descriptor, ProviderAdapter};

/// One linked adapter: what it is, and how to build it from an endpoint's options.
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
pub fn registrations() -> Vec<&'static Registration> {
    let mut linked: Vec<_> = inventory::iter::<Registration>().collect();
    linked.sort_by_key(|registration| registration.descriptor.name);
    linked
}

/// Why an adapter cannot be built with an endpoint's options.
#[derive(Debug, thiserror::Error)]
#[error("options: {0}")]
pub struct BuildError(#[from] serde_json::Error);

/// Makes an adapter known to every binary that links its crate.
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
