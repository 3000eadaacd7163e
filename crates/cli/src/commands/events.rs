//! `switchboard events`

mod replay;
mod tail;

use std::borrow::Cow;

use serde::Serialize;
use switchboard::Event;
use switchboard::core::journal::{
    DeliveryId, EventFilter, EventPosition, EventRecord, Intake, LogPosition, UndecodedCause,
    UndecodedFilter,
};
use switchboard::core::{Glob, Timestamp, redact};
use switchboard::journal_sqlite::SqliteReader;

use super::{Streams, redaction};
use crate::cli::Globals;
use crate::config::{Config, Inputs};
use crate::exit::CliError;
use crate::output::{Output, Row};

/// Look into the journal, while a gateway runs or not
#[derive(Debug, clap::Args)]
pub(crate) struct Events {
    #[command(subcommand)]
    command: EventsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum EventsCommand {
    List(List),
    Show(Show),
    Raw(Raw),
    Replay(replay::Replay),
    Tail(tail::Tail),
}

impl Events {
    /// Looks, and changes nothing but by a replay.
    ///
    /// # Errors
    ///
    /// When there is no journal, or nothing of the id that was asked for.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let open = || -> Result<SqliteReader, CliError> {
            let journal = Config::journal(&globals.inputs())?;
            Ok(SqliteReader::open(&journal)?)
        };
        match self.command {
            EventsCommand::List(list) => list.run(&mut open()?, streams),
            EventsCommand::Show(show) => show.run(&open()?, streams),
            EventsCommand::Raw(raw) => raw.run(&mut open()?, &globals.inputs(), streams),
            EventsCommand::Replay(replay) => replay.run(globals, streams),
            EventsCommand::Tail(tail) => tail.run(globals, streams),
        }
    }
}

/// List the last events, the latest at the end
#[derive(Debug, clap::Args)]
struct List {
    /// At most so many
    #[arg(long, default_value_t = 20, value_name = "COUNT")]
    limit: usize,
    /// The first ones after this position instead of the last ones
    #[arg(long, value_name = "POSITION")]
    after: Option<u64>,
    /// Only of this kind, for example `message.*`
    #[arg(long, value_name = "GLOB")]
    kind: Option<Glob>,
    /// Only those that came in by this endpoint
    #[arg(long, value_name = "ID")]
    endpoint: Option<String>,
    /// Deliveries that are kept and have no events, because they cannot be decoded
    #[arg(long, conflicts_with_all = ["after", "kind", "endpoint"])]
    undecoded: bool,
    #[command(flatten)]
    output: Output,
}

impl List {
    fn run(self, reader: &mut SqliteReader, streams: &mut Streams<'_>) -> Result<(), CliError> {
        if self.undecoded {
            let rows = undecoded(reader, self.limit)?;
            return Ok(self.output.write(&rows, streams.out)?);
        }
        let filter = EventFilter {
            after: self.after.map(EventPosition),
            kind: self.kind,
            endpoint: self.endpoint,
            // One more than asked for tells whether there are more.
            ..EventFilter::last(self.limit.saturating_add(1))
        };
        let mut events = reader.events(&filter)?;
        if events.len() > self.limit {
            let extra = if filter.after.is_some() {
                self.limit
            } else {
                0
            };
            events.remove(extra);
            writeln!(streams.err, "There are more; see --limit and --after.")?;
        }
        let rows: Vec<EventRow<'_>> = events.iter().map(EventRow::new).collect();
        Ok(self.output.write(&rows, streams.out)?)
    }
}

#[derive(Serialize)]
struct EventRow<'a> {
    position: EventPosition,
    id: &'a str,
    source: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Timestamp>,
    recordedtime: Timestamp,
    deliveryid: &'a str,
    #[serde(skip)]
    event: &'a Event,
}

impl<'a> EventRow<'a> {
    fn new(listed: &'a EventRecord) -> Self {
        let event = listed.envelope.event();
        Self {
            position: listed.position,
            id: &event.id,
            source: &event.source,
            kind: &event.kind,
            subject: event.subject.as_deref(),
            time: event.time,
            recordedtime: event.recordedtime,
            deliveryid: &event.deliveryid,
            event,
        }
    }
}

impl Row for EventRow<'_> {
    const COLUMNS: &'static [&'static str] =
        &["position", "recorded", "endpoint", "kind", "subject", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.position.to_string(),
            self.recordedtime.to_string(),
            self.event.endpoint.clone(),
            self.event.short_kind().to_owned(),
            self.subject.unwrap_or("-").to_owned(),
            self.id.to_owned(),
        ]
    }
}

fn undecoded(reader: &mut SqliteReader, limit: usize) -> Result<Vec<UndecodedRow>, CliError> {
    let mut rows = Vec::new();
    for found in reader.undecoded(&UndecodedFilter::last(limit))? {
        // What does not match its checksum has no id any more.
        let stored = reader.delivery(found.position).ok().flatten();
        rows.push(UndecodedRow {
            position: found.position,
            deliveryid: stored.as_ref().map(|stored| stored.id().to_string()),
            endpoint: stored.map(|stored| stored.intake.endpoint),
            cause: found.undecoded.cause,
            reason: found.undecoded.reason,
        });
    }
    Ok(rows)
}

#[derive(Serialize)]
struct UndecodedRow {
    position: LogPosition,
    #[serde(skip_serializing_if = "Option::is_none")]
    deliveryid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    cause: UndecodedCause,
    reason: String,
}

impl Row for UndecodedRow {
    const COLUMNS: &'static [&'static str] = &["deliveryid", "endpoint", "reason"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.deliveryid.clone().unwrap_or_else(|| "-".to_owned()),
            self.endpoint.clone().unwrap_or_else(|| "-".to_owned()),
            self.reason.clone(),
        ]
    }
}

