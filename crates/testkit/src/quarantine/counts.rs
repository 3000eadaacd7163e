//! Nothing is handed over without being counted, once.

use switchboard_core::quarantine::{Bounds, Quarantine as _, SuspectCounts};

use super::QuarantineUnderTest;
use super::trial::{AMPLE, Checked, ids, of, refused, same, unverified};

pub(super) async fn everything_handed_over_is_counted<U: QuarantineUnderTest>(place: U) -> Checked {
    let quarantine = place
        .open(Bounds {
            deliveries: 4,
            bytes: 1000,
        })
        .await;
    for number in 0..10 {
        quarantine.keep(refused(number.to_string()));
    }
    quarantine.keep(unverified("a"));
    quarantine.keep(refused(vec![b'x'; 2000]));
    quarantine.keep(of("other", refused("b")));
    let oldest = ids(&quarantine).await?[0];

    quarantine.remove(&[oldest]).await?;

    let counts = quarantine.counts().await?;
    let expected = SuspectCounts {
        kept: 3,
        pushed_out: 7,
        dropped: 1,
        reverified: 1,
    };
    same("the counts", counts["support"], expected)?;
    same("handed over", counts["support"].handed_over(), 12)?;
    same("of another endpoint", counts["other"].kept, 1)
}

pub(super) async fn nothing_is_counted_as_reverified_twice<U: QuarantineUnderTest>(
    place: U,
) -> Checked {
    let quarantine = place.open(AMPLE).await;
    quarantine.keep(refused("a"));
    let all = ids(&quarantine).await?;

    for _ in 0..2 {
        quarantine.remove(&all).await?;
    }

    same(
        "the count",
        quarantine.counts().await?["support"].reverified,
        1,
    )
}
