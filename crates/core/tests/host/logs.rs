//! What the operator reads: enough to act on, and nothing of the request.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::client::{Sends, exchange, post};
use crate::world::World;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_refusal_is_explained_without_a_word_of_the_request() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log.clone());
    // Every task of this test runs on this thread.
    let _logging = tracing::subscriber::set_default(subscriber.finish());
    let world = World::start().await;
    let requests = [
        ("/in/acme", "x-token: hunter2\r\n"),
        ("/in/acme?hunter2", ""),
        ("/in/guarded/hunter2", "x-token: s3cret\r\n"),
        ("/in/guarded/open-sesame", "content-encoding: hunter2\r\n"),
        ("/in/acme", "x-token: s3cret\r\nx-no-key: hunter2\r\n"),
    ];

    for (path, headers) in requests {
        let headers = format!("{headers}connection: close\r\n");
        exchange(world.address, Sends::Once(post(path, &headers, "hunter2"))).await;
    }

    let log = log.text();
    for told in [
        r#"WARN switchboard_core::host::route: Refused a request. endpoint="acme" reason=the sender could not be verified cause=signature mismatch"#,
        "cause=header `x-token` is missing, repeated or malformed",
        r#"endpoint="guarded" reason=wrong or missing path token"#,
        r#"endpoint="guarded" reason=the body is compressed"#,
        r#"Could not take a delivery. endpoint="acme" reason=nobody can say who sent it cause=no key"#,
    ] {
        assert!(log.contains(told), "{told}\n{log}");
    }
    for untold in ["hunter2", "s3cret", "open-sesame"] {
        assert!(!log.contains(untold), "{untold}\n{log}");
    }
}
