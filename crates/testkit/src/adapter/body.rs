//! What a signature is over cannot change.

use serde_json::Value;
use switchboard_core::Delivery;

use super::mutant::with_body;
use super::part::Part;
use super::trial::Trial;
use crate::promise::{Broken, Checked};

/// As many bits of each body are flipped; more would find nothing else.
const FLIPS: usize = 48;

/// Or else whoever has seen one delivery can send any other. An adapter whose provider sends a mere
/// token is an exception, and says so.
pub(super) fn a_signature_is_over_the_body(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        let bare = trial.stripped(&case.delivery);
        let changed = with_body(&case.delivery, [&case.delivery.body, &b"0"[..]].concat());
        let signed = trial.sign(&case.name, &bare, &trial.stand.endpoint())?;
        if signed.is_some() && !trial.signs_apart(&case.name, &case.delivery, &changed)? {
            let name = &case.name;
            return Err(Broken::new(format!("{name}: another body is signed alike")));
        }
    }
    Ok(())
}

pub(super) fn one_flipped_bit_of_a_signed_body_is_refused(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        let length = case.delivery.body.len();
        // An odd step comes by every bit of a byte.
        for index in (0..length).step_by((length / FLIPS) | 1) {
            let mut body = case.delivery.body.to_vec();
            body[index] ^= 1 << (index % 8);
            let what = format!("{} with a bit of byte {index} flipped", case.name);
            trial.refuses_if_signed(&what, &case.delivery, &with_body(&case.delivery, body))?;
        }
    }
    Ok(())
}

/// The same text may be written in many ways; only the provider's own was signed.
pub(super) fn a_signed_body_in_other_bytes_is_refused(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        for (what, body) in other_bytes(&case.delivery) {
            let changed = with_body(&case.delivery, body);
            if changed.body != case.delivery.body {
                let what = format!("{} with {what}", case.name);
                trial.refuses_if_signed(&what, &case.delivery, &changed)?;
            }
        }
    }
    Ok(())
}

/// Or else somebody reads a body before its signature, and verifies what was read.
pub(super) fn a_signature_of_other_bytes_is_refused(trial: &Trial) -> Checked {
    let endpoint = trial.stand.endpoint();
    for case in &trial.genuine {
        for (what, body) in other_bytes(&case.delivery) {
            let changed = with_body(&case.delivery, body);
            // Some senders sign a body without the line ends around it.
            if changed.body.trim_ascii() == case.delivery.body.trim_ascii()
                || !trial.signs_apart(&case.name, &case.delivery, &changed)?
            {
                continue;
            }
            let what = format!("{}, signed for {what}", case.name);
            if let Some(signed) = trial.sign(&what, &trial.stripped(&changed), &endpoint)? {
                let forged = with_body(&signed, case.delivery.body.clone());
                trial.refuses(&what, &forged, &endpoint)?;
            }
        }
    }
    Ok(())
}

/// Some senders sign a body without the line ends around it. Where that is forgiven, whoever adds
/// some must not make another event of it.
pub(super) fn line_ends_around_a_signed_body_change_no_event(trial: &Trial) -> Checked {
    let endpoint = trial.stand.endpoint();
    for case in &trial.genuine {
        let body = &case.delivery.body;
        for (front, back) in [
            ("", "\n"),
            ("", "\r\n"),
            ("", "\n\n"),
            ("\n", ""),
            ("\r\n", "\n"),
        ] {
            let body = [front.as_bytes(), body, back.as_bytes()].concat();
            let changed = with_body(&case.delivery, body);
            let what = format!("{} with line ends around it", case.name);
            if !trial.signs_apart(&what, &case.delivery, &changed)? {
                continue;
            }
            trial.count();
            let is_believed = trial.verify(&what, &changed, &endpoint)?.is_ok();
            let changed = trial.decode(&what, &changed)?.ok();
            if is_believed && changed != trial.decode(&what, &case.delivery)?.ok() {
                return Err(Broken::new(format!("{what}: believed, and another event")));
            }
        }
    }
    Ok(())
}

