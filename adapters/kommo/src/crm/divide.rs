//! From a top-level name to the things below it.

use serde_json::{Map, Value};

use super::happening;
use super::payload::{Item, LONGEST_NAME};

/// The things below a top-level name: `{action: [..]}` in most groups, `[..]` in a bare `add`.
///
/// A name that nobody knows stays whole, as nobody knows how to divide it.
pub(super) fn divide(group: String, value: Value) -> Vec<Item> {
    match value {
        value if group == happening::BARE => listed(&group, None, value),
        Value::Object(actions) if happening::is_known(&group) && are_names(&actions) => {
            let actions = actions.into_iter();
            actions
                .flat_map(|(action, value)| listed(&group, Some(action), value))
                .collect()
        }
        value => vec![Item::whole(group, value)],
    }
}

/// An index in the place of an action, or a name that is too long to be repeated, is none.
fn are_names(actions: &Map<String, Value>) -> bool {
    let is_name = |name: &String| name.len() <= LONGEST_NAME && !is_index(name);
    actions.keys().all(is_name)
}

fn listed(group: &str, action: Option<String>, value: Value) -> Vec<Item> {
    let mut values = Vec::new();
    spread(value, &mut values);
    let items = values.into_iter().enumerate();
    items
        .map(|(position, value)| Item {
            group: group.to_owned(),
            action: action.clone(),
            position,
            value,
        })
        .collect()
}

/// A list, a map by index, or a list of such maps, as Kommo's page on tasks shows it; else one thing.
fn spread(value: Value, into: &mut Vec<Value>) {
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| spread(value, into)),
        Value::Object(members) if members.keys().any(|name| is_index(name)) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by_key(|(name, _)| name.parse().unwrap_or(u64::MAX));
            let values = members.into_iter().map(|(_, value)| value);
            values.for_each(|value| spread(value, into));
        }
        value => into.push(value),
    }
}

fn is_index(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(group: &str, value: Value) -> Vec<(String, usize, Value)> {
        let items = divide(group.to_owned(), value).into_iter();
        items
            .map(|item| (item.name(), item.position, item.value))
            .collect()
    }

    #[test]
    fn things_are_listed_in_any_of_the_ways_seen() {
        let (a, b) = (json!({"id": "1"}), json!({"id": "2"}));
        let expected = vec![
            ("leads.add".to_owned(), 0, a.clone()),
            ("leads.add".to_owned(), 1, b.clone()),
        ];

        for listed in [
            json!([a, b]),
            json!({"7": a, "10": b}),
            json!([{"0": a}, {"0": b}]),
        ] {
            assert_eq!(told("leads", json!({"add": listed})), expected, "{listed}");
        }
        for one in [json!(a), json!([a]), json!({"0": a}), json!([{"0": a}])] {
            assert_eq!(told("leads", json!({"add": one})), expected[..1], "{one}");
        }
    }

    #[test]
    fn every_action_has_its_own_positions() {
        let told = told("leads", json!({"add": ["a", "b"], "delete": ["c"]}));

        let positions: Vec<_> = told.iter().map(|(_, position, _)| *position).collect();
        assert_eq!(positions, [0, 1, 0]);
    }

    #[test]
    fn what_nobody_knows_stays_whole() {
        for (group, value) in [
            ("deals", json!({"add": [{"id": "1"}, {"id": "2"}]})),
            ("leads", json!([{"id": "1"}])),
            ("leads", json!("text")),
            ("leads", json!({"add": [1], "x".repeat(65): [1, 2]})),
        ] {
            let expected = vec![(group.to_owned(), 0, value.clone())];
            assert_eq!(told(group, value), expected);
        }
    }
}
