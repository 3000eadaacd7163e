//! The list of promises, and how one is checked.

use std::fmt;
use std::pin::Pin;

use super::{QuarantineUnderTest, counts, keeping, lasting, rings};
use crate::BrokenPromise;
use crate::promise::{Checked, fenced};

type Check<U> = fn(U) -> Pin<Box<dyn Future<Output = Checked> + Send>>;

/// One promise that every quarantine keeps.
///
/// ```
/// use switchboard_core::quarantine::{Bounds, MemoryQuarantine};
/// use switchboard_testkit::quarantine::{Promise, QuarantineUnderTest, promises};
///
/// struct Memory;
///
/// #[async_trait::async_trait]
/// impl QuarantineUnderTest for Memory {
///     type Quarantine = MemoryQuarantine;
///
///     async fn open(&self, bounds: Bounds) -> MemoryQuarantine {
///         MemoryQuarantine::new(bounds)
///     }
///
///     fn is_lasting(&self) -> bool {
///         false
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), switchboard_testkit::BrokenPromise> {
/// let of_bounds = |promise: &Promise<Memory>| promise.name().contains("oldest");
/// for promise in promises::<Memory>().into_iter().filter(of_bounds) {
///     promise.check(Memory).await?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct Promise<U: QuarantineUnderTest> {
    name: &'static str,
    check: Check<U>,
}

impl<U: QuarantineUnderTest> Promise<U> {
    /// Its name, a sentence.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Checks it on the quarantine of `place`.
    ///
    /// # Errors
    ///
    /// When it is broken; a panic in the quarantine breaks it too, and so does a wait without an end.
    pub async fn check(&self, place: U) -> Result<(), BrokenPromise> {
        fenced(self.name, (self.check)(place)).await
    }
}

impl<U: QuarantineUnderTest> fmt::Debug for Promise<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Promise").field(&self.name).finish()
    }
}

/// Each promise under the name of the function that checks it.
macro_rules! named {
    ($($module:ident::$name:ident,)+) => {
        vec![$(Promise {
            name: stringify!($name),
            check: |place| Box::pin($module::$name(place)),
        },)+]
    };
}

/// Every [`Promise`] of every quarantine.
pub fn promises<U: QuarantineUnderTest>() -> Vec<Promise<U>> {
    named![
        keeping::what_is_kept_is_listed_in_order,
        keeping::bytes_come_out_as_they_went_in,
        keeping::a_listing_keeps_to_its_limit_and_its_cursor,
        keeping::an_endpoint_sees_its_own_only,
        keeping::what_is_removed_is_gone,
        keeping::an_id_is_never_used_again,
        keeping::debug_shows_nothing_of_a_request,
        rings::the_oldest_are_pushed_out_beyond_the_number,
        rings::the_oldest_are_pushed_out_beyond_the_bytes,
        rings::forgeries_push_out_nothing_unverified,
        rings::what_is_too_large_pushes_out_nothing,
        rings::what_is_judged_moves_to_its_ring,
        counts::everything_handed_over_is_counted,
        counts::nothing_is_counted_as_reverified_twice,
        lasting::what_was_kept_survives_a_close,
        lasting::smaller_bounds_hold_from_the_opening_on,
        lasting::after_close_every_call_says_closed,
    ]
}
