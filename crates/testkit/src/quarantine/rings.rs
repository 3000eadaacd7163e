//! Two rings, each within its bounds.

use switchboard_core::quarantine::{Bounds, Quarantine as _, Ring, SuspectCause};

use super::QuarantineUnderTest;
use super::trial::{AMPLE, Checked, bodies, held, ids, refused, same, so_many, unverified};

pub(super) async fn the_oldest_are_pushed_out_beyond_the_number<U: QuarantineUnderTest>(
    place: U,
) -> Checked {
    let quarantine = place.open(so_many(3)).await;

    for number in 0..10 {
        quarantine.keep(refused(number.to_string()));
    }

    same("what is held", bodies(&quarantine).await?, ["7", "8", "9"])
}

pub(super) async fn the_oldest_are_pushed_out_beyond_the_bytes<U: QuarantineUnderTest>(
    place: U,
) -> Checked {
    let size = refused(vec![b'x'; 1000]).bytes();
    let quarantine = place
        .open(Bounds {
            bytes: 2 * size,
            ..AMPLE
        })
        .await;

    for letter in b"abc" {
        quarantine.keep(refused(vec![*letter; 1000]));
    }

    let letters: Vec<_> = bodies(&quarantine)
        .await?
        .iter()
        .map(|body| body[..1].to_owned())
        .collect();
    same("what is held", letters, ["b", "c"])
}

pub(super) async fn forgeries_push_out_nothing_unverified<U: QuarantineUnderTest>(
    place: U,
) -> Checked {
    let quarantine = place.open(so_many(2)).await;
    quarantine.keep(unverified("genuine"));

    for number in 0..20 {
        quarantine.keep(refused(number.to_string()));
    }

    same(
        "what is held",
        bodies(&quarantine).await?,
        ["genuine", "18", "19"],
    )
}

pub(super) async fn what_is_too_large_pushes_out_nothing<U: QuarantineUnderTest>(
    place: U,
) -> Checked {
    let quarantine = place
        .open(Bounds {
            bytes: 1000,
            ..AMPLE
        })
        .await;
    quarantine.keep(refused("small"));

    quarantine.keep(refused(vec![b'x'; 2000]));

    same("what is held", bodies(&quarantine).await?, ["small"])?;
    let dropped = quarantine.counts().await?["support"].dropped;
    same("what was dropped", dropped, 1)
}

pub(super) async fn what_is_judged_moves_to_its_ring<U: QuarantineUnderTest>(place: U) -> Checked {
    let quarantine = place.open(so_many(2)).await;
    quarantine.keep(unverified("a"));
    quarantine.keep(unverified("b"));
    let all = ids(&quarantine).await?;

    let refused_now = "computed over the body alone";
    quarantine
        .judge(all[0], SuspectCause::Refused, refused_now)
        .await?;
    // It has left the ring, so there is room for one more.
    quarantine.keep(unverified("c"));

    same("what is held", bodies(&quarantine).await?, ["a", "b", "c"])?;
    let held = held(&quarantine).await?;
    same("the cause", held[0].cause, SuspectCause::Refused)?;
    same("the diagnosis", held[0].diagnosis.as_str(), refused_now)?;
    let refused = switchboard_core::quarantine::Listing::first(9).ring(Ring::Refused);
    same("the refused", quarantine.list(&refused).await?.len(), 1)
}
