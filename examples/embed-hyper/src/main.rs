//! A gateway inside a bare hyper server, beside pages of its own.
//!
//! `KOMMO_CHANNEL_SECRET=… cargo run -p example-embed-hyper`, then let Kommo call
//! `http://127.0.0.1:8080/in/support/:scope_id`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example's configuration and its output"
)]

use std::convert::Infallible;
use std::error::Error;
use std::time::Duration;

use http_body_util::Either;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{EndpointConfig, Event, HostService, SinkError, Switchboard};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = std::env::args().nth(1);
    let listener = TcpListener::bind(listen.as_deref().unwrap_or("127.0.0.1:8080")).await?;
    let gateway = Switchboard::builder()
        .journal(SqliteJournal::open("switchboard-data")?)
        .endpoint(
            EndpointConfig::new("support", "kommo-chats")
                .secret(std::env::var("KOMMO_CHANNEL_SECRET")?),
        )
        .on("printer", |event: Event| async move {
            println!("{} {}", event.short_kind(), event.id);
            Ok::<(), SinkError>(())
        })
        .build()?;

    println!("listening on {}", listener.local_addr()?);
    // Events are delivered while the server runs; when it has ended, the journal is closed.
    let server = serve(listener, gateway.service());
    Ok(gateway.deliver(server).await?)
}

/// Serves until ^C, and ends the requests that have begun.
async fn serve(listener: TcpListener, gateway: HostService) {
    let connections = GracefulShutdown::new();
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    loop {
        let (stream, peer) = tokio::select! {
            _ = &mut interrupted => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(_) => continue,
            },
        };
        let gateway = TowerToHyperService::new(gateway.clone().from_peer(peer.ip()));
        let service = service_fn(move |request: Request<Incoming>| {
            let gateway = gateway.clone();
            async move {
                if !request.uri().path().starts_with("/in/") {
                    let page = Response::new("a server with webhooks\n".to_owned());
                    return Ok::<_, Infallible>(page.map(Either::Left));
                }
                Ok(gateway.call(request).await?.map(Either::Right))
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(10))
            .serve_connection(TokioIo::new(stream), service);
        // A connection that breaks off is its client's affair.
        tokio::spawn(connections.watch(connection));
    }
    connections.shutdown().await;
}
