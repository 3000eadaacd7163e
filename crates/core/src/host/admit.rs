//! Steps 4 to 7: what happens to a whole delivery while the provider waits.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt as _;
use tokio::time::timeout;

use super::outcome::{Failure, Outcome, Refusal, VERIFY};
use super::route::Route;
use crate::journal::{Intake, Journal};
use crate::{Delivery, Endpoint, Preflight, Reply, Verified, VerifyError};

/// Preflight and verify. What needs no storing, or must not be stored, has its outcome.
pub(super) async fn prove(route: &Route, delivery: &Delivery) -> Result<Verified, Outcome> {
    match preflight(route, delivery) {
        Ok(Preflight::Continue) => verify(route, route.endpoint(), delivery).await,
        Ok(Preflight::Reply(reply)) => Err(Outcome::Handshake(reply)),
        Ok(Preflight::Refuse) => Err(Outcome::Refused(Refusal::Handshake(route.descriptor()))),
        Err(failure) => Err(route.failed(failure)),
    }
}

/// Append, reply. Dropped it leaves perhaps a stored delivery that nobody was told of.
///
/// The append has no deadline: the journal bounds its own queue, and giving up on it would leave
/// open whether the delivery is stored.
pub(super) async fn store(
    route: &Route,
    journal: &dyn Journal,
    delivery: Delivery,
    verified: Verified,
) -> Outcome {
    let intake = Intake {
        endpoint: route.id().to_owned(),
        adapter: route.descriptor().name.to_owned(),
        delivery,
        verified,
    };
    match journal.append(&intake).await {
        Ok(receipt) => Outcome::Stored {
            receipt,
            reply: reply(route, &intake.delivery),
        },
        Err(error) => route.failed(Failure::Unstored(error)),
    }
}

// An adapter is shared by reference and has no state that a panic could leave half changed, nor
// have endpoint and delivery: hence the `AssertUnwindSafe`s.

fn preflight(route: &Route, delivery: &Delivery) -> Result<Preflight, Failure> {
    let call = || route.adapter().preflight(delivery, route.endpoint());
    catch_unwind(AssertUnwindSafe(call)).map_err(|_| Failure::Panicked("preflight"))
}

/// Proves `delivery` as `endpoint` sees it; what cannot be proven has its outcome.
pub(super) async fn verify(
    route: &Route,
    endpoint: &Endpoint,
    delivery: &Delivery,
) -> Result<Verified, Outcome> {
    // The call is inside the block, so that it is fenced as well as what it returns.
    let call = async { route.adapter().verify(delivery, endpoint).await };
    let fenced = AssertUnwindSafe(call).catch_unwind();
    match timeout(route.descriptor().ack_deadline, fenced).await {
        Ok(Ok(Ok(verified))) => Ok(verified),
        Ok(Ok(Err(VerifyError::Unavailable(source)))) => {
            Err(route.failed(Failure::Unverifiable(source)))
        }
        Ok(Ok(Err(refused))) => Err(Outcome::Refused(Refusal::Unproven(
            route.descriptor(),
            refused,
        ))),
        Ok(Err(_panic)) => Err(route.failed(Failure::Panicked(VERIFY))),
        Err(_elapsed) => Err(route.failed(Failure::Deadline)),
    }
}

/// The delivery is safe, so a panic costs no more than the provider's own words.
fn reply(route: &Route, delivery: &Delivery) -> Reply {
    let call = || route.adapter().reply(delivery, route.endpoint());
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| {
        let endpoint = route.id();
        tracing::error!(endpoint, "`reply` panicked; answered a plain 200.");
        Reply::ok()
    })
}
