//! Hands a JSON value to a type, and keeps what the type did not read.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};

use crate::read::TOLERANT;

/// A value to be read, and the place for what is left of it.
///
/// It lends nothing to what is read, so that it may go before that does.
pub(super) struct Keeping<'v, 'r> {
    value: &'v Value,
    rest: &'r mut Option<Value>,
}

impl<'de> Deserializer<'de> for Keeping<'_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Array(values) => self.list(values, visitor),
            Value::Object(entries) => self.object(entries, visitor),
            Value::String(text) => visitor.visit_str(text),
            scalar => scalar.clone().deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == TOLERANT {
            return visitor.visit_seq(Again(self));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let entries = self.value.as_object().filter(|entries| entries.len() == 1);
        match entries.and_then(|entries| entries.iter().next()) {
            Some((key, value)) => {
                let mut rest = None;
                let content = Keeping::new(value, &mut rest);
                let read = visitor.visit_enum(Variant { key, content })?;
                keep_entry(self.rest, key, rest);
                Ok(read)
            }
            None => self.value.clone().deserialize_enum(name, variants, visitor),
        }
    }

    /// A list is no struct, though serde would take its elements for the fields in their order. An
    /// empty one is: PHP writes empty objects so.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::Array(values) if !values.is_empty() => {
                Err(Error::invalid_type(Unexpected::Seq, &visitor))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        *self.rest = Some(self.value.clone());
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

impl<'v, 'r> Keeping<'v, 'r> {
    pub(super) fn new(value: &'v Value, rest: &'r mut Option<Value>) -> Self {
        Self { value, rest }
    }

    fn list<'de, V: Visitor<'de>>(
        self,
        values: &'v [Value],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut list = List {
            values: values.iter().enumerate(),
            rest: self.rest,
        };
        let read = visitor.visit_seq(&mut list)?;
        match list.values.next() {
            None => Ok(read),
            Some(_) => Err(Error::invalid_length(
                values.len(),
                &"fewer elements in array",
            )),
        }
    }

    fn object<'de, V: Visitor<'de>>(
        self,
        entries: &'v Map<String, Value>,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut object = Object {
            entries: entries.iter(),
            entry: None,
            rest: self.rest,
        };
        let read = visitor.visit_map(&mut object)?;
        match object.entries.next() {
            None => Ok(read),
            Some(_) => Err(Error::invalid_length(
                entries.len(),
                &"fewer elements in map",
            )),
        }
    }
}

struct List<'v, 'r> {
    values: std::iter::Enumerate<std::slice::Iter<'v, Value>>,
    rest: &'r mut Option<Value>,
}

impl<'de> SeqAccess<'de> for &mut List<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some((index, value)) = self.values.next() else {
            return Ok(None);
        };
        let mut rest = None;
        let read = seed.deserialize(Keeping::new(value, &mut rest))?;
        keep_element(self.rest, index, rest);
        Ok(Some(read))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

struct Object<'v, 'r> {
    entries: serde_json::map::Iter<'v>,
    /// The one whose key was read last.
    entry: Option<(&'v str, &'v Value)>,
    rest: &'r mut Option<Value>,
}

impl<'de> MapAccess<'de> for &mut Object<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.entry = Some((key, value));
        seed.deserialize(StrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let (key, value) = self
            .entry
            .take()
            .ok_or_else(|| Error::custom("value is missing"))?;
        let mut rest = None;
        let read = seed.deserialize(Keeping::new(value, &mut rest))?;
        keep_entry(self.rest, key, rest);
        Ok(read)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// Keeps what is left of the element at `index`, behind the ones before it.
pub(super) fn keep_element(place: &mut Option<Value>, index: usize, rest: Option<Value>) {
    let Some(rest) = rest else { return };
    let kept = place.get_or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(kept) = kept {
        kept.resize(index, Value::Null);
        kept.push(rest);
    }
}

/// Keeps what is left of the value of `key`.
pub(super) fn keep_entry(place: &mut Option<Value>, key: &str, rest: Option<Value>) {
    let Some(rest) = rest else { return };
    let kept = place.get_or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(kept) = kept {
        kept.insert(key.to_owned(), rest);
    }
}

/// The one value as often as a tolerant reader asks for it: first to read it, and where it can make
/// nothing of it, to leave it.
struct Again<'v, 'r>(Keeping<'v, 'r>);

impl<'de> SeqAccess<'de> for Again<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        seed.deserialize(Keeping::new(self.0.value, self.0.rest))
            .map(Some)
    }
}

/// A variant by its name, with content.
struct Variant<'v, 'r> {
    key: &'v str,
    content: Keeping<'v, 'r>,
}

impl<'de, 'v, 'r> EnumAccess<'de> for Variant<'v, 'r> {
    type Error = Error;
    type Variant = Keeping<'v, 'r>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self::Variant), Error> {
        let name = seed.deserialize(StrDeserializer::new(self.key))?;
        Ok((name, self.content))
    }
}

impl<'de> VariantAccess<'de> for Keeping<'_, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        serde::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }
}
