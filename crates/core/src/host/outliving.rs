//! Work that is done whether or not anybody waits for it.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// A future that is polled by whoever waits for it, and goes on in a task of its own when it is
/// dropped unfinished. So the common case costs no task, and no way from one to another.
pub(super) struct Outliving<T: Send + 'static> {
    work: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
    /// Where it goes on: whoever drops it may be no thread of a runtime's.
    runtime: Handle,
}

impl<T: Send + 'static> Outliving<T> {
    /// # Panics
    ///
    /// Outside of a runtime.
    pub(super) fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            work: Some(Box::pin(work)),
            runtime: Handle::current(),
        }
    }
}

impl<T: Send + 'static> Future for Outliving<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        // Taken out, so that work which panics is not begun again.
        let work = self.work.take();
        let mut work = work.expect("it is not polled again once it is ready");
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            self.work = Some(work);
        }
        polled
    }
}

impl<T: Send + 'static> Drop for Outliving<T> {
    fn drop(&mut self) {
        // A runtime that has ended lets go of it.
        if let Some(work) = self.work.take() {
            self.runtime.spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use tokio::sync::oneshot;

    use super::*;

    /// Begins work, hands it to `let_go`, and waits until it is done.
    async fn check(let_go: impl FnOnce(Pin<Box<Outliving<()>>>)) {
        let (go, went) = oneshot::channel();
        let (done, is_done) = oneshot::channel();
        let mut work = Box::pin(Outliving::new(async move {
            went.await.unwrap();
            done.send(()).unwrap();
        }));

        assert!(futures_util::poll!(work.as_mut()).is_pending());
        let_go(work);
        go.send(()).unwrap();

        is_done.await.unwrap();
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_done() {
        check(drop).await;
    }

    #[tokio::test]
    async fn what_another_thread_lets_go_of_is_done() {
        check(|work| thread::spawn(|| drop(work)).join().unwrap()).await;
    }
}
