//! What a Rust backend does by hand before it answers: axum, a signature over the raw bytes, and a row
//! in SQLite, synced. A peer of the benchmark.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::Connection;
use serde_json::Value;
use sha1::Sha1;

#[derive(Clone)]
struct Backend {
    key: Hmac<Sha1>,
    database: Arc<Mutex<Connection>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir_in(
        std::env::var("FOLDER")
            .unwrap_or_else(|_| std::env::temp_dir().to_string_lossy().into_owned()),
    )?;
    let database = Connection::open(folder.path().join("deliveries.db"))?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute(
        "CREATE TABLE delivery (id INTEGER PRIMARY KEY, message TEXT UNIQUE, body BLOB)",
        (),
    )?;
    let backend = Backend {
        key: Hmac::new_from_slice(std::env::var("SECRET")?.as_bytes())?,
        database: Arc::new(Mutex::new(database)),
    };
    let app = Router::new()
        .route("/in/bench", post(take))
        .with_state(backend);
    let port: u16 = std::env::var("PORT")?.parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

async fn take(State(backend): State<Backend>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers
        .get("x-signature")
        .map(|value| hex::decode(value.as_bytes()));
    let Some(Ok(signature)) = signature else {
        return StatusCode::UNAUTHORIZED;
    };
    let mut mac = backend.key.clone();
    mac.update(&body);
    if mac.verify_slice(&signature).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let kept = tokio::task::spawn_blocking(move || backend.keep(&body)).await;
    match kept {
        Ok(Ok(())) => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl Backend {
    fn keep(&self, body: &[u8]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let hook: Value = serde_json::from_slice(body)?;
        let message = hook["message"]["message"]["id"].as_str();
        let database = self.database.lock().map_err(|_| "a holder panicked")?;
        let mut insert = database
            .prepare_cached("INSERT OR IGNORE INTO delivery (message, body) VALUES (?1, ?2)")?;
        insert.execute((message, body))?;
        Ok(())
    }
}
