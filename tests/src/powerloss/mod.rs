//! Power loss, without pulling a plug.
//!
//! A program runs under strace, is killed, and runs again; every call that changes its directory is
//! written down. From that, [`cut_power`] rebuilds what the disk may hold if the power goes at some moment: what was
//! synced is there; what was not may be lost, kept, reordered or torn. The program's own words on
//! standard output say what it had promised by then.
//!
//! Not modelled: a disk that lies about a sync, sectors that rot, and a second power loss while the
//! first is recovered from.

mod campaign;
mod disk;
mod image;
mod recovered;
mod replay;
mod scratch;
mod statement;
mod strace;
mod trace;

pub use campaign::{Report, Violation, cut_power};
pub use image::Fate;
pub use recovered::{SINK, is_sound, keeps_its_word};
pub use statement::{NoStatement, Statement, digest};
pub use trace::{Life, Trace};
