//! The thread that writes to one database.

use std::fmt;
use std::io;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;
use switchboard_core::journal::Fault;
use switchboard_core::schedule;
use tokio::sync::oneshot;
use tracing::{info, warn};

use crate::checkpoint;
use crate::failure::Failure;
use crate::halt::Halt;
use crate::queue::{Bounds, Queue};
use crate::refusal::Refusal;

/// What a [`Writer`] does with the requests it is given.
pub(crate) trait Work: Send + 'static {
    type Request: Send + 'static;
    type Answer: Send + 'static;

    /// Writes all `requests` in one transaction, commits it, and makes known what changed. Answers
    /// each, in order.
    ///
    /// After an error nothing of them may be in the database.
    fn commit(
        &mut self,
        connection: &mut Connection,
        requests: &[Self::Request],
    ) -> Result<Vec<Self::Answer>, Failure>;

    /// How long requests are to gather before the next commit.
    fn pause(&mut self) -> Duration {
        Duration::ZERO
    }

    /// Called after every commit, once all are answered.
    fn checkpoint(&mut self, connection: &Connection) -> Result<(), Failure> {
        checkpoint::if_large(connection, checkpoint::MANY)
    }
}

/// Group commit: whatever was requested while the last commit ran goes into the next one. There is
/// no timer but the work's own; under load about half of the requests arrive during an `fsync`.
pub(crate) struct Writer<W: Work> {
    queue: Arc<Queue<Job<W>>>,
    halt: Halt,
    thread: Mutex<Option<JoinHandle<()>>>,
}

type Job<W> = (<W as Work>::Request, oneshot::Sender<Answered<W>>);
type Answered<W> = Result<<W as Work>::Answer, Refusal>;

impl<W: Work> Writer<W> {
    /// Starts the thread called `name`, which alone writes to `connection`.
    pub(crate) fn start(
        name: &str,
        bounds: Bounds,
        connection: Connection,
        work: W,
        halt: Halt,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(bounds));
        let bench = Bench {
            queue: Arc::clone(&queue),
            halt: halt.clone(),
        };
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                schedule::as_batch();
                bench.run(connection, work);
            })?;
        Ok(Self {
            queue,
            halt,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Queues a request of this many bytes and waits until it is committed.
    ///
    /// A dropped call may have been committed, whole.
    pub(crate) async fn submit(
        &self,
        request: W::Request,
        bytes: usize,
    ) -> Result<W::Answer, Refusal> {
        self.halt.check()?;
        let (sender, answer) = oneshot::channel();
        self.queue.push((request, sender), bytes)?;
        answer.await.unwrap_or(Err(Refusal::Stopped))
    }

    /// Queues a request of this many bytes that nobody waits for. One that finds no room is dropped.
    pub(crate) fn leave(&self, request: W::Request, bytes: usize) {
        let (sender, _) = oneshot::channel();
        let _ = self.queue.push((request, sender), bytes);
    }

    /// Whether a small request would be queued.
    pub(crate) fn has_room(&self) -> Result<(), Refusal> {
        self.queue.has_room()
    }

    /// Commits what is queued, lets nothing more in, and waits for the thread to end.
    pub(crate) fn finish(&self) {
        self.queue.close();
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            // A panic in there has stopped the journal already.
            let _ = thread.join();
        }
    }
}

impl<W: Work> Drop for Writer<W> {
    fn drop(&mut self) {
        self.finish();
    }
}

impl<W: Work> fmt::Debug for Writer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

/// What the thread works at. However the thread ends, nobody is left waiting for it.
struct Bench<W: Work> {
    queue: Arc<Queue<Job<W>>>,
    halt: Halt,
}

