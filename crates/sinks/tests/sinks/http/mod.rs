//! The HTTP sink over real sockets.

mod answers;
mod connections;
mod documents;
mod requests;

use std::net::SocketAddr;
use std::sync::Arc;

use switchboard_core::sink::{Sink, SinkError};
use switchboard_core::{Clock, Timestamp};
use switchboard_sinks::{Guard, Http, HttpBuilder};
use tokio::net::TcpStream;

use crate::event;

/// Stands still at the published vector's moment.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_614_265_330).expect("in range")
    }
}

fn builder(url: String) -> HttpBuilder {
    Http::builder(url, Guard::operator()).clock(Arc::new(Still))
}

fn sink(url: String) -> Http {
    builder(url).build().expect("a good URL")
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}/")
}

/// What a sink says of `address` when it does not count its answer as one.
async fn unavailable(address: SocketAddr) -> String {
    match sink(url(address)).deliver(&[event("1")]).await {
        Err(SinkError::Unavailable(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

/// Keeps `stream` open until the test ends.
async fn hold(stream: TcpStream) {
    std::future::pending::<()>().await;
    drop(stream);
}
