//! What makes an item the same when Kommo sends it again.

use switchboard_core::DedupKey;

use super::fields;
use super::payload::{Heading, Item};

/// The key of an item that has none of its own.
///
/// One that says when it was changed is the same as long as nothing in it changes. Of any other,
/// such as a pipeline's bare ids, a second one may be news: a lead can go back and forth. Only Kommo's
/// id of the request can tell, if it is kept over retries.
pub(super) fn of(heading: &Heading, item: &Item) -> DedupKey {
    let action = item.action.as_deref().unwrap_or_default();
    let account = heading.account.as_deref().unwrap_or_default();
    match (&heading.request, is_versioned(item)) {
        (_, true) => DedupKey::derived([account, &item.group, action, &item.value.to_string()]),
        (Some(request), false) => {
            DedupKey::provider([request, &item.group, action, &item.position.to_string()])
        }
        (None, false) => DedupKey::None,
    }
}

/// Whether it says when it was changed; of a note, the note inside does.
fn is_versioned(item: &Item) -> bool {
    let note = item.value.get("note").filter(|note| note.is_object());
    let fields = note.unwrap_or(&item.value).as_object();
    fields.is_some_and(|fields| {
        ["updated_at", "last_modified"]
            .iter()
            .any(|name| fields::text(fields, name).is_some())
    })
}