impl<W: Work> Bench<W> {
    fn run(self, mut connection: Connection, mut work: W) {
        let (mut storing, mut copying) = (Spell::default(), Spell::default());
        while let Some(jobs) = self.queue.take() {
            if self.halt.is_stopped() {
                return;
            }
            let (requests, waiters): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
            let answers = work.commit(&mut connection, &requests).map_err(|failure| {
                if let Some(reason) = failure.passes()
                    && storing.begins()
                {
                    warn!(%reason, "Nothing can be stored until this passes.");
                }
                self.halt.refuse(failure)
            });
            if answers.is_ok() && storing.ends() {
                info!("Everything can be stored again.");
            }
            answer(waiters, answers, &self.halt);
            // What cannot be copied stays in the WAL, which grows; nothing is refused for it.
            match work.checkpoint(&connection) {
                Ok(()) if copying.ends() => info!("The WAL is copied again."),
                Ok(()) => {}
                Err(failure) => {
                    if let Some(reason) = failure.passes()
                        && copying.begins()
                    {
                        warn!(%reason, "The WAL is not copied, and grows, until this passes.");
                    }
                    self.halt.refuse(failure);
                }
            }
            let pause = work.pause();
            if !pause.is_zero() {
                thread::sleep(pause);
            }
        }
        // After a failure nothing is written any more: the next start recovers from the WAL.
        if self.halt.is_stopped() {
            return;
        }
        // What is not copied now is copied by the next start.
        if let Err(failure) = checkpoint::at_the_end(&connection) {
            self.halt.refuse(failure);
        }
    }
}

/// A time in which something fails that passes by itself: logged when it begins and when it ends,
/// not each time.
#[derive(Debug, Default)]
pub(crate) struct Spell {
    is_on: bool,
}

impl Spell {
    pub(crate) fn begins(&mut self) -> bool {
        !mem::replace(&mut self.is_on, true)
    }

    pub(crate) fn ends(&mut self) -> bool {
        mem::take(&mut self.is_on)
    }
}

impl<W: Work> Drop for Bench<W> {
    fn drop(&mut self) {
        if thread::panicking() {
            let panicked = io::Error::other("the thread that writes panicked");
            self.halt.stop(Fault::Io(Arc::new(panicked)));
        }
        self.queue.abandon();
    }
}

