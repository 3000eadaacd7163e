//! The programs that tests start, built by cargo.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The programs that are run as they are: the `switchboard` binary and the examples, by name. They are
/// built once a run and together, so that what they depend on is built once, too.
pub fn programs() -> &'static BTreeMap<String, PathBuf> {
    static PROGRAMS: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        build(&[
            "build",
            "--locked",
            "--package=example-custom-adapter",
            "--package=example-embed-axum",
            "--package=example-embed-hyper",
            "--package=example-handlers",
            "--package=switchboard-cli",
        ])
    })
}

/// Runs `cargo` with these arguments and answers the programs it built, by their names.
///
/// # Panics
///
/// When it fails.
pub fn build(arguments: &[&str]) -> BTreeMap<String, PathBuf> {
    let built = cargo()
        .args(arguments)
        .arg("--message-format=json")
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo can be started");
    assert!(built.status.success(), "cannot be built: {arguments:?}");
    let messages = String::from_utf8(built.stdout).expect("cargo speaks UTF-8");
    let executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let executable = PathBuf::from(message["executable"].as_str()?);
        Some((message["target"]["name"].as_str()?.to_owned(), executable))
    });
    executables.collect()
}

/// Cargo, as if a developer had called it.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    // What cargo told the tests about their own package would make some build scripts run again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|own| name.starts_with(own))
        {
            cargo.env_remove(&*name);
        }
    }
    cargo
}
