//! Form bodies with one oddity each.

use super::facts::json_in;
use super::json;
use super::mutant::{CANARY, Oddity};
use crate::promise::Checked;

pub(crate) type Pair = (String, String);

/// `pairs` as a body.
pub(crate) fn body(pairs: &[Pair]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// Each pair gone, repeated, renamed, or with another value; and where that value is JSON, with each
/// of its own oddities.
pub(super) fn oddities(pairs: &[Pair]) -> Checked<Vec<Oddity>> {
    let mut oddities = Vec::new();
    for (index, (name, value)) in pairs.iter().enumerate() {
        for (what, odd) in [
            ("an empty value", String::new()),
            ("a text", CANARY.to_owned()),
            ("a huge text", CANARY.repeat(400)),
            ("a number", "7".to_owned()),
            ("a negative number", "-1".to_owned()),
            ("a number beyond 2^53", u64::MAX.to_string()),
            ("null", "null".to_owned()),
            ("JSON", format!("[{{\"odd\":\"{CANARY}\"}}]")),
            ("controls", "\0\r\n\u{202e}".to_owned()),
        ] {
            let mut mutant = pairs.to_vec();
            mutant[index].1 = odd;
            oddities.push(Oddity::new(format!("{what} for {name}"), body(&mutant)));
        }
        for (what, odd) in [
            ("a list", format!("{name}[]")),
            ("an object", format!("{name}[{CANARY}]")),
            ("a huge index", format!("{name}[999999999]")),
            ("another name", CANARY.to_owned()),
        ] {
            let mut mutant = pairs.to_vec();
            mutant[index].0 = odd;
            oddities.push(Oddity {
                // The pair is still there, and its group may have lost what makes it one.
                is_emptied: pairs.len() == 1,
                ..Oddity::new(format!("{what} for {name}"), body(&mutant))
            });
        }
        if let Some(inner) = json_in(value) {
            for Oddity {
                what,
                body: odd,
                is_emptied,
            } in json::oddities(&inner)?
            {
                let mut mutant = pairs.to_vec();
                mutant[index].1 = String::from_utf8_lossy(&odd).into_owned();
                oddities.push(Oddity {
                    is_emptied,
                    ..Oddity::new(format!("{what} in the JSON of {name}"), body(&mutant))
                });
            }
        }
        let mut both = pairs.to_vec();
        both.push((format!("{name}[odd]"), value.clone()));
        oddities.push(Oddity::new(
            format!("{name} also as an object"),
            body(&both),
        ));
        let mut twice = pairs.to_vec();
        twice.push((name.clone(), CANARY.to_owned()));
        oddities.push(Oddity::new(format!("{name} twice"), body(&twice)));
        let mut without = pairs.to_vec();
        without.remove(index);
        oddities.push(Oddity {
            is_emptied: pairs.len() == 1,
            ..Oddity::new(format!("no {name}"), body(&without))
        });
    }
    Ok(oddities)
}
