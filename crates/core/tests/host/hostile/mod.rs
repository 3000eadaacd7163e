//! What hostile callers hear, while good ones are served beside them.

mod bodies;
mod heads;
mod slow;
mod targets;

use std::cell::Cell;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::interval;

use crate::client::{Sends, deliver, exchange};
use crate::world::World;

/// Everything a good head has but what says how long the body is.
const HEAD: &str = "POST /in/acme HTTP/1.1\r\nhost: a\r\nx-token: s3cret\r\n";
const TOKEN: &str = "x-token: s3cret\r\n";

/// What is sent, and the statuses heard until the host closes the connection.
type Case = (&'static str, Sends, &'static [u16]);

#[tokio::test]
async fn hostile_callers_are_told_off_and_good_ones_served() {
    let world = World::start().await;
    let cases: Vec<Case> = [
        heads::heads(),
        heads::others(),
        bodies::lengths(),
        bodies::chunks(),
        targets::targets(),
        slow::slow(),
    ]
    .concat();
    let is_over = Cell::new(false);

    let hostile = async {
        let exchanges = cases
            .iter()
            .map(|(_, sends, _)| exchange(world.address, sends.clone()));
        let heard = join_all(exchanges).await;
        is_over.set(true);
        heard
    };
    let good = async {
        let mut served = 0;
        let mut ticks = interval(Duration::from_millis(10));
        while !is_over.get() {
            ticks.tick().await;
            assert_eq!(deliver(world.address, "good").await, [200]);
            served += 1;
        }
        served
    };
    let (heard, served) = tokio::join!(hostile, good);

    let odd = cases
        .iter()
        .zip(&heard)
        .filter(|((.., expected), heard)| heard.statuses != *expected);
    let odd: Vec<_> = odd
        .map(|((name, _, expected), heard)| (name, expected, heard))
        .collect();
    assert!(odd.is_empty(), "{odd:#?}");
    let successes = |statuses: &[u16]| statuses.iter().filter(|status| **status == 200).count();
    let stored = served
        + cases
            .iter()
            .map(|(.., expected)| successes(expected))
            .sum::<usize>();
    let counts = world.counts();
    assert_eq!(world.journal.deliveries().len(), stored);
    assert_eq!(counts.stored, stored as u64);
    assert_eq!((counts.handshakes, counts.failed), (0, 0));
}

fn whole(text: &str) -> Sends {
    Sends::Once(text.into())
}
