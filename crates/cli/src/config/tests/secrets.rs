//! No secret, no start.

use super::{GOOD, check, load};

/// The one endpoint's mistakes, when its `secrets` are these.
#[track_caller]
fn check_secrets(secrets: &str, expect: &str) {
    let file = format!("[endpoints.a]\nadapter = \"signed\"\nsecrets = {secrets}\n");
    let variables = [("EMPTY", ""), ("BLANK", " \t"), ("UNRESOLVED", "${OTHER}")];
    assert_eq!(load(file, &variables).errors, expect, "{secrets}");
}

#[test]
fn what_is_no_secret_does_not_start() {
    for (secrets, expect) in [
        (
            "[]",
            "switchboard.toml:3: endpoints.a.secrets: no secret: the list is empty",
        ),
        (
            "{}",
            "switchboard.toml:3: endpoints.a.secrets.secret: no secret `secret` (Settings > Webhooks)",
        ),
        (
            "\"hunter2\"",
            "switchboard.toml:3: endpoints.a.secrets: expected { env = \"NAME\" }, { file = \"PATH\" } or { value = \"TEXT\" }, or a list of them",
        ),
        (
            "3",
            "switchboard.toml:3: endpoints.a.secrets: expected { env = \"NAME\" }, { file = \"PATH\" } or { value = \"TEXT\" }, or a list of them",
        ),
        (
            "true",
            "switchboard.toml:3: endpoints.a.secrets: expected { env = \"NAME\" }, { file = \"PATH\" } or { value = \"TEXT\" }, or a list of them",
        ),
        (
            "[\"hunter2\"]",
            "switchboard.toml:3: endpoints.a.secrets[0]: expected { env = \"NAME\" }, { file = \"PATH\" } or { value = \"TEXT\" }, or a list of them",
        ),
        (
            "[[]]",
            "switchboard.toml:3: endpoints.a.secrets[0]: expected { env = \"NAME\" }, { file = \"PATH\" } or { value = \"TEXT\" }, or a list of them",
        ),
        (
            "{ env = 3 }",
            "switchboard.toml:3: endpoints.a.secrets: expected { env = \"NAME\" }, { file = \"PATH\" } or { value = \"TEXT\" }, or a list of them",
        ),
        (
            "{ env = \"GOOD\", file = \"newline\" }",
            "switchboard.toml:3: endpoints.a.secrets: expected { env = \"NAME\" }, { file = \"PATH\" } or { value = \"TEXT\" }, or a list of them",
        ),
        (
            "{ env = \"UNSET\" }",
            "switchboard.toml:3: endpoints.a.secrets: env UNSET: not set",
        ),
        (
            "{ env = \"EMPTY\" }",
            "switchboard.toml:3: endpoints.a.secrets: env EMPTY: the secret is empty",
        ),
        (
            "{ env = \"BLANK\" }",
            "switchboard.toml:3: endpoints.a.secrets: env BLANK: the secret is empty",
        ),
        (
            "{ env = \"UNRESOLVED\" }",
            "switchboard.toml:3: endpoints.a.secrets: env UNRESOLVED: the secret is a `${..}` that nothing has replaced",
        ),
        (
            "{ file = \"absent\" }",
            "switchboard.toml:3: endpoints.a.secrets: file absent: No such file or directory (os error 2)",
        ),
        (
            "{ file = \".\" }",
            "switchboard.toml:3: endpoints.a.secrets: file .: Is a directory (os error 21)",
        ),
        (
            "{ file = \"blank\" }",
            "switchboard.toml:3: endpoints.a.secrets: file blank: the secret is empty",
        ),
        (
            "{ value = \"\" }",
            "switchboard.toml:3: endpoints.a.secrets: value: the secret is empty",
        ),
        (
            "{ value = \" \" }",
            "switchboard.toml:3: endpoints.a.secrets: value: the secret is empty",
        ),
        (
            "{ value = \"${UNSET}\" }",
            "switchboard.toml:3: endpoints.a.secrets: value: the secret is a `${..}` that nothing has replaced",
        ),
        (
            "[{ env = \"GOOD\" }, { env = \"UNSET\" }]",
            "switchboard.toml:3: endpoints.a.secrets[1]: env UNSET: not set",
        ),
        (
            "{ other = { env = \"GOOD\" } }",
            "switchboard.toml:3: endpoints.a.secrets.other: `signed` has no such role; its roles: secret\n\
         switchboard.toml:3: endpoints.a.secrets.secret: no secret `secret` (Settings > Webhooks)",
        ),
        (
            "{ evn = \"GOOD\" }",
            "switchboard.toml:3: endpoints.a.secrets.evn: `signed` has no such role; its roles: secret\n\
         switchboard.toml:3: endpoints.a.secrets.secret: no secret `secret` (Settings > Webhooks)",
        ),
        (
            "{ env = \"9f86d081-is-no-name\" }",
            "switchboard.toml:3: endpoints.a.secrets: expected the name of a variable in `env`",
        ),
    ] {
        check_secrets(secrets, expect);
    }
}

