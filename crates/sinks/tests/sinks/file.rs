//! The file: whole lines, in order, whatever happens to it.

use std::fs;
use std::future::ready;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use switchboard_core::sink::{Envelope, Sink, SinkError};
use switchboard_sinks::File;
use tempfile::TempDir;

use crate::event;

#[tokio::test]
async fn every_event_is_a_line_in_order() {
    let (_directory, path) = place();
    let sink = File::open(&path).unwrap();
    let events: Vec<_> = (0..300).map(|number| event(&number.to_string())).collect();

    for batch in events.chunks(sink.max_batch()) {
        sink.deliver(batch).await.unwrap();
    }

    assert_eq!(fs::read_to_string(&path).unwrap(), lines(&events));
    assert!(!sink.is_concurrent());
}

#[tokio::test]
async fn a_new_file_is_the_owners_alone_and_an_old_one_is_kept() {
    let (_directory, path) = place();

    drop(File::open(&path).unwrap());
    fs::write(&path, "old\n").unwrap();
    let sink = File::open(&path).unwrap();
    sink.deliver(&[event("1")]).await.unwrap();

    let expected = format!("old\n{}", lines(&[event("1")]));
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[tokio::test]
async fn a_torn_line_is_ended_before_the_next() {
    let (_directory, path) = place();
    fs::write(&path, "{\"id\":\"ping:").unwrap();

    let sink = File::open(&path).unwrap();
    for key in ["1", "2"] {
        sink.deliver(&[event(key)]).await.unwrap();
    }

    let expected = format!("{{\"id\":\"ping:\n{}", lines(&[event("1"), event("2")]));
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
}

#[tokio::test]
async fn a_file_that_was_moved_or_deleted_is_opened_anew() {
    let (directory, path) = place();
    let sink = File::open(&path).unwrap();

    sink.deliver(&[event("1")]).await.unwrap();
    let moved = directory.path().join("events.jsonl.1");
    fs::rename(&path, &moved).unwrap();
    sink.deliver(&[event("2")]).await.unwrap();
    let second = fs::read_to_string(&path).unwrap();
    fs::remove_file(&path).unwrap();
    sink.deliver(&[event("3")]).await.unwrap();

    assert_eq!(fs::read_to_string(&moved).unwrap(), lines(&[event("1")]));
    assert_eq!(second, lines(&[event("2")]));
    assert_eq!(fs::read_to_string(&path).unwrap(), lines(&[event("3")]));
}

#[tokio::test]
async fn a_file_that_was_truncated_is_appended_from_its_start() {
    let (_directory, path) = place();
    let sink = File::open(&path).unwrap();

    sink.deliver(&[event("1")]).await.unwrap();
    fs::write(&path, "").unwrap();
    sink.deliver(&[event("2")]).await.unwrap();

    assert_eq!(fs::read_to_string(&path).unwrap(), lines(&[event("2")]));
}

#[tokio::test]
async fn it_works_again_once_its_directory_is_back() {
    let (directory, path) = place();
    let sink = File::open(&path).unwrap();
    fs::remove_dir_all(directory.path()).unwrap();

    let error = sink.deliver(&[event("1")]).await.unwrap_err();
    fs::create_dir(directory.path()).unwrap();
    sink.deliver(&[event("1")]).await.unwrap();

    assert!(matches!(error, SinkError::Unavailable(_)), "{error:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), lines(&[event("1")]));
}

#[tokio::test]
async fn a_dropped_delivery_tears_no_line() {
    let (_directory, path) = place();
    let sink = File::open(&path).unwrap();
    let (first, second) = ([event("1"), event("2")], [event("3")]);

    tokio::select! {
        biased;
        _ = sink.deliver(&first) => {}
        () = ready(()) => {}
    }
    sink.deliver(&second).await.unwrap();

    let expected = lines(&first) + &lines(&second);
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let (directory, _) = place();

    for path in [directory.path(), "/dev/null".as_ref()] {
        let error = File::open(path).unwrap_err();

        assert_eq!(
            error.to_string(),
            format!("cannot open `{}`", path.display())
        );
    }
}

fn place() -> (TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("events.jsonl");
    (directory, path)
}

fn lines(events: &[Arc<Envelope>]) -> String {
    let line = |event: &Arc<Envelope>| format!("{}\n", str::from_utf8(event.json()).expect("JSON"));
    events.iter().map(line).collect()
}
