//! How those who wait for one commit hear of it.

use std::fmt;

use tokio::sync::oneshot;

use crate::halt::Halt;
use crate::refusal::Refusal;

/// Who waits for the answer to a request.
pub(crate) type Waiter<A> = oneshot::Sender<Told<A>>;

/// The answer to one request, and those to others of the same commit. To let go of them is to tell
/// them: none is lost, whoever gives up waiting.
pub(crate) struct Told<A> {
    answer: Result<A, Refusal>,
    others: Others<A>,
}

struct Others<A>(Vec<(Waiter<A>, Result<A, Refusal>)>);

impl<A> Told<A> {
    fn alone(answer: Result<A, Refusal>) -> Self {
        Self {
            answer,
            others: Others(Vec::new()),
        }
    }

    /// Tells the others, and answers.
    pub(crate) fn hear(self) -> Result<A, Refusal> {
        drop(self.others);
        self.answer
    }
}

impl<A> fmt::Debug for Told<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Told").finish_non_exhaustive()
    }
}

impl<A> Drop for Others<A> {
    fn drop(&mut self) {
        for (waiter, answer) in self.0.drain(..) {
            // Whoever gave up waiting is passed over.
            let _ = waiter.send(Told::alone(answer));
        }
    }
}

/// Tells everybody what became of a commit; nobody of a success once the journal has stopped.
///
/// One of them hears it from here and tells the others: to wake many tasks from outside of their
/// runtime is a system call each, and from inside mostly none.
pub(crate) fn tell<A>(waiters: Vec<Waiter<A>>, answers: Result<Vec<A>, Refusal>, halt: &Halt) {
    // The other writer may have failed meanwhile.
    let mut rest: Vec<_> = match halt.check().and(answers) {
        Ok(answers) => waiters
            .into_iter()
            .zip(answers.into_iter().map(Ok))
            .collect(),
        Err(refusal) => {
            let refused = |waiter| (waiter, Err(refusal));
            waiters.into_iter().map(refused).collect()
        }
    };
    while let Some((waiter, answer)) = rest.pop() {
        let others = Others(rest);
        match waiter.send(Told { answer, others }) {
            Ok(()) => return,
            Err(mut unheard) => rest = std::mem::take(&mut unheard.others.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Waiting = oneshot::Receiver<Told<usize>>;

    fn told(count: usize) -> Vec<Waiting> {
        told_but(count, |_| false)
    }

    /// Tells `count` of them, some of whom have gone.
    fn told_but(count: usize, is_gone: impl Fn(usize) -> bool) -> Vec<Waiting> {
        let (waiters, waiting): (Vec<_>, Vec<_>) = (0..count).map(|_| oneshot::channel()).unzip();
        let staying = waiting.into_iter().enumerate();
        let staying = staying.filter(|(number, _)| !is_gone(*number));
        let waiting = staying.map(|(_, waiting)| waiting).collect();
        tell(waiters, Ok((0..count).collect()), &Halt::new());
        waiting
    }

    fn heard(waiting: Vec<Waiting>) -> Vec<usize> {
        // The last one was told first, and nobody else before it listens.
        let hear = |mut waiting: Waiting| waiting.try_recv().unwrap().hear().unwrap();
        let mut heard: Vec<usize> = waiting.into_iter().rev().map(hear).collect();
        heard.reverse();
        heard
    }

    #[test]
    fn everybody_hears_his_own_answer() {
        assert_eq!(heard(told(3)), [0, 1, 2]);
    }

    #[test]
    fn who_has_gone_keeps_it_from_nobody() {
        assert_eq!(heard(told_but(4, |number| number != 1)), [1]);
        assert_eq!(heard(told_but(4, |number| number == 3)), [0, 1, 2]);
    }

    #[test]
    fn who_goes_before_he_listens_keeps_it_from_nobody() {
        let mut waiting = told(3);

        drop(waiting.pop());

        assert_eq!(heard(waiting), [0, 1]);
    }
}
