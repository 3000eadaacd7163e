//! `switchboard run`

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use switchboard::Switchboard;
use switchboard_admin::{Door, Server, Socket};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::cli::Globals;
use crate::config::{AdminConfig, Config, Inputs};
use crate::exit::CliError;
use crate::gateway::{self, Opened};
use crate::reload::Reload;
use crate::{keeper, signal};

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
async fn serve(inputs: Inputs, mut config: Config) -> Result<(), CliError> {
    let (listen, folder, admin) = (
        config.host.listen,
        config.journal.clone(),
        config.admin.take(),
    );
    let retention = config.retention;
    let mut reload = Reload::new(inputs, &config);
    let opened = gateway::open(config, reload.files())?;
    let listener = bind(listen).await?;
    let server = server(&opened, &folder, admin).await?;
    let keeper = tokio::spawn(keeper::keep(opened.journal, retention));
    let (gateway, control) = (opened.gateway, CancellationToken::new());
    // To the end it says how things are; it goes last.
    let controlled = tokio::spawn(server.serve(control.clone().cancelled_owned()));
    let served = serve_until_told(gateway, listener, reload).await;
    keeper.abort();
    control.cancel();
    // It does not panic, and nothing depends on it any more.
    let _ = controlled.await;
    served
}

/// The control API, on its socket and where `admin` wants it.
async fn server(
    opened: &Opened,
    folder: &Path,
    admin: Option<AdminConfig>,
) -> Result<Server, CliError> {
    let unusable = "the control API cannot be served";
    let api = opened
        .api()
        .hosting(Arc::clone(opened.gateway.handle().host()));
    let socket = Socket::bind(folder).map_err(|error| CliError::unavailable(unusable, error))?;
    let server = Server::new(api).socket(socket);
    let Some(admin) = admin else {
        return Ok(server);
    };
    let listener = bind(admin.listen).await?;
    let address = listener.local_addr()?;
    let door = Door::new(address, admin.tokens, admin.hosts);
    let door = door.map_err(|error| CliError::unavailable(unusable, error))?;
    info!(%address, "Listening for control calls.");
    Ok(server.tcp(listener, door))
}

async fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| CliError::unavailable(format!("cannot listen on {address}"), error))
}

async fn serve_until_told(
    gateway: Switchboard,
    listener: TcpListener,
    mut reload: Reload,
) -> Result<(), CliError> {
    let handle = gateway.handle();
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
