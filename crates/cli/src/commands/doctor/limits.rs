//! Whether the process may open what its configuration wants.

use rustix::process::{Resource, getrlimit};

use super::{Found, Severity};
use crate::config::Config;

/// What is open beside connections: the journal's files, the log, the sockets that listen.
const OTHERS: u64 = 64;

/// Looks at the limits of this process, which are those of a gateway that is started as it is.
pub(super) fn examine(config: Option<&Config>) -> Vec<Found> {
    let wanted = config.map_or(OTHERS, wanted);
    let mut found = vec![files(getrlimit(Resource::Nofile).current, wanted)];
    if let Some(bytes) = getrlimit(Resource::Fsize).current {
        let finding = format!("no file may be larger than {bytes} bytes, the journal's too");
        found.push(Found::new(Severity::Note, "limits", finding));
    }
    found
}

/// The files that `config` may have open at once.
fn wanted(config: &Config) -> u64 {
    let calls = config.sinks.iter();
    let calls: u64 = calls.map(|sink| u64::from(sink.concurrency.get())).sum();
    u64::from(config.host.max_connections.get()) + calls + OTHERS
}

fn files(allowed: Option<u64>, wanted: u64) -> Found {
    let Some(allowed) = allowed.filter(|allowed| *allowed < wanted) else {
        let finding = format!("{wanted} open files are wanted at most, and allowed");
        return Found::new(Severity::Ok, "limits", finding);
    };
    let finding = format!(
        "{wanted} open files are wanted at most, and {allowed} are allowed: raise `ulimit -n` \
         (LimitNOFILE=), or lower `host.max_connections`"
    );
    Found::new(Severity::Note, "limits", finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_files_are_told() {
        assert_eq!(files(None, 1000).severity, Severity::Ok);
        assert_eq!(files(Some(1000), 1000).severity, Severity::Ok);
        assert_eq!(files(Some(999), 1000).severity, Severity::Note);
    }
}
