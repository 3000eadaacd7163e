//! Waiting for a file to grow, without guessing how long.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::mem::MaybeUninit;
use std::path::Path;

use rustix::fs::inotify;

/// Reads the complete lines of the file at `path` as they are written, until `is_enough` says so.
///
/// The file must exist. There is no time limit: whoever waits for what never comes is ended by the
/// test's own.
pub fn lines_until(path: &Path, mut is_enough: impl FnMut(&str) -> bool) {
    let watch = inotify::init(inotify::CreateFlags::CLOEXEC).expect("inotify is there");
    inotify::add_watch(&watch, path, inotify::WatchFlags::MODIFY).expect("the file is there");
    let mut file = BufReader::new(File::open(path).expect("the file is there"));
    let mut line = String::new();
    loop {
        while file.read_line(&mut line).expect("the file can be read") > 0 {
            if !line.ends_with('\n') {
                break;
            }
            if is_enough(&line) {
                return;
            }
            line.clear();
        }
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut changes = inotify::Reader::new(&watch, &mut buffer);
        changes.next().expect("inotify can be read");
    }
}
