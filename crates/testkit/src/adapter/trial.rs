//! An adapter on trial: its calls, fenced and counted, and the deliveries it is tried with.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use http::HeaderName;
use switchboard_core::event::Origin;
use switchboard_core::{
    Adapter, Delivery, Draft, Endpoint, Event, ParseError, Verified, VerifyError,
};
use tokio::runtime::{Builder, Runtime};

use super::fixture::{Case, cases};
use super::mutant::{Mutant, mutants};
use super::part::Part;
use super::stand::Stand;
use crate::promise::{Broken, Checked};

/// What `decode` answers.
pub(super) type Decoded = Result<Vec<Draft>, ParseError>;

/// One adapter, and everything that promises are checked with.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) adapter: Box<dyn Adapter>,
    pub(super) stand: Stand,
    /// What was written down, as it is written down.
    pub(super) written: Vec<Case>,
    /// The ones of them that a provider could have sent, signed.
    pub(super) genuine: Vec<Case>,
    /// Where they are signed.
    pub(super) parts: Vec<Part>,
    /// The genuine ones with one oddity in the body each, and what is decoded from them.
    pub(super) mutants: Vec<Mutant>,
    /// Whether somebody wrote down what becomes of the samples.
    pub(super) has_fixtures: bool,
    /// Fields whose values an event need not repeat.
    pub(super) told_otherwise: Vec<(&'static str, &'static [&'static str])>,
    generated: Cell<usize>,
    runtime: Runtime,
}

impl Trial {
    pub(super) fn open(
        adapter: Box<dyn Adapter>,
        stand: Stand,
        folder: Option<&Path>,
        told_otherwise: Vec<(&'static str, &'static [&'static str])>,
    ) -> Checked<Self> {
        let written = cases(&*adapter, folder, stand.now)?;
        let mut trial = Self {
            adapter,
            stand,
            written,
            genuine: Vec::new(),
            parts: Vec::new(),
            mutants: Vec::new(),
            has_fixtures: folder.is_some(),
            told_otherwise,
            generated: Cell::new(0),
            runtime: Builder::new_current_thread().enable_all().build()?,
        };
        trial.parts = trial.signing_parts()?;
        trial.genuine = trial.sign_the_genuine()?;
        if trial.parts.is_empty() && trial.is_to_be_signed() {
            trial.parts = trial.needed_headers()?;
        }
        trial.mutants = mutants(&trial)?;
        Ok(trial)
    }

    /// How many deliveries were made up so far.
    pub(super) fn generated(&self) -> usize {
        self.generated.get()
    }

    /// Counts one more delivery that was made up.
    pub(super) fn count(&self) {
        self.generated.set(self.generated.get() + 1);
    }

    pub(super) fn verify(
        &self,
        what: &str,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Checked<Result<Verified, VerifyError>> {
        fenced(what, || {
            self.runtime
                .block_on(self.adapter.verify(delivery, endpoint))
        })
    }

    pub(super) fn sign(
        &self,
        what: &str,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Checked<Option<Delivery>> {
        fenced(what, || self.adapter.sign(delivery, endpoint))
    }

    pub(super) fn decode(&self, what: &str, delivery: &Delivery) -> Checked<Decoded> {
        fenced(what, || self.adapter.decode(delivery))
    }

    /// Checks that the endpoint, or one like it, believes `delivery`.
    pub(super) fn believes(
        &self,
        what: &str,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Checked<Verified> {
        self.verify(what, delivery, endpoint)?
            .map_err(|error| Broken::new(format!("{what}: refused: {error}")))
    }

    /// Checks that `endpoint` does not believe `forged`, which was made up.
    pub(super) fn refuses(&self, what: &str, forged: &Delivery, endpoint: &Endpoint) -> Checked {
        self.count();
        match self.verify(what, forged, endpoint)? {
            Ok(_) => Err(Broken::new(format!("{what}: believed"))),
            Err(_) => Ok(()),
        }
    }

    /// Checks that `changed` is refused if the signature of `genuine` is over what was changed.
    pub(super) fn refuses_if_signed(
        &self,
        what: &str,
        genuine: &Delivery,
        changed: &Delivery,
    ) -> Checked {
        if self.signs_apart(what, genuine, changed)? {
            self.refuses(what, changed, &self.stand.endpoint())?;
        }
        Ok(())
    }

    /// Whether a signature is over what `one` and `other` differ in: `sign` tells.
    pub(super) fn signs_apart(
        &self,
        what: &str,
        one: &Delivery,
        other: &Delivery,
    ) -> Checked<bool> {
        let endpoint = self.stand.endpoint();
        let signature = |delivery: &Delivery| {
            let signed = self.sign(what, &self.stripped(delivery), &endpoint)?;
            let values = |signed| self.parts.iter().map(|part| part.value(&signed)).collect();
            Ok::<Option<Vec<_>>, Broken>(signed.map(values))
        };
        Ok(signature(one)? != signature(other)?)
    }

    /// The events that the pipeline makes of `drafts`.
    pub(super) fn stamp(
        &self,
        drafts: Vec<Draft>,
        verified: Option<&Verified>,
        delivery: &str,
    ) -> Vec<Event> {
        let origin = Origin {
            adapter: self.adapter.descriptor(),
            endpoint: "support",
            account: verified.and_then(|verified| verified.account.as_deref()),
            scheme: verified.map_or("unverified", |verified| &verified.scheme),
            delivery,
            recorded: self.stand.now,
        };
        let numbered = drafts.into_iter().enumerate();
        numbered
            .map(|(position, draft)| Event::stamp(draft, &origin, position))
            .collect()
    }

    /// Whether the endpoint believes what is signed, and nothing else.
    pub(super) fn is_to_be_signed(&self) -> bool {
        self.adapter.descriptor().is_signed && !self.stand.is_unsigned()
    }

    /// Whether `delivery` has every part in which its provider signs.
    pub(super) fn is_signed(&self, delivery: &Delivery) -> bool {
        let has = |part: &Part| part.value(delivery).is_some();
        !self.parts.is_empty() && self.parts.iter().all(has)
    }

    /// How many captured requests are tried by the signature that they came with.
    pub(super) fn signed(&self) -> usize {
        let genuine = self.written.iter().filter(|case| case.is_genuine());
        genuine
            .filter(|case| self.is_signed(&case.delivery))
            .count()
    }

    /// `delivery` without anything where its provider signs.
    pub(super) fn stripped(&self, delivery: &Delivery) -> Delivery {
        let strip = |delivery: Delivery, part: &Part| part.without(&delivery).unwrap_or(delivery);
        self.parts.iter().fold(delivery.clone(), strip)
    }

    /// Other secrets and another time change every part of a captured request that signs it.
    fn signing_parts(&self) -> Checked<Vec<Part>> {
        let mut parts = Vec::new();
        let endpoints = [
            self.stand.endpoint(),
            self.stand.after(1000).with_other_secrets(),
        ];
        for case in &self.written {
            for endpoint in &endpoints {
                let signed = self.sign(&case.name, &case.delivery, endpoint)?;
                for part in signed
                    .map(|signed| Part::between(&case.delivery, &signed))
                    .unwrap_or_default()
                {
                    if !parts.contains(&part) {
                        parts.push(part);
                    }
                }
            }
        }
        Ok(parts)
    }

    fn sign_the_genuine(&self) -> Checked<Vec<Case>> {
        let mut genuine = Vec::new();
        for case in self.written.iter().filter(|case| case.is_genuine()) {
            let mut case = case.clone();
            if !self.is_signed(&case.delivery) {
                let signed = self.sign(&case.name, &case.delivery, &self.stand.endpoint())?;
                case.delivery = signed.unwrap_or(case.delivery);
            }
            genuine.push(case);
        }
        Ok(genuine)
    }

    /// The headers without which a captured request is not believed, for adapters that cannot sign.
    fn needed_headers(&self) -> Checked<Vec<Part>> {
        let endpoint = self.stand.endpoint();
        let mut needed = Vec::new();
        for case in &self.genuine {
            if self.verify(&case.name, &case.delivery, &endpoint)?.is_err() {
                continue;
            }
            let names: Vec<HeaderName> = case.delivery.headers.keys().cloned().collect();
            for part in names.into_iter().map(Part::Header) {
                let without = part
                    .without(&case.delivery)
                    .unwrap_or_else(|| case.delivery.clone());
                let verified = self.verify(&case.name, &without, &endpoint)?;
                if verified.is_err() && !needed.contains(&part) {
                    needed.push(part);
                }
            }
        }
        Ok(needed)
    }
}

/// What `call` answers; a panic breaks the promise that is being checked.
pub(super) fn fenced<T>(what: &str, call: impl FnOnce() -> T) -> Checked<T> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| panic.downcast_ref::<&str>().copied());
        let words = words.unwrap_or("without a word");
        Broken::new(format!("{what}: it panicked: {words}"))
    })
}
