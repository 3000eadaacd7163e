//! Calls the HTTPS server at the URL that it is given as a gateway does, by the sink and for a document,
//! and prints what came of each. A program of its own, as whom it trusts stands in its environment.

use std::env;
use std::error::Error;
use std::sync::Arc;

use switchboard::core::sink::Envelope;
use switchboard::core::{Documents as _, VerifyError};
use switchboard::sinks::{Guard, Http, HttpDocuments};
use switchboard::{Sink as _, SinkError};

const EVENT: &str = r#"{"specversion":"1.0","id":"ping:1","source":"/acme/support","type":"dev.switchboard.ping","datacontenttype":"application/json","dataschema":"urn:switchboard:schema:v1:ping","recordedtime":"2026-01-01T00:00:00Z","partitionkey":"p","endpoint":"support","authscheme":"none","deliveryid":"d","data":{}}"#;

#[expect(clippy::print_stdout, reason = "the test reads it")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::args().nth(1).ok_or("no URL")?;

    let sink = Http::builder(&url, Guard::operator()).build()?;
    let event = Arc::new(Envelope::read(EVENT.into())?);
    match sink.deliver(&[event]).await {
        Ok(()) => println!("delivered"),
        Err(SinkError::Unavailable(reason)) => println!("not delivered: {reason}"),
        Err(other) => return Err(other.into()),
    }

    let documents = HttpDocuments::new(Guard::operator());
    match documents.document(&url, None).await {
        Ok(document) => println!("fetched {}", String::from_utf8_lossy(&document)),
        Err(VerifyError::Unavailable(reason)) => println!("not fetched: {reason}"),
        Err(other) => return Err(other.into()),
    }
    Ok(())
}
