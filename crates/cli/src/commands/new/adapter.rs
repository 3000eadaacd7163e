//! `switchboard new adapter`

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::name::Name;
use super::template::{self, Framework};
use crate::commands::Streams;
use crate::core::registrations;
use crate::exit::CliError;

/// Begin an adapter for a provider of your own
///
/// Makes a crate `switchboard-adapter-NAME` that verifies, parses and normalizes an invented provider's
/// webhooks, with samples, fixtures, the tests that hold for every adapter, and a README that says what
/// is left to do. It passes its tests as it is.
#[derive(Debug, clap::Args)]
pub(crate) struct NewAdapter {
    /// The adapter's name in configurations, `lower-case-with-dashes`
    name: String,
    /// The folder to make the crate's folder in
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    into: PathBuf,
    /// A checkout of Switchboard to depend on, instead of the published version
    #[arg(long, value_name = "CHECKOUT")]
    path: Option<PathBuf>,
}

impl NewAdapter {
    /// Writes the crate.
    ///
    /// # Errors
    ///
    /// When the name is none or is taken, or the crate's folder is there already.
    pub(crate) fn run(self, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let name = named(&self.name)?;
        let framework = self.framework()?;
        let folder = self.into.join(format!("switchboard-adapter-{name}"));
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let there = format!("{} is there already; nothing was written", folder.display());
                return Err(CliError::Usage(there));
            }
            made => made.map_err(|error| unwritten(&folder, error))?,
        }
        for (path, text) in template::files(&name, &framework) {
            let path = folder.join(path);
            write(&path, &text).map_err(|error| unwritten(&path, error))?;
            writeln!(streams.out, "{}", path.display())?;
        }
        let next = format!("Next: cd {} && cargo test", folder.display());
        Ok(writeln!(streams.err, "{next}; then README.md")?)
    }

    fn framework(&self) -> Result<Framework, CliError> {
        let version = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"").to_owned();
        let Some(checkout) = &self.path else {
            return Ok(Framework {
                core: version.clone(),
                testkit: version,
            });
        };
        Ok(Framework {
            core: dependency(checkout, "core")?,
            testkit: dependency(checkout, "testkit")?,
        })
    }
}

fn named(text: &str) -> Result<Name, CliError> {
    let name: Name = text
        .parse()
        .map_err(|why| CliError::Usage(format!("`{text}` is no adapter's name: {why}")))?;
    if template::has_type(&name.type_name()) {
        let taken = format!("`{text}` is the name of a type that every adapter uses");
        return Err(CliError::Usage(taken));
    }
    let linked = registrations();
    match linked.iter().find(|linked| linked.descriptor.name == text) {
        Some(linked) => Err(CliError::Usage(format!(
            "`{text}` is an adapter already, of {}",
            linked.crate_name
        ))),
        None => Ok(name),
    }
}

/// The crate `name` of the framework in `checkout`.
fn dependency(checkout: &Path, name: &str) -> Result<String, CliError> {
    let path = checkout.join("crates").join(name);
    if !path.join("Cargo.toml").is_file() {
        let missing = format!("{} is no checkout of Switchboard", checkout.display());
        return Err(CliError::NotFound(missing));
    }
    let path = fs::canonicalize(&path).map_err(|error| unwritten(&path, error))?;
    let Some(path) = path.to_str() else {
        let odd = format!("{} is not UTF-8, as a manifest is", path.display());
        return Err(CliError::Usage(odd));
    };
    // A text of JSON is one of TOML.
    Ok(format!("path = {}", serde_json::Value::from(path)))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

fn unwritten(path: &Path, error: io::Error) -> CliError {
    CliError::unavailable(format!("cannot write {}", path.display()), error)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;
    use crate::commands::Command;
    use crate::exit::Exit;

    fn run(folder: &Path, arguments: &[&str]) -> Result<String, CliError> {
        let line = ["switchboard", "new", "adapter"].iter().chain(arguments);
        let Command::New(mut command) = Cli::parse_from(line).command else {
            panic!("another command");
        };
        let super::super::What::Adapter(adapter) = &mut command.what;
        adapter.into = folder.to_owned();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        command.run(&mut Streams {
            out: &mut out,
            err: &mut err,
        })?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn every_file_is_told_and_nothing_in_it_is_left_open() {
        let folder = tempfile::tempdir().unwrap();

        let told = run(folder.path(), &["acme-chat"]).unwrap();

        assert!(told.lines().count() > 10, "{told}");
        for path in told.lines() {
            let text = fs::read_to_string(path).unwrap();
            assert!(!text.contains("{{"), "{path}: {text}");
        }
        let manifest = folder
            .path()
            .join("switchboard-adapter-acme-chat/Cargo.toml");
        let manifest: toml::Table = fs::read_to_string(manifest).unwrap().parse().unwrap();
        let core = &manifest["dependencies"]["switchboard-core"];
        assert_eq!(core["version"].as_str(), Some(env!("CARGO_PKG_VERSION")));
        assert_eq!(core["default-features"].as_bool(), Some(false));
    }

    #[test]
    fn a_folder_that_is_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mine = folder.path().join("switchboard-adapter-acme");
        fs::create_dir(&mine).unwrap();

        let error = run(folder.path(), &["acme"]).unwrap_err();

        assert_eq!(error.exit(), Exit::Usage);
        assert_eq!(fs::read_dir(mine).unwrap().count(), 0);
    }

    #[test]
    fn names_that_would_not_compile_or_are_taken_are_refused_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        // The last two: a type of the contract, and one of Rust's own.
        for name in ["Acme", "self", "../acme", "endpoint", "option"] {
            let error = run(folder.path(), &[name]).unwrap_err();
            assert_eq!(error.exit(), Exit::Usage, "{name}");
        }
        #[cfg(feature = "kommo")]
        assert!(run(folder.path(), &["kommo-chats"]).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_checkout_that_is_none_is_not_found() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().to_str().unwrap();

        let error = run(folder.path(), &["acme", "--path", nowhere]).unwrap_err();

        assert_eq!(error.exit(), Exit::NotFound);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
