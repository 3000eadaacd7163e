//! Who is believed: whoever has every part right, and nobody else.

use switchboard_core::Delivery;

use super::part::Part;
use super::trial::Trial;
use crate::promise::{Broken, Checked};

/// More parts would make more combinations than anybody waits for.
const MOST_PARTS: usize = 4;

/// What proxies and testers add, and what some code takes for proof of an origin.
const HEADERS_OF_PROXIES: [(&str, &str); 9] = [
    ("forwarded", "for=127.0.0.1;host=localhost;proto=https"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-host", "localhost"),
    ("x-forwarded-port", "443"),
    ("x-forwarded-proto", "https"),
    ("x-http-method-override", "GET"),
    ("x-original-url", "/admin"),
    ("x-real-ip", "127.0.0.1"),
    ("x-rewrite-url", "/admin"),
];

pub(super) fn what_is_signed_is_believed(trial: &Trial) -> Checked {
    if !trial.is_to_be_signed() {
        return Ok(());
    }
    if trial.parts.is_empty() {
        return Err(Broken::new(
            "`sign` signs nothing, and no captured request is believed: nobody can try `verify`",
        ));
    }
    for case in &trial.genuine {
        if !trial.is_signed(&case.delivery) {
            // A sample of an adapter that cannot sign.
            continue;
        }
        let verified = trial.believes(&case.name, &case.delivery, &trial.stand.endpoint())?;
        if verified.scheme == "unsigned" {
            return Err(Broken::new(format!(
                "{}: it says that nothing was proven",
                case.name
            )));
        }
    }
    Ok(())
}

pub(super) fn an_unsigned_adapter_says_so(trial: &Trial) -> Checked {
    if trial.is_to_be_signed() {
        return Ok(());
    }
    for case in &trial.genuine {
        let verified = trial.believes(&case.name, &case.delivery, &trial.stand.endpoint())?;
        if verified.scheme != "unsigned" {
            let name = &case.name;
            let scheme = verified.scheme;
            return Err(Broken::new(format!("{name}: it is proven by {scheme}")));
        }
    }
    Ok(())
}

pub(super) fn what_was_captured_as_forged_is_refused(trial: &Trial) -> Checked {
    for case in trial.written.iter().filter(|case| case.is_refused()) {
        trial.refuses(&case.name, &case.delivery, &trial.stand.endpoint())?;
    }
    Ok(())
}

pub(super) fn every_part_is_needed(trial: &Trial) -> Checked {
    for_each_part(trial, |name, genuine, part| {
        for (what, values) in [("no", &[][..]), ("an empty", &[&b""[..]])] {
            if let Some(forged) = part.with(genuine, values) {
                let what = format!("{name} with {what} `{}`", part.name());
                trial.refuses(&what, &forged, &trial.stand.endpoint())?;
            }
        }
        Ok(())
    })
}

/// A part that is there must not excuse another that is missing, nor the other way round.
pub(super) fn no_other_combination_of_parts_is_believed(trial: &Trial) -> Checked {
    let parts = &trial.parts[..trial.parts.len().min(MOST_PARTS)];
    let endpoint = trial.stand.endpoint();
    for case in &trial.genuine {
        for combination in 1..4_usize.pow(u32::try_from(parts.len()).unwrap_or_default()) {
            let mut forged = Some(case.delivery.clone());
            let mut what = case.name.clone();
            for (index, part) in parts.iter().enumerate() {
                let (word, values): (_, &[&[u8]]) = match combination >> (2 * index) & 3 {
                    0 => continue,
                    1 => ("no", &[]),
                    2 => ("an empty", &[b""]),
                    _ => ("a wrong", &[b"0"]),
                };
                what = format!("{what}, {word} `{}`", part.name());
                forged = forged.and_then(|forged| part.with(&forged, values));
            }
            if let Some(forged) = forged {
                trial.refuses(&what, &forged, &endpoint)?;
            }
        }
    }
    Ok(())
}

/// They make nobody genuine, and a genuine delivery no forgery.
pub(super) fn headers_of_proxies_prove_nothing(trial: &Trial) -> Checked {
    if trial.parts.is_empty() {
        return Ok(());
    }
    let endpoint = trial.stand.endpoint();
    for case in &trial.genuine {
        let Ok(verified) = trial.verify(&case.name, &case.delivery, &endpoint)? else {
            continue;
        };
        for (name, value) in HEADERS_OF_PROXIES {
            let what = format!("{} with `{name}`", case.name);
            let passed = case.delivery.clone().with(name, value);
            trial.count();
            if trial.believes(&what, &passed, &endpoint)? != verified {
                return Err(Broken::new(format!("{what}: proven otherwise")));
            }
            let nobody = trial.stripped(&case.delivery).with(name, value);
            trial.refuses(&format!("{what}, unsigned"), &nobody, &endpoint)?;
        }
    }
    Ok(())
}

/// Each part of each genuine delivery.
pub(super) fn for_each_part(
    trial: &Trial,
    check: impl Fn(&str, &Delivery, &Part) -> Checked,
) -> Checked {
    for case in &trial.genuine {
        for part in &trial.parts {
            if part.value(&case.delivery).is_some() {
                check(&case.name, &case.delivery, part)?;
            }
        }
    }
    Ok(())
}
