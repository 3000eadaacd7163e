//! A gateway inside an axum application, below a path of its own.
//!
//! `KOMMO_CHANNEL_SECRET=… cargo run -p example-embed-axum`, then let Kommo call
//! `http://127.0.0.1:8080/hooks/in/support/:scope_id`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example's configuration and its output"
)]

use std::error::Error;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::map_request;
use axum::routing::get;
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{EndpointConfig, Event, SinkError, Switchboard};
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

    let app = Router::new()
        .route("/", get(|| async { "an application with webhooks" }))
        .nest_service("/hooks", gateway.service())
        .layer(map_request(tell_peer))
        .into_make_service_with_connect_info::<SocketAddr>();
    println!("listening on {}", listener.local_addr()?);
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        // Where ^C cannot be caught, it ends the process by itself.
        let _ = tokio::signal::ctrl_c().await;
    });
    // Events are delivered while the server runs; when it has ended, the journal is closed.
    gateway.deliver(server.into_future()).await??;
    Ok(())
}

/// Tells the gateway who is connected: an address in the request's extensions.
async fn tell_peer(ConnectInfo(peer): ConnectInfo<SocketAddr>, mut request: Request) -> Request {
    request.extensions_mut().insert(peer.ip());
    request
}
