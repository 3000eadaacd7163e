//! Standard output: one CloudEvent a line.

use std::io::{self, Write};
use std::sync::Arc;

use async_trait::async_trait;
use switchboard_core::sink::{Envelope, Sink, SinkError};

use crate::lines::{Append, Lines, MAX_BATCH};

/// Writes one structured CloudEvent a line to standard output, and takes a batch by its flush.
///
/// A reader that went away makes it unavailable; a reader that stopped reading makes it wait. A batch
/// has at most 256 events.
///
/// ```
/// use std::sync::Arc;
/// use switchboard_core::sink::{Envelope, Sink};
/// use switchboard_sinks::Stdout;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/event.json"));
/// let event = Arc::new(Envelope::read(json.into())?);
/// Stdout::new().deliver(&[event]).await?; // {"specversion":"1.0","id":"message.created:42",..
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Stdout(Lines<Stream<io::Stdout>>);

impl Stdout {
    /// This process's standard output.
    pub fn new() -> Self {
        Self(Lines::new(Stream::new(io::stdout())))
    }
}

impl Default for Stdout {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Sink for Stdout {
    fn max_batch(&self) -> usize {
        MAX_BATCH
    }

    fn is_concurrent(&self) -> bool {
        false
    }

    fn can_crash(&self) -> bool {
        false
    }

    async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        self.0.write(batch).await
    }
}

/// A stream that cannot be read back, so it remembers whether its last line may be torn.
#[derive(Debug)]
struct Stream<W> {
    writer: W,
    is_torn: bool,
}

impl<W> Stream<W> {
    fn new(writer: W) -> Self {
        Self {
            writer,
            is_torn: false,
        }
    }
}

impl<W: Write + Send + 'static> Append for Stream<W> {
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.is_torn {
            self.writer.write_all(b"\n")?;
        }
        self.is_torn = true;
        self.writer.write_all(lines)?;
        self.writer.flush()?;
        self.is_torn = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes `room` bytes in all, then fails as a pipe does whose reader is gone.
    struct Pipe {
        taken: Vec<u8>,
        room: usize,
    }

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let count = bytes.len().min(self.room - self.taken.len());
            if count == 0 {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.taken.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_torn_line_is_ended_before_the_next() {
        let mut stream = Stream::new(Pipe {
            taken: Vec::new(),
            room: 4,
        });

        let error = stream.append(b"one\ntwo\n").and(stream.append(b"x\n"));
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        stream.writer.room = 100;
        stream.append(b"two\n").unwrap();
        stream.append(b"three\n").unwrap();

        assert_eq!(stream.writer.taken, b"one\n\ntwo\nthree\n");
    }

    #[tokio::test]
    async fn a_closed_pipe_is_unavailable() {
        let lines = Lines::new(Stream::new(Pipe {
            taken: Vec::new(),
            room: 0,
        }));
        let event = br#"{"specversion":"1.0","id":"a:1","source":"/acme/a","type":"t",
            "datacontenttype":"application/json","dataschema":"s","recordedtime":"1970-01-01T00:00:00Z",
            "partitionkey":"p","endpoint":"a","authscheme":"none","deliveryid":"d","data":{}}"#;
        let event = Arc::new(Envelope::read(event.as_slice().into()).unwrap());

        let error = lines.write(&[event]).await.unwrap_err();

        assert!(matches!(error, SinkError::Unavailable(_)), "{error:?}");
    }
}
