//! `switchboard config`

use super::Streams;
use crate::cli::Globals;
use crate::config::{EffectiveSetting, Inputs, effective};
use crate::exit::CliError;
use crate::output::{Output, Row};

/// Show every setting that holds, and where it was written
///
/// Of secrets only where they come from, and of the URLs of sinks only the host.
#[derive(Debug, clap::Args)]
pub(crate) struct Config {
    #[command(flatten)]
    output: Output,
}

impl Config {
    /// Writes the settings.
    ///
    /// # Errors
    ///
    /// Every mistake in the configuration.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        self.show(&globals.inputs(), streams)
    }

    fn show(self, inputs: &Inputs, streams: &mut Streams<'_>) -> Result<(), CliError> {
        Ok(self.output.write(&effective(inputs)?, streams.out)?)
    }
}

impl Row for EffectiveSetting {
    const COLUMNS: &'static [&'static str] = &["key", "value", "origin"];

    fn cells(&self) -> Vec<String> {
        let value = match self.value.as_str() {
            Some(text) => text.to_owned(),
            None => self.value.to_string(),
        };
        vec![self.key.clone(), value, self.origin.clone()]
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;
    use crate::commands::Command;
    use crate::config::tests::adapters;

    const FILE: &str = r#"[host]
listen = "127.0.0.1:1"
[endpoints.a]
adapter = "signed"
secrets = [{ env = "SET" }, { value = "hunter2hunter2hunter2" }]
[endpoints.hook]
adapter = "open"
unsigned = true
path_token = { value = "hunter2hunter2hunter2hunter2" }
[sinks.app]
type = "http"
url = "https://example.com/hunter2?key=hunter2"
"#;

    fn run(variables: &[(&str, &str)]) -> Result<String, CliError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("switchboard.toml");
        std::fs::write(&path, FILE).unwrap();
        let inputs = Inputs {
            file: Some(path),
            environment: variables.iter().copied().collect(),
            adapters: adapters::ALL.to_vec(),
            ..Inputs::default()
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams = Streams {
            out: &mut out,
            err: &mut err,
        };
        let Command::Config(command) =
            Cli::parse_from(["switchboard", "config", "-o", "jsonl"]).command
        else {
            panic!("another command");
        };
        command.show(&inputs, &mut streams)?;
        let folder = format!("{}/", folder.path().display());
        Ok(String::from_utf8(out).unwrap().replace(&folder, ""))
    }

    #[test]
    fn every_setting_comes_with_its_origin_and_without_secrets() {
        let out = run(&[
            ("SET", "hunter2hunter2hunter2"),
            ("SWITCHBOARD__HOST__MAX_CONNECTIONS", "7"),
        ])
        .unwrap();

        assert!(!out.contains("hunter2"), "{out}");
        for (key, value, origin) in [
            ("host.listen", "127.0.0.1:1", "switchboard.toml:2"),
            (
                "host.max_connections",
                "7",
                "SWITCHBOARD__HOST__MAX_CONNECTIONS",
            ),
            ("journal.path", "switchboard-data", "default"),
            ("endpoints.a.secrets[0].env", "SET", "switchboard.toml:5"),
            ("endpoints.a.secrets[1].value", "..", "switchboard.toml:5"),
            (
                "endpoints.hook.path_token.value",
                "..",
                "switchboard.toml:9",
            ),
            (
                "sinks.app.url",
                "https://example.com",
                "switchboard.toml:12",
            ),
            ("sinks.app.retry.attempts", "15", "default"),
        ] {
            let found = out.lines().any(|line| {
                let row: serde_json::Value = serde_json::from_str(line).unwrap();
                let shown = match &row["value"] {
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                row["key"] == key && shown == value && row["origin"] == origin
            });
            assert!(found, "{key} in {out}");
        }
    }

    #[test]
    fn nothing_is_shown_of_a_configuration_with_a_mistake() {
        let error = run(&[]).unwrap_err();

        assert_eq!(error.exit(), crate::exit::Exit::BadConfig);
    }
}
