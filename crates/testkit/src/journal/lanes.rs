//! Order where a sink asks for it, and for nobody else.

use switchboard_core::journal::{
    Cause, Claim, ClaimRequest, Claims, Journal, Order, Records, Verdict,
};
use switchboard_core::{Event, Timestamp};

use super::JournalUnderTest;
use super::samples::{at, laned};
use super::trial::{Checked, Trial, failed, keys, request, same};

const GOES_ON: Order = Order::Lanes {
    wait_for_dead: false,
};
const WAITS: Order = Order::Lanes {
    wait_for_dead: true,
};

fn in_order(order: Order, now: Timestamp) -> ClaimRequest<'static> {
    ClaimRequest {
        order,
        ..request("a", "me", now)
    }
}

impl<U: JournalUnderTest> Trial<U> {
    /// A subscribed sink, and events: each in the lane that its key begins with.
    async fn with_lanes(self, keys: &[&str]) -> Checked<Self> {
        self.journal.subscribe("a").await?;
        let event = |key: &&str| -> Event { laned(&key[..1], key) };
        self.record(keys.iter().map(event).collect()).await?;
        Ok(self)
    }

    /// Checks that exactly `expected` can be claimed in `order`, whatever the order among lanes.
    async fn expect_in(
        &self,
        order: Order,
        now: Timestamp,
        expected: &[&str],
    ) -> Checked<Vec<Claim>> {
        let Claims { mut claims, .. } = self.claim_all(&in_order(order, now)).await?;
        claims.sort_by_key(|claim| claim.position);
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        let mut found = keys(&claims);
        found.sort_unstable();
        same("events at the head of their lanes", found, expected)?;
        Ok(claims)
    }

    async fn deliver(&self, claims: &[Claim]) -> Checked {
        self.settle("a", "me", claims, Verdict::Delivered, None)
            .await
    }
}

pub(super) async fn a_lane_goes_one_at_a_time<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    let trial = trial.with_lanes(&["x1", "x2", "x3"]).await?;

    for expected in ["x1", "x2", "x3"] {
        let claims = trial.expect_in(GOES_ON, at(0), &[expected]).await?;
        trial.expect_in(GOES_ON, at(1), &[]).await?;
        trial.deliver(&claims).await?;
    }
    trial.expect_in(GOES_ON, at(2), &[]).await.map(drop)
}

pub(super) async fn lanes_do_not_wait_for_each_other<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = trial.with_lanes(&["x1", "x2", "y1", "z1", "y2"]).await?;

    let claims = trial.expect_in(GOES_ON, at(0), &["x1", "y1", "z1"]).await?;

    trial.deliver(&claims[1..2]).await?;
    trial.expect_in(GOES_ON, at(1), &["y2"]).await.map(drop)
}

pub(super) async fn a_retry_holds_its_lane_and_no_other<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = trial.with_lanes(&["x1", "x2", "y1", "y2"]).await?;
    let claims = trial.expect_in(GOES_ON, at(0), &["x1", "y1"]).await?;
    trial
        .settle(
            "a",
            "me",
            &claims[..1],
            Verdict::Retry(at(60)),
            failed(at(0)),
        )
        .await?;
    trial.deliver(&claims[1..]).await?;

    let others = trial.expect_in(GOES_ON, at(1), &["y2"]).await?;
    trial.deliver(&others).await?;
    trial
        .record(vec![laned("x", "x3"), laned("y", "y3")])
        .await?;
    let others = trial.expect_in(GOES_ON, at(59), &["y3"]).await?;
    trial.deliver(&others).await?;

    for expected in ["x1", "x2", "x3"] {
        let claims = trial.expect_in(GOES_ON, at(60), &[expected]).await?;
        trial.deliver(&claims).await?;
    }
    Ok(())
}

pub(super) async fn a_lane_keeps_its_order_through_a_crash<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = trial.with_lanes(&["x1", "x2", "y1", "x3"]).await?;
    let claims = trial.expect_in(GOES_ON, at(0), &["x1", "y1"]).await?;
    trial
        .settle(
            "a",
            "me",
            &claims[..1],
            Verdict::Retry(at(60)),
            failed(at(0)),
        )
        .await?;
    trial.deliver(&claims[1..]).await?;
    trial.expect_in(GOES_ON, at(1), &[]).await?;

    let trial = trial.crash().await;
    trial.expect_in(GOES_ON, at(2), &[]).await?;
    let first = trial.expect_in(GOES_ON, at(60), &["x1"]).await?;
    trial.deliver(&first).await?;
    let second = trial.expect_in(GOES_ON, at(61), &["x2"]).await?;
    same("attempts while it waited", second[0].attempts, 0)?;

    // In flight at a crash.
    let trial = trial.crash().await;
    for expected in ["x2", "x3"] {
        let claims = trial.expect_in(GOES_ON, at(62), &[expected]).await?;
        trial.deliver(&claims).await?;
    }
    let counters = trial.journal.counters().await?;
    same("delivered", counters.sinks[0].delivered, 4)?;
    same("pending", counters.sinks[0].pending, 0)
}

