//! What the sinks promise, over real files and sockets.

mod file;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "http")]
mod receiver;

use std::sync::Arc;

use switchboard_core::sink::Envelope;

/// An event whose id is `ping:{key}`, as its sinks are given it.
fn event(key: &str) -> Arc<Envelope> {
    let json = format!(
        r#"{{"specversion":"1.0","id":"ping:{key}","source":"/acme/support","type":"dev.switchboard.ping","datacontenttype":"application/json","dataschema":"urn:switchboard:schema:v1:ping","recordedtime":"2026-01-01T00:00:00Z","partitionkey":"p","endpoint":"support","authscheme":"none","deliveryid":"d","data":{{"text":"приве́т"}}}}"#
    );
    Arc::new(Envelope::read(json.into()).expect("an event's JSON"))
}
