//! The end of a quarantine, and its next opening.

use switchboard_core::quarantine::{Listing, Quarantine as _, QuarantineError};

use super::QuarantineUnderTest;
use super::trial::{AMPLE, Broken, Checked, bodies, ids, refused, same, so_many, unverified};

pub(super) async fn what_was_kept_survives_a_close<U: QuarantineUnderTest>(place: U) -> Checked {
    let quarantine = place.open(so_many(3)).await;
    for number in 0..5 {
        quarantine.keep(refused(number.to_string()));
    }
    quarantine.keep(unverified("a"));
    let first = ids(&quarantine).await?[0];
    quarantine.remove(&[first]).await?;
    let counts = quarantine.counts().await?;
    quarantine.keep(refused("last"));
    quarantine.close().await;
    drop(quarantine);
    if !place.is_lasting() {
        return Ok(());
    }

    let quarantine = place.open(so_many(3)).await;

    let left = ["3", "4", "a", "last"];
    same("what is held", bodies(&quarantine).await?, left)?;
    let mut expected = counts;
    if let Some(counts) = expected.get_mut("support") {
        counts.kept += 1;
    }
    same("the counts", quarantine.counts().await?, expected)
}

pub(super) async fn smaller_bounds_hold_from_the_opening_on<U: QuarantineUnderTest>(
    place: U,
) -> Checked {
    let quarantine = place.open(AMPLE).await;
    for number in 0..5 {
        quarantine.keep(refused(number.to_string()));
    }
    quarantine.close().await;
    drop(quarantine);
    if !place.is_lasting() {
        return Ok(());
    }

    let quarantine = place.open(so_many(2)).await;

    same("what is held", bodies(&quarantine).await?, ["3", "4"])
}

pub(super) async fn after_close_every_call_says_closed<U: QuarantineUnderTest>(
    place: U,
) -> Checked {
    let quarantine = place.open(AMPLE).await;
    quarantine.keep(refused("a"));
    let all = ids(&quarantine).await?;

    quarantine.close().await;
    quarantine.close().await;
    quarantine.keep(refused("b"));

    let calls = [
        quarantine.list(&Listing::first(1)).await.err(),
        quarantine.get(all[0]).await.err(),
        quarantine.remove(&all).await.err(),
        quarantine.counts().await.err(),
    ];
    for error in calls {
        if !matches!(error, Some(QuarantineError::Closed)) {
            return Err(Broken::new(format!(
                "a call after the close gave {error:?}"
            )));
        }
    }
    Ok(())
}