/// Show one event whole, as JSON
#[derive(Debug, clap::Args)]
struct Show {
    /// The event's id
    id: String,
}

impl Show {
    fn run(self, reader: &SqliteReader, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let events = reader.event(&self.id)?;
        if events.is_empty() {
            return Err(CliError::NotFound(format!("no event `{}`", self.id)));
        }
        for listed in &events {
            serde_json::to_writer_pretty(&mut *streams.out, listed.envelope.event())
                .map_err(std::io::Error::from)?;
            writeln!(streams.out)?;
        }
        Ok(())
    }
}

/// Write the raw body of a delivery, byte for byte but for what its adapter never shows
#[derive(Debug, clap::Args)]
struct Raw {
    /// The delivery's id, or that of one of its events
    id: String,
}

impl Raw {
    fn run(
        self,
        reader: &mut SqliteReader,
        inputs: &Inputs,
        streams: &mut Streams<'_>,
    ) -> Result<(), CliError> {
        let not_found = || CliError::NotFound(format!("no delivery or event `{}`", self.id));
        let delivery = self.id.parse::<DeliveryId>().ok();
        let position = match delivery {
            Some(delivery) => delivery.position(),
            None => {
                reader
                    .event(&self.id)?
                    .first()
                    .ok_or_else(not_found)?
                    .delivery
            }
        };
        let stored = reader.delivery(position)?.ok_or_else(not_found)?;
        if delivery.is_some_and(|delivery| delivery != stored.id()) {
            return Err(not_found());
        }
        let shown = shown(&stored.intake, inputs)?;
        streams.out.write_all(&shown)?;
        streams.out.flush()?;
        if matches!(shown, Cow::Owned(_)) {
            writeln!(
                streams.err,
                "Written anew: what `{}` never shows was taken out.",
                stored.intake.endpoint
            )?;
        }
        Ok(())
    }
}

/// The body without what its adapter and the options of its endpoint never show; its headers are not
/// shown at all.
fn shown<'a>(intake: &'a Intake, inputs: &Inputs) -> Result<Cow<'a, [u8]>, CliError> {
    let Intake {
        adapter, endpoint, ..
    } = intake;
    let names = redaction::names(adapter, endpoint, inputs).map_err(|error| {
        CliError::Failure(format!(
            "what `{adapter}` took in at `{endpoint}` is not shown: {error}"
        ))
    })?;
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    redact::body(&intake.delivery, &names).map_err(|error| CliError::Failure(error.to_string()))
}

#[cfg(test)]
mod tests {
    use switchboard::core::{Delivery, Verified};

    use super::*;

    fn taken_in(adapter: &str, body: &'static str) -> Intake {
        Intake {
            endpoint: "support".to_owned(),
            adapter: adapter.to_owned(),
            delivery: Delivery::post(body).with("authentication", "hunter2"),
            verified: Verified::unsigned(),
        }
    }

    /// A process without a configuration.
    #[cfg(feature = "all-adapters")]
    fn unconfigured() -> Inputs {
        Inputs {
            adapters: switchboard::core::registrations(),
            ..Inputs::default()
        }
    }

    #[cfg(feature = "all-adapters")]
    #[test]
    fn a_raw_body_is_shown_without_what_its_adapter_never_shows() {
        let plain = taken_in("chatwoot", "{ \"id\": 1 }\n");
        let secret = taken_in("chatwoot", r#"{"a":{"pubsub_token":"hunter2"},"id":1}"#);
        let torn = taken_in("chatwoot", r#"{"pubsub_token":"hunter2""#);

        let inputs = unconfigured();
        assert_eq!(shown(&plain, &inputs).unwrap(), &b"{ \"id\": 1 }\n"[..]);
        assert_eq!(
            shown(&secret, &inputs).unwrap(),
            &b"{\"a\":{},\"id\":1}"[..]
        );
        let told = shown(&torn, &inputs).unwrap_err().to_string();
        assert!(!told.contains("hunter2"), "{told}");
    }

    #[cfg(feature = "all-adapters")]
    #[test]
    fn what_an_endpoint_s_options_name_is_not_shown_either() {
        let taken = taken_in("generic", r#"{"a":{"key":"hunter2"},"key":"x","id":1}"#);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("switchboard.toml");
        let configured = |endpoint: &str| {
            std::fs::write(&file, endpoint).unwrap();
            let inputs = Inputs {
                file: Some(file.clone()),
                ..unconfigured()
            };
            shown(&taken, &inputs).map(|shown| String::from_utf8(shown.into_owned()).unwrap())
        };

        // The secret is not at hand, and need not be.
        let shown = configured(
            "[endpoints.support]\nadapter = \"generic\"\nsecrets = { env = \"NOT_HERE\" }\n\
             options = { proof = \"bearer\", redact = [\"a.key\"] }",
        );
        assert_eq!(shown.unwrap(), r#"{"a":{},"id":1,"key":"x"}"#);
        for nobody_knows in [
            "",
            "[endpoints.other]\nadapter = \"generic\"\noptions = { redact = [\"a.key\"] }",
            "[endpoints.support]\nadapter = \"chatwoot\"",
            "[endpoints.support]\nadapter = \"generic\"\noptions = { redact = \"a.key\" }",
        ] {
            let told = configured(nobody_knows).unwrap_err().to_string();
            assert!(
                told.contains("`support`") && !told.contains("hunter2"),
                "{told}"
            );
        }
    }

    #[test]
    fn what_no_linked_adapter_took_in_is_not_shown() {
        let told = shown(&taken_in("acme", "hunter2"), &Inputs::default()).unwrap_err();

        assert!(told.to_string().contains("not in this binary"), "{told}");
    }
}
