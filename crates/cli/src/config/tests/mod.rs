//! Whole configurations, read from real files and an injected environment.

pub(crate) mod adapters;
mod documents;
mod layers;
mod mistakes;
mod secrets;

use std::fs;
use std::path::PathBuf;

use super::{Config, Inputs};

/// A configuration that holds together, to be spoilt.
const GOOD: &str = "[endpoints.a]\nadapter = \"signed\"\nsecrets = { env = \"GOOD\" }\n";

/// The variables that every test has, beside its own.
const VARIABLES: [(&str, &str); 3] = [
    ("GOOD", "a secret of some length"),
    ("TOKEN", "abcdefghijklmnopqrstuv"),
    ("WHSEC", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"),
];

/// What came of a configuration, and its mistakes or its warnings, without the folder's name.
struct Loaded {
    config: Option<Config>,
    errors: String,
    warnings: Vec<String>,
    folder: PathBuf,
}

fn load(file: impl AsRef<[u8]>, variables: &[(&str, &str)]) -> Loaded {
    load_with(file, variables, &[])
}

fn load_with(
    file: impl AsRef<[u8]>,
    variables: &[(&str, &str)],
    flags: &[(&'static str, &str)],
) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("switchboard.toml");
    fs::write(&path, file).unwrap();
    fs::write(folder.path().join("newline"), "ends in one newline\n").unwrap();
    fs::write(folder.path().join("newlines"), "ends in two newlines\n\n").unwrap();
    fs::write(folder.path().join("blank"), " \n").unwrap();
    let inputs = Inputs {
        file: Some(path),
        environment: VARIABLES.iter().chain(variables).copied().collect(),
        flags: flags
            .iter()
            .map(|(key, text)| (*key, (*text).to_owned()))
            .collect(),
        adapters: adapters::ALL.to_vec(),
    };

    let loaded = Config::load(&inputs);

    let prefix = format!("{}/", folder.path().display());
    let bare = |text: String| text.replace(&prefix, "");
    let errors = loaded
        .as_ref()
        .err()
        .map_or_else(String::new, |errors| bare(errors.to_string()));
    let config = loaded.ok();
    let warnings = config.iter().flat_map(|config| &config.warnings);
    Loaded {
        errors,
        warnings: warnings.map(|warning| bare(warning.to_string())).collect(),
        config,
        folder: folder.path().to_owned(),
    }
}

/// `file` has exactly these mistakes, one a line.
#[track_caller]
fn check(file: impl AsRef<[u8]>, expect: &str) {
    assert_eq!(load(file, &[]).errors, expect);
}
