//! `switchboard adapters`

use serde::{Serialize, Serializer};

use super::Streams;
use crate::core::{Redelivery, Registration, registrations};
use crate::exit::CliError;
use crate::output::{Output, Row};

/// List the adapters in this binary
#[derive(Debug, clap::Args)]
pub(crate) struct Adapters {
    #[command(flatten)]
    output: Output,
}

impl Adapters {
    /// Writes the list.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(crate) fn run(self, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let rows: Vec<_> = registrations().into_iter().map(AdapterRow::of).collect();
        Ok(self.output.write(&rows, streams.out)?)
    }
}

/// One adapter, as programs see it.
#[derive(Debug, Serialize)]
struct AdapterRow {
    name: &'static str,
    title: &'static str,
    #[serde(rename = "crate")]
    crate_name: &'static str,
    methods: &'static [&'static str],
    /// In seconds.
    ack_deadline: u64,
    #[serde(serialize_with = "redelivery")]
    redelivery: Redelivery,
    /// Whether an endpoint can be without secrets.
    signed: &'static str,
    secrets: Vec<RoleRow>,
    docs: DocsRow,
}

#[derive(Debug, Serialize)]
struct RoleRow {
    name: &'static str,
    about: &'static str,
}

#[derive(Debug, Serialize)]
struct DocsRow {
    url: &'static str,
    read: &'static str,
}

impl AdapterRow {
    fn of(registration: &Registration) -> Self {
        let descriptor = registration.descriptor;
        let (url, read) = descriptor.docs;
        let role = |role: &crate::core::SecretRole| RoleRow {
            name: role.name,
            about: role.about,
        };
        Self {
            name: descriptor.name,
            title: descriptor.title,
            crate_name: registration.crate_name,
            methods: descriptor.methods,
            ack_deadline: descriptor.ack_deadline.as_secs(),
            redelivery: descriptor.redelivery,
            signed: match (descriptor.is_signed, descriptor.may_be_unsigned) {
                (false, _) => "never",
                (true, true) => "by choice",
                (true, false) => "always",
            },
            secrets: descriptor.secrets.iter().map(role).collect(),
            docs: DocsRow { url, read },
        }
    }
}

impl Row for AdapterRow {
    const COLUMNS: &'static [&'static str] = &[
        "name",
        "title",
        "methods",
        "ack",
        "redelivery",
        "signed",
        "secrets",
        "docs",
    ];

    fn cells(&self) -> Vec<String> {
        let redelivery = match self.redelivery {
            Redelivery::Never => "never".to_owned(),
            Redelivery::Retries { attempts, within } => {
                format!("{attempts} in {}s", within.as_secs())
            }
            _ => "unknown".to_owned(),
        };
        let secrets: Vec<_> = self.secrets.iter().map(|role| role.name).collect();
        vec![
            self.name.to_owned(),
            self.title.to_owned(),
            self.methods.join(","),
            format!("{}s", self.ack_deadline),
            redelivery,
            self.signed.to_owned(),
            secrets.join(","),
            self.docs.url.to_owned(),
        ]
    }
}

/// `"never"`, `"unknown"`, or the attempts and the seconds they are spread over.
fn redelivery<S: Serializer>(redelivery: &Redelivery, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Retries {
        attempts: u8,
        within: u64,
    }
    match redelivery {
        Redelivery::Never => to.serialize_str("never"),
        Redelivery::Retries { attempts, within } => Retries {
            attempts: *attempts,
            within: within.as_secs(),
        }
        .serialize(to),
        _ => to.serialize_str("unknown"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::tests::adapters;

    #[test]
    fn programs_see_every_field() {
        let row = AdapterRow::of(adapters::ALL[3]);

        let expected = json!({
            "name": "signed",
            "title": "Signed",
            "crate": "adapter-signed",
            "methods": ["POST"],
            "ack_deadline": 5,
            "redelivery": "unknown",
            "signed": "always",
            "secrets": [{ "name": "secret", "about": "Settings > Webhooks" }],
            "docs": { "url": "", "read": "" },
        });
        assert_eq!(serde_json::to_value(row).unwrap(), expected);
    }

    #[test]
    fn who_signs_and_who_need_not_is_told() {
        let signed = |name: &str| {
            let found = adapters::ALL.iter().find(|one| one.descriptor.name == name);
            AdapterRow::of(found.unwrap()).signed
        };

        assert_eq!(signed("signed"), "always");
        assert_eq!(signed("sometimes"), "by choice");
        assert_eq!(signed("open"), "never");
    }

    #[test]
    fn attempts_come_with_the_seconds_they_are_spread_over() {
        let mut row = AdapterRow::of(adapters::ALL[3]);
        row.redelivery = Redelivery::Retries {
            attempts: 3,
            within: std::time::Duration::from_secs(90),
        };

        let redelivery = &serde_json::to_value(&row).unwrap()["redelivery"];

        assert_eq!(*redelivery, json!({ "attempts": 3, "within": 90 }));
        assert_eq!(row.cells()[4], "3 in 90s");
    }
}