pub(super) async fn a_long_lane_holds_nobody_up<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    trial.journal.subscribe("a").await?;
    let long: Vec<String> = (0..1500).map(|key| format!("x{key}")).collect();
    let long = long.iter().map(|key| laned("x", key));
    trial.record(long.collect()).await?;
    trial.record(vec![laned("y", "y1")]).await?;
    let mut seen = Vec::new();

    // The head of the long lane stays in flight all the while.
    let request = ClaimRequest {
        limit: 1,
        ..in_order(GOES_ON, at(0))
    };
    for _ in 0..2 {
        seen.extend(keys(&trial.journal.claim(&request).await?.claims));
    }

    same("events", seen, ["x0", "y1"])?;
    let counters = trial.journal.counters().await?;
    same("pending", counters.sinks[0].pending, 1501)
}

pub(super) async fn a_lane_goes_on_after_its_dead_letter<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = trial.with_lanes(&["x1", "x2"]).await?;
    let claims = trial.expect_in(GOES_ON, at(0), &["x1"]).await?;

    trial
        .settle(
            "a",
            "me",
            &claims,
            Verdict::Dead(Cause::Exhausted),
            failed(at(0)),
        )
        .await?;

    trial.expect_in(GOES_ON, at(1), &["x2"]).await.map(drop)
}

pub(super) async fn a_lane_waits_for_its_dead_letter_where_it_shall<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = trial.with_lanes(&["x1", "x2", "x3", "y1", "y2"]).await?;
    let claims = trial.expect_in(WAITS, at(0), &["x1", "y1"]).await?;
    for claim in claims.chunks(1) {
        trial
            .settle(
                "a",
                "me",
                claim,
                Verdict::Dead(Cause::Exhausted),
                failed(at(0)),
            )
            .await?;
    }
    trial.expect_in(WAITS, at(1), &[]).await?;

    let trial = trial.crash().await;
    trial.expect_in(WAITS, at(2), &[]).await?;
    let revived = trial.journal.revive("a", &[claims[0].position]).await?;
    same("revived", revived, 1)?;
    let discarded = trial.journal.discard("a", &[claims[1].position]).await?;
    same("discarded", discarded, 1)?;

    let claims = trial.expect_in(WAITS, at(3), &["x1", "y2"]).await?;
    trial.deliver(&claims).await?;
    let claims = trial.expect_in(WAITS, at(4), &["x2"]).await?;
    trial.deliver(&claims).await?;
    trial.expect_in(WAITS, at(5), &["x3"]).await.map(drop)
}

pub(super) async fn a_change_of_the_order_leaves_nothing_behind<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = trial.with_lanes(&["x1", "x2", "x3"]).await?;
    let claims = trial.expect_in(WAITS, at(0), &["x1"]).await?;
    trial
        .settle(
            "a",
            "me",
            &claims,
            Verdict::Dead(Cause::Exhausted),
            failed(at(0)),
        )
        .await?;
    trial.expect_in(WAITS, at(1), &[]).await?;

    // The dead letter holds nothing any more, and then nothing holds anything.
    let trial = trial.crash().await;
    let claims = trial.expect_in(GOES_ON, at(2), &["x2"]).await?;
    trial
        .settle("a", "me", &claims, Verdict::Retry(at(60)), failed(at(2)))
        .await?;
    let trial = trial.crash().await;
    trial.expect_in(Order::None, at(3), &["x3"]).await?;

    // And back: what is behind another waits for it, whatever it had before.
    let trial = trial.crash().await;
    let claims = trial.expect_in(GOES_ON, at(60), &["x2"]).await?;
    trial.deliver(&claims).await?;
    trial.expect_in(GOES_ON, at(61), &["x3"]).await.map(drop)
}

pub(super) async fn a_revived_event_waits_for_its_turn<U: JournalUnderTest>(
    trial: Trial<U>,
) -> Checked {
    let trial = trial.with_lanes(&["x1", "x2", "x3"]).await?;
    let first = trial.expect_in(GOES_ON, at(0), &["x1"]).await?;
    trial
        .settle("a", "me", &first, Verdict::Retry(at(60)), failed(at(0)))
        .await?;
    let first = trial.expect_in(GOES_ON, at(60), &["x1"]).await?;
    trial
        .settle(
            "a",
            "me",
            &first,
            Verdict::Dead(Cause::Exhausted),
            failed(at(60)),
        )
        .await?;
    let second = trial.expect_in(GOES_ON, at(61), &["x2"]).await?;

    // It is the first of its lane again, and still one is given at a time.
    trial.journal.revive("a", &[first[0].position]).await?;
    trial.expect_in(GOES_ON, at(61), &[]).await?;
    trial.deliver(&second).await?;

    for expected in ["x1", "x3"] {
        let claims = trial.expect_in(GOES_ON, at(62), &[expected]).await?;
        trial.deliver(&claims).await?;
    }
    Ok(())
}
