//! Settings that may be written as what they are, or as text, which is all the environment has.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Unexpected, Visitor};

/// A value that a setting can have.
pub(crate) trait Setting: Sized {
    /// What to write, with an example.
    const EXPECTED: &'static str;

    /// Reads it from text.
    fn from_text(text: &str) -> Option<Self>;

    /// Reads it from a whole number.
    fn from_number(_number: u64) -> Option<Self> {
        None
    }

    /// Reads it from `true` or `false`.
    fn from_bool(_flag: bool) -> Option<Self> {
        None
    }
}

/// Reads one setting, for `deserialize_with`.
pub(crate) fn one<'de, D: Deserializer<'de>, T: Setting>(from: D) -> Result<Option<T>, D::Error> {
    Item::deserialize(from).map(|item| Some(item.0))
}

/// Reads a list of settings, for `deserialize_with`; as text, commas separate them.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Setting>(
    from: D,
) -> Result<Option<Vec<T>>, D::Error> {
    from.deserialize_any(ListVisitor(PhantomData)).map(Some)
}

struct Item<T>(T);

impl<'de, T: Setting> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ItemVisitor(PhantomData)).map(Self)
    }
}

struct ItemVisitor<T>(PhantomData<T>);

impl<T: Setting> Visitor<'_> for ItemVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).ok_or_else(|| E::invalid_value(Unexpected::Other("the text"), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        T::from_number(number).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<T, E> {
        T::from_bool(flag).ok_or_else(|| E::invalid_value(Unexpected::Bool(flag), &self))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Setting> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list, each item {}", T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        items
            .map(T::from_text)
            .collect::<Option<_>>()
            .ok_or_else(|| E::invalid_value(Unexpected::Other("the text"), &self))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(Item(item)) = from.next_element()? {
            items.push(item);
        }
        Ok(items)
    }
}