#[test]
fn every_role_needs_its_own() {
    check(
        "[endpoints.a]\nadapter = \"keyed\"\nsecrets = { env = \"GOOD\" }",
        "switchboard.toml:3: endpoints.a.secrets.verify_token: no secret `verify_token` (Made up by you)",
    );
    check(
        "[endpoints.a]\nadapter = \"keyed\"",
        "switchboard.toml:1: endpoints.a.secrets: no secret `app_secret` (Settings > App)\n\
         switchboard.toml:1: endpoints.a.secrets: no secret `verify_token` (Made up by you)",
    );
    check(
        "[endpoints.a]\nadapter = \"keyed\"\nsecrets.app_secret = [{ env = \"GOOD\" }]\nsecrets.verify_token = { env = \"GOOD\" }",
        "",
    );
}

#[test]
fn of_optional_roles_one_is_enough_and_none_is_not() {
    check(
        "[endpoints.a]\nadapter = \"either\"",
        "switchboard.toml:1: endpoints.a.secrets: no secret; one of: first, second",
    );
    check(
        "[endpoints.a]\nadapter = \"either\"\nsecrets.third = { env = \"GOOD\" }",
        "switchboard.toml:3: endpoints.a.secrets: no secret; one of: first, second\n\
         switchboard.toml:3: endpoints.a.secrets.third: `either` has no such role; its roles: first, second",
    );
    check(
        "[endpoints.a]\nadapter = \"either\"\nsecrets = { env = \"GOOD\" }",
        "",
    );
    check(
        "[endpoints.a]\nadapter = \"either\"\nsecrets.second = { env = \"GOOD\" }",
        "",
    );
}

#[test]
fn the_adapter_has_a_say_in_its_secrets() {
    check(
        "[endpoints.a]\nadapter = \"either\"\nsecrets.second = { value = \"too short for it\" }",
        "switchboard.toml:1: endpoints.a: the second secret is too short",
    );
}

#[test]
fn unsigned_is_said_out_loud_and_comes_with_a_token() {
    check(
        "[endpoints.a]\nadapter = \"open\"",
        "switchboard.toml:1: endpoints.a.path_token: `open` is not signed: a path token must prove the caller\n\
         switchboard.toml:1: endpoints.a.unsigned: `open` is not signed: say `unsigned = true`",
    );
    check(
        "[endpoints.a]\nadapter = \"open\"\nunsigned = true\npath_token = { value = \"short\" }",
        "switchboard.toml:4: endpoints.a.path_token: value: a path token has 22 or more of A-Z a-z 0-9 _ -",
    );
    check(
        "[endpoints.a]\nadapter = \"open\"\nunsigned = true\npath_token = { value = \"abcdefghijklmnopqrstu/\" }",
        "switchboard.toml:4: endpoints.a.path_token: value: a path token has 22 or more of A-Z a-z 0-9 _ -",
    );
    check(
        "[endpoints.a]\nadapter = \"open\"\nunsigned = false\npath_token = { env = \"TOKEN\" }",
        "switchboard.toml:3: endpoints.a.unsigned: `open` is not signed: say `unsigned = true`",
    );
    check(
        "[endpoints.a]\nadapter = \"open\"\nunsigned = true\npath_token = { env = \"TOKEN\" }\nsecrets = { env = \"GOOD\" }",
        "switchboard.toml:5: endpoints.a.secrets: `open` takes no secrets",
    );
    check(
        "[endpoints.a]\nadapter = \"open\"\nunsigned = true\npath_token = { env = \"TOKEN\" }",
        "",
    );
    check(
        format!("{GOOD}unsigned = true"),
        "switchboard.toml:4: endpoints.a.unsigned: `signed` is signed, and cannot be taken unsigned",
    );
    check(format!("{GOOD}path_token = {{ env = \"TOKEN\" }}"), "");
}

