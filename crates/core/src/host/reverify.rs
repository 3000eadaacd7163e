//! Verifying again what is in quarantine: when asked, and by itself where nobody could say.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::Host;
use super::admit::verify;
use super::detention::Detention;
use crate::clock::FixedClock;
use crate::journal::{AppendError, Intake};
use crate::quarantine::{Listing, QuarantineError, Ring, Suspect, SuspectCause, SuspectId};
use crate::stop::until;

/// So many are read and verified at once, and share a commit of the journal.
const AT_ONCE: usize = 16;

/// The pause before what nobody could verify is verified again; it doubles while nothing comes of it.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Which quarantined deliveries to verify again.
///
/// ```
/// use switchboard_core::host::Selection;
/// use switchboard_core::quarantine::{Ring, SuspectId};
///
/// let after_a_corrected_secret = Selection::Endpoint("support".into());
/// let when_the_key_server_is_back = Selection::Ring(Ring::Unverified);
/// let what_somebody_looked_at = Selection::Ids(vec![SuspectId(7), SuspectId(9)]);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Selection {
    /// All that are held.
    All,
    /// Those that came in by this endpoint.
    Endpoint(String),
    /// Those of one ring.
    Ring(Ring),
    /// These.
    Ids(Vec<SuspectId>),
}

/// What verifying again came to.
///
/// ```
/// use switchboard_core::host::Reverified;
/// use switchboard_core::quarantine::SuspectId;
///
/// let Reverified { accepted, unproven, missing } = Reverified {
///     accepted: vec![SuspectId(7)],
///     ..Reverified::default()
/// };
/// let line = format!(
///     "{} accepted, {} left, {} gone",
///     accepted.len(),
///     unproven.len(),
///     missing.len(),
/// );
/// assert_eq!(line, "1 accepted, 0 left, 0 gone");
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reverified {
    /// Genuine: in the journal now, and no longer in quarantine.
    pub accepted: Vec<SuspectId>,
    /// Still held.
    pub unproven: Vec<Unproven>,
    /// Not held, or no longer.
    pub missing: Vec<SuspectId>,
}

/// A delivery that stays in quarantine.
///
/// ```
/// use switchboard_core::host::Unproven;
/// use switchboard_core::quarantine::{SuspectCause, SuspectId};
///
/// let left = Unproven {
///     id: SuspectId(7),
///     endpoint: "support".into(),
///     cause: SuspectCause::Refused,
///     diagnosis: "signature mismatch".into(),
/// };
/// let line = format!("{} of `{}`: {}", left.id, left.endpoint, left.diagnosis);
/// assert_eq!(line, "7 of `support`: signature mismatch");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unproven {
    /// Its number.
    pub id: SuspectId,
    /// The endpoint it came in by.
    pub endpoint: String,
    /// What kind of failure it is now.
    pub cause: SuspectCause,
    /// In words.
    pub diagnosis: String,
}

