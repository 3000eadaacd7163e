//! What wins over what, and what text becomes.

use std::path::Path;
use std::time::Duration;

use super::{GOOD, load, load_with};
use crate::config::{Config, Environment, Inputs, SinkKind};
use crate::core::quarantine::Bounds;

#[test]
fn what_the_file_leaves_out_is_the_default() {
    let loaded = load(GOOD, &[]);
    let config = loaded.config.unwrap();

    assert_eq!(config.host.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.host.max_body, None);
    assert_eq!(config.host.drain_timeout, Duration::from_secs(25));
    assert_eq!(config.journal, loaded.folder.join("switchboard-data"));
    assert_eq!(config.quarantine, Some(Bounds::default()));
    assert_eq!(loaded.warnings, [""; 0]);
}

#[test]
fn the_environment_wins_over_the_file_and_the_command_line_over_both() {
    let file = format!(
        "{GOOD}[host]\nlisten = \"127.0.0.1:1\"\nmax_connections = 1\nbody_timeout = \"1s\""
    );
    let variables = [
        ("SWITCHBOARD__HOST__LISTEN", "127.0.0.1:2"),
        ("SWITCHBOARD__HOST__MAX_CONNECTIONS", "2"),
    ];

    let loaded = load_with(file, &variables, &[("host.listen", "127.0.0.1:3")]);
    let host = loaded.config.unwrap().host;

    assert_eq!(host.listen.port(), 3);
    assert_eq!(host.max_connections.get(), 2);
    assert_eq!(host.body_timeout, Duration::from_secs(1));
}

