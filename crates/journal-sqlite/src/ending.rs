//! The end of a journal.

use std::sync::Arc;

use crate::index::Index;
use crate::lock::Lock;
use crate::log::Log;
use crate::writer::Writer;

/// When it is dropped both writers end, and only then is the lock released: whoever opens the
/// journal next finds nobody who still writes. So it is moved to wherever the end is waited for, and
/// nobody who gives up waiting releases the lock early.
#[derive(Debug)]
pub(crate) struct Ending {
    log: Arc<Writer<Log>>,
    index: Arc<Writer<Index>>,
    _lock: Lock,
}

impl Ending {
    pub(crate) fn new(log: Arc<Writer<Log>>, index: Arc<Writer<Index>>, lock: Lock) -> Self {
        Self {
            log,
            index,
            _lock: lock,
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.log.finish();
        self.index.finish();
    }
}
