//! What a call asks for.

use std::collections::BTreeMap;
use std::str::FromStr;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// The most rows of a list.
const MAX_ROWS: usize = 1000;

/// The rows of a list when nothing is said.
const ROWS: usize = 100;

/// A call that has found its route.
#[derive(Debug)]
pub(crate) struct Call {
    /// What stands in the path for `{..}`, in order.
    pub(crate) parameters: Vec<String>,
    pub(crate) query: Query,
    pub(crate) body: Bytes,
}

impl Call {
    /// What stands for the path's `{..}` number `index`.
    pub(crate) fn parameter(&self, index: usize) -> &str {
        &self.parameters[index]
    }

    /// The body, as what the call wants. No body is an empty object.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let body: &[u8] = if self.body.is_empty() {
            b"{}"
        } else {
            &self.body
        };
        serde_json::from_slice(body).map_err(|error| ApiError::bad(format!("the body: {error}")))
    }
}

/// The part behind the `?`. What nobody takes out of it is an error.
#[derive(Debug, Default)]
pub(crate) struct Query(BTreeMap<String, String>);

impl Query {
    pub(crate) fn parse(query: &str) -> Result<Self, ApiError> {
        let mut found = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if found.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(ApiError::bad(format!("`{name}` is there twice")));
            }
        }
        Ok(Self(found))
    }

    pub(crate) fn take<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, ApiError> {
        let parsed = self.0.remove(name).map(|text| text.parse()).transpose();
        parsed.map_err(|_| ApiError::bad(format!("`{name}` cannot be read")))
    }

    /// How many rows are wanted.
    pub(crate) fn limit(&mut self) -> Result<usize, ApiError> {
        let limit = self.take("limit")?.unwrap_or(ROWS);
        if (1..=MAX_ROWS).contains(&limit) {
            Ok(limit)
        } else {
            Err(ApiError::bad(format!("`limit` is from 1 to {MAX_ROWS}")))
        }
    }

    /// Nothing else may be there.
    pub(crate) fn end(self) -> Result<(), ApiError> {
        match self.0.into_keys().next() {
            None => Ok(()),
            Some(name) => Err(ApiError::bad(format!("nobody knows `{name}`"))),
        }
    }
}
