//! Nothing is counted twice, and nothing is not counted.

use switchboard_core::journal::{
    Cause, ClaimRequest, Decoded, EventFilter, Journal, Order, Records, Verdict,
};

use super::JournalUnderTest;
use super::samples::{at, events, intake, laned, undecoded};
use super::trial::{Checked, Trial, failed, request, same};

pub(super) async fn counters_balance<U: JournalUnderTest>(trial: Trial<U>) -> Checked {
    trial.journal.subscribe("a").await?;
    trial.record(events(["1", "2", "3", "4"])).await?;
    trial.journal.subscribe("b").await?;
    let lanes = ["x1", "x2", "y1", "y2"].map(|key| laned(&key[..1], key));
    trial.record(lanes.to_vec()).await?;
    // Two duplicates, and one that is neither decoded nor waiting.
    trial.record(events(["1", "5", "4"])).await?;
    let position = trial.append(intake("broken")).await?;
    trial.take_through(position).await?;
    let broken = Decoded::new(position, Err(undecoded()));
    trial.journal.record(&[broken]).await?;
    trial.append_all(&["waiting", "waiting too"]).await?;

    // One of each fate.
    let claims = trial.claim("a", "me", at(0)).await?.claims;
    let fates = [
        Verdict::Delivered,
        Verdict::Dead(Cause::Exhausted),
        Verdict::Retry(at(60)),
        Verdict::Dead(Cause::SinkRejected),
    ];
    for (claim, fate) in claims.chunks(1).zip(fates) {
        trial.settle("a", "me", claim, fate, failed(at(0))).await?;
    }
    trial.journal.discard("a", &[claims[3].position]).await?;
    let ordered = ClaimRequest {
        order: Order::Lanes {
            wait_for_dead: false,
        },
        ..request("b", "me", at(0))
    };
    trial.claim_all(&ordered).await?;

    check(&trial).await?;
    let trial = trial.crash().await;
    check(&trial).await
}

async fn check<U: JournalUnderTest>(trial: &Trial<U>) -> Checked {
    let counters = trial.journal.counters().await?;
    same("stored", counters.stored, 6)?;
    same("decoded", counters.decoded, 3)?;
    same("undecoded", counters.undecoded, 1)?;
    same("waiting", counters.waiting(), 2)?;
    same("events", counters.events, 9)?;
    same("duplicates", counters.duplicates, 2)?;
    let names: Vec<_> = counters.sinks.iter().map(|sink| &*sink.name).collect();
    same("sinks", names, ["a", "b"])?;
    for sink in &counters.sinks {
        let accounted = sink.delivered + sink.unmatched + sink.pending + sink.dead + sink.expired;
        same(
            &format!("events of {}", sink.name),
            accounted,
            9 - sink.from.0,
        )?;
        same(
            &format!("the oldest of {}", sink.name),
            sink.oldest,
            Some(at(0)),
        )?;
    }
    let a = &counters.sinks[0];
    same("delivered", a.delivered, 1)?;
    same("dead", a.dead, 1)?;
    same("expired", a.expired, 1)?;
    same("retrying", a.retrying, 1)?;
    same("pending", a.pending, 6)?;

    let records = trial.journal.events(&EventFilter::last(100)).await?;
    let first = &records[0];
    same("duplicates of the first", first.duplicates, 1)?;
    same("its other delivery", first.repeated_by.len(), 1)
}
