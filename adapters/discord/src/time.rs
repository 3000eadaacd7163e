//! Discord's times: those in its ids, and those in its events.

use serde_json::Value;
use switchboard_core::Timestamp;
use switchboard_core::read::{Time, peek};

/// 2015-01-01T00:00:00Z in milliseconds, from which ids count.
const EPOCH: i64 = 1_420_070_400_000;

/// When the thing of this id came to be: an id begins with that in milliseconds, above 22 bits.
pub(crate) fn of_id(id: &Value) -> Time {
    let millis = |id: String| {
        let millis = i64::try_from(id.parse::<u64>().ok()? >> 22).ok()?;
        Timestamp::from_millis(millis + EPOCH)
    };
    Time(peek(id).and_then(millis))
}

/// When an event happened. Its time has no zone and is in UTC, as all of Discord's are.
pub(crate) fn of_event(timestamp: &Value) -> Time {
    let Some(text) = timestamp.as_str() else {
        return Time::default();
    };
    Time::read(text).or(Time::read(&format!("{text}Z")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(Time(time): Time) -> Option<String> {
        time.map(|time| time.to_string())
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        let id = json!("175928847299117063");

        // The example of the reference.
        let expected = "2016-04-30T11:18:25.796Z";
        assert_eq!(told(of_id(&id)).as_deref(), Some(expected));
        for none in [json!(null), json!("x"), json!(-1), json!([1])] {
            assert_eq!(of_id(&none), Time(None), "{none}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_in_utc() {
        for (text, expected) in [
            ("2024-10-18T14:42:53.064834", "2024-10-18T14:42:53.064834Z"),
            (
                "2024-10-18T14:42:53.064834+00:00",
                "2024-10-18T14:42:53.064834Z",
            ),
        ] {
            assert_eq!(told(of_event(&json!(text))).as_deref(), Some(expected));
        }
        assert_eq!(of_event(&json!("soon")), Time(None));
    }
}
