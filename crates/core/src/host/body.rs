//! Reading a body: within a size, within a time, and not too slowly.

use std::pin::pin;

use bytes::{Buf as _, BufMut as _, Bytes};
use http_body::Body;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout};

use super::limits::Limits;
use super::outcome::Refusal;

/// What is reserved for a body on its word alone.
const FIRST_RESERVE: u64 = 16 * 1024;

/// Reads `body`, at most `max` bytes of it. Trailers are dropped.
///
/// The frames are copied together: each is a slice that keeps a whole read buffer alive, and a body
/// in crumbs would hold thousands of those.
pub(super) async fn read<B: Body>(body: B, max: usize, limits: &Limits) -> Result<Bytes, Refusal> {
    let announced = body.size_hint().lower();
    if announced > max as u64 {
        return Err(Refusal::TooLarge);
    }
    let mut bytes = Vec::with_capacity(announced.min(FIRST_RESERVE) as usize);
    let start = Instant::now();
    let mut body = pin!(body);
    loop {
        let left = limits
            .body_deadline(bytes.len())
            .saturating_sub(start.elapsed());
        let Ok(frame) = timeout(left, body.frame()).await else {
            return Err(Refusal::Slow);
        };
        let Some(frame) = frame else {
            return Ok(bytes.into());
        };
        let frame = frame.map_err(|_| Refusal::Incomplete)?;
        if let Ok(data) = frame.into_data() {
            if data.remaining() > max - bytes.len() {
                return Err(Refusal::TooLarge);
            }
            bytes.put(data);
        }
    }
}
