//! Work that takes long: done in steps at a pace, and told of as it goes on.

use std::num::NonZero;
use std::time::Duration;

use futures_util::stream;
use http::Response;
use serde_json::Value;
use switchboard_core::journal::JournalError;
use tokio::time::sleep;

use crate::answer::{Body, lines};

/// So many a second when nothing is said.
pub(crate) const RATE: NonZero<u32> = NonZero::new(50).expect("it is not zero");

/// The most that one step takes.
const STEP: usize = 256;

/// Work in steps.
pub(crate) trait Work: Send + 'static {
    /// Does the next `limit` at most; answers how many it took, none when all is done.
    fn step(&mut self, limit: usize) -> impl Future<Output = Result<usize, JournalError>> + Send;

    /// How far it has come.
    fn progress(&self) -> Value;
}

/// Does `work` at `rate` a second while the answer is read, and no longer: one line a step, the last
/// with `finished`, or with the `error` that ended it.
pub(crate) fn perform<W: Work>(work: W, rate: NonZero<u32>) -> Response<Body> {
    let step = usize::try_from(rate.get()).map_or(STEP, |rate| rate.min(STEP));
    let first = Some((work, Duration::ZERO));
    lines(stream::unfold(first, move |state| async move {
        let (mut work, pause) = state?;
        sleep(pause).await;
        let taken = work.step(step).await;
        let mut line = work.progress();
        match taken {
            Ok(taken) if taken < step => {
                line["finished"] = true.into();
                Some((line, None))
            }
            Ok(taken) => {
                let taken = u32::try_from(taken).unwrap_or(u32::MAX);
                let pause = Duration::from_secs(1) * taken / rate.get();
                Some((line, Some((work, pause))))
            }
            Err(error) => {
                line["error"] = error.to_string().into();
                Some((line, None))
            }
        }
    }))
}
