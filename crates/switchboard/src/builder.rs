//! A gateway put together in code.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use switchboard_core::host::{Host, Limits, Network, PublicUrl, Route, Site};
use switchboard_core::journal::Journal;
use switchboard_core::pipeline::{Pipeline, Plan, Subscription};
use switchboard_core::quarantine::Quarantine;
use switchboard_core::sink::EventHandler;
use switchboard_core::{
    Clock, Documents, ProviderAdapter, Registration, SystemClock, registrations,
};

use crate::surroundings::Surroundings;
use crate::{EndpointConfig, EndpointError, Switchboard, documents, feature_of};

/// Puts a [`Switchboard`] together. Nothing is checked before [`build`](Self::build).
///
/// ```
/// use switchboard::core::SystemClock;
/// use switchboard::core::host::Limits;
/// use switchboard::{EndpointConfig, MemoryJournal, MemoryQuarantine, Switchboard};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gateway = Switchboard::builder()
///     .journal(MemoryJournal::new())
///     .quarantine(MemoryQuarantine::default())
///     .limits(Limits { max_body: Some(1 << 20), ..Limits::default() })
///     .clock(SystemClock)
///     .public_url("https://hooks.example.com".parse()?)
///     .trusted_proxies(["10.0.0.0/8".parse()?])
///     .endpoint(EndpointConfig::new("bot", "telegram").secret("of setWebhook"))
///     .endpoint(EndpointConfig::new("support", "kommo-chats").secret("of the channel"))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Builder {
    journal: Option<Arc<dyn Journal>>,
    quarantine: Option<Arc<dyn Quarantine>>,
    clock: Arc<dyn Clock>,
    documents: Option<Arc<dyn Documents>>,
    limits: Limits,
    public_url: Option<PublicUrl>,
    trusted_proxies: Vec<Network>,
    registrations: Vec<Registration>,
    endpoints: Vec<EndpointConfig>,
    routes: Vec<Route>,
    subscriptions: Vec<Subscription>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            journal: None,
            quarantine: None,
            clock: Arc::new(SystemClock),
            documents: None,
            limits: Limits::default(),
            public_url: None,
            trusted_proxies: Vec::new(),
            registrations: registrations().into_iter().copied().collect(),
            endpoints: Vec::new(),
            routes: Vec::new(),
            subscriptions: Vec::new(),
        }
    }

    /// Keeps deliveries in `journal`. There is no default: what is kept where is yours to say.
    #[must_use]
    pub fn journal(mut self, journal: impl Journal) -> Self {
        self.journal = Some(Arc::new(journal));
        self
    }

    /// Keeps what fails verification in `quarantine`, to be verified again once a secret is corrected:
    /// with the SQLite journal a `SqliteQuarantine` in the same directory, opened after it. Default:
    /// it is refused and forgotten.
    #[must_use]
    pub fn quarantine(mut self, quarantine: impl Quarantine) -> Self {
        self.quarantine = Some(Arc::new(quarantine));
        self
    }

    /// Keeps deliveries in `journal`, which others look into as well.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use switchboard::{MemoryJournal, Switchboard};
    ///
    /// let journal = Arc::new(MemoryJournal::new());
    /// let gateway = Switchboard::builder().shared_journal(journal.clone()).build()?;
    /// # Ok::<(), switchboard::BuildError>(())
    /// ```
    #[must_use]
    pub fn shared_journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Tells the time by `clock` instead of the machine's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Fetches what adapters verify by, such as a provider's key set, from `documents`. Default: over
    /// TLS from public addresses, where feature `http-sink` is on; see [`documents`](crate::documents()).
    ///
    /// Keys of one's own network need a word of their own:
    ///
    /// ```
    /// # #[cfg(feature = "http-sink")] {
    /// use switchboard::Switchboard;
    /// use switchboard::sinks::{Guard, HttpDocuments};
    ///
    /// let builder = Switchboard::builder().documents(HttpDocuments::new(Guard::operator()));
    /// # }
    /// ```
    #[must_use]
    pub fn documents(mut self, documents: impl Documents) -> Self {
        self.documents = Some(Arc::new(documents));
        self
    }

    /// Takes from callers no more than `limits` allow.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The URL that providers know the gateway by, for those that sign it.
    #[must_use]
    pub fn public_url(mut self, url: PublicUrl) -> Self {
        self.public_url = Some(url);
        self
    }

    /// The networks of proxies whose `X-Forwarded-For` tells who called. Default: none.
    #[must_use]
    pub fn trusted_proxies(mut self, networks: impl IntoIterator<Item = Network>) -> Self {
        self.trusted_proxies = networks.into_iter().collect();
        self
    }

    /// Makes `A` known without the linker's help: for an adapter in the same crate, for static libraries
    /// and for tests.
    ///
    /// ```
    /// use serde::Deserialize;
    /// use switchboard::core::{
    ///     DedupKey, Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Verified,
    ///     VerifyError,
    /// };
    /// use switchboard::{EndpointConfig, MemoryJournal, Switchboard};
    ///
    /// /// Takes whatever comes with a path token.
    /// #[derive(Debug, Deserialize)]
    /// struct Acme {}
    ///
    /// impl ProviderAdapter for Acme {
    ///     const DESCRIPTOR: Descriptor = Descriptor::new("acme", "Acme").unsigned();
    ///     type Payload = serde_json::Value;
    ///
    ///     async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
    ///         Ok(Verified::unsigned())
    ///     }
    ///
    ///     fn parse(&self, delivery: &Delivery) -> Result<serde_json::Value, ParseError> {
    ///         delivery.json()
    ///     }
    ///
    ///     fn normalize(&self, payload: serde_json::Value) -> Vec<Draft> {
    ///         vec![Draft::unknown("hook", payload, DedupKey::None)]
    ///     }
    /// }
    ///
    /// let endpoint = EndpointConfig::new("shop", "acme").unsigned().path_token("kYk2uBqPZkN0_5hVtWx3Rg");
    /// let gateway = Switchboard::builder()
    ///     .journal(MemoryJournal::new())
    ///     .adapter::<Acme>()
    ///     .endpoint(endpoint)
    ///     .build()?;
    /// # Ok::<(), switchboard::BuildError>(())
    /// ```
    #[must_use]
    pub fn adapter<A: ProviderAdapter + DeserializeOwned>(mut self) -> Self {
        self.registrations.push(Registration::of::<A>("code"));
        self
    }

    /// Serves one more endpoint.
    #[must_use]
    pub fn endpoint(mut self, endpoint: EndpointConfig) -> Self {
        self.endpoints.push(endpoint);
        self
    }

    /// Serves one more endpoint that is put together already: what other than a configuration makes,
    /// for example of an adapter that is made in code. It keeps the clock and the
    /// [documents](crate::documents()) that it has.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use serde_json::json;
    /// use switchboard::core::host::Route;
    /// use switchboard::core::{Adapter, Endpoint, Secret, registrations};
    /// use switchboard::{MemoryJournal, Switchboard};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let telegram = registrations().into_iter().find(|it| it.descriptor.name == "telegram").unwrap();
    /// let adapter: Arc<dyn Adapter> = Arc::from(telegram.build(&json!({}))?);
    /// let role = telegram.descriptor.secrets[0];
    /// let secret = Secret::new("env BOT_SECRET", role, "of setWebhook")?;
    /// let route = Route::new(Endpoint::new("bot").with_secret(role, secret), adapter);
    /// let gateway = Switchboard::builder().journal(MemoryJournal::new()).route(route).build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
        self
    }

    /// Brings every event to one more sink. The last one of a name stays.
    #[must_use]
    pub fn sink(mut self, subscription: Subscription) -> Self {
        self.subscriptions.push(subscription);
        self
    }

    /// Brings events to an async function, which takes them for good by `Ok`. Its place in the journal
    /// is kept under `name`.
    ///
    /// The function asks for [`Event`](crate::Event) and is given every one of them, or for the typed
    /// data of some kinds and is given those. To say more, for example by which endpoints or in which
    /// order, make a [`Subscription::on`] and give it to [`sink`](Self::sink).
    ///
    /// ```
    /// use switchboard::event::{Message, MessageStatus};
    /// use switchboard::{Event, SinkError, Subscription, Switchboard};
    ///
    /// async fn greet(message: Message, event: Event) -> Result<(), SinkError> {
    ///     println!("{} by {:?}", event.short_kind(), message.actor.role);
    ///     Ok(())
    /// }
    ///
    /// let builder = Switchboard::builder()
    ///     .on("greeter", greet)
    ///     .on("receipts", |status: MessageStatus| async move {
    ///         println!("{:?}", status.status);
    ///         Ok::<(), SinkError>(())
    ///     })
    ///     .sink(Subscription::on("sales", greet).endpoints(["sales"]).ordered());
    /// ```
    #[must_use]
    pub fn on<Arguments, Function>(self, name: impl Into<String>, function: Function) -> Self
    where
        Function: EventHandler<Arguments>,
    {
        self.sink(Subscription::on(name, function))
    }

    /// Checks everything and puts it together.
    ///
    /// # Errors
    ///
    /// Each names the way out.
    ///
    /// ```
    /// use switchboard::{BuildError, EndpointConfig, MemoryJournal, Switchboard};
    ///
    /// let builder = Switchboard::builder()
    ///     .journal(MemoryJournal::new())
    ///     .endpoint(EndpointConfig::new("shop", "acme"));
    /// let error = builder.build().unwrap_err();
    /// assert!(matches!(&error, BuildError::NoAdapter { name, .. } if name == "acme"));
    /// assert!(error.to_string().ends_with("give your own with `adapter`"));
    /// ```
    pub fn build(mut self) -> Result<Switchboard, BuildError> {
        let journal = self.journal.take().ok_or(BuildError::NoJournal)?;
        let limits = self.limits.clone();
        let quarantine = self.quarantine.take();
        let clock = Arc::clone(&self.clock);
        let given = self.documents.take();
        let surroundings = Surroundings {
            documents: given.unwrap_or_else(|| documents(Arc::clone(&clock))),
            clock,
        };
        let (site, plan) = self.parts(&surroundings)?;
        let mut host = Host::builder(Arc::clone(&journal))
            .limits(limits)
            .site(site);
        if let Some(quarantine) = &quarantine {
            host = host.quarantine(Arc::clone(quarantine));
        }
        let host = Arc::new(host.build()?);
        let clock = Arc::clone(&surroundings.clock);
        let pipeline = Pipeline::new(Arc::clone(&journal), clock).planned(plan);
        Ok(Switchboard {
            host,
            pipeline,
            journal,
            quarantine,
            surroundings,
        })
    }

    /// What a gateway at work can take over: the endpoints and the sinks, all of them checked.
    pub(crate) fn parts(self, surroundings: &Surroundings) -> Result<(Site, Plan), BuildError> {
        unique(&self.registrations)?;
        let mut routes = self.routes;
        for endpoint in self.endpoints {
            let id = endpoint.id().to_owned();
            let registration = find(&self.registrations, endpoint.adapter())?;
            let route = endpoint
                .route(registration, surroundings)
                .map_err(|source| BuildError::Endpoint { id, source })?;
            routes.push(route);
        }
        let mut site = Site::new().trusted_proxies(self.trusted_proxies);
        if let Some(url) = self.public_url {
            site = site.public_url(url);
        }
        let mut plan = Plan::new();
        for route in routes {
            plan = plan.decoding(route.id(), Arc::clone(route.adapter()));
            site = site.route(route);
        }
        site.check()?;
        for subscription in self.subscriptions {
            plan = plan.delivering(subscription);
        }
        Ok((site, plan))
    }
}

