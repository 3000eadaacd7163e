//! Raw bytes on a connection of the host.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use switchboard_core::host::{Host, HostService, Limits, Route};
use switchboard_core::journal::MemoryJournal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex, split};

use super::subject::{Subject, block_on};

/// Heads and bodies that a short input exceeds, too.
const MOST_BYTES: usize = 1024;
const MOST_HEADERS: usize = 16;

/// The least that hyper takes as its buffer's bound.
const BUFFER: usize = 8 * 1024;

const PATIENCE: Duration = Duration::from_secs(5);

/// Sends `input` behind the pick to a host with one route, `/in/support`, and hangs up.
///
/// Every success on the wire stands for a stored delivery or a handshake; what is stored verifies
/// again; and nothing fails, for the journal does not.
///
/// ```
/// use switchboard_testkit::fuzz::http_head;
///
/// // In a binary that links adapters, one of them answers.
/// http_head(b"\0POST /in/support HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
/// http_head(b"\0POST /in/support HTTP/1.1\r\nContent-Length: many\r\n\r\n");
/// ```
///
/// # Panics
///
/// When that does not hold.
pub fn http_head(input: &[u8]) {
    let Some((subject, request)) = Subject::pick(input) else {
        return;
    };
    let journal = Arc::new(MemoryJournal::new());
    let route = Route::new(subject.endpoint.clone(), Arc::clone(&subject.adapter));
    let limits = Limits {
        max_body: Some(MOST_BYTES),
        ..Limits::default()
    };
    let host = Host::builder(journal.clone()).route(route).limits(limits);
    let host = Arc::new(host.build().expect("one route can be reached"));

    let heard = block_on(async {
        let heard = converse(host.service(), request).await;
        host.idle().await;
        heard
    });

    let counts = host.counters()[subject.endpoint.id()];
    let stored = journal.deliveries();
    assert_eq!(counts.failed, 0, "the host failed");
    assert_eq!(counts.stored, stored.len() as u64, "stored and counted");
    assert!(
        successes(&heard) <= counts.stored + counts.handshakes,
        "a success for nothing"
    );
    for stored in stored {
        let delivery = &stored.intake.delivery;
        assert!(delivery.body.len() <= MOST_BYTES, "a body over the limit");
        assert!(subject.believes(delivery), "stored and not verified");
    }
}

/// What the host answers to a client that says `request` and no more.
async fn converse(service: HostService, request: &[u8]) -> Vec<u8> {
    let (client, server) = duplex(BUFFER);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_headers(MOST_HEADERS)
        .max_header_size(MOST_BYTES)
        .max_buf_size(BUFFER)
        .half_close(true)
        .serve_connection(TokioIo::new(server), TowerToHyperService::new(service));
    let (mut answers, mut requests) = split(client);
    let mut heard = Vec::new();
    // Who breaks a rule is hung up on, so saying and hearing may well fail.
    let (_, (), _) = tokio::join!(
        connection,
        async {
            let _ = requests.write_all(request).await;
            let _ = requests.shutdown().await;
        },
        answers.read_to_end(&mut heard),
    );
    heard
}

/// How many answers with a status of 2xx there are, wherever one begins: no adapter's words read
/// like it.
fn successes(heard: &[u8]) -> u64 {
    let starts = [&b"HTTP/1.0 2"[..], b"HTTP/1.1 2"];
    let successes = heard
        .windows(starts[0].len())
        .filter(|window| starts.contains(window));
    successes.count() as u64
}
