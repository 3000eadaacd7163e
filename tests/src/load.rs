//! Many concurrent senders, and a ledger of what they were promised.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::client::{Answer, Client};
use crate::kommo::Kommo;

/// What was sent, and what was answered with 200. Outlives every gateway.
#[derive(Debug, Default)]
pub struct Ledger {
    next: AtomicU64,
    acked: Mutex<BTreeMap<String, Bytes>>,
    progress: Notify,
}

impl Ledger {
    /// How many different deliveries were sent.
    pub fn sent(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// The message id and body of each delivery that was answered 200.
    pub fn acked(&self) -> BTreeMap<String, Bytes> {
        self.acked.lock().expect("no holder panics").clone()
    }

    fn count(&self) -> usize {
        self.acked.lock().expect("no holder panics").len()
    }

    /// Sends one more delivery of about `bytes` bytes, and notes the promise if it is made.
    ///
    /// # Errors
    ///
    /// When the connection ends before the answer has.
    pub async fn send(
        &self,
        client: &mut Client,
        kommo: &Kommo,
        bytes: usize,
    ) -> io::Result<Answer> {
        let id = format!("message-{}", self.next.fetch_add(1, Ordering::Relaxed));
        let delivery = kommo.message(&id, bytes);
        let answer = client.send("/in/support", &delivery).await?;
        if answer.status == 200 {
            self.ack(id, delivery.body);
        }
        Ok(answer)
    }

    fn ack(&self, id: String, body: Bytes) {
        self.acked
            .lock()
            .expect("no holder panics")
            .insert(id, body);
        self.progress.notify_waiters();
    }

    async fn reaches(&self, count: usize) {
        loop {
            let progress = self.progress.notified();
            if self.count() >= count {
                return;
            }
            progress.await;
        }
    }
}

/// Sends from `senders` connections at once until `acks` more deliveries have been answered 200, then
/// calls `end` while all of them are still sending, and waits until every connection has broken.
pub async fn until_acked(
    address: SocketAddr,
    senders: usize,
    ledger: &Arc<Ledger>,
    acks: usize,
    end: impl FnOnce(),
) {
    let kommo = Kommo::default();
    let enough = ledger.count() + acks;
    let mut connections = JoinSet::new();
    for _ in 0..senders {
        connections.spawn(send(address, kommo.clone(), Arc::clone(ledger)));
    }
    tokio::select! {
        () = ledger.reaches(enough) => {}
        () = async { while connections.join_next().await.is_some() {} } => {
            panic!("every connection broke after {} acks", ledger.count());
        }
    }
    end();
    while connections.join_next().await.is_some() {}
}

/// Sends one delivery after another until the connection breaks.
async fn send(address: SocketAddr, kommo: Kommo, ledger: Arc<Ledger>) {
    let Ok(mut client) = Client::connect(address).await else {
        return;
    };
    loop {
        // Bodies of 0.5 to 4.5 KiB, so that commits and pages never line up.
        let padding = usize::try_from(ledger.sent() * 977 % 4096).expect("it is small");
        match ledger.send(&mut client, &kommo, padding).await {
            Ok(answer) => assert!(matches!(answer.status, 200 | 503), "{answer:?}"),
            Err(_broken) => return,
        }
    }
}
