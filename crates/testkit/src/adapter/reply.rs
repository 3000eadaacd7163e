//! What the provider hears.

use switchboard_core::Preflight;

use super::fixture::Expected;
use super::trial::{Trial, fenced};
use crate::promise::{Broken, Checked};

pub(super) fn preflight_lets_deliveries_pass(trial: &Trial) -> Checked {
    let endpoint = trial.stand.endpoint();
    for case in &trial.written {
        let answer = fenced(&case.name, || {
            trial.adapter.preflight(&case.delivery, &endpoint)
        })?;
        let is_right = match case.expected {
            Expected::Handshake => matches!(answer, Preflight::Reply(_)),
            _ => answer == Preflight::Continue,
        };
        if !is_right {
            return Err(Broken::new(format!("{}: answered {answer:?}", case.name)));
        }
    }
    Ok(())
}

pub(super) fn every_answer_is_a_success(trial: &Trial) -> Checked {
    let endpoint = trial.stand.endpoint();
    let genuine = trial
        .genuine
        .iter()
        .map(|case| (&case.name, &case.delivery));
    let mutants = trial
        .mutants
        .iter()
        .map(|mutant| (&mutant.name, &mutant.delivery));
    for (name, delivery) in genuine.chain(mutants) {
        let reply = fenced(name, || trial.adapter.reply(delivery, &endpoint))?;
        if !matches!(reply.status().as_u16(), 200 | 204) {
            return Err(Broken::new(format!("{name}: answered {}", reply.status())));
        }
    }
    Ok(())
}
