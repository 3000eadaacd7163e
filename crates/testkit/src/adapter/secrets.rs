//! Which secrets prove something.

use switchboard_core::{Delivery, Endpoint, VerifyError};

use super::trial::Trial;
use crate::promise::{Broken, Checked};

/// A mistake of ours must not look like a forgery, and still less like a proof.
pub(super) fn without_a_secret_nobody_knows(trial: &Trial) -> Checked {
    if !trial.is_to_be_signed() {
        return Ok(());
    }
    for case in &trial.genuine {
        if !trial.is_signed(&case.delivery) {
            continue;
        }
        trial.count();
        let bare = trial.stand.bare();
        match trial.verify(&case.name, &case.delivery, &bare)? {
            Err(VerifyError::Unavailable(_)) => {}
            Err(error) => return told(format!("{}: refused: {error}", case.name)),
            Ok(_) => return told(format!("{}: believed", case.name)),
        }
        trial.refuses(&case.name, &trial.stripped(&case.delivery), &bare)?;
    }
    Ok(())
}

pub(super) fn another_secret_is_refused(trial: &Trial) -> Checked {
    let other = trial.stand.with_other_secrets();
    refuses_signatures_of(trial, "signed by another secret", &other)
}

pub(super) fn an_empty_key_is_refused(trial: &Trial) -> Checked {
    match trial.stand.with_empty_keys() {
        Some(empty) => refuses_signatures_of(trial, "signed by an empty key", &empty),
        None => Ok(()),
    }
}

/// Editors leave one behind in a file. The configuration takes it off; an adapter that did would
/// make two secrets one.
pub(super) fn a_newline_makes_another_secret(trial: &Trial) -> Checked {
    match trial.stand.with_ending("\n") {
        Some(longer) => refuses_signatures_of(trial, "signed by secret and newline", &longer),
        None => Ok(()),
    }
}

pub(super) fn an_old_secret_is_good_until_it_is_taken_away(trial: &Trial) -> Checked {
    let (new, rotating) = (
        trial.stand.with_other_secrets(),
        trial.stand.with_new_and_old_secrets(),
    );
    for case in &trial.genuine {
        let what = format!("{} while secrets are changed", case.name);
        let Some(by_new) = signed_by(trial, &case.name, &case.delivery, &new)? else {
            continue;
        };
        let old = trial.believes(&what, &case.delivery, &rotating)?;
        let new = trial.believes(&what, &by_new, &rotating)?;
        trial.count();
        // Otherwise nobody can tell when an old secret is out of use.
        if old.secret.is_some() && old.secret == new.secret {
            return told(format!("{what}: both secrets have one label"));
        }
        trial.refuses(
            &format!("{} after its secret was taken away", case.name),
            &case.delivery,
            &trial.stand.with_other_secrets(),
        )?;
    }
    Ok(())
}

fn refuses_signatures_of(trial: &Trial, what: &str, signer: &Endpoint) -> Checked {
    for case in &trial.genuine {
        if let Some(forged) = signed_by(trial, &case.name, &case.delivery, signer)? {
            let what = format!("{}, {what}", case.name);
            trial.refuses(&what, &forged, &trial.stand.endpoint())?;
        }
    }
    Ok(())
}

/// `genuine`, signed by the secrets of `signer`; `None` where it cannot be, or not otherwise.
fn signed_by(
    trial: &Trial,
    what: &str,
    genuine: &Delivery,
    signer: &Endpoint,
) -> Checked<Option<Delivery>> {
    if trial.parts.is_empty() {
        return Ok(None);
    }
    // A secret may be none that a header takes, and `sign` may say so by a panic.
    let signed = trial.sign(what, &trial.stripped(genuine), signer);
    Ok(signed.unwrap_or_default())
}

fn told(how: String) -> Checked {
    Err(Broken::new(how))
}
