//! `/metrics`: numbers, as Prometheus reads them. None comes from reading through a table.

mod text;

use std::time::Duration;

use switchboard_core::journal::{Counters, Line};
use switchboard_core::pipeline::BreakerState;

use crate::answer::whole;
use crate::api::Api;
use crate::call::Call;
use crate::route::Answer;
use crate::routes::sinks::{self, Row};
use text::Text;

pub(crate) async fn show(api: &Api, call: Call) -> Answer {
    call.query.end()?;
    let counters = api.records.counters().await?;
    let mut text = Text::default();
    process(&mut text, api);
    host(&mut text, api);
    quarantine(&mut text, api).await;
    journal(&mut text, &counters);
    paused(&mut text, api);
    let rows = sinks::join(api, counters.sinks);
    events_of(&mut text, &rows);
    calls_of(&mut text, &rows);
    oldest_of(&mut text, api, &rows);
    Ok(whole("text/plain; version=0.0.4", text.into()))
}

fn process(text: &mut Text, api: &Api) {
    text.gauge("build_info", "The version that runs.")
        .sample(&[("version", api.version)], 1);
    let started = Duration::from_micros(api.started.as_micros().max(0).unsigned_abs());
    text.gauge("start_time_seconds", "When it started, in Unix time.")
        .seconds(&[], started);
    text.gauge("ready", "Whether a delivery would be stored now.")
        .sample(&[], u64::from(api.ready().is_ok()));
}

fn host(text: &mut Text, api: &Api) {
    let Some(host) = api.host() else {
        return;
    };
    let counts = host.counters();
    type Number = fn(&switchboard_core::host::Counts) -> u64;
    let numbers: [(&str, &str, Number); 5] = [
        (
            "received_total",
            "Requests that named the endpoint.",
            |counts| counts.received(),
        ),
        (
            "handshakes_total",
            "Unsigned handshakes that were answered.",
            |counts| counts.handshakes,
        ),
        ("refused_total", "Requests that were refused.", |counts| {
            counts.refused
        }),
        ("stored_total", "Deliveries that were stored.", |counts| {
            counts.stored
        }),
        (
            "failed_total",
            "Deliveries that were told to come again.",
            |counts| counts.failed,
        ),
    ];
    for (name, help, number) in numbers {
        let mut family = text.counter(&format!("endpoint_{name}"), help);
        for (endpoint, counts) in &counts {
            family = family.sample(&[("endpoint", endpoint)], number(counts));
        }
    }
    let help = "How long callers waited for their answer.";
    text.times("ack_seconds", help, &host.answers());
}

/// Of every endpoint: what was handed over is held, pushed out, dropped or reverified.
async fn quarantine(text: &mut Text, api: &Api) {
    let Some(quarantine) = api.host().and_then(|host| host.quarantine()) else {
        return;
    };
    // Its failure is nobody else's: without it the other numbers are told all the same.
    let Ok(counts) = quarantine.counts().await else {
        return;
    };
    let mut held = text.gauge("quarantine_held", "Deliveries in quarantine.");
    for (endpoint, counts) in &counts {
        held = held.sample(&[("endpoint", endpoint)], counts.kept);
    }
    let help = "Deliveries that are no longer in quarantine, by what became of them.";
    let mut gone = text.counter("quarantine_gone_total", help);
    for (endpoint, counts) in &counts {
        for (outcome, count) in [
            ("pushed_out", counts.pushed_out),
            ("dropped", counts.dropped),
            ("reverified", counts.reverified),
        ] {
            gone = gone.sample(&[("endpoint", endpoint), ("outcome", outcome)], count);
        }
    }
}

