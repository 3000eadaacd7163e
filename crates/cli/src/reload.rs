//! A new configuration for a gateway at work.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;

use switchboard::Handle;
use tracing::{error, info, warn};

use crate::config::{Config, HostConfig, Inputs};
use crate::exit::CliError;
use crate::gateway::{self, Files};

/// Reads the configuration again, and lets the gateway take it over when all of it holds together.
#[derive(Debug)]
pub(crate) struct Reload {
    inputs: Inputs,
    files: Files,
    /// What the gateway was started with, and keeps until it is started anew.
    host: HostConfig,
    journal: PathBuf,
    running: Names,
}

/// What there is.
#[derive(Debug, Default)]
struct Names {
    endpoints: BTreeSet<String>,
    sinks: BTreeSet<String>,
}

impl Names {
    fn of(config: &Config) -> Self {
        let endpoints = config.endpoints.iter();
        let sinks = config.sinks.iter();
        Self {
            endpoints: endpoints.map(|one| one.endpoint.id().to_owned()).collect(),
            sinks: sinks.map(|one| one.name.clone()).collect(),
        }
    }
}

impl Reload {
    /// For a gateway that is made from `config`, which `inputs` gave.
    pub(crate) fn new(inputs: Inputs, config: &Config) -> Self {
        Self {
            inputs,
            files: Files::new(),
            host: config.host.at_start(),
            journal: config.journal.clone(),
            running: Names::of(config),
        }
    }

    /// The files that the gateway writes to.
    pub(crate) fn files(&mut self) -> &mut Files {
        &mut self.files
    }

    /// Reloads. Whatever is wrong is logged, and the gateway goes on as it was.
    pub(crate) async fn reload(&mut self, gateway: &Handle) {
        match self.try_reload(gateway).await {
            Ok(()) => {}
            Err(error) => error!(
                error = &error as &dyn Error,
                "The new configuration is not taken; everything goes on as it was."
            ),
        }
    }

    async fn try_reload(&mut self, gateway: &Handle) -> Result<(), CliError> {
        let config = Config::load(&self.inputs)?;
        for warning in &config.warnings {
            warn!(%warning, "The configuration is worth a look.");
        }
        if config.host.at_start() != self.host || config.journal != self.journal {
            warn!(
                "What `host` and `journal` say of addresses, limits and paths holds from the next start on."
            );
        }
        let names = Names::of(&config);
        let paths = gateway::files(&config);
        let builder = gateway::builder(config, &mut self.files)?;
        let reloaded = gateway.reload(builder).await;
        reloaded.map_err(|error| CliError::unavailable("it cannot be put together", error))?;

        self.files.retain(|path, _| paths.contains(path));
        let before = std::mem::replace(&mut self.running, names);
        let now = &self.running;
        info!(
            endpoints = now.endpoints.len(),
            sinks = now.sinks.len(),
            new_endpoints = list(&now.endpoints, &before.endpoints),
            gone_endpoints = list(&before.endpoints, &now.endpoints),
            new_sinks = list(&now.sinks, &before.sinks),
            gone_sinks = list(&before.sinks, &now.sinks),
            "The configuration was reloaded."
        );
        Ok(())
    }
}

/// What only `these` have.
fn list(these: &BTreeSet<String>, others: &BTreeSet<String>) -> String {
    let only: Vec<_> = these.difference(others).map(String::as_str).collect();
    only.join(" ")
}
