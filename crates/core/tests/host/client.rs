//! A client that sends any bytes, in any way, and tells what it heard.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::WriteHalf;
use tokio::time::{interval, timeout};

use crate::world::BOUND;

/// How a client sends.
#[derive(Clone, Debug)]
pub(crate) enum Sends {
    /// These bytes, and then nothing more; the connection stays open.
    Once(Vec<u8>),
    /// These bytes, and then it closes its side.
    AndCloses(Vec<u8>),
    /// The first bytes, and then the second ones byte by byte, slowly, for ever.
    Drips(Vec<u8>, &'static [u8]),
    /// The first bytes, and then the second ones over and over, as fast as they are taken.
    Endlessly(Vec<u8>, Vec<u8>),
}

/// What a client came away with.
#[derive(Debug)]
pub(crate) struct Heard {
    /// The status of every answer, until the host closed the connection.
    pub(crate) statuses: Vec<u16>,
    /// The answers as they came.
    pub(crate) text: String,
    /// How many bytes the host's side took.
    pub(crate) sent: usize,
}

/// Sends, and reads until the host closes.
pub(crate) async fn exchange(address: SocketAddr, sends: Sends) -> Heard {
    timeout(BOUND, converse(address, sends))
        .await
        .expect("the host closes every connection")
}

/// One good delivery on a connection of its own.
pub(crate) async fn deliver(address: SocketAddr, body: &str) -> Vec<u16> {
    let request = post("/in/acme", "x-token: s3cret\r\nconnection: close\r\n", body);
    exchange(address, Sends::Once(request)).await.statuses
}

/// A `POST` of `body` to `path`, with these header lines.
pub(crate) fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: a\r\n{headers}content-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

async fn converse(address: SocketAddr, sends: Sends) -> Heard {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let mut answers = Vec::new();
    // The host closes when it is done with us; until then, whether it still reads is its affair.
    let mut sent = 0;
    tokio::select! {
        _ = reader.read_to_end(&mut answers) => {}
        () = send(&mut writer, sends, &mut sent) => unreachable!("a client never stops by itself"),
    }
    let text = String::from_utf8_lossy(&answers).into_owned();
    Heard {
        statuses: statuses(&text),
        text,
        sent,
    }
}

async fn send(writer: &mut WriteHalf<'_>, sends: Sends, sent: &mut usize) {
    // A failed write is the host's answer, and `read_to_end` tells what it was.
    let _: std::io::Result<()> = async {
        match sends {
            Sends::Once(bytes) => writer.write_all(&bytes).await?,
            Sends::AndCloses(bytes) => {
                writer.write_all(&bytes).await?;
                writer.shutdown().await?;
            }
            Sends::Drips(head, drops) => {
                writer.write_all(&head).await?;
                let mut ticks = interval(Duration::from_millis(20));
                for drop in drops.iter().cycle() {
                    ticks.tick().await;
                    writer.write_all(&[*drop]).await?;
                }
            }
            Sends::Endlessly(head, more) => {
                writer.write_all(&head).await?;
                loop {
                    *sent += writer.write(&more).await?;
                }
            }
        }
        Ok(())
    }
    .await;
    std::future::pending().await
}

/// The status of every answer in `text`.
fn statuses(mut text: &str) -> Vec<u16> {
    let mut statuses = Vec::new();
    while let Some((head, rest)) = text.split_once("\r\n\r\n") {
        let status = head.strip_prefix("HTTP/1.").and_then(|line| line.get(2..5));
        statuses.push(status.and_then(|status| status.parse().ok()).unwrap_or(0));
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length = length.map_or(0, |length| length.parse().unwrap());
        text = rest.get(length..).unwrap_or_default();
    }
    statuses
}