pub(super) fn a_signature_is_good_for_its_own_delivery_alone(trial: &Trial) -> Checked {
    for (index, case) in trial.genuine.iter().enumerate() {
        let other = &trial.genuine[(index + 1) % trial.genuine.len()];
        let trimmed = |delivery: &Delivery| delivery.body.trim_ascii().to_vec();
        if trimmed(&other.delivery) != trimmed(&case.delivery) {
            let swapped = with_body(&case.delivery, other.delivery.body.clone());
            let what = format!("{} with the body of {}", case.name, other.name);
            trial.refuses_if_signed(&what, &case.delivery, &swapped)?;
        }
    }
    Ok(())
}

pub(super) fn a_signed_url_cannot_change(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        let url = &case.delivery.url;
        let path = url.path();
        let query = url
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let reversed: Vec<_> = url.query().unwrap_or_default().rsplit('&').collect();
        let authority = url
            .authority()
            .map_or("example.com", |authority| authority.as_str());
        for other in [
            format!("http://{authority}{path}{query}"),
            format!("https://{authority}{path}{query}"),
            format!("https://{authority}:8443{path}{query}"),
            format!("https://evil.example{path}{query}"),
            format!("https://{authority}{path}/{query}"),
            format!("https://{authority}/proxied{path}{query}"),
            format!(
                "https://{authority}{path}{query}{}odd=1",
                if query.is_empty() { "?" } else { "&" }
            ),
            format!("https://{authority}{path}?{}", reversed.join("&")),
        ] {
            let mut changed = case.delivery.clone();
            let Ok(other_url) = other.parse() else {
                continue;
            };
            changed.url = other_url;
            if changed.url == case.delivery.url {
                continue;
            }
            let what = format!("{} sent to {other}", case.name);
            trial.refuses_if_signed(&what, &case.delivery, &changed)?;
            // Nor can a caller say that it was sent to where it was signed for.
            let host = url
                .authority()
                .map_or("localhost", |authority| authority.as_str());
            let scheme = url.scheme_str().unwrap_or("https");
            let claimed = changed
                .with("x-forwarded-host", host)
                .with("x-forwarded-proto", scheme);
            trial.refuses_if_signed(&what, &case.delivery, &claimed)?;
        }
    }
    Ok(())
}

pub(super) fn a_signed_header_cannot_change(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        let headers = case.delivery.headers.keys().cloned().map(Part::Header);
        for part in headers.filter(|part| !trial.parts.contains(part)) {
            for values in [&[][..], &[&b"odd"[..]]] {
                if let Some(changed) = part.with(&case.delivery, values) {
                    let what = format!("{} with another `{}`", case.name, part.name());
                    trial.refuses_if_signed(&what, &case.delivery, &changed)?;
                }
            }
        }
    }
    Ok(())
}

fn other_bytes(delivery: &Delivery) -> Vec<(&'static str, Vec<u8>)> {
    let body = &*delivery.body;
    let mut others = vec![
        ("no body", Vec::new()),
        ("a byte order mark", [b"\xef\xbb\xbf", body].concat()),
        ("a space in front", [b" ", body].concat()),
        ("a space behind", [body, b" "].concat()),
        ("a tab behind", [body, b"\t"].concat()),
        ("a NUL behind", [body, b"\0"].concat()),
        (
            "its last byte missing",
            body[..body.len().saturating_sub(1)].to_vec(),
        ),
        ("itself behind", body.repeat(2)),
    ];
    let Ok(text) = str::from_utf8(body) else {
        return others;
    };
    let utf_16 = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin_1: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(char).ok()).collect();
    others.push(("UTF-16 for its charset", utf_16));
    others.extend(latin_1.map(|body| ("Latin-1 for its charset", body)));
    others.push((
        "line ends for its commas",
        text.replace(',', ",\r\n").into(),
    ));
    others.push(("plus signs for its spaces", text.replace(' ', "+").into()));
    if let Ok(value) = delivery.json::<Value>() {
        others.push(("its JSON written again", value.to_string().into()));
        others.push(("its JSON indented", format!("{value:#}").into()));
        others.push(("its slashes escaped", text.replace('/', "\\/").into()));
    }
    others
}
