//! The rows of the table: what the gateway does with what it accepts.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
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
    /// And kept for an HTTP server that is down
    HttpDown,
}

/// So many calls HTTP sinks may have under way between them: with fewer they have less of the processors
/// than a load that never pauses.
const CALLS: usize = 128;

/// Nobody listens at this port: it belongs to a service that died out.
const NOBODY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);

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

    /// The names of its sinks: no other row has sinks of these names.
    pub(crate) fn sinks(self) -> impl Iterator<Item = String> {
        let count = match self {
            Self::Accept | Self::Duplicates => 0,
            Self::File | Self::Handler | Self::Http | Self::HttpOrdered | Self::HttpDown => 1,
            Self::HttpTen => 10,
        };
        (0..count).map(move |number| format!("{}-{number}", self.name()))
    }

    /// Whether its sinks take what they are given.
    pub(crate) fn delivers(self) -> bool {
        self.sinks().next().is_some() && self != Self::HttpDown
    }

    /// The configuration of a gateway with this journal whose file is written in `folder` and whose
    /// HTTP sinks call `receiver`; `None` where its sink is no matter of configuration.
    ///
    /// Nothing grows too old: a journal may have been made long ago.
    pub(crate) fn configuration(
        self,
        journal: &Path,
        folder: &Path,
        receiver: SocketAddr,
    ) -> Option<String> {
        let receiver = if self == Self::HttpDown {
            NOBODY
        } else {
            receiver
        };
        let mut toml = format!(
            "[host]\nlisten = \"127.0.0.1:0\"\n\
             [journal]\npath = {journal:?}\n\
             [retention]\nbodies = \"3650d\"\nevents = \"3650d\"\nkeys = \"3650d\"\ndead = \"3650d\"\n\
             [endpoints.bench]\nadapter = \"kommo-chats\"\nsecrets = [{{ value = \"{SECRET}\" }}]\n"
        );
        let calls = CALLS / self.sinks().count().max(1);
        for sink in self.sinks() {
            // A text takes all that is written to it.
            let _ = match self {
                Self::Accept | Self::Duplicates => Ok(()),
                Self::Handler => return None,
                Self::File => {
                    let path = folder.join("events.jsonl");
                    write!(toml, "[sinks.{sink}]\ntype = \"file\"\npath = {path:?}\n")
                }
                Self::Http | Self::HttpOrdered | Self::HttpTen | Self::HttpDown => write!(
                    toml,
                    "[sinks.{sink}]\ntype = \"http\"\nurl = \"http://{receiver}/\"\nconcurrency = {calls}\n"
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
        let journal = Path::new("journal");
        let receiver = SocketAddr::from(([127, 0, 0, 1], 80));
        for row in RowKind::value_variants() {
            let Some(toml) = row.configuration(journal, folder.path(), receiver) else {
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

            let configured = config.sinks.iter().map(|sink| sink.name.clone());
            let configured: Vec<_> = configured.collect();
            assert_eq!(configured, row.sinks().collect::<Vec<_>>(), "{row:?}");
        }
    }
}
