//! The steps of every linked adapter, on its own samples.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use switchboard::Event;
use switchboard::core::event::Origin;
use switchboard::core::sink::Envelope;
use switchboard::core::{Adapter, Delivery, Descriptor, Endpoint, Timestamp, registrations};
use switchboard_testkit::adapter::endpoint;

/// 2025-11-24T16:00:00Z.
const NOW: i64 = 1_764_000_000;

/// One step, on some inputs.
pub(crate) struct Case {
    /// What is done.
    pub(crate) step: &'static str,
    /// Whose inputs they are.
    pub(crate) subject: &'static str,
    /// So many operations are a pass.
    pub(crate) operations: u64,
    /// So many bytes they read or write together.
    pub(crate) bytes: u64,
    pass: Box<dyn Fn()>,
}

impl Case {
    /// Of `operate` on each of `inputs`; nothing where there are none.
    fn new<I: 'static, O>(
        step: &'static str,
        subject: &'static str,
        inputs: Vec<(I, usize)>,
        operate: impl Fn(&I) -> O + 'static,
    ) -> Option<Self> {
        let bytes = inputs.iter().map(|(_, bytes)| *bytes as u64).sum();
        (!inputs.is_empty()).then(|| Self {
            step,
            subject,
            operations: inputs.len() as u64,
            bytes,
            pass: Box::new(move || {
                for (input, _) in &inputs {
                    black_box(operate(black_box(input)));
                }
            }),
        })
    }

    /// Its name, which no other case has.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.step, self.subject)
    }

    /// Does it once on every input.
    pub(crate) fn pass(&self) {
        (self.pass)();
    }
}

/// Every step of every adapter that is linked, and what is done with the events of all of them.
pub(crate) fn all() -> Vec<Case> {
    let now = Timestamp::from_seconds(NOW).unwrap();
    let (mut cases, mut drafts) = (Vec::new(), Vec::new());
    for registration in registrations() {
        let descriptor = registration.descriptor;
        let (name, endpoint) = (descriptor.name, endpoint(descriptor, now));
        let adapter = || registration.build(&serde_json::json!({})).ok();
        // One that needs options is no case.
        let (Some(verifier), Some(decoder)) = (adapter(), adapter()) else {
            continue;
        };
        let samples = descriptor.samples.iter().map(|sample| sample.delivery());
        let deliveries: Vec<_> = samples
            .map(|bare| signed(&*verifier, bare, &endpoint))
            .collect();
        let decoded = |delivery: &Delivery| decoder.decode(delivery).is_ok();

        for delivery in &deliveries {
            let of_one = decoder.decode(delivery).unwrap_or_default();
            drafts.extend(of_one.into_iter().map(|draft| (draft, descriptor)));
        }
        let proven = |one: &Delivery| ready(verifier.verify(one, &endpoint)).is_ok();
        let verified = sized(&deliveries, proven);
        let forms = sized(&deliveries, is_form);
        let readable = sized(&deliveries, decoded);
        cases.extend(Case::new("verify", name, verified, move |one| {
            ready(verifier.verify(one, &endpoint))
        }));
        cases.extend(Case::new("decode", name, readable, move |one| {
            decoder.decode(one)
        }));
        cases.extend(Case::new("form", name, forms, |one: &Delivery| {
            one.form_tree()
        }));
    }
    let envelopes = drafts.iter().map(|(draft, adapter)| {
        let envelope = Envelope::new(Event::stamp(draft.clone(), &origin(adapter), 0));
        let bytes = envelope.json().len();
        (envelope, bytes)
    });
    let envelopes: Vec<_> = envelopes.collect();
    let sizes = envelopes.iter().map(|(_, bytes)| *bytes);
    let drafts = drafts.into_iter().zip(sizes).collect();
    cases.extend(Case::new("stamp", "events", drafts, |(draft, adapter)| {
        Envelope::stamp(draft.clone(), &origin(adapter), 0)
    }));
    cases.extend(Case::new("serialise", "events", envelopes.clone(), |one| {
        serde_json::to_vec(one.event())
    }));
    cases.extend(Case::new("read", "events", envelopes, |one| {
        Envelope::read(one.json().clone())
    }));
    cases
}

fn signed(adapter: &dyn Adapter, bare: Delivery, endpoint: &Endpoint) -> Delivery {
    adapter.sign(&bare, endpoint).unwrap_or(bare)
}

fn sized(deliveries: &[Delivery], wanted: impl Fn(&Delivery) -> bool) -> Vec<(Delivery, usize)> {
    let wanted = deliveries.iter().filter(|delivery| wanted(delivery));
    wanted.map(|one| (one.clone(), one.body.len())).collect()
}

fn is_form(delivery: &Delivery) -> bool {
    let kind = delivery.header("content-type");
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn origin(adapter: &'static Descriptor) -> Origin<'static> {
    Origin {
        adapter,
        endpoint: "support",
        account: None,
        scheme: "hmac-sha256",
        delivery: "6445941642240-2a",
        recorded: Timestamp::UNIX_EPOCH,
    }
}

/// What `future` comes to, which waits for nothing.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("an adapter waited for something that the samples need not"),
    }
}
