//! Hands a value to a type as it is read, and keeps what the type ignores.
//!
//! What [`Keeping`] does to a tree of JSON values, without the tree. What it takes, it reads as
//! `Keeping` would; what only a tree could tell, it refuses.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::keeping::{Keeping, keep_element, keep_entry};
use crate::read::TOLERANT;

/// A value on its way to a type, and the place for what is left of it.
pub(super) struct Streaming<'r, D> {
    value: D,
    rest: &'r mut Option<Value>,
}

impl<'r, D> Streaming<'r, D> {
    pub(super) fn new(value: D, rest: &'r mut Option<Value>) -> Self {
        Self { value, rest }
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Streaming<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.value.deserialize_any(Reader::new(visitor, self.rest))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.value
            .deserialize_option(Reader::new(visitor, self.rest))
    }

    /// A tolerant reader may ask for its value twice, so that value is held.
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        if name != TOLERANT {
            return visitor.visit_newtype_struct(self);
        }
        let held = Value::deserialize(self.value)?;
        Keeping::new(&held, self.rest)
            .deserialize_newtype_struct(name, visitor)
            .map_err(Error::custom)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let held = Value::deserialize(self.value)?;
        Keeping::new(&held, self.rest)
            .deserialize_enum(name, variants, visitor)
            .map_err(Error::custom)
    }

    /// Refuses every list: whether it is empty, which `Keeping` asks, is not known yet.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.value.deserialize_map(Reader::new(visitor, self.rest))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        *self.rest = Some(Value::deserialize(self.value)?);
        visitor.visit_unit()
    }

    // By their own methods serde_json reads some of these otherwise than from a tree: a text as
    // bytes, a number of more than 64 bits.
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

/// A type's visitor, which sees of lists and objects only what goes through our hands.
struct Reader<'r, V> {
    visitor: V,
    rest: &'r mut Option<Value>,
}

impl<'r, V> Reader<'r, V> {
    fn new(visitor: V, rest: &'r mut Option<Value>) -> Self {
        Self { visitor, rest }
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Reader<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_bool<E: Error>(self, said: bool) -> Result<V::Value, E> {
        self.visitor.visit_bool(said)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<V::Value, E> {
        self.visitor.visit_i64(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<V::Value, E> {
        self.visitor.visit_u64(number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<V::Value, E> {
        self.visitor.visit_f64(number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        self.visitor.visit_str(text)
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Streaming::new(value, self.rest))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(Elements {
            elements,
            next: 0,
            rest: self.rest,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Entries {
            entries,
            key: Cow::default(),
            rest: self.rest,
        })
    }
}

struct Elements<'r, A> {
    elements: A,
    next: usize,
    rest: &'r mut Option<Value>,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Elements<'_, A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, A::Error> {
        let mut rest = None;
        let seed = Seed::new(seed, &mut rest);
        let read = self.elements.next_element_seed(seed)?;
        keep_element(self.rest, self.next, rest);
        self.next += 1;
        Ok(read)
    }
}

struct Entries<'de, 'r, A> {
    entries: A,
    /// The one that was read last.
    key: Cow<'de, str>,
    rest: &'r mut Option<Value>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<'de, '_, A> {
    type Error = A::Error;

    /// The key as a text and nothing else: serde_json would make a number of it for who asks.
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(key) = self.entries.next_key_seed(Key)? else {
            return Ok(None);
        };
        self.key = key;
        seed.deserialize(self.key.as_ref().into_deserializer())
            .map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        let mut rest = None;
        let seed = Seed::new(seed, &mut rest);
        let read = self.entries.next_value_seed(seed)?;
        match rest {
            Some(_) => keep_entry(self.rest, &self.key, rest),
            None => self.forget(),
        }
        Ok(read)
    }
}

impl<A> Entries<'_, '_, A> {
    /// Of a key that stands twice the first value is none, and so is what was left of it.
    fn forget(&mut self) {
        let Some(Value::Object(kept)) = self.rest else {
            return;
        };
        kept.remove(self.key.as_ref());
        if kept.is_empty() {
            *self.rest = None;
        }
    }
}

/// Reads a key, without a copy where it stands as it is.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Self::Value, D::Error> {
        key.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// What reads the next value, and the place for what is left of it.
struct Seed<'r, T> {
    seed: T,
    rest: &'r mut Option<Value>,
}

impl<'r, T> Seed<'r, T> {
    fn new(seed: T, rest: &'r mut Option<Value>) -> Self {
        Self { seed, rest }
    }
}

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<'_, T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<T::Value, D::Error> {
        self.seed.deserialize(Streaming::new(value, self.rest))
    }
}
