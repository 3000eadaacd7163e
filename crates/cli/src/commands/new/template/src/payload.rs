//! What {{title}} sends, as far as `normalize` reads it. The rest is kept without being named.

use serde::Deserialize;
use switchboard_core::read::{Id, Time};

/// One webhook. `Id` takes numbers and texts, `Time` whatever a vendor calls a time.
#[derive(Debug, Deserialize)]
pub struct Hook {
    pub(crate) event: String,
    pub(crate) id: Id,
    pub(crate) conversation: Option<Id>,
    pub(crate) sender: Option<Sender>,
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) sent_at: Time,
}

/// Who wrote.
#[derive(Debug, Deserialize)]
pub(crate) struct Sender {
    pub(crate) id: Option<Id>,
    pub(crate) name: Option<String>,
}
