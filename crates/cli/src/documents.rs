//! What fetches the keys that some providers sign by.

use std::sync::{Arc, LazyLock};

use crate::core::{Documents, SystemClock};

/// One for this process, so that what was fetched is still there when the configuration is reloaded.
static DOCUMENTS: LazyLock<Arc<dyn Documents>> =
    LazyLock::new(|| switchboard::documents(Arc::new(SystemClock)));

/// The documents of every endpoint.
pub(crate) fn documents() -> Arc<dyn Documents> {
    Arc::clone(&DOCUMENTS)
}
