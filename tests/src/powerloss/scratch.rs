//! Where programs run and images lie.

use std::path::Path;

use tempfile::TempDir;

/// A new directory, in memory where there is such a file system: what counts as synced is decided by
/// the model, so that the syncs themselves may cost nothing.
pub(super) fn directory() -> TempDir {
    let memory = Path::new("/dev/shm");
    let directory = if memory.is_dir() {
        TempDir::new_in(memory)
    } else {
        TempDir::new()
    };
    directory.expect("a temporary directory can be made")
}
