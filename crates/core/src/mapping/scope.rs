//! One thing that is told, and the delivery around it.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use super::place::{Place, Places, Pointer};
use crate::Delivery;
use crate::read::{self, Time};

/// One thing that is told, and the delivery around it.
///
/// ```
/// use serde_json::json;
/// use switchboard_core::Delivery;
/// use switchboard_core::mapping::{Place, Places, Pointer, Scope};
///
/// let places = |text: &str| Place::try_from(text.to_owned()).map(Places::from);
/// let list = Pointer::try_from("/events".to_owned())?;
///
/// let body = json!({"shop": 81, "events": [{"id": 1, "at": 1764000000}, {"id": 2}]});
/// let frame = json!({"shop": 81, "events": []});
/// let delivery = Delivery::post("").with("x-acme-topic", "order");
///
/// let scope = Scope::of(&body, &delivery).part(&body["events"][0], &list, &frame);
/// assert_eq!(scope.text(&places("/id")?).as_deref(), Some("1"));
/// assert_eq!(scope.text(&places("body:/shop")?).as_deref(), Some("81"));
/// assert_eq!(scope.text(&places("header:x-acme-topic")?).as_deref(), Some("order"));
/// assert_eq!(scope.time(&places("/at")?).0.map(|at| at.as_seconds()), Some(1_764_000_000));
///
/// let id = Place::Item(Pointer::try_from("/id".to_owned())?);
/// assert_eq!(scope.find(&id).as_deref(), Some(&json!(1)));
/// assert_eq!(scope.text_at(&id).as_deref(), Some("1"));
///
/// // Each item's event keeps what stands around the list, and nothing of the other items.
/// let whole = json!({"shop": 81, "events": [{"id": 1, "at": 1764000000}]});
/// assert_eq!(scope.whole(), whole);
/// # Ok::<(), switchboard_core::mapping::InvalidPlace>(())
/// ```
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    item: &'a Value,
    body: &'a Value,
    /// Where the list is that the item is one of, and the body with that list empty.
    frame: Option<(&'a Pointer, &'a Value)>,
    delivery: &'a Delivery,
}

impl<'a> Scope<'a> {
    /// A body that tells one thing.
    pub fn of(body: &'a Value, delivery: &'a Delivery) -> Self {
        Self {
            item: body,
            body,
            frame: None,
            delivery,
        }
    }

    /// The same body's `item`, one of the list at `list`; `frame` is the body with that list empty.
    #[must_use]
    pub fn part(mut self, item: &'a Value, list: &'a Pointer, frame: &'a Value) -> Self {
        self.item = item;
        self.frame = Some((list, frame));
        self
    }

    /// All that the provider sent of it: the body, as if its list had this one item.
    pub fn whole(&self) -> Value {
        let Some((list, frame)) = self.frame else {
            return self.item.clone();
        };
        let mut whole = frame.clone();
        if let Some(place) = whole.pointer_mut(list.as_str()) {
            *place = Value::Array(vec![self.item.clone()]);
        }
        whole
    }

    /// What stands at `place`; nothing, where it is null or an empty text.
    pub fn find(&self, place: &Place) -> Option<Cow<'a, Value>> {
        let found = match place {
            Place::Item(_) | Place::Body(_) => Cow::Borrowed(self.in_body(place)?),
            Place::Header(name) => {
                let value = self.delivery.required_header(name).ok()?;
                Cow::Owned(Value::from(value))
            }
            Place::Query(name) => {
                let mut values = self.delivery.query().filter(|(known, _)| known == name);
                let (_, value) = values.next().filter(|_| values.next().is_none())?;
                Cow::Owned(Value::from(value))
            }
        };
        let is_nothing = found.is_null() || found.as_str().is_some_and(str::is_empty);
        (!is_nothing).then_some(found)
    }

    /// The text or the whole number at the first of `places` that holds one.
    pub fn text(&self, places: &Places) -> Option<String> {
        let mut texts = places.iter().filter_map(|place| self.text_at(place));
        texts.next()
    }

    /// The text or the whole number at `place`.
    pub fn text_at(&self, place: &Place) -> Option<String> {
        let found = self.find(place)?;
        read::text(&*found).ok()?
    }

    /// The time at the first of `places` that holds one, written in any of the usual ways.
    pub fn time(&self, places: &Places) -> Time {
        let times = places.iter().filter_map(|place| {
            let Time(time) = Time::deserialize(&*self.find(place)?).ok()?;
            time
        });
        Time({ times }.next())
    }

    /// Where its item is in what [`whole`](Self::whole) answers.
    pub(super) fn way(&self) -> String {
        self.frame
            .map_or_else(String::new, |(list, _)| format!("{list}/0"))
    }

    /// The same for something within its item.
    pub(super) fn within(mut self, item: &'a Value) -> Self {
        self.item = item;
        self
    }

    /// The one thing that is told, without what is around it.
    pub(super) fn item(&self) -> &'a Value {
        self.item
    }

    /// What stands at `place`, if that is in the body.
    pub(super) fn in_body(&self, place: &Place) -> Option<&'a Value> {
        match place {
            Place::Item(pointer) => self.item.pointer(pointer.as_str()),
            Place::Body(pointer) => self.body.pointer(pointer.as_str()),
            Place::Header(_) | Place::Query(_) => None,
        }
    }
}

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}