/// Tells everybody. Whoever gave up waiting is passed over.
fn answer<A>(
    waiters: Vec<oneshot::Sender<Result<A, Refusal>>>,
    answers: Result<Vec<A>, Refusal>,
    halt: &Halt,
) {
    // The other writer may have failed meanwhile.
    let answers = halt.check().and(answers);
    match answers {
        Ok(answers) => {
            for (waiter, answer) in waiters.into_iter().zip(answers) {
                let _ = waiter.send(Ok(answer));
            }
        }
        Err(refusal) => {
            for waiter in waiters {
                let _ = waiter.send(Err(refusal));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use rusqlite::ffi;
    use switchboard_core::journal::{AppendError, JournalError};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    use super::*;

    const BOUNDS: Bounds = Bounds {
        entries: 2,
        bytes: 100,
        batch_bytes: 100,
    };

    /// Does what it is told, after it has said that it is about to.
    struct Told {
        about_to: mpsc::Sender<Vec<u32>>,
        orders: mpsc::Receiver<Result<(), Failure>>,
    }

    impl Work for Told {
        type Request = u32;
        type Answer = u32;

        fn commit(&mut self, _: &mut Connection, requests: &[u32]) -> Result<Vec<u32>, Failure> {
            self.about_to.send(requests.to_vec()).unwrap();
            self.orders.recv().unwrap()?;
            Ok(requests.to_vec())
        }
    }

    struct Scene {
        writer: Arc<Writer<Told>>,
        halt: Halt,
        begun: mpsc::Receiver<Vec<u32>>,
        orders: mpsc::Sender<Result<(), Failure>>,
    }

    impl Scene {
        fn new() -> Self {
            let (about_to, begun) = mpsc::channel();
            let (orders, ordered) = mpsc::channel();
            let work = Told {
                about_to,
                orders: ordered,
            };
            let halt = Halt::new();
            let connection = Connection::open_in_memory().unwrap();
            let writer = Writer::start("test", BOUNDS, connection, work, halt.clone()).unwrap();
            Self {
                writer: Arc::new(writer),
                halt,
                begun,
                orders,
            }
        }

        /// Submits and waits until it is queued.
        async fn submit(&self, request: u32) -> oneshot::Receiver<Result<u32, Refusal>> {
            let (sender, answer) = oneshot::channel();
            self.writer.queue.push((request, sender), 1).unwrap();
            answer
        }
    }

    fn full() -> Failure {
        let full = ffi::Error::new(ffi::SQLITE_FULL);
        rusqlite::Error::SqliteFailure(full, None).into()
    }

    fn fatal() -> Failure {
        Failure::Fatal(Fault::Io(Arc::new(io::Error::other("disk on fire"))))
    }

    #[tokio::test]
    async fn what_queued_during_a_commit_goes_into_the_next() {
        let scene = Scene::new();
        let first = scene.submit(1).await;
        assert_eq!(scene.begun.recv().unwrap(), [1]);
        let (second, third) = (scene.submit(2).await, scene.submit(3).await);

        assert_eq!(scene.writer.submit(4, 1).await, Err(Refusal::Busy));
        for _ in 0..2 {
            scene.orders.send(Ok(())).unwrap();
        }

        assert_eq!(scene.begun.recv().unwrap(), [2, 3]);
        assert_eq!(first.await.unwrap(), Ok(1));
        assert_eq!(second.await.unwrap(), Ok(2));
        assert_eq!(third.await.unwrap(), Ok(3));
    }

    #[tokio::test]
    async fn a_full_disk_refuses_the_batch_and_the_next_one_works() {
        let scene = Scene::new();
        scene.orders.send(Err(full())).unwrap();
        scene.orders.send(Ok(())).unwrap();

        assert_eq!(scene.writer.submit(1, 1).await, Err(Refusal::Full));
        assert_eq!(scene.writer.submit(2, 1).await, Ok(2));
    }

    #[tokio::test]
    async fn a_database_that_somebody_holds_refuses_the_batch_as_busy() {
        let scene = Scene::new();
        let busy = ffi::Error::new(ffi::SQLITE_BUSY);
        let busy = rusqlite::Error::SqliteFailure(busy, None).into();
        scene.orders.send(Err(busy)).unwrap();

        let refusal = scene.writer.submit(1, 1).await.unwrap_err();

        assert_eq!(refusal, Refusal::Busy);
        let error = JournalError::from(refusal);
        assert!(matches!(error, JournalError::Busy), "{error:?}");
        assert!(error.is_transient());
        let error = AppendError::from(refusal);
        assert!(matches!(error, AppendError::Overloaded), "{error:?}");
    }

    /// Commits everything, and never finds the room for a checkpoint.
    struct Growing;

    impl Work for Growing {
        type Request = ();
        type Answer = ();

        fn commit(&mut self, _: &mut Connection, requests: &[()]) -> Result<Vec<()>, Failure> {
            Ok(requests.to_vec())
        }

        fn checkpoint(&mut self, _: &Connection) -> Result<(), Failure> {
            Err(full())
        }
    }

    /// Notes the level of every event.
    struct Levels(Arc<Mutex<Vec<Level>>>);

    impl Subscriber for Levels {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn event(&self, event: &Event<'_>) {
            self.0.lock().unwrap().push(*event.metadata().level());
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn checkpoints_that_find_no_room_are_logged_once_and_refuse_nothing() {
        let queue = Arc::new(Queue::new(Bounds {
            // Each commit is of one request.
            batch_bytes: 1,
            ..BOUNDS
        }));
        let bench = Bench::<Growing> {
            queue: Arc::clone(&queue),
            halt: Halt::new(),
        };
        let mut answers = Vec::new();
        for _ in 0..BOUNDS.entries {
            let (sender, answer) = oneshot::channel();
            queue.push(((), sender), 1).unwrap();
            answers.push(answer);
        }
        queue.close();
        let levels = Arc::new(Mutex::new(Vec::new()));

        tracing::subscriber::with_default(Levels(Arc::clone(&levels)), || {
            bench.run(Connection::open_in_memory().unwrap(), Growing);
        });

        assert_eq!(*levels.lock().unwrap(), [Level::WARN]);
        for mut answer in answers {
            assert_eq!(answer.try_recv(), Ok(Ok(())));
        }
    }

    /// Notes what each commit had, and is asked for more whenever it lets requests gather.
    struct Gathering {
        queue: Arc<Queue<Job<Self>>>,
        committed: mpsc::Sender<Vec<u32>>,
    }

    impl Gathering {
        fn ask(&self, request: u32) {
            let (sender, _) = oneshot::channel();
            self.queue.push((request, sender), 1).unwrap();
        }
    }

    impl Work for Gathering {
        type Request = u32;
        type Answer = u32;

        fn commit(&mut self, _: &mut Connection, requests: &[u32]) -> Result<Vec<u32>, Failure> {
            self.committed.send(requests.to_vec()).unwrap();
            if requests.contains(&2) {
                self.queue.close();
            }
            Ok(requests.to_vec())
        }

        fn pause(&mut self) -> Duration {
            if self.queue.has_room().is_ok() {
                self.ask(3);
            }
            Duration::from_micros(1)
        }
    }

    #[test]
    fn what_gathers_between_two_commits_goes_into_the_second() {
        let queue = Arc::new(Queue::new(Bounds {
            batch_bytes: 50,
            ..BOUNDS
        }));
        let bench = Bench::<Gathering> {
            queue: Arc::clone(&queue),
            halt: Halt::new(),
        };
        let (committed, commits) = mpsc::channel();
        let work = Gathering { queue, committed };
        let (sender, _) = oneshot::channel();
        // Nothing is taken with one that is so large.
        work.queue.push((1, sender), 50).unwrap();
        work.ask(2);

        bench.run(Connection::open_in_memory().unwrap(), work);

        assert_eq!(Vec::from_iter(commits), [vec![1], vec![2, 3]]);
    }

    #[tokio::test]
    async fn nothing_is_acknowledged_after_a_failure() {
        let scene = Scene::new();
        let first = scene.submit(1).await;
        scene.begun.recv().unwrap();
        let second = scene.submit(2).await;

        scene.orders.send(Err(fatal())).unwrap();

        assert_eq!(first.await.unwrap(), Err(Refusal::Stopped));
        assert!(scene.halt.is_stopped());
        assert!(second.await.is_err(), "the queue is dropped");
        assert_eq!(scene.writer.submit(3, 1).await, Err(Refusal::Stopped));
    }

    #[tokio::test]
    async fn a_failure_elsewhere_takes_the_acknowledgement_back() {
        let scene = Scene::new();
        let answer = scene.submit(1).await;
        scene.begun.recv().unwrap();

        scene.halt.stop(Fault::Closed);
        scene.orders.send(Ok(())).unwrap();

        assert_eq!(answer.await.unwrap(), Err(Refusal::Stopped));
    }

    #[tokio::test]
    async fn a_panic_leaves_nobody_waiting() {
        let scene = Scene::new();
        let answer = scene.submit(1).await;
        scene.begun.recv().unwrap();

        drop(scene.orders);

        assert!(answer.await.is_err());
        let fault = scene.halt.stopped().await;
        assert!(matches!(fault, Fault::Io(_)), "{fault:?}");
    }

    #[tokio::test]
    async fn a_dropped_writer_commits_what_is_queued() {
        let scene = Scene::new();
        let first = scene.submit(1).await;
        scene.begun.recv().unwrap();
        let second = scene.submit(2).await;
        for _ in 0..2 {
            scene.orders.send(Ok(())).unwrap();
        }

        drop(scene.writer);

        assert_eq!(first.await.unwrap(), Ok(1));
        assert_eq!(second.await.unwrap(), Ok(2));
    }
}
