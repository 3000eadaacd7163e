//! A slower disk: the program runs as it is, and the system takes longer for each sync.

use std::ffi::OsStr;
use std::io;
use std::process::Command;
use std::time::Duration;

/// How much longer each `fsync` and `fdatasync` takes.
///
/// `strace` stops the thread that made the call for so long behind it; all others go on, and no other
/// system call is stopped.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct SyncDelay(pub(crate) Duration);

impl SyncDelay {
    /// What runs `program` so. The process that is started is the program itself.
    #[expect(
        clippy::disallowed_methods,
        reason = "what is measured is a process of its own"
    )]
    pub(crate) fn command(self, program: &OsStr) -> Command {
        if self.0.is_zero() {
            return Command::new(program);
        }
        let mut command = Command::new("strace");
        command
            .args(["--daemonize=grandchild", "--follow-forks", "--seccomp-bpf"])
            .args(["-qqq", "--output=/dev/null", "--trace=fsync,fdatasync"])
            .arg(format!(
                "--inject=fsync,fdatasync:delay_exit={}",
                self.0.as_micros()
            ))
            .arg("--")
            .arg(program);
        command
    }

    /// Why it could not be started, in words that help.
    pub(crate) fn told(self, error: io::Error) -> io::Error {
        if !self.0.is_zero() && error.kind() == io::ErrorKind::NotFound {
            return io::Error::new(error.kind(), "syncs are delayed by `strace`: install it");
        }
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_delay_needs_another_program() {
        let none = SyncDelay::default().command("server".as_ref());
        let some = SyncDelay(Duration::from_micros(1_500)).command("server".as_ref());

        assert_eq!(
            (none.get_program(), none.get_args().count()),
            ("server".as_ref(), 0)
        );
        assert_eq!(some.get_program(), "strace");
        let arguments: Vec<_> = some.get_args().collect();
        assert!(arguments.contains(&"--inject=fsync,fdatasync:delay_exit=1500".as_ref()));
        assert_eq!(arguments.last(), Some(&"server".as_ref()));
    }
}
