//! How long the disk takes: every figure of a durable gateway is to be read beside it.

use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use crate::clock::now;

/// So often a sync is measured.
const SYNCS: usize = 21;

/// How long a small write in `folder` takes to be on the disk: the median of some.
///
/// # Errors
///
/// When nothing can be written there.
pub(crate) fn median(folder: &Path) -> io::Result<Duration> {
    let mut file = tempfile::tempfile_in(folder)?;
    let mut spans = Vec::new();
    for _ in 0..SYNCS {
        file.write_all(&[0; 4096])?;
        let begun = now();
        file.sync_data()?;
        spans.push(begun.elapsed());
    }
    spans.sort_unstable();
    Ok(spans[SYNCS / 2])
}
