//! The rows of the table: what the gateway does with what it accepts.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use clap::ValueEnum as _;

use super::calls::SECRET;

/// What happens to deliveries.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum RowKind {
    /// Verified, stored, decoded; no sink
    Accept,
    /// The same, each delivery twice
    Duplicates,
    /// And written to a file, synced
    File,
    /// And given to a function in the gateway's process
    Handler,
    /// And given to an HTTP server on loopback
    Http,
    /// The same, each conversation in order; all are of one
    HttpOrdered,
    /// And given to ten HTTP sinks
    HttpTen,
}

impl RowKind {
    /// As it is called on the command line.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// So many deliveries in a row have one id.
    pub(crate) fn copies(self) -> u64 {
        if self == Self::Duplicates { 2 } else { 1 }
    }

    /// The names of its sinks.
    pub(crate) fn sinks(self) -> usize {
        match self {
            Self::Accept | Self::Duplicates => 0,
            Self::File | Self::Handler | Self::Http | Self::HttpOrdered => 1,
            Self::HttpTen => 10,
        }
    }

    /// The configuration of a gateway in `folder` whose HTTP sinks call `receiver`; `None` where its
    /// sink is no matter of configuration.
    pub(crate) fn configuration(self, folder: &Path, receiver: SocketAddr) -> Option<String> {
        let journal = folder.join("journal");
        let mut toml = format!(
            "[host]\nlisten = \"127.0.0.1:0\"\n\
             [journal]\npath = {journal:?}\n\
             [endpoints.bench]\nadapter = \"kommo-chats\"\nsecrets = [{{ value = \"{SECRET}\" }}]\n"
        );
        for number in 0..self.sinks() {
            // A text takes all that is written to it.
            let _ = match self {
                Self::Accept | Self::Duplicates => Ok(()),
                Self::Handler => return None,
                Self::File => {
                    let path = folder.join("events.jsonl");
                    write!(
                        toml,
                        "[sinks.s{number}]\ntype = \"file\"\npath = {path:?}\n"
                    )
                }
                Self::Http | Self::HttpOrdered | Self::HttpTen => write!(
                    toml,
                    "[sinks.s{number}]\ntype = \"http\"\nurl = \"http://{receiver}/\"\nconcurrency = 32\n"
                ),
            };
        }
        if self == Self::HttpOrdered {
            toml.push_str("order_by = \"partitionkey\"\n");
        }
        Some(toml)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Inputs};
    use crate::core::registrations;

    #[test]
    fn every_row_is_configured_right() {
        let folder = tempfile::tempdir().unwrap();
        let receiver = SocketAddr::from(([127, 0, 0, 1], 80));
        for row in RowKind::value_variants() {
            let Some(toml) = row.configuration(folder.path(), receiver) else {
                continue;
            };
            let file = folder.path().join("switchboard.toml");
            std::fs::write(&file, toml).unwrap();
            let inputs = Inputs {
                file: Some(file),
                adapters: registrations(),
                ..Inputs::default()
            };

            let config = Config::load(&inputs).unwrap_or_else(|wrong| panic!("{row:?}: {wrong}"));

            assert_eq!(config.sinks.len(), row.sinks(), "{row:?}");
        }
    }
}
