//! Users. They stay with the rest, as they have more names than the model.

use serde_json::Value;
use switchboard_core::event::{Party, Role};
use switchboard_core::read::peek;

/// A user, by the name that others see.
pub(crate) fn party(user: &Value) -> Party {
    let id = peek(&user["id"]);
    let role = match (&id, user["bot"] == true, user["system"] == true) {
        (_, _, true) => Role::System,
        (_, true, _) => Role::Bot,
        (Some(_), ..) => Role::Contact,
        (None, ..) => Role::Unknown,
    };
    Party {
        id,
        name: peek(&user["global_name"]).or_else(|| peek(&user["username"])),
        ..Party::new(role)
    }
}
