//! Many calls, one fetch.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{join_all, select};
use switchboard_core::Documents;
use switchboard_sinks::{Guard, HttpDocuments};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::super::url;
use super::{Stand, told};
use crate::receiver::{raw, read_head};

/// What a server of keys that waits for a word tells of a connection.
#[derive(Debug, Eq, PartialEq)]
enum Heard {
    Asked,
    Gone,
}

/// A server that tells of every request, and answers none of them before it may.
struct Held {
    address: SocketAddr,
    heard: mpsc::UnboundedReceiver<Heard>,
    may: Arc<Semaphore>,
}

impl Held {
    async fn new() -> Self {
        let (tell, heard) = mpsc::unbounded_channel();
        let may = Arc::new(Semaphore::new(0));
        let waits = Arc::clone(&may);
        let address = raw(move |mut stream, _| {
            let (tell, waits) = (tell.clone(), Arc::clone(&waits));
            async move {
                read_head(&mut stream).await;
                tell.send(Heard::Asked).expect("the test listens");
                tokio::select! {
                    _ = stream.read_u8() => tell.send(Heard::Gone).expect("the test listens"),
                    turn = waits.acquire() => {
                        turn.expect("it is never closed").forget();
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nkeys";
                        stream.write_all(answer).await.expect("somebody waits");
                    }
                }
            }
        })
        .await;
        Self {
            address,
            heard,
            may,
        }
    }
}

#[tokio::test]
async fn a_hundred_calls_make_one_fetch() {
    let stand = Stand::new("keys").await;

    let told = join_all((0..100).map(|_| stand.keys())).await;

    assert_eq!(told, vec!["keys"; 100]);
    assert_eq!(stand.fetches(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_tasks_make_one_fetch() {
    let stand = Arc::new(Stand::new("keys").await);
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let stand = Arc::clone(&stand);
        calls.spawn(async move { stand.keys().await });
    }

    assert_eq!(calls.join_all().await, vec!["keys"; 100]);
    assert_eq!(stand.fetches(), 1);
}

#[tokio::test]
async fn a_hundred_calls_fail_by_one_fetch() {
    let stand = Stand::new("").await;
    stand.fails();

    let told = join_all((0..100).map(|_| stand.keys())).await;

    assert!(
        told.iter().all(|one| one.ends_with("status 503")),
        "{told:?}"
    );
    assert_eq!(stand.fetches(), 1);
}

#[tokio::test]
async fn the_others_go_on_when_the_first_call_is_dropped() {
    let mut server = Held::new().await;
    let documents = HttpDocuments::new(Guard::operator());
    let url = url(server.address);
    {
        let mut first = documents.document(&url, None);
        let mut second = pin!(documents.document(&url, None));
        // The first one asks, the second one waits for it.
        let asked = pin!(server.heard.recv());
        select(select(&mut first, &mut second), asked).await;
        drop(first);

        server.may.add_permits(1);
        assert_eq!(told(second.await), "keys");
    }

    server.heard.close();
    assert_eq!(server.heard.recv().await, None, "no second fetch");
}

#[tokio::test]
async fn a_dropped_call_leaves_nothing_behind() {
    let mut server = Held::new().await;
    let documents = HttpDocuments::new(Guard::operator());
    let url = url(server.address);
    {
        let call = documents.document(&url, None);
        let asked = pin!(server.heard.recv());
        select(call, asked).await;
    }
    assert_eq!(server.heard.recv().await, Some(Heard::Gone));

    // The next call is not kept waiting for it.
    server.may.add_permits(1);
    let answer = documents.document(&url, None).await;

    assert_eq!(told(answer), "keys");
    assert_eq!(server.heard.recv().await, Some(Heard::Asked));
}