fn unique(registrations: &[Registration]) -> Result<(), BuildError> {
    for (index, one) in registrations.iter().enumerate() {
        let same = |other: &&Registration| other.descriptor.name == one.descriptor.name;
        if let Some(other) = registrations[..index].iter().find(same) {
            return Err(BuildError::AdapterTwice {
                name: one.descriptor.name,
                crates: [other.crate_name, one.crate_name],
            });
        }
    }
    Ok(())
}

fn find<'a>(registrations: &'a [Registration], name: &str) -> Result<&'a Registration, BuildError> {
    let found = registrations
        .iter()
        .find(|registration| registration.descriptor.name == name);
    found.ok_or_else(|| BuildError::NoAdapter {
        name: name.to_owned(),
        linked: registrations
            .iter()
            .map(|linked| linked.descriptor.name)
            .collect(),
    })
}

/// Why a gateway cannot be put together by [`Builder::build`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Nothing was said about where deliveries are kept.
    #[error("no journal; give one with `journal`, for example `SqliteJournal::open(path)`")]
    NoJournal,
    /// No adapter of that name is linked.
    #[error(
        "no adapter `{name}` in this binary; linked: {}; {}",
        if linked.is_empty() { "none".to_owned() } else { linked.join(", ") },
        match feature_of(name) {
            Some(feature) => format!("enable cargo feature `{feature}`"),
            None => "give your own with `adapter`".to_owned(),
        }
    )]
    NoAdapter {
        /// The name.
        name: String,
        /// The names there are.
        linked: Vec<&'static str>,
    },
    /// Two adapters have one name.
    #[error("two adapters are called `{name}`: one of {} and one of {}", crates[0], crates[1])]
    AdapterTwice {
        /// The name.
        name: &'static str,
        /// The crates they come from.
        crates: [&'static str; 2],
    },
    /// An endpoint cannot be served.
    #[error("endpoint `{id}`")]
    Endpoint {
        /// The endpoint.
        id: String,
        /// Why.
        source: EndpointError,
    },
    /// The host does not take the endpoints together.
    #[error(transparent)]
    Host(#[from] switchboard_core::host::HostError),
}

#[cfg(test)]
mod tests {
    use switchboard_core::journal::MemoryJournal;

    use super::*;

    #[test]
    fn an_adapter_that_is_not_linked_is_told_with_the_way_to_it() {
        for (name, way) in [
            ("kommo-chats", "enable cargo feature `kommo`"),
            ("acme", "give your own with `adapter`"),
        ] {
            let mut builder = Builder::new().journal(MemoryJournal::new());
            builder.registrations.clear();
            let built = builder.endpoint(EndpointConfig::new("a", name)).build();
            assert_eq!(
                built.unwrap_err().to_string(),
                format!("no adapter `{name}` in this binary; linked: none; {way}")
            );
        }
    }
}
