use fastrand::Rng;

use super::*;
use crate::powerloss::image::{Fate, Image};
use crate::powerloss::strace;

#[test]
fn what_was_synced_before_an_ack_survives_it() {
    let replay = replay(&[
        r#"1 openat(AT_FDCWD, "/r/a", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 3"#,
        r#"1 openat(AT_FDCWD, "/r", O_RDONLY|O_CLOEXEC) = 4"#,
        r#"1 fsync(4) = 0"#,
        r#"1 pwrite64(3, "synced", 6, 2) = 6"#,
        r#"1 fsync(3) = 0"#,
        r#"1 pwrite64(3, "lost", 4, 0) = 4"#,
        r#"1 write(1, "ack", 3) = 3"#,
    ]);

    assert_eq!(replay.said(), b"ack");
    assert_eq!(dropped(&replay).file("a"), Some(&b"\0\0synced"[..]));
}

#[test]
fn a_sync_does_not_cover_a_write_that_another_thread_is_still_in() {
    let replay = replay(&[
        r#"1 openat(AT_FDCWD, "/r/a", O_RDWR|O_CREAT, 0644) = 3"#,
        r#"1 openat(AT_FDCWD, "/r", O_RDONLY) = 4"#,
        r#"1 fsync(4) = 0"#,
        r#"1 pwrite64(3, "late", 4, 0 <unfinished ...>"#,
        r#"2 fsync(3) = 0"#,
        r#"1 <... pwrite64 resumed>) = 4"#,
    ]);

    assert_eq!(dropped(&replay).file("a"), Some(&b""[..]));
}

#[test]
fn a_sync_that_failed_covers_nothing() {
    let replay = replay(&[
        r#"1 openat(AT_FDCWD, "/r/a", O_RDWR|O_CREAT, 0644) = 3"#,
        r#"1 openat(AT_FDCWD, "/r", O_RDONLY) = 4"#,
        r#"1 fsync(4) = -1 EIO (Input/output error)"#,
    ]);

    assert_eq!(dropped(&replay), Image::default());
}

#[test]
fn duplicated_descriptors_share_their_cursor() {
    let replay = replay(&[
        r#"1 openat(AT_FDCWD, "/r/a", O_RDWR|O_CREAT, 0644) = 3"#,
        r#"1 fcntl(3, F_DUPFD_CLOEXEC, 3) = 4"#,
        r#"1 write(3, "one", 3) = 3"#,
        r#"1 write(4, "two", 3) = 3"#,
        r#"1 close(3) = 0"#,
        r#"1 write(4, "three", 5) = 5"#,
    ]);

    let image = Image::of(replay.disk(), Fate::Kept, &mut Rng::with_seed(7));
    assert_eq!(image.file("a"), Some(&b"onetwothree"[..]));
}

#[test]
#[should_panic(expected = "line 1 of the trace is not modelled: fallocate")]
fn a_change_that_is_not_modelled_is_refused() {
    replay(&[
        r#"1 openat(AT_FDCWD, "/r/a", O_RDWR|O_CREAT, 0644) = 3"#,
        r#"1 fallocate(3, 0, 0, 4096) = 0"#,
    ]);
}

fn replay(log: &[&str]) -> Replay {
    let mut replay = Replay::new("/r");
    for call in Replay::order(strace::parse(&in_hex(&log.join("\n")))) {
        replay.apply(&call);
    }
    replay
}

fn dropped(replay: &Replay) -> Image {
    Image::of(replay.disk(), Fate::Dropped, &mut Rng::with_seed(7))
}

/// Spells what stands between quotes as strace does.
fn in_hex(log: &str) -> String {
    let mut spelt = String::new();
    for (index, part) in log.split('"').enumerate() {
        if index > 0 {
            spelt.push('"');
        }
        if index % 2 == 0 {
            spelt.push_str(part);
        } else {
            spelt.extend(part.bytes().map(|byte| format!("\\x{byte:02x}")));
        }
    }
    spelt
}