#[test]
fn who_may_be_unsigned_has_secrets_or_a_token_and_the_word() {
    let sometimes = |rest: &str| format!("[endpoints.a]\nadapter = \"sometimes\"\n{rest}");
    check(sometimes("secrets = { env = \"GOOD\" }"), "");
    check(
        sometimes("secrets = { env = \"GOOD\" }\npath_token = { env = \"TOKEN\" }"),
        "",
    );
    check(
        sometimes("unsigned = true\npath_token = { env = \"TOKEN\" }"),
        "",
    );
    check(
        sometimes("unsigned = true"),
        "switchboard.toml:1: endpoints.a.path_token: `sometimes` is not signed here: a path token must prove the caller",
    );
    check(
        sometimes("unsigned = true\npath_token = { value = \"short\" }"),
        "switchboard.toml:4: endpoints.a.path_token: value: a path token has 22 or more of A-Z a-z 0-9 _ -",
    );
    check(
        sometimes(
            "unsigned = true\npath_token = { env = \"TOKEN\" }\nsecrets = { env = \"GOOD\" }",
        ),
        "switchboard.toml:5: endpoints.a.secrets: an endpoint has secrets or is unsigned, not both: leave one out",
    );
    check(
        sometimes("path_token = { env = \"TOKEN\" }"),
        "switchboard.toml:1: endpoints.a.secrets: no secret `secret` (Settings > Webhooks)",
    );
    check(
        sometimes("unsigned = false\nsecrets = { env = \"GOOD\" }"),
        "",
    );
}

#[test]
fn the_environment_keeps_a_secret_as_it_is() {
    for text in ["00123456", "\"quoted\"", "[x]", "{a=b}", " pad ", "true"] {
        let variables = [("SWITCHBOARD__ENDPOINTS__A__SECRETS__VALUE", text)];

        let config = load("[endpoints.a]\nadapter = \"signed\"", &variables)
            .config
            .unwrap();

        let [secret] = config.endpoints[0]
            .endpoint
            .secrets(super::adapters::SECRET)
            .unwrap()
        else {
            panic!("one secret")
        };
        assert_eq!(secret.expose(), text.as_bytes());
    }
}

#[test]
fn a_secret_from_the_environment_replaces_the_file_s() {
    let files = [
        GOOD.replace("env = \"GOOD\"", "file = \"absent\""),
        GOOD.replace("{ env = \"GOOD\" }", "[{ file = \"absent\" }]"),
    ];
    for file in files {
        let variables = [("SWITCHBOARD__ENDPOINTS__A__SECRETS__ENV", "GOOD")];

        assert_eq!(load(&file, &variables).errors, "", "{file}");
    }
}

#[test]
fn exactly_one_newline_is_not_part_of_a_file_s_secret() {
    for (file, text) in [
        ("newline", "ends in one newline"),
        ("newlines", "ends in two newlines\n"),
    ] {
        let config = load(
            GOOD.replace("env = \"GOOD\"", &format!("file = \"{file}\"")),
            &[],
        )
        .config
        .unwrap();

        let [secret] = config.endpoints[0]
            .endpoint
            .secrets(super::adapters::SECRET)
            .unwrap()
        else {
            panic!("one secret")
        };
        assert_eq!(secret.expose(), text.as_bytes());
    }
}

#[test]
fn what_is_weak_is_worth_a_warning() {
    for (secrets, expect) in [
        ("{ env = \"GOOD\" }", ""),
        ("{ file = \"newline\" }", ""),
        (
            "{ file = \"newlines\" }",
            "file newlines: white space at an end belongs to the secret",
        ),
        (
            "{ value = \"a secret of some length\" }",
            "the secret stands in the file; `env` or `file` keeps it out",
        ),
        (
            "{ env = \"SHORT\" }",
            "env SHORT: the secret has less than 16 bytes",
        ),
    ] {
        let file = GOOD.replace("{ env = \"GOOD\" }", secrets);

        let warnings = load(file, &[("SHORT", "hunter2")]).warnings.join("\n");

        let shown = warnings.strip_prefix("switchboard.toml:3: endpoints.a.secrets: ");
        assert_eq!(shown.unwrap_or_default(), expect, "{secrets}: {warnings}");
    }
}

#[test]
fn no_secret_is_ever_shown() {
    let spoilt = [
        "secrets = \"hunter2\"",
        "secrets = [\"hunter2\"]",
        "secrets = { env = [\"hunter2\"] }",
        "secrets = { value = \"hunter2${X}\" }",
        "path_token = { value = \"hunter2\" }",
        "unsigned = \"hunter2\"",
        "options = \"hunter2\"",
        "adapter = [\"hunter2\"]",
        "secrets = \"\"\"hunter2",
        "secrets = hunter2",
        "secrets = { value = \"hunter2\\q\" }",
    ];
    for line in spoilt {
        let errors = load(format!("[endpoints.a]\n{line}"), &[]).errors;

        assert!(
            !errors.is_empty() && !errors.contains("hunter2"),
            "{errors}"
        );
    }
    let config = load(GOOD, &[]).config.unwrap();
    assert!(!format!("{config:?}").contains("a secret"));
}