fn journal(text: &mut Text, counters: &Counters) {
    let totals = [
        (
            "stored_total",
            "Deliveries in the journal.",
            counters.stored,
        ),
        (
            "decoded_total",
            "Deliveries that were decoded.",
            counters.decoded,
        ),
        (
            "events_total",
            "Events, replayed ones too.",
            counters.events,
        ),
        (
            "duplicates_total",
            "Drafts whose event was there already.",
            counters.duplicates,
        ),
        (
            "replayed_total",
            "Events that were recorded again.",
            counters.replayed,
        ),
    ];
    for (name, help, value) in totals {
        text.counter(name, help).sample(&[], value);
    }
    text.gauge(
        "undecoded",
        "Deliveries that cannot be decoded, and are kept.",
    )
    .sample(&[], counters.undecoded);
    text.gauge("waiting", "Deliveries that wait to be decoded.")
        .sample(&[], counters.waiting());
    if let Some(commits) = &counters.commits {
        text.times(
            "commit_seconds",
            "How long commits of deliveries took.",
            &commits.took,
        );
        let help = "How many deliveries were committed at once.";
        text.sizes("commit_deliveries", help, &commits.deliveries);
    }
}

fn paused(text: &mut Text, api: &Api) {
    let mut family = text.gauge("paused", "Lines that are paused.");
    for line in api.pauses().keys() {
        let (kind, name) = match line {
            Line::Endpoint(id) => ("endpoint", id),
            Line::Sink(name) => ("sink", name),
        };
        family = family.sample(&[("line", kind), ("name", name)], 1);
    }
}

fn events_of(text: &mut Text, rows: &[Row]) {
    type Number = fn(&Row) -> u64;
    let totals: [(&str, &str, Number); 3] = [
        ("delivered_total", "Events that the sink has.", |row| {
            row.delivered
        }),
        ("unmatched_total", "Events that it did not want.", |row| {
            row.unmatched
        }),
        ("expired_total", "Dead letters that were given up.", |row| {
            row.expired
        }),
    ];
    for (name, help, number) in totals {
        let mut family = text.counter(&format!("sink_{name}"), help);
        for row in rows {
            family = family.sample(&[("sink", &row.name)], number(row));
        }
    }
    let gauges: [(&str, &str, Number); 4] = [
        ("pending", "Events that it is still to be given.", |row| {
            row.pending
        }),
        (
            "retrying",
            "Of those, the ones that wait for another attempt.",
            |row| row.retrying,
        ),
        ("dead", "Dead letters.", |row| row.dead),
        ("in_flight", "Calls under way.", |row| row.in_flight as u64),
    ];
    for (name, help, number) in gauges {
        let mut family = text.gauge(&format!("sink_{name}"), help);
        for row in rows {
            family = family.sample(&[("sink", &row.name)], number(row));
        }
    }
}

fn calls_of(text: &mut Text, rows: &[Row]) {
    let mut family = text.counter("sink_attempts_total", "Calls that ended, by how.");
    for row in rows {
        let attempts = [
            ("delivered", row.attempts.delivered),
            ("refused", row.attempts.refused),
            ("unanswered", row.attempts.unanswered),
            ("panicked", row.attempts.panicked),
        ];
        for (outcome, count) in attempts {
            family = family.sample(&[("sink", &row.name), ("outcome", outcome)], count);
        }
    }
    let mut family = text.counter("sink_attempt_seconds_total", "How long all of them took.");
    for row in rows {
        family = family.seconds(&[("sink", &row.name)], row.took);
    }
    let help = "Whether calls are made: the state that holds is 1.";
    let mut family = text.gauge("sink_breaker", help);
    for row in rows {
        let states = [
            ("closed", BreakerState::Closed),
            ("half_open", BreakerState::HalfOpen),
            ("open", BreakerState::Open),
        ];
        for (name, state) in states {
            let holds = u64::from(row.breaker == state);
            family = family.sample(&[("sink", &row.name), ("state", name)], holds);
        }
    }
}

fn oldest_of(text: &mut Text, api: &Api, rows: &[Row]) {
    let now = api.clock.now();
    let help = "How long ago the delivery of the oldest pending event was received.";
    let mut family = text.gauge("sink_oldest_pending_seconds", help);
    for row in rows {
        let age = row
            .oldest
            .map_or(Duration::ZERO, |oldest| now.since(oldest));
        family = family.seconds(&[("sink", &row.name)], age);
    }
}