#[test]
fn every_kind_of_setting_can_come_as_text() {
    let variables = [
        ("SWITCHBOARD__HOST__MAX_BODY", "64KiB"),
        ("SWITCHBOARD__HOST__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("SWITCHBOARD__ENDPOINTS__HOOK__ADAPTER", "open"),
        ("SWITCHBOARD__ENDPOINTS__HOOK__UNSIGNED", "true"),
        ("SWITCHBOARD__ENDPOINTS__HOOK__PATH_TOKEN__ENV", "TOKEN"),
        ("SWITCHBOARD__SINKS__OUT__TYPE", "stdout"),
        ("SWITCHBOARD__SINKS__OUT__ENDPOINTS", "hook"),
        ("SWITCHBOARD__SINKS__OUT__RETRY__FOR", "2m"),
    ];

    let config = load("", &variables).config.unwrap();

    assert_eq!(config.host.max_body, Some(64 * 1024));
    assert_eq!(config.host.trusted_proxies.len(), 2);
    assert_eq!(config.endpoints[0].path_tokens.len(), 1);
    let [sink] = config.sinks.as_slice() else {
        panic!("one sink: {:?}", config.sinks)
    };
    assert_eq!(sink.name, "out");
    assert_eq!(sink.filter.endpoints, Some(["hook".to_owned()].into()));
    assert_eq!(sink.retry.keep_trying, Duration::from_secs(120));
    assert_eq!(sink.retry.attempts.get(), 15);
}

#[test]
fn a_quarantine_without_room_is_none() {
    for (deliveries, bytes) in [("0", "1 MiB"), ("7", "0")] {
        let variables = [
            ("SWITCHBOARD__QUARANTINE__MAX_DELIVERIES", deliveries),
            ("SWITCHBOARD__QUARANTINE__MAX_BYTES", bytes),
        ];

        let config = load(GOOD, &variables).config.unwrap();

        assert_eq!(config.quarantine, None);
    }
}

#[test]
fn a_variable_reaches_a_name_with_dashes() {
    let file = GOOD.replace("endpoints.a", "endpoints.my-shop");
    let variables = [("SWITCHBOARD__ENDPOINTS__MY_SHOP__OPTIONS__LIMIT", "many")];

    let errors = load(file, &variables).errors;

    assert!(
        errors.starts_with(
            "SWITCHBOARD__ENDPOINTS__MY_SHOP__OPTIONS__LIMIT: endpoints.my-shop.options: "
        ),
        "{errors}"
    );
}

#[test]
fn mistakes_from_outside_the_file_name_where_they_are() {
    let variables = [
        ("SWITCHBOARD__HOST__BODY_TIMEOUT", "soon"),
        ("SWITCHBOARD__HOST__LISTN", "x"),
        ("SWITCHBOARD____X", "x"),
        ("SWITCHBOARD__Host__listen", "127.0.0.1:1"),
        ("SWITCHBOARD__HOST__LISTEN", "127.0.0.1:2"),
        ("SWITCHBOARD__SINKS", "x"),
    ];

    let errors = load_with(GOOD, &variables, &[("host.drain_timeout", "later")]).errors;

    let expect = [
        "SWITCHBOARD__HOST__BODY_TIMEOUT: host.body_timeout: expected a duration such as \
         \"250ms\", \"15s\", \"2m\", \"75h\" or \"7d\"",
        "SWITCHBOARD__HOST__LISTN: host.listn: unknown key; expected one of `listen`, \
         `public_url`, `max_body`, `header_timeout`, `body_timeout`, `max_connections`, \
         `drain_timeout`, `trusted_proxies`",
        "SWITCHBOARD__Host__listen: clashes with another variable",
        "SWITCHBOARD__SINKS: sinks: expected a table",
        "SWITCHBOARD____X: a part of the name is empty",
        "command line: host.drain_timeout: expected a duration such as \
         \"250ms\", \"15s\", \"2m\", \"75h\" or \"7d\"",
    ];
    assert_eq!(errors.lines().collect::<Vec<_>>(), expect);
}

#[test]
fn paths_in_the_file_are_relative_to_it_and_others_to_the_working_directory() {
    let file = format!(
        "{GOOD}[sinks.b]\ntype = \"file\"\npath = \"b.jsonl\"\n[sinks.c]\ntype = \"file\"\npath = \"/c.jsonl\""
    );
    let loaded = load(file, &[("SWITCHBOARD__JOURNAL__PATH", "data")]);
    let config = loaded.config.unwrap();

    assert_eq!(config.journal, Path::new("data"));
    let paths = config.sinks.iter().map(|sink| match &sink.kind {
        SinkKind::File { path } => path.clone(),
        other => panic!("a file: {other:?}"),
    });
    assert_eq!(
        paths.collect::<Vec<_>>(),
        [loaded.folder.join("b.jsonl"), "/c.jsonl".into()]
    );
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_no_mistakes() {
    let file = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));

    assert_eq!(load(file, &[]).errors, "");
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let inputs = Inputs {
        file: Some("no/such.toml".into()),
        ..Inputs::default()
    };

    let errors = Config::load(&inputs).unwrap_err().to_string();

    assert!(
        errors.starts_with("no/such.toml: cannot read the file: "),
        "{errors}"
    );
}

#[test]
fn without_a_file_the_environment_can_say_it_all() {
    let variables = [
        ("SWITCHBOARD__ENDPOINTS__A__ADAPTER", "signed"),
        ("SWITCHBOARD__ENDPOINTS__A__SECRETS__ENV", "GOOD"),
        ("GOOD", "a secret of some length"),
    ];
    let inputs = |variables: &[(&str, &str)]| Inputs {
        environment: variables.iter().copied().collect::<Environment>(),
        adapters: super::adapters::ALL.to_vec(),
        ..Inputs::default()
    };

    let config = Config::load(&inputs(&variables)).unwrap();

    assert_eq!(config.journal, Path::new("switchboard-data"));
    let errors = Config::load(&inputs(&[])).unwrap_err().to_string();
    assert_eq!(
        errors,
        "endpoints: no endpoints configured: there is no `switchboard.toml` here, and no file was named"
    );
}
