//! Reads what is told, and remembers what of it has a place in the event.

use serde_json::Value;

use super::place::{ListPlaces, Place, Places};
use super::scope::Scope;

/// Reads a scope, and remembers what has a place in the event.
pub(super) struct Reader<'a> {
    scope: Scope<'a>,
    /// Where the scope's item is in the whole.
    base: String,
    told: Vec<String>,
    /// Lists of which elements are told.
    lists: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn of(scope: Scope<'a>) -> Self {
        let base = scope.way();
        Self::at(scope, base)
    }

    fn at(scope: Scope<'a>, base: String) -> Self {
        Self {
            scope,
            base,
            told: Vec::new(),
            lists: Vec::new(),
        }
    }

    /// The text or whole number at the first of `places` that holds one; it is told by this.
    pub(super) fn text(&mut self, places: &Places) -> Option<String> {
        self.first(places, |scope, place| scope.text_at(place))
    }

    /// The same for a number of bytes, or for digits.
    pub(super) fn size(&mut self, places: &Places) -> Option<u64> {
        self.first(places, |scope, place| scope.text_at(place)?.parse().ok())
    }

    /// The same for what somebody filled in: a text, a number, a bool.
    pub(super) fn answer(&mut self, places: &Places) -> Option<String> {
        self.first(places, |scope, place| match &*scope.find(place)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(is_so) => Some(is_so.to_string()),
            _ => None,
        })
    }

    /// The item itself, where it is a text that says something.
    pub(super) fn itself(&mut self) -> Option<String> {
        let text = self.scope.item().as_str().filter(|text| !text.is_empty())?;
        self.told.push(self.base.clone());
        Some(text.to_owned())
    }

    /// The word at the first of `places` that holds one: a text, a whole number, a bool. It is left
    /// to the rest.
    pub(super) fn word(&self, places: &Places) -> Option<String> {
        let mut words = places.iter().filter_map(|place| {
            let found = self.scope.find(place)?;
            let word = found.as_bool().map(|it| it.to_string());
            word.or_else(|| self.scope.text_at(place))
        });
        words.next()
    }

    /// What `read` makes of each element of the list at the first of `places` that holds one. Of an
    /// element that it makes nothing of, nothing is told.
    pub(super) fn each<T>(
        &mut self,
        places: &ListPlaces,
        read: impl Fn(&mut Reader<'_>) -> Option<T>,
    ) -> Vec<T> {
        let mut lists = places.iter().filter_map(|place| {
            let list = self.scope.in_body(place)?.as_array()?;
            Some((list, self.way(place)?))
        });
        let Some((list, way)) = lists.next() else {
            return Vec::new();
        };
        let mut made = Vec::new();
        for (index, element) in list.iter().enumerate() {
            let base = format!("{way}/{index}");
            let mut reader = Reader::at(self.scope.within(element), base);
            if let Some(one) = read(&mut reader) {
                made.push(one);
                self.told.append(&mut reader.told);
            }
        }
        if !made.is_empty() {
            self.lists.push(way);
        }
        made
    }

    /// What has no place in the event.
    pub(super) fn rest(self) -> Value {
        let mut rest = self.scope.whole();
        for way in &self.told {
            remove(&mut rest, &steps(way));
        }
        for way in &self.lists {
            let list = rest.pointer(way).and_then(Value::as_array);
            if list.is_some_and(|list| list.iter().all(is_nothing)) {
                remove(&mut rest, &steps(way));
            }
        }
        match rest {
            Value::Object(fields) if fields.is_empty() => Value::Null,
            rest => rest,
        }
    }

    fn first<T>(
        &mut self,
        places: &Places,
        read: impl Fn(&Scope<'a>, &Place) -> Option<T>,
    ) -> Option<T> {
        let mut found = places.iter().filter_map(|place| {
            let value = read(&self.scope, place)?;
            Some((value, self.way(place)))
        });
        let (value, way) = found.next()?;
        self.told.extend(way);
        Some(value)
    }

    /// Where `place` is in the whole, if it is.
    fn way(&self, place: &Place) -> Option<String> {
        match place {
            Place::Item(pointer) => Some(format!("{}{pointer}", self.base)),
            Place::Body(pointer) => Some(pointer.to_string()),
            Place::Header(_) | Place::Query(_) => None,
        }
    }
}

/// What is left of an element that was told whole.
fn is_nothing(element: &Value) -> bool {
    element.is_null() || element.as_object().is_some_and(serde_json::Map::is_empty)
}

fn steps(way: &str) -> Vec<String> {
    way.split('/').skip(1).map(unescaped).collect()
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// Takes away what `steps` lead to, and the objects that have nothing else. An element of a list
/// becomes null, so that the others keep their places.
fn remove(value: &mut Value, steps: &[String]) {
    let Some((step, deeper)) = steps.split_first() else {
        *value = Value::Null;
        return;
    };
    match value {
        Value::Object(fields) => {
            let Some(field) = fields.get_mut(step) else {
                return;
            };
            if !deeper.is_empty() {
                remove(field, deeper);
            }
            if deeper.is_empty() || field.as_object().is_some_and(serde_json::Map::is_empty) {
                fields.remove(step);
            }
        }
        Value::Array(values) => {
            let index = step.parse::<usize>().ok();
            if let Some(element) = index.and_then(|index| values.get_mut(index)) {
                remove(element, deeper);
            }
        }
        _ => {}
    }
}
