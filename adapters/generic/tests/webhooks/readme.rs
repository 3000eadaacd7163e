//! The configurations of the adapter's page.

use std::collections::BTreeMap;

use serde_json::Value;

/// Every endpoint of the page's TOML, by its id.
fn endpoints() -> BTreeMap<String, Value> {
    let page = include_str!("../../README.md");
    let mut endpoints = BTreeMap::new();
    for block in page.split("```toml\n").skip(1) {
        let (block, _) = block.split_once("```").unwrap();
        // A block within a list is indented.
        let block: String = block
            .lines()
            .map(|line| format!("{}\n", line.trim_start()))
            .collect();
        let config: Value = toml::from_str(&block).unwrap();
        for (id, endpoint) in config["endpoints"].as_object().unwrap() {
            let earlier = endpoints.insert(id.clone(), endpoint.clone());
            assert_eq!(earlier, None, "{id} twice");
        }
    }
    endpoints
}

/// The options of the endpoint `id`.
pub(crate) fn options(id: &str) -> Value {
    let endpoints = endpoints();
    let endpoint = endpoints
        .get(id)
        .unwrap_or_else(|| panic!("no endpoint `{id}`"));
    assert_eq!(endpoint["adapter"], "generic");
    endpoint["options"].clone()
}

#[test]
fn every_configuration_of_the_page_is_sound() {
    let endpoints = endpoints();

    assert!(endpoints.len() >= 13);
    for (id, endpoint) in endpoints {
        let roles: Vec<_> = match &endpoint["secrets"] {
            Value::Object(roles) => roles.keys().map(String::as_str).collect(),
            _ => vec!["secret"],
        };
        let text = |role: &str| match role {
            "hex_secret" => "00ff10ab",
            _ => "user:password",
        };
        let secrets: Vec<_> = roles.iter().map(|role| (*role, text(role))).collect();

        let adapter =
            crate::build(&endpoint["options"]).unwrap_or_else(|error| panic!("{id}: {error}"));

        let misfit = adapter.check(&crate::endpoint(crate::NOW, &secrets));
        assert_eq!(misfit, Ok(()), "{id}");
    }
}
