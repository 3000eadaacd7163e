//! Slack's times: seconds and six digits behind a point, which name a message in its channel as well.

use serde_json::Value;
use switchboard_core::Timestamp;
use switchboard_core::read::{Time, peek};

/// The first of `values` that is a time, as `1764000000.000200` or in whole seconds.
pub(crate) fn first<'a>(values: impl IntoIterator<Item = &'a Value>) -> Time {
    Time(values.into_iter().find_map(|value| moment(&peek(value)?)))
}

fn moment(text: &str) -> Option<Timestamp> {
    let (seconds, micros) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(seconds) || !is_number(micros) || micros.len() > 6 {
        return None;
    }
    let seconds: i64 = seconds.parse().ok().filter(|seconds| *seconds > 0)?;
    let micros: i64 = format!("{micros:0<6}").parse().ok()?;
    Timestamp::from_micros(seconds.checked_mul(1_000_000)?.checked_add(micros)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_is_read_to_the_microsecond() {
        for (value, expected) in [
            (json!("1764000000.000200"), "2025-11-24T16:00:00.0002Z"),
            (json!("1764000000"), "2025-11-24T16:00:00Z"),
            (json!(1_764_000_000), "2025-11-24T16:00:00Z"),
            (json!("1764000000.5"), "2025-11-24T16:00:00.5Z"),
        ] {
            let Time(moment) = first([&Value::Null, &value]);
            assert_eq!(moment.map(|it| it.to_string()).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "0.000000",
            "soon",
            "-1.5",
            "1.2.3",
            "1764000000.0000001",
            "+1.0",
        ] {
            assert_eq!(first([&json!(text)]), Time(None), "{text}");
        }
        assert_eq!(first([&json!("99999999999999999999.1")]), Time(None));
    }
}