/// Why verifying again was broken off. What had been accepted by then is in the journal.
///
/// ```
/// use std::sync::Arc;
///
/// use switchboard_core::host::{Host, ReverifyError, Selection};
/// use switchboard_core::journal::MemoryJournal;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let host = Host::builder(Arc::new(MemoryJournal::new())).build()?;
/// let again = host.reverify(&Selection::All).await;
/// assert!(matches!(again, Err(ReverifyError::Off)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReverifyError {
    /// The host keeps nothing that fails verification.
    #[error("there is no quarantine")]
    Off,
    /// The quarantine could not do its part.
    #[error(transparent)]
    Quarantine(#[from] QuarantineError),
    /// A genuine delivery could not be stored. It is still in quarantine.
    #[error(transparent)]
    Append(#[from] AppendError),
}

/// What became of one.
enum Verdict {
    Accepted(SuspectId),
    Unproven(Unproven),
    Missing(SuspectId),
}

impl Host {
    /// Verifies quarantined deliveries again, by the routes of today and as of when each was
    /// received: a signed time that was fresh then is fresh. What is genuine is appended to the
    /// journal, and only its receipt takes it out of quarantine.
    ///
    /// A dropped call may leave deliveries that are stored in quarantine; verified once more they
    /// are stored twice, and deduplication finds their events.
    ///
    /// ```
    #[doc = include_str!("../doc/acme.txt")]
    /// use std::sync::Arc;
    ///
    /// use http::Request;
    /// use switchboard_core::host::{Host, Reverified, Route, Selection, Site};
    /// use switchboard_core::journal::MemoryJournal;
    /// use switchboard_core::quarantine::MemoryQuarantine;
    /// use switchboard_core::Endpoint;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let route = |token: &str| {
    ///     Route::new(Endpoint::new("support").with_secret_text(TOKEN, token), Arc::new(Acme))
    /// };
    /// let journal = Arc::new(MemoryJournal::new());
    /// let host = Host::builder(journal.clone())
    ///     .route(route("mistyped"))
    ///     .quarantine(Arc::new(MemoryQuarantine::default()))
    ///     .build()?;
    /// let request = Request::post("/in/support")
    ///     .header("host", "hooks.example.com")
    ///     .header("x-acme-token", "invented")
    ///     .body(String::from("hello"))?;
    /// assert_eq!(host.handle(request, None).await.status(), 401);
    ///
    /// // The secret is corrected, and what was refused meanwhile is not lost.
    /// host.replace(Site::new().route(route("invented")))?;
    /// let Reverified { accepted, unproven, .. } = host.reverify(&Selection::All).await?;
    /// assert_eq!((accepted.len(), unproven.len()), (1, 0));
    /// assert_eq!(journal.deliveries().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no quarantine, or quarantine or journal fail.
    pub async fn reverify(&self, selection: &Selection) -> Result<Reverified, ReverifyError> {
        let detention = self.detention.as_ref().ok_or(ReverifyError::Off)?;
        self.verify_again(detention, selection, &CancellationToken::new())
            .await
    }

    /// Verifies again by itself, until `shutdown`, what nobody could verify: a key could not be had, or
    /// `verify` panicked or did not answer. [`serve`](Self::serve) does; who mounts the
    /// [service](super::HostService) runs it beside. It tries 5 s after one came, and while
    /// nothing comes of it after twice as long each time, 5 min at most.
    ///
    /// A dropped call leaves what a dropped [`reverify`](Self::reverify) does.
    pub async fn recheck(&self, shutdown: impl Future<Output = ()>) {
        let Some(detention) = &self.detention else {
            return shutdown.await;
        };
        let stop = CancellationToken::new();
        until(shutdown, &stop, self.recheck_until(&stop, detention)).await;
    }

    async fn recheck_until(&self, stop: &CancellationToken, detention: &Detention) {
        let mut pause = FIRST_PAUSE;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = sleep(pause) => {}
            }
            let selection = Selection::Ring(Ring::Unverified);
            let checked = self.verify_again(detention, &selection, stop).await;
            pause = match &checked {
                Ok(checked) if checked.is_progress() => FIRST_PAUSE,
                _ => LONGEST_PAUSE.min(pause * 2),
            };
            match checked {
                Ok(checked) if checked.is_all_proven() => tokio::select! {
                    () = stop.cancelled() => return,
                    () = detention.unverified.notified() => pause = FIRST_PAUSE,
                },
                Ok(_) => {}
                Err(error) => {
                    let error = &error as &dyn Error;
                    warn!(error, "Cannot verify quarantined deliveries again.");
                }
            }
        }
    }

    async fn verify_again(
        &self,
        detention: &Detention,
        selection: &Selection,
        stop: &CancellationToken,
    ) -> Result<Reverified, ReverifyError> {
        // Nobody closes it.
        let _turn = detention.turn.acquire().await;
        let ids = match selection {
            Selection::Ids(ids) => ids.clone(),
            Selection::All => held(detention, Listing::first(usize::MAX)).await?,
            Selection::Endpoint(id) => {
                held(detention, Listing::first(usize::MAX).endpoint(id)).await?
            }
            Selection::Ring(ring) => {
                held(detention, Listing::first(usize::MAX).ring(*ring)).await?
            }
        };
        let mut reverified = Reverified::default();
        for some in ids.chunks(AT_ONCE) {
            if stop.is_cancelled() {
                break;
            }
            let verdicts = some.iter().map(|id| self.verdict(detention, *id));
            for verdict in join_all(verdicts).await {
                match verdict? {
                    Verdict::Accepted(id) => reverified.accepted.push(id),
                    Verdict::Unproven(unproven) => reverified.unproven.push(unproven),
                    Verdict::Missing(id) => reverified.missing.push(id),
                }
            }
        }
        let accepted = reverified.accepted.len();
        if accepted > 0 {
            info!(accepted, "Quarantined deliveries are verified and stored.");
        }
        Ok(reverified)
    }

    async fn verdict(
        &self,
        detention: &Detention,
        id: SuspectId,
    ) -> Result<Verdict, ReverifyError> {
        let suspect = match detention.quarantine.get(id).await {
            Ok(Some(suspect)) => suspect,
            Ok(None) => return Ok(Verdict::Missing(id)),
            // It concerns this one alone.
            Err(damaged @ QuarantineError::Damaged(_)) => {
                return Ok(Verdict::Unproven(Unproven {
                    id,
                    endpoint: String::new(),
                    cause: SuspectCause::Refused,
                    diagnosis: damaged.to_string(),
                }));
            }
            Err(error) => return Err(error.into()),
        };
        let Some(route) = self.front().routes.get(&suspect.endpoint) else {
            let diagnosis = "its endpoint is no longer configured".to_owned();
            return Ok(unproven(id, suspect, None, diagnosis));
        };
        let as_of_then = Arc::new(FixedClock(suspect.delivery.received_at));
        let endpoint = route.endpoint().clone().with_clock(as_of_then);
        let verified = match verify(&route, &endpoint, &suspect.delivery).await {
            Ok(verified) => verified,
            Err(outcome) => {
                let suspicion = outcome.suspicion();
                let suspicion =
                    suspicion.expect("`verify` gives failed verifications and no others");
                let (cause, diagnosis) = (suspicion.cause, suspicion.diagnosis);
                if (cause, &diagnosis) != (suspect.cause, &suspect.diagnosis) {
                    detention.quarantine.judge(id, cause, &diagnosis).await?;
                }
                return Ok(unproven(id, suspect, Some(cause), diagnosis));
            }
        };
        let intake = Intake {
            endpoint: suspect.endpoint,
            adapter: route.descriptor().name.to_owned(),
            delivery: suspect.delivery,
            verified,
        };
        let _receipt = self.journal.append(&intake).await?;
        detention.quarantine.remove(&[id]).await?;
        Ok(Verdict::Accepted(id))
    }
}

impl Reverified {
    fn is_all_proven(&self) -> bool {
        let mut left = self.unproven.iter();
        !left.any(|unproven| unproven.cause.ring() == Ring::Unverified)
    }

    /// Whether something left the ring.
    fn is_progress(&self) -> bool {
        let mut left = self.unproven.iter();
        let is_refused = |unproven: &Unproven| unproven.cause.ring() == Ring::Refused;
        !self.accepted.is_empty() || left.any(is_refused)
    }
}

async fn held(detention: &Detention, listing: Listing) -> Result<Vec<SuspectId>, QuarantineError> {
    let held = detention.quarantine.list(&listing).await?;
    Ok(held.into_iter().map(|held| held.id).collect())
}

fn unproven(
    id: SuspectId,
    suspect: Suspect,
    cause: Option<SuspectCause>,
    diagnosis: String,
) -> Verdict {
    Verdict::Unproven(Unproven {
        id,
        endpoint: suspect.endpoint,
        cause: cause.unwrap_or(suspect.cause),
        diagnosis,
    })
}
