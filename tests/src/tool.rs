//! What a test needs of the machine it runs on.
//!
//! A test asks first and returns early when the answer is no. Where `CI=true` there is no such
//! answer: what is missing there is a failure, so that no promise goes untested unnoticed.

use std::env;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Finds `program` on the path; where it is missing and we are root, installs the Debian package
/// that has it.
///
/// # Panics
///
/// When it cannot be had and `CI=true`.
pub fn require(program: &str, package: &str) -> Option<PathBuf> {
    let found = find(program).or_else(|| install(program, package));
    if found.is_none() {
        missing(&format!(
            "the program `{program}` (Debian package {package})"
        ));
    }
    found
}

/// Whether we may do what only root may, such as mounting a file system.
///
/// # Panics
///
/// When we may not and `CI=true`.
pub fn require_root() -> bool {
    let is_root = is_root();
    if !is_root {
        missing("root's rights");
    }
    is_root
}

/// Says that a test is not made, as `what` is missing.
///
/// # Panics
///
/// When `CI=true`.
pub fn missing(what: &str) {
    let is_ci = env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!is_ci, "this test needs {what}");
    // Not `eprintln!`: the test harness hides that of a test that passes, as this one now will.
    let _ = writeln!(io::stderr(), "NOT TESTED: this test needs {what}");
}

fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|directory| directory.join(program))
        .find(|path| path.is_file())
}

fn install(program: &str, package: &str) -> Option<PathBuf> {
    if !is_root() {
        return None;
    }
    // Tests run side by side, in threads and in processes; apt gives up where another one runs.
    let lock = File::create(env::temp_dir().join("switchboard-tests-apt.lock")).ok()?;
    lock.lock().ok()?;
    if let Some(path) = find(program) {
        return Some(path);
    }
    let installed = apt_get(&["install", package]) || {
        apt_get(&["update"]) && apt_get(&["install", package])
    };
    installed.then(|| find(program)).flatten()
}

fn apt_get(args: &[&str]) -> bool {
    Command::new("apt-get")
        .args(["--yes", "--quiet", "--no-install-recommends"])
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
