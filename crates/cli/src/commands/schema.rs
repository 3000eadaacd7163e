//! `switchboard schema`

use serde::Serialize;
use serde_json::{Map, Value};
use switchboard::core::event::{KINDS, Kind, SCHEMA_PREFIX, envelope_schema, schema};

use super::Streams;
use crate::exit::CliError;
use crate::output::{Output, Row};

/// The name of what is around the data of every kind.
const ENVELOPE: &str = "envelope";

/// Show the JSON Schema of events
///
/// Without a kind, lists what there is. Every event names the schema of its data in `dataschema`;
/// `envelope` is the schema of the CloudEvent around it.
#[derive(Debug, clap::Args)]
pub(crate) struct Schema {
    /// A kind of event, for example `message.created`, or `envelope`
    #[arg(conflicts_with = "all")]
    kind: Option<String>,
    /// Write all of them as one JSON object, by name
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: Output,
}

impl Schema {
    /// Writes the schema, or the list.
    ///
    /// # Errors
    ///
    /// When there is no such kind.
    pub(crate) fn run(self, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let shown = match self.kind {
            None if self.all => all(),
            None => return Ok(self.output.write(&rows(), streams.out)?),
            Some(name) => named(&name)?,
        };
        serde_json::to_writer_pretty(&mut *streams.out, &shown).map_err(std::io::Error::from)?;
        Ok(writeln!(streams.out)?)
    }
}

fn named(name: &str) -> Result<Value, CliError> {
    if name == ENVELOPE {
        return Ok(envelope_schema());
    }
    let kind = Kind::named(name).ok_or_else(|| {
        let names: Vec<_> = rows().iter().map(|row| row.name).collect();
        CliError::NotFound(format!("no kind `{name}`; there are: {}", names.join(", ")))
    })?;
    Ok(schema(kind))
}

fn all() -> Value {
    let envelope = [(ENVELOPE.to_owned(), envelope_schema())];
    let kinds = KINDS
        .iter()
        .map(|kind| (kind.name.to_owned(), schema(kind)));
    Value::Object(envelope.into_iter().chain(kinds).collect::<Map<_, _>>())
}

fn rows() -> Vec<SchemaRow> {
    let envelope = SchemaRow {
        name: ENVELOPE,
        about: "The CloudEvent around the data of every kind.",
        id: format!("{SCHEMA_PREFIX}event"),
    };
    let kinds = KINDS.iter().map(|kind| SchemaRow {
        name: kind.name,
        about: kind.about,
        id: format!("{SCHEMA_PREFIX}{}", kind.name),
    });
    [envelope].into_iter().chain(kinds).collect()
}

#[derive(Serialize)]
struct SchemaRow {
    name: &'static str,
    about: &'static str,
    id: String,
}

impl Row for SchemaRow {
    const COLUMNS: &'static [&'static str] = &["name", "about"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.to_owned(), self.about.to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use crate::exit::Exit;
    use clap::Parser as _;

    fn run(arguments: &[&str]) -> Result<Value, CliError> {
        let line = ["switchboard", "schema"].iter().chain(arguments);
        let crate::commands::Command::Schema(command) = Cli::parse_from(line).command else {
            panic!("another command");
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        command.run(&mut Streams {
            out: &mut out,
            err: &mut err,
        })?;
        Ok(serde_json::from_slice(&out).unwrap())
    }

    #[test]
    fn every_listed_name_has_the_schema_of_its_id() {
        let listed = run(&["-o", "json"]).unwrap();
        let all = run(&["--all"]).unwrap();

        assert_eq!(listed.as_array().unwrap().len(), KINDS.len() + 1);
        assert_eq!(all.as_object().unwrap().len(), KINDS.len() + 1);
        for row in listed.as_array().unwrap() {
            let name = row["name"].as_str().unwrap();
            assert_eq!(all[name]["$id"], row["id"], "{name}");
        }
    }

    #[test]
    fn a_kind_is_known_by_its_short_name_and_by_its_type() {
        let short = run(&["message.created"]).unwrap();
        let long = run(&["dev.switchboard.message.created"]).unwrap();

        assert_eq!(short, long);
        assert_eq!(short["$id"], "urn:switchboard:schema:v1:message.created");
    }

    #[test]
    fn an_unknown_kind_is_not_found_and_the_list_is_told() {
        let error = run(&["message.sung"]).unwrap_err();

        assert_eq!(error.exit(), Exit::NotFound);
        assert!(error.to_string().contains("envelope, message.created, "));
    }
}
