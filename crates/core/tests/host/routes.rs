//! Which endpoint a path names, and who may know.

use std::sync::Arc;

use switchboard_core::host::{Host, HostError};
use switchboard_core::journal::MemoryJournal;

use crate::adapter::Gate;
use crate::client::{Sends, exchange, post};
use crate::world::{World, route};

#[tokio::test]
async fn a_path_token_opens_its_endpoint_and_no_other() {
    let world = World::start().await;
    let cases = [
        ("/in/guarded/open-sesame", 200),
        ("/in/guarded/old-sesame", 200),
        ("/in/guarded/open-sesame/", 200),
        ("/in/guarded/open-sesame/tail?query", 200),
        ("/in/guarded", 404),
        ("/in/guarded/", 404),
        ("/in/guarded//open-sesame", 404),
        ("/in/guarded/open-sesam", 404),
        ("/in/guarded/open-sesame%20", 404),
        ("/in/guarded/tail/open-sesame", 404),
        ("/in/guarded?open-sesame", 404),
        ("/in/nobody/open-sesame", 404),
        ("/in/nobody/nobody", 404),
    ];

    for (path, status) in cases {
        let request = post(path, "x-token: s3cret\r\nconnection: close\r\n", "");
        let heard = exchange(world.address, Sends::Once(request)).await;
        assert_eq!(heard.statuses, [status], "{path}");
    }

    let counts = world.host.counters()["guarded"];
    assert_eq!(
        (counts.stored, counts.refused, counts.received()),
        (4, 7, 11)
    );
}

#[tokio::test]
async fn an_adapter_knows_whether_a_path_token_was_checked() {
    let world = World::start().await;

    for (path, status) in [("/in/guarded/open-sesame", 200), ("/in/acme", 401)] {
        let request = post(path, "x-by-path: 1\r\nconnection: close\r\n", "");
        let heard = exchange(world.address, Sends::Once(request)).await;
        assert_eq!(heard.statuses, [status], "{path}");
    }
}

#[tokio::test]
async fn nobody_learns_which_endpoints_there_are() {
    let world = World::start().await;

    let unknown = exchange(world.address, Sends::Once(post("/in/nobody/guess", "", ""))).await;
    let guessed = exchange(
        world.address,
        Sends::Once(post("/in/guarded/guess", "", "")),
    )
    .await;

    let but_the_date = |text: &str| -> String {
        let lines = text.lines().filter(|line| !line.starts_with("date: "));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(but_the_date(&unknown.text), but_the_date(&guessed.text));
}

#[test]
fn an_endpoint_that_no_path_can_name_is_an_error() {
    let build = |ids: &[&str]| {
        let gate = Arc::new(Gate::closed());
        let builder = Host::builder(Arc::new(MemoryJournal::new()));
        let routes = ids.iter().map(|id| route(id, &gate));
        routes
            .fold(builder, |builder, route| builder.route(route))
            .build()
    };

    assert_eq!(
        build(&["a", "b", "a"]).unwrap_err(),
        HostError::Duplicate("a".into())
    );
    for id in ["", ".", "..", "a/b", "a b", "%61", "é"] {
        assert_eq!(
            build(&[id]).unwrap_err(),
            HostError::Unreachable(id.into()),
            "{id}"
        );
    }
}
