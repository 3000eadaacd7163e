//! What every event has, and bodies that tell of several things at once.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::mapping::{Mapping, Place, Places, Pointer, Scope};
use switchboard_core::{DedupKey, Delivery, Draft};

/// What a body's frame may amount to when it is repeated for each of its things, in bytes.
const MOST_REPEATED: usize = 16 * 1024 * 1024;

/// Where the parts that every event has stand.
#[derive(Debug, Default, Deserialize)]
#[serde(try_from = "Options")]
pub(crate) struct EventPlaces(Options);

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// The list whose items are told one by one; empty: the body is that list.
    list: Option<Pointer>,
    /// The sender's name for what happened: all that is there of these, with a `.` between.
    kind: Places,
    /// What makes it the same event when it comes again: all of these together.
    id: Places,
    time: Places,
    account: Places,
}

impl TryFrom<Options> for EventPlaces {
    type Error = &'static str;

    fn try_from(options: Options) -> Result<Self, Self::Error> {
        let is_item = |place: &Place| matches!(place, Place::Item(_));
        let has_id = !options.id.is_empty();
        if options.list.is_some() && has_id && !options.id.iter().any(is_item) {
            return Err("`id` is the same for everything in `list`, so only one would be kept");
        }
        Ok(Self(options))
    }
}

impl EventPlaces {
    /// What happened.
    pub(crate) fn drafts(&self, body: &Value, delivery: &Delivery, map: &Mapping) -> Vec<Draft> {
        let scope = Scope::of(body, delivery);
        let Some(list) = &self.0.list else {
            return vec![self.draft(&scope, map)];
        };
        let Some(Value::Array(items)) = body.pointer(list.as_str()) else {
            let reason = format!("there is no list at `{list}`");
            return vec![self.unread(&scope, reason)];
        };
        let frame = without(body, list);
        if frame.to_string().len().saturating_mul(items.len()) > MOST_REPEATED {
            let reason = "its list is too long to be told one by one".to_owned();
            return vec![self.unread(&scope, reason)];
        }
        let part = |item| self.draft(&scope.part(item, list, &frame), map);
        items.iter().map(part).collect()
    }

    fn draft(&self, scope: &Scope<'_>, map: &Mapping) -> Draft {
        let draft = map.draft(&self.kind(scope), scope, self.key(scope));
        self.entitled(draft, scope)
    }

    fn unread(&self, scope: &Scope<'_>, reason: String) -> Draft {
        let draft = Draft::unread(self.kind(scope), scope.whole(), reason);
        self.entitled(draft, scope)
    }

    fn entitled(&self, draft: Draft, scope: &Scope<'_>) -> Draft {
        draft
            .time(scope.time(&self.0.time))
            .account(scope.text(&self.0.account))
    }

    fn kind(&self, scope: &Scope<'_>) -> String {
        let words = self.0.kind.iter().filter_map(|place| scope.text_at(place));
        let words: Vec<_> = words.collect();
        if words.is_empty() {
            "unknown".to_owned()
        } else {
            words.join(".")
        }
    }

    fn key(&self, scope: &Scope<'_>) -> DedupKey {
        let parts = self.0.id.iter().map(|place| scope.text_at(place));
        match parts.collect::<Option<Vec<_>>>() {
            Some(parts) if !parts.is_empty() => DedupKey::provider(parts),
            _ => DedupKey::None,
        }
    }
}

/// `body` with nothing in its list.
fn without(body: &Value, list: &Pointer) -> Value {
    let mut frame = body.clone();
    if let Some(place) = frame.pointer_mut(list.as_str()) {
        *place = Value::Array(Vec::new());
    }
    frame
}
