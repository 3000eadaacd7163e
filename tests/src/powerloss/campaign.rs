//! Cuts the power again and again.

use std::fmt;
use std::path::Path;

use fastrand::Rng;

use super::image::{Fate, Image};
use super::replay::Effect;
use super::scratch;
use super::trace::Trace;

/// What came of a campaign.
#[derive(Debug)]
pub struct Report {
    /// How many images were checked.
    pub images: usize,
    /// Those that did not pass.
    pub violations: Vec<Violation>,
}

/// One image that does not hold what was promised.
#[derive(Debug)]
pub struct Violation {
    /// The line of the trace after which the power went.
    pub line: usize,
    /// What became of the unsynced changes.
    pub fate: Fate,
    /// What is wrong, and what the image holds.
    pub reason: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, fate, reason } = self;
        write!(f, "after line {line}, unsynced changes {fate:?}: {reason}")
    }
}

/// Cuts the power after the lines that the program of `trace` said, with all that was not synced
/// lost; and at other moments and with other fates, drawn from `seed`, until `images` disks have been
/// through `check`, with what had been said by then.
///
/// # Panics
///
/// When an image cannot be written.
pub fn cut_power(
    trace: &Trace,
    seed: u64,
    images: usize,
    mut check: impl FnMut(&Path, &[u8]) -> Result<(), String>,
) -> Report {
    let mut rng = Rng::with_seed(seed);
    let cuts = cuts(trace, images, &mut rng);
    let mut report = Report {
        images: cuts.len(),
        violations: Vec::new(),
    };
    let mut replay = trace.replay();
    let mut cuts = cuts.into_iter().peekable();

    for (index, call) in trace.calls.iter().enumerate() {
        replay.apply(call);
        while let Some((_, fate)) = cuts.next_if(|(after, _)| *after == index) {
            let image = Image::of(replay.disk(), fate, &mut rng);
            let directory = scratch::directory();
            image
                .write(directory.path())
                .expect("a temporary directory can be written");
            if let Err(reason) = check(directory.path(), replay.said()) {
                report.violations.push(Violation {
                    line: call.began,
                    fate,
                    reason: format!("{reason}, {image}"),
                });
            }
        }
    }
    report
}

/// After which call to cut the power, and what becomes of the unsynced changes, in the order of the
/// calls.
fn cuts(trace: &Trace, count: usize, rng: &mut Rng) -> Vec<(usize, Fate)> {
    let mut replay = trace.replay();
    let mut cuts = Vec::new();
    let mut others = Vec::new();
    for (index, call) in trace.calls.iter().enumerate() {
        match replay.apply(call) {
            Effect::Said => cuts.push((index, Fate::Dropped)),
            Effect::Disk => others.push(index),
            Effect::None => {}
        }
    }
    rng.shuffle(&mut cuts);
    cuts.truncate(count);
    let drawn = count - cuts.len();
    cuts.extend((0..drawn).filter_map(|_| Some((*rng.choice(&others)?, *rng.choice(&Fate::ALL)?))));
    cuts.sort_by_key(|(index, _)| *index);
    cuts
}
