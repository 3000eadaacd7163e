//! Signatures that are almost right.

use super::part::Part;
use super::signing::for_each_part;
use super::trial::Trial;
use crate::promise::{Broken, Checked};

/// Fewer bytes behind a separator are no signature, so what is before it is no prefix.
const SHORTEST: usize = 16;

pub(super) fn an_altered_part_is_refused(trial: &Trial) -> Checked {
    for_each_part(trial, |name, genuine, part| {
        let value = part.value(genuine).unwrap_or_default();
        for (what, altered) in alterations(&value) {
            if let Some(forged) = part.with(genuine, &[&altered]) {
                let what = format!("{name}, `{}` {what}", part.name());
                trial.refuses(&what, &forged, &trial.stand.endpoint())?;
            }
        }
        Ok(())
    })
}

pub(super) fn a_repeated_part_is_refused(trial: &Trial) -> Checked {
    for_each_part(trial, |name, genuine, part| {
        let value = part.value(genuine).unwrap_or_default();
        let value = value.as_slice();
        // Of a pair of the query, the first counts: that is what everybody does.
        if let Part::Query(_) = part {
            return Ok(());
        }
        for (what, values) in [
            ("twice", [value, value]),
            ("before a wrong one", [value, b"0"]),
            ("behind a wrong one", [b"0", value]),
            ("behind an empty one", [b"", value]),
        ] {
            if let Some(forged) = part.with(genuine, &values) {
                let what = format!("{name}, `{}` {what}", part.name());
                trial.refuses(&what, &forged, &trial.stand.endpoint())?;
            }
        }
        Ok(())
    })
}

pub(super) fn a_part_that_is_no_text_is_refused(trial: &Trial) -> Checked {
    for_each_part(trial, |name, genuine, part| {
        let value = part.value(genuine).unwrap_or_default();
        for odd in [&b"\xff"[..], "é".as_bytes(), b"\xc0\xaf"] {
            for glued in [[&value, odd].concat(), [odd, &value].concat(), odd.to_vec()] {
                if let Some(forged) = part.with(genuine, &[&glued]) {
                    let what = format!("{name}, `{}` with odd bytes", part.name());
                    trial.refuses(&what, &forged, &trial.stand.endpoint())?;
                }
            }
        }
        Ok(())
    })
}

/// Who reads hex in capitals reads it in a mixture, too; whoever does not refuses both.
pub(super) fn letter_case_is_answered_alike(trial: &Trial) -> Checked {
    let endpoint = trial.stand.endpoint();
    for_each_part(trial, |name, genuine, part| {
        let value = part.value(genuine).unwrap_or_default();
        let mixed = value.iter().enumerate().map(|(index, byte)| {
            if index % 2 == 0 {
                byte.to_ascii_uppercase()
            } else {
                byte.to_ascii_lowercase()
            }
        });
        let mixed: Vec<u8> = mixed.collect();
        let upper = value.to_ascii_uppercase();
        let what = format!("{name}, `{}` in other letter case", part.name());
        let mut answers = Vec::new();
        for variant in [&upper, &mixed]
            .into_iter()
            .filter(|variant| **variant != value)
        {
            if let Some(delivery) = part.with(genuine, &[variant]) {
                trial.count();
                answers.push(trial.verify(&what, &delivery, &endpoint)?.is_ok());
            }
        }
        if answers.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(Broken::new(format!("{what}: answered one way and another")));
        }
        Ok(())
    })
}

/// What a mistake or a guess makes of `value`.
fn alterations(value: &[u8]) -> Vec<(String, Vec<u8>)> {
    let (front, back) = value.split_at(value.len() / 2);
    let mut altered = vec![
        ("without its last byte", value[..value.len() - 1].to_vec()),
        (
            "without its last two",
            value[..value.len().saturating_sub(2)].to_vec(),
        ),
        ("without its first byte", value[1..].to_vec()),
        ("with its first half alone", front.to_vec()),
        ("with its second half alone", back.to_vec()),
        ("with a digit behind", [value, b"0"].concat()),
        ("with two digits behind", [value, b"00"].concat()),
        ("with two digits in front", [b"00", value].concat()),
        ("with a space within", [front, b" ", back].concat()),
        ("in quotes", [b"\"", value, b"\""].concat()),
        ("made of zeros", vec![b'0'; value.len()]),
        ("made of what no encoding has", vec![b'~'; value.len()]),
        ("that is huge", value.repeat(200)),
    ];
    for prefix in ["sha1=", "sha256=", "sha512=", "v0=", "0x", "Bearer "] {
        let (_, bare) = split_prefix(value);
        let other = [prefix.as_bytes(), bare].concat();
        if other != value {
            altered.push(("behind another prefix", other));
        }
    }
    if let (prefix @ [_, ..], bare) = split_prefix(value) {
        altered.push(("without its prefix", bare.to_vec()));
        altered.push(("with its prefix alone", prefix.to_vec()));
        altered.push(("behind its prefix twice", [prefix, value].concat()));
    }
    let mut altered: Vec<_> = altered
        .into_iter()
        .map(|(what, value)| (what.to_owned(), value))
        .filter(|(_, altered)| altered != value)
        .collect();
    for index in 0..value.len() {
        let mut other = value.to_vec();
        other[index] = another(other[index]);
        altered.push((format!("with byte {index} changed"), other));
    }
    altered
}

/// `value` as the prefix that names its scheme, if it has one, and the rest.
pub(super) fn split_prefix(value: &[u8]) -> (&[u8], &[u8]) {
    let end = value
        .iter()
        .position(|byte| matches!(byte, b'=' | b',' | b' '));
    match end {
        Some(end) if value.len() - end > SHORTEST => value.split_at(end + 1),
        _ => value.split_at(0),
    }
}

/// Another byte than `byte`, and not the same thing in hex or in the unused bits of base64.
fn another(byte: u8) -> u8 {
    match byte {
        b'A'..=b'P' => b'w',
        b'a' => b'0',
        _ => b'A',
    }
}
