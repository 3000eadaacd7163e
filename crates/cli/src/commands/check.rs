//! `switchboard check`

use std::io::{self, Write};

use super::Streams;
use crate::cli::Globals;
use crate::config::{Config, EndpointConfig, Inputs, SinkConfig, SinkKind, site};
use crate::exit::CliError;
use crate::output::write_table;

/// Check the configuration, and show what it sets up
#[derive(Debug, clap::Args)]
pub(crate) struct Check {}

impl Check {
    /// Checks it, and writes the summary.
    ///
    /// # Errors
    ///
    /// Every mistake in the configuration.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        check(&globals.inputs(), globals.logging.is_quiet(), streams)
    }
}

fn check(inputs: &Inputs, is_quiet: bool, streams: &mut Streams<'_>) -> Result<(), CliError> {
    let config = Config::load(inputs)?;
    for warning in config.warnings.iter().filter(|_| !is_quiet) {
        writeln!(streams.err, "warning: {warning}")?;
    }
    Ok(summarize(&config, streams.out)?)
}

fn summarize(config: &Config, out: &mut dyn Write) -> io::Result<()> {
    let base = config
        .host
        .public_url
        .as_ref()
        .map_or_else(String::new, ToString::to_string);
    let endpoints = config.endpoints.iter().map(|endpoint| {
        let descriptor = endpoint.registration.descriptor;
        vec![
            endpoint.endpoint.id().to_owned(),
            descriptor.name.to_owned(),
            descriptor.methods.join(","),
            proof(endpoint).to_owned(),
            format!("{}{}", base.trim_end_matches('/'), path(endpoint)),
        ]
    });
    let columns = &["endpoint", "adapter", "methods", "proven by", "url"];
    write_table(columns, endpoints, out)?;

    if let Some(admin) = &config.admin {
        let proof = if admin.tokens.is_empty() {
            "no token"
        } else {
            "token"
        };
        writeln!(out, "\nControl API: http://{} ({proof})", admin.listen)?;
    }
    writeln!(out)?;
    if config.sinks.is_empty() {
        return writeln!(out, "No sinks: deliveries are stored and kept.");
    }
    let sinks = config.sinks.iter().map(|sink| {
        vec![
            sink.name.clone(),
            sink.kind.name().to_owned(),
            destination(sink),
            sink.filter.endpoints.as_ref().map_or_else(
                || "all".to_owned(),
                |chosen| chosen.iter().cloned().collect::<Vec<_>>().join(","),
            ),
        ]
    });
    write_table(&["sink", "type", "to", "endpoints"], sinks, out)
}

/// What the caller has to know.
fn proof(endpoint: &EndpointConfig) -> &'static str {
    let is_guarded = endpoint.endpoint.is_guarded();
    match (endpoint.endpoint.is_unsigned(), is_guarded) {
        (true, _) => "path token",
        (false, true) => "secret, path token",
        (false, false) => "secret",
    }
}

/// What to paste into the provider's form; the token, a secret, is left for the operator to fill in.
fn path(endpoint: &EndpointConfig) -> String {
    let id = endpoint.endpoint.id();
    let token = if endpoint.path_tokens.is_empty() {
        ""
    } else {
        "/<path_token>"
    };
    format!("/in/{id}{token}")
}

/// Where events go.
fn destination(sink: &SinkConfig) -> String {
    match &sink.kind {
        SinkKind::Http { url, .. } => site(url),
        SinkKind::Stdout => String::new(),
        SinkKind::File { path } => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::adapters;

    fn run(variables: &[(&str, &str)]) -> (Result<(), CliError>, String, String) {
        let inputs = Inputs {
            environment: variables.iter().copied().collect(),
            adapters: adapters::ALL.to_vec(),
            ..Inputs::default()
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams = Streams {
            out: &mut out,
            err: &mut err,
        };
        let ended = check(&inputs, false, &mut streams);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (ended, text(out), text(err))
    }

    #[test]
    fn the_summary_shows_what_to_paste_and_no_secret() {
        let (ended, out, err) = run(&[
            ("TOKEN", "abcdefghijklmnopqrstuv"),
            (
                "SWITCHBOARD__HOST__PUBLIC_URL",
                "https://hooks.example.com/",
            ),
            ("SWITCHBOARD__ENDPOINTS__HOOK__ADAPTER", "open"),
            ("SWITCHBOARD__ENDPOINTS__HOOK__UNSIGNED", "true"),
            ("SWITCHBOARD__ENDPOINTS__HOOK__PATH_TOKEN__ENV", "TOKEN"),
            ("SWITCHBOARD__ENDPOINTS__A__ADAPTER", "sometimes"),
            ("SWITCHBOARD__ENDPOINTS__A__UNSIGNED", "true"),
            ("SWITCHBOARD__ENDPOINTS__A__PATH_TOKEN__ENV", "TOKEN"),
            ("SWITCHBOARD__ENDPOINTS__B__ADAPTER", "signed"),
            ("SWITCHBOARD__ENDPOINTS__B__SECRETS__ENV", "TOKEN"),
            ("SWITCHBOARD__ENDPOINTS__B__PATH_TOKEN__ENV", "TOKEN"),
            ("SWITCHBOARD__ENDPOINTS__C__ADAPTER", "signed"),
            ("SWITCHBOARD__ENDPOINTS__C__SECRETS__ENV", "TOKEN"),
            ("SWITCHBOARD__SINKS__APP__TYPE", "http"),
            (
                "SWITCHBOARD__SINKS__APP__URL",
                "http://127.0.0.1:3000/hidden?key=hidden",
            ),
        ]);

        ended.unwrap();
        assert_eq!(
            out,
            "ENDPOINT  ADAPTER    METHODS  PROVEN BY           URL\n\
             a         sometimes  POST     path token          https://hooks.example.com/in/a/<path_token>\n\
             b         signed     POST     secret, path token  https://hooks.example.com/in/b/<path_token>\n\
             c         signed     POST     secret              https://hooks.example.com/in/c\n\
             hook      open       POST     path token          https://hooks.example.com/in/hook/<path_token>\n\
             \n\
             SINK  TYPE  TO                     ENDPOINTS\n\
             app   http  http://127.0.0.1:3000  all\n"
        );
        assert_eq!(
            err,
            "warning: SWITCHBOARD__SINKS__APP__TYPE: sinks.app.secret: \
             no secret: the receiver cannot tell our events from forged ones\n"
        );
    }

    #[test]
    fn a_wrong_configuration_ends_with_its_own_code() {
        let (ended, out, _) = run(&[]);

        assert_eq!(ended.unwrap_err().exit(), crate::exit::Exit::BadConfig);
        assert_eq!(out, "");
    }
}
