//! A journal on trial: its calls in the words of the suite, and what breaks a promise.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use switchboard_core::journal::{
    Attempt, Claim, ClaimRequest, Claims, Decoded, Intake, Journal, LogPosition, Order, Settlement,
    Stored, Tally, Verdict,
};
use switchboard_core::{Event, Filter, Timestamp};

use super::JournalUnderTest;
use super::samples::{intake, key};
pub(super) use crate::promise::{Broken, Checked, same};

/// How long the suite's claims hold.
pub(super) const LEASE: Duration = Duration::from_secs(30);

/// More than any promise puts in: a journal that hands out so many goes round in circles.
const ENDLESS: usize = 2000;

/// The keys of the claimed events, in order.
pub(super) fn keys(claims: &[Claim]) -> Vec<String> {
    claims
        .iter()
        .map(|claim| key(claim.envelope.event()))
        .collect()
}

/// The bodies of deliveries, in order; for those that are text.
pub(super) fn bodies(deliveries: &[Stored]) -> Vec<String> {
    deliveries
        .iter()
        .map(|stored| String::from_utf8_lossy(&stored.intake.delivery.body).into_owned())
        .collect()
}

/// An attempt at `at` that failed.
pub(super) fn failed(at: Timestamp) -> Option<Attempt> {
    let took = Duration::from_millis(20);
    Some(Attempt::failed(at, took, "status 500"))
}

/// A claim of everything that is there, in any order.
pub(super) fn request<'a>(sink: &'a str, owner: &'a str, now: Timestamp) -> ClaimRequest<'a> {
    static ALL: LazyLock<Arc<Filter>> = LazyLock::new(Arc::default);
    ClaimRequest {
        sink,
        filter: &ALL,
        order: Order::None,
        owner,
        now,
        lease: LEASE,
        limit: 100,
    }
}

/// One journal, its place, and the calls that promises are made of.
#[derive(Debug)]
pub(super) struct Trial<U: JournalUnderTest> {
    place: U,
    pub(super) journal: U::Journal,
}

impl<U: JournalUnderTest> Trial<U> {
    pub(super) async fn open(place: U) -> Self {
        let journal = place.open().await;
        Self { place, journal }
    }

    /// The same place after a crash.
    pub(super) async fn crash(self) -> Self {
        let Self { place, journal } = self;
        let journal = place.crash(journal).await;
        Self { place, journal }
    }

    pub(super) async fn append(&self, intake: Intake) -> Checked<LogPosition> {
        Ok(self.journal.append(&intake).await?.position())
    }

    /// Appends a delivery of each body.
    pub(super) async fn append_all(&self, bodies: &[&'static str]) -> Checked {
        for body in bodies {
            self.append(intake(*body)).await?;
        }
        Ok(())
    }

    /// Everything that is not recorded, up to the delivery at `last`, which is the last one.
    pub(super) async fn take_through(&self, last: LogPosition) -> Checked<Vec<Stored>> {
        let taken = self.journal.next(ENDLESS).await?;
        if taken.last().is_none_or(|stored| stored.position != last) {
            return Err(Broken::new(format!("nothing leads to delivery {last}")));
        }
        Ok(taken)
    }

    /// Everything that is not recorded, and one more delivery: `marker`.
    pub(super) async fn take_through_marker(&self) -> Checked<Vec<Stored>> {
        let marker = self.append(intake("marker")).await?;
        self.take_through(marker).await
    }

    /// Records that there are no events in these deliveries.
    pub(super) async fn record_pings(&self, deliveries: &[Stored]) -> Checked {
        let ping = |stored: &Stored| Decoded::new(stored.position, Ok(Vec::new()));
        let batch: Vec<Decoded> = deliveries.iter().map(ping).collect();
        same(
            "the tally",
            self.journal.record(&batch).await?,
            Tally::default(),
        )
    }

    /// Appends a delivery and records that `events` are in it.
    pub(super) async fn record(&self, events: Vec<Event>) -> Checked<Tally> {
        let position = self.append(intake("events")).await?;
        self.take_through(position).await?;
        let decoded = Decoded::new(position, Ok(events));
        Ok(self.journal.record(&[decoded]).await?)
    }

    /// Claims all there is for `sink` at `now`.
    pub(super) async fn claim(&self, sink: &str, owner: &str, now: Timestamp) -> Checked<Claims> {
        self.claim_all(&request(sink, owner, now)).await
    }

    /// Claims, again and again, all that `request` can.
    pub(super) async fn claim_all(&self, request: &ClaimRequest<'_>) -> Checked<Claims> {
        let mut all = Vec::new();
        loop {
            let mut last = self.journal.claim(request).await?;
            if last.claims.is_empty() {
                last.claims = all;
                return Ok(last);
            }
            all.append(&mut last.claims);
            if all.len() > ENDLESS {
                return Err(Broken::new("claims have no end"));
            }
        }
    }

    /// Checks that `keys` is what can be claimed for `sink` at `now`.
    pub(super) async fn expect_claims(
        &self,
        sink: &str,
        owner: &str,
        now: Timestamp,
        expected: &[&str],
    ) -> Checked<Claims> {
        let claims = self.claim(sink, owner, now).await?;
        let what = format!("events claimed for {sink}");
        same(&what, keys(&claims.claims), expected)?;
        Ok(claims)
    }

    /// Settles every claim with `verdict`, after `attempt`.
    pub(super) async fn settle(
        &self,
        sink: &str,
        owner: &str,
        claims: &[Claim],
        verdict: Verdict,
        attempt: Option<Attempt>,
    ) -> Checked {
        let settle = |claim: &Claim| Settlement {
            position: claim.position,
            verdict: verdict.clone(),
            attempt: attempt.clone(),
        };
        let settlements: Vec<Settlement> = claims.iter().map(settle).collect();
        Ok(self.journal.settle(sink, owner, &settlements).await?)
    }
}
