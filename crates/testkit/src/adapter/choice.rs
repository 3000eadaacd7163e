//! Who is taken unsigned: only whom the operator said so of.

use super::trial::Trial;
use crate::promise::{Broken, Checked};

/// A path token is in logs and in the provider's settings; beside a secret it is one more lock, and
/// not another key.
pub(super) fn a_path_token_excuses_no_signature(trial: &Trial) -> Checked {
    let guarded = trial.stand.endpoint().guarded();
    for case in &trial.genuine {
        if trial.is_to_be_signed() && trial.is_signed(&case.delivery) {
            let what = format!("{}, unsigned behind a path token", case.name);
            trial.refuses(&what, &trial.stripped(&case.delivery), &guarded)?;
        }
    }
    Ok(())
}

/// Also what is signed all the same: the endpoint has no secret by which to tell.
pub(super) fn an_unsigned_endpoint_takes_what_may_be_unsigned(trial: &Trial) -> Checked {
    if !trial.adapter.descriptor().may_be_unsigned {
        return Ok(());
    }
    let unsigned = trial.stand.unsigned();
    for case in &trial.genuine {
        for delivery in [&case.delivery, &trial.stripped(&case.delivery)] {
            trial.count();
            let what = format!("{} at an unsigned endpoint", case.name);
            let scheme = trial.believes(&what, delivery, &unsigned)?.scheme;
            if scheme != "unsigned" {
                return Err(Broken::new(format!("{what}: it is proven by {scheme}")));
            }
        }
    }
    Ok(())
}
