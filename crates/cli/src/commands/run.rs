//! `switchboard run`

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tracing::{info, warn};

use crate::cli::Globals;
use crate::config::{Config, Inputs};
use crate::exit::CliError;
use crate::reload::Reload;
use crate::{gateway, signal};

/// How long a thread that is stuck in a system call is waited for at the end.
const STUCK: Duration = Duration::from_millis(500);

/// Run the gateway
///
/// SIGTERM or SIGINT ends it in order: it stops listening, answers what it has begun to read, and
/// settles what is under way. A second one ends it at once; everything acknowledged is safe.
///
/// SIGHUP reads the configuration again: endpoints, secrets, sinks. All of it is checked first, and
/// after a mistake everything goes on as it was. No connection is dropped. A sink that is no longer
/// there keeps its events.
#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// Listen here instead of where the configuration says
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

impl Run {
    /// Runs the gateway until it is told to end.
    ///
    /// # Errors
    ///
    /// When the configuration is wrong, something it names cannot be used, or the journal fails.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), CliError> {
        let mut inputs = globals.inputs();
        inputs.flags.extend(
            self.listen
                .map(|listen| ("host.listen", listen.to_string())),
        );
        let config = Config::load(&inputs)?;
        for warning in &config.warnings {
            warn!(%warning, "The configuration is worth a look.");
        }
        let adapters: Vec<_> = inputs
            .adapters
            .iter()
            .map(|linked| linked.descriptor.name)
            .collect();
        info!(adapters = adapters.join(" "), "Adapters in this binary.");

        let runtime = Runtime::new()?;
        let served = runtime.block_on(serve(inputs, config));
        runtime.shutdown_timeout(STUCK);
        served
    }
}

/// Opens the journal, and only then listens: whoever can connect can be answered.
async fn serve(inputs: Inputs, config: Config) -> Result<(), CliError> {
    let listen = config.host.listen;
    let mut reload = Reload::new(inputs, &config);
    let gateway = gateway::open(config, reload.files())?;
    let handle = gateway.handle();
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| CliError::unavailable(format!("cannot listen on {listen}"), error))?;
    let (mut ends, mut reloads) = (signal::Ends::new()?, signal::Reloads::new()?);
    let (told, first) = tokio::sync::oneshot::channel();
    let hurry = async {
        ends.next().await;
        // Nobody is there to be told once the gateway has ended.
        let _ = told.send(());
        ends.next().await;
    };
    let shutdown = async {
        // An error says that nobody will ever tell.
        let _ = first.await;
    };
    let reloading = async {
        loop {
            reloads.next().await;
            reload.reload(&handle).await;
        }
    };
    tokio::select! {
        served = gateway.serve(listener, shutdown) => Ok(served?),
        () = hurry => Err(CliError::Failure("ended at once by a second signal".to_owned())),
        () = reloading => unreachable!("signals have no end"),
    }
}
