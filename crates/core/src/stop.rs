//! The end of what runs until it is told.

use std::future::pending;

use tokio_util::sync::CancellationToken;

/// Does `work` to its end, and cancels `stop`, by which it is told, once `shutdown` is over.
pub(crate) async fn until<Done>(
    shutdown: impl Future<Output = ()>,
    stop: &CancellationToken,
    work: impl Future<Output = Done>,
) -> Done {
    let telling = async {
        shutdown.await;
        stop.cancel();
        pending().await
    };
    tokio::select! {
        biased;
        never = telling => never,
        done = work => done,
    }
}
