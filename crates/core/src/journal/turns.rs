//! Whose turn it is.

/// Takes turns between the events of a sink that are due for another attempt and those that are
/// fresh: of any number of claims each has half, and what one does not need is the other's.
///
/// A [`Journal`](super::Journal) keeps one for each sink, so that a sink with a single slot gives it
/// to both.
///
/// ```
/// use switchboard_core::journal::Turns;
///
/// let (mut due, mut fresh) = (["1", "2", "3"].into_iter(), ["8", "9"].into_iter());
/// let mut turns = Turns::default();
///
/// let taken: Vec<_> = std::iter::from_fn(|| turns.take(&mut due, &mut fresh)).collect();
///
/// assert_eq!(taken, ["8", "1", "9", "2", "3"]);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Turns {
    is_due: bool,
}

impl Turns {
    /// The next of `due` or of `fresh`, whichever's turn it is, or else of the other.
    pub fn take<T>(
        &mut self,
        due: &mut impl Iterator<Item = T>,
        fresh: &mut impl Iterator<Item = T>,
    ) -> Option<T> {
        let taken = if self.is_due {
            due.next().or_else(|| fresh.next())
        } else {
            fresh.next().or_else(|| due.next())
        };
        if taken.is_some() {
            self.is_due = !self.is_due;
        }
        taken
    }
}
