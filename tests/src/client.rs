//! An HTTP/1.1 client of one keep-alive connection, as simple as a provider's.

use std::io;
use std::net::SocketAddr;

use switchboard::core::Delivery;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// One connection to a gateway.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<TcpStream>,
}

/// What a gateway answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The head, as it came.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    ///
    /// When nobody listens.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Sends `delivery` to `path` and waits for the answer.
    ///
    /// # Errors
    ///
    /// When the connection ends before the answer has.
    pub async fn send(&mut self, path: &str, delivery: &Delivery) -> io::Result<Answer> {
        self.stream
            .get_mut()
            .write_all(&request(path, delivery))
            .await?;
        self.answer().await
    }

    async fn answer(&mut self) -> io::Result<Answer> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(Ok(0), |(_, length)| length.trim().parse());
        let (Some(status), Ok(length)) = (status, length) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok(Answer { status, head, body })
    }
}

/// The bytes that bring `delivery` to `path`.
pub fn request(path: &str, delivery: &Delivery) -> Vec<u8> {
    let mut bytes = format!("{} {path} HTTP/1.1\r\nhost: test\r\n", delivery.method).into_bytes();
    for (name, value) in &delivery.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", delivery.body.len()).as_bytes());
    bytes.extend_from_slice(&delivery.body);
    bytes
}
