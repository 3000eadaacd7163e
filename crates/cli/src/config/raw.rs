//! The sections as they are written. Every key may be absent here: what must be there, and what the
//! values mean together, is checked by the section's own module.
//!
//! Nothing here is `Debug`: literal secrets are among the values.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::setting::{list, one};
use super::units::{Allowance, ByteSize, Url};
use crate::core::host::Network;

/// A whole configuration.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct Raw {
    pub(crate) host: RawHost,
    pub(crate) admin: RawAdmin,
    pub(crate) journal: RawJournal,
    pub(crate) retention: RawRetention,
    pub(crate) quarantine: RawQuarantine,
    pub(crate) endpoints: BTreeMap<String, RawEndpoint>,
    pub(crate) sinks: BTreeMap<String, RawSink>,
}

/// `[host]`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawHost {
    #[serde(deserialize_with = "one")]
    pub(crate) listen: Option<SocketAddr>,
    #[serde(deserialize_with = "one")]
    pub(crate) public_url: Option<Url>,
    #[serde(deserialize_with = "one")]
    pub(crate) max_body: Option<ByteSize>,
    #[serde(deserialize_with = "one")]
    pub(crate) header_timeout: Option<Duration>,
    #[serde(deserialize_with = "one")]
    pub(crate) body_timeout: Option<Duration>,
    #[serde(deserialize_with = "one")]
    pub(crate) max_connections: Option<NonZero<u32>>,
    #[serde(deserialize_with = "one")]
    pub(crate) drain_timeout: Option<Duration>,
    #[serde(deserialize_with = "list")]
    pub(crate) trusted_proxies: Option<Vec<Network>>,
}

/// `[admin]`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawAdmin {
    #[serde(deserialize_with = "one")]
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) token: Option<Value>,
    #[serde(deserialize_with = "list")]
    pub(crate) hosts: Option<Vec<String>>,
}

/// `[journal]`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawJournal {
    #[serde(deserialize_with = "one")]
    pub(crate) path: Option<PathBuf>,
}

/// `[quarantine]`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawQuarantine {
    #[serde(deserialize_with = "one")]
    pub(crate) max_deliveries: Option<u32>,
    #[serde(deserialize_with = "one")]
    pub(crate) max_bytes: Option<Allowance>,
}

/// `[retention]`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawRetention {
    #[serde(deserialize_with = "one")]
    pub(crate) bodies: Option<Duration>,
    #[serde(deserialize_with = "one")]
    pub(crate) events: Option<Duration>,
    #[serde(deserialize_with = "one")]
    pub(crate) keys: Option<Duration>,
    #[serde(deserialize_with = "one")]
    pub(crate) dead: Option<Duration>,
    #[serde(deserialize_with = "one")]
    pub(crate) max_size: Option<ByteSize>,
}

/// `[endpoints.ID]`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawEndpoint {
    #[serde(deserialize_with = "one")]
    pub(crate) adapter: Option<String>,
    pub(crate) secrets: Option<Value>,
    pub(crate) options: Option<Value>,
    #[serde(deserialize_with = "one")]
    pub(crate) unsigned: Option<bool>,
    pub(crate) path_token: Option<Value>,
}

/// `[sinks.NAME]`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawSink {
    #[serde(deserialize_with = "one", rename = "type")]
    pub(crate) kind: Option<String>,
    #[serde(deserialize_with = "one")]
    pub(crate) url: Option<Url>,
    pub(crate) secret: Option<Value>,
    #[serde(deserialize_with = "one")]
    pub(crate) path: Option<PathBuf>,
    #[serde(deserialize_with = "list")]
    pub(crate) endpoints: Option<Vec<String>>,
    #[serde(deserialize_with = "list")]
    pub(crate) accounts: Option<Vec<String>>,
    #[serde(deserialize_with = "list")]
    pub(crate) kinds: Option<Vec<String>>,
    pub(crate) filters: Option<Value>,
    #[serde(deserialize_with = "one")]
    pub(crate) order_by: Option<String>,
    #[serde(deserialize_with = "one")]
    pub(crate) after_dead: Option<String>,
    pub(crate) retry: RawRetry,
    #[serde(deserialize_with = "one")]
    pub(crate) concurrency: Option<NonZero<u32>>,
    #[serde(deserialize_with = "one")]
    pub(crate) rate: Option<NonZero<u32>>,
    #[serde(deserialize_with = "one")]
    pub(crate) timeout: Option<Duration>,
}

/// `[sinks.NAME.retry]`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawRetry {
    #[serde(deserialize_with = "one")]
    pub(crate) first: Option<Duration>,
    #[serde(deserialize_with = "one")]
    pub(crate) attempts: Option<NonZero<u32>>,
    #[serde(deserialize_with = "one", rename = "for")]
    pub(crate) keep_trying: Option<Duration>,
}
