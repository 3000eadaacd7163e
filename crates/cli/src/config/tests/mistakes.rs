//! Wrong files, and what is said about them.

use super::{GOOD, check};

/// A good file with `more` below it: that starts at line 4.
#[track_caller]
fn check_more(more: &str, expect: &str) {
    check(format!("{GOOD}{more}"), expect);
}

#[test]
fn what_is_no_toml() {
    check("", "switchboard.toml: endpoints: no endpoints configured");
    check(
        "# nothing yet\n",
        "switchboard.toml: endpoints: no endpoints configured",
    );
    check(
        "[endpoints.a]\nadapter = \"sig",
        "switchboard.toml:2: invalid basic string, expected `\"`",
    );
    check(
        "[endpoints.a\n",
        "switchboard.toml:1: unclosed table, expected `]`",
    );
    check(
        "[endpoints.a]\n[endpoints.a]\n",
        "switchboard.toml:2: duplicate key",
    );
    check(
        "[host]\nlisten =\nmax_body =\n",
        "switchboard.toml:2: string values must be quoted, expected literal string\n\
         switchboard.toml:3: string values must be quoted, expected literal string",
    );
    check(
        b"[host]\r\nlisten = \"\xff\"\r\n",
        "switchboard.toml:2: this is not UTF-8",
    );
    check(b"\xff\xfe[\0h\0", "switchboard.toml:1: this is not UTF-8");
}

#[test]
fn what_is_not_known() {
    check_more(
        "[hots]\nlisten = \"127.0.0.1:1\"",
        "switchboard.toml:4: hots: unknown key; expected one of `host`, `admin`, `journal`, `retention`, `quarantine`, `endpoints`, `sinks`",
    );
    check_more(
        "[Host]\nlisten = \"127.0.0.1:1\"",
        "switchboard.toml:4: Host: unknown key; expected one of `host`, `admin`, `journal`, `retention`, `quarantine`, `endpoints`, `sinks`",
    );
    check_more(
        "[admin]\nlisten = \"0.0.0.0:1\"",
        "switchboard.toml:4: admin.token: others can reach the address: a token must prove the caller",
    );
    check_more(
        "[host]\nLISTEN = \"127.0.0.1:1\"",
        "switchboard.toml:5: host.LISTEN: unknown key; expected one of `listen`, `public_url`, `max_body`, `header_timeout`, `body_timeout`, `max_connections`, `drain_timeout`, `trusted_proxies`",
    );
    check_more(
        "[journal]\npaht = \"x\"",
        "switchboard.toml:5: journal.paht: unknown key; expected `path`",
    );
    check_more(
        "secret = { env = \"GOOD\" }",
        "switchboard.toml:4: endpoints.a.secret: unknown key; expected one of `adapter`, `secrets`, `options`, `unsigned`, `path_token`",
    );
    check_more(
        "[sinks.out]\ntype = \"stdout\"\norder = \"partitionkey\"",
        "switchboard.toml:6: sinks.out.order: unknown key; expected one of `type`, `url`, `secret`, `path`, `endpoints`, `accounts`, `kinds`, `filters`, `order_by`, `after_dead`, `retry`, `concurrency`, `rate`, `timeout`",
    );
    check_more(
        "[sinks.out]\ntype = \"stdout\"\nretry = { max = 3 }",
        "switchboard.toml:6: sinks.out.retry.max: unknown key; expected one of `first`, `attempts`, `for`",
    );
    check_more(
        "[host]\n\"\\u001b[31m\" = 1",
        "switchboard.toml:5: host.\\u{1b}[31m: unknown key; expected one of `listen`, `public_url`, `max_body`, `header_timeout`, `body_timeout`, `max_connections`, `drain_timeout`, `trusted_proxies`",
    );
}

#[test]
fn what_has_the_wrong_type() {
    check(
        "endpoints = 3",
        "switchboard.toml:1: endpoints: expected a table",
    );
    check(
        "[endpoints]\na = \"signed\"",
        "switchboard.toml:2: endpoints.a: expected a table",
    );
    check(
        "[[endpoints]]\nadapter = \"signed\"",
        "switchboard.toml:1: endpoints: expected a table",
    );
    check_more(
        "[host]\nlisten = 8080",
        "switchboard.toml:5: host.listen: expected an address and a port such as \"127.0.0.1:8080\"",
    );
    check_more(
        "[host]\nlisten = \"localhost\"",
        "switchboard.toml:5: host.listen: expected an address and a port such as \"127.0.0.1:8080\"",
    );
    check_more(
        "[host]\nheader_timeout = 15",
        "switchboard.toml:5: host.header_timeout: expected a duration such as \"250ms\", \"15s\", \"2m\", \"75h\" or \"7d\"",
    );
    check_more(
        "[host]\nheader_timeout = \"fast\"",
        "switchboard.toml:5: host.header_timeout: expected a duration such as \"250ms\", \"15s\", \"2m\", \"75h\" or \"7d\"",
    );
    check_more(
        "[host]\nbody_timeout = 1979-05-27",
        "switchboard.toml:5: host.body_timeout: expected a duration such as \"250ms\", \"15s\", \"2m\", \"75h\" or \"7d\"",
    );
    check_more(
        "[host]\nmax_connections = 0",
        "switchboard.toml:5: host.max_connections: expected a whole number from 1 on",
    );
    check_more(
        "[host]\nmax_connections = -1",
        "switchboard.toml:5: host.max_connections: expected a whole number from 1 on",
    );
    check_more(
        "[host]\nmax_connections = 1.5",
        "switchboard.toml:5: host.max_connections: expected a whole number from 1 on",
    );
    check_more(
        "[host]\nmax_connections = 99999999999999999999",
        "switchboard.toml:5: host.max_connections: expected a whole number from 1 on",
    );
    check_more(
        "[host]\nmax_body = nan",
        "switchboard.toml:5: host.max_body: expected a size such as 4096, \"64KiB\" or \"1 MiB\"",
    );
    check_more(
        "[host]\npublic_url = \"hooks.example.com\"",
        "switchboard.toml:5: host.public_url: expected a URL such as \"https://hooks.example.com\", with no user or password in it",
    );
    check_more(
        "[host]\npublic_url = \"https://example.com/?a=b\"",
        "switchboard.toml:5: host.public_url: expected a URL without a query",
    );
    check_more(
        "[host]\ntrusted_proxies = [\n  \"10.0.0.0/8\",\n  \"ten\",\n]",
        "switchboard.toml:7: host.trusted_proxies[1]: expected a network such as \"10.0.0.0/8\" or \"::1\"",
    );
    check_more(
        "[journal]\npath = \"\"",
        "switchboard.toml:5: journal.path: expected a path",
    );
    check_more(
        "[quarantine]\nmax_deliveries = -1",
        "switchboard.toml:5: quarantine.max_deliveries: expected a whole number",
    );
    check_more(
        "[quarantine]\nmax_bytes = \"64 MB\"",
        "switchboard.toml:5: quarantine.max_bytes: expected a size such as 0, \"512 KiB\" or \"64 MiB\"",
    );
    check_more(
        "unsigned = \"yes\"",
        "switchboard.toml:4: endpoints.a.unsigned: expected true or false",
    );
}

#[test]
fn what_an_endpoint_lacks() {
    check(
        "[endpoints.a]\nsecrets = { env = \"GOOD\" }",
        "switchboard.toml:1: endpoints.a.adapter: must be set",
    );
    check(
        "[endpoints.a]\n\nadapter = \"signd\"",
        "switchboard.toml:3: endpoints.a.adapter: no adapter `signd` in this binary; linked: either, keyed, open, signed, sometimes",
    );
    check(
        "[endpoints.a]\nadapter = \"kommo-chats\"",
        "switchboard.toml:2: endpoints.a.adapter: no adapter `kommo-chats` in this binary; linked: either, keyed, open, signed, sometimes; enable cargo feature `kommo`",
    );
    check_more(
        "options = { limit = 300 }",
        "switchboard.toml:4: endpoints.a.options: invalid value: integer `300`, expected u8",
    );
    check_more(
        "options = { limits = 3 }",
        "switchboard.toml:4: endpoints.a.options: unknown field `limits`, expected `limit`",
    );
    check_more(
        "options = 3",
        "switchboard.toml:4: endpoints.a.options: expected a table",
    );
    check_more(
        "[endpoints.MyShop]\nadapter = \"signed\"\nsecrets = { env = \"GOOD\" }",
        "switchboard.toml:4: endpoints.MyShop: a name has a-z, 0-9, `-` and `_`, and begins with a letter",
    );
    check_more(
        "[endpoints.a_b]\nadapter = \"signed\"\nsecrets = { env = \"GOOD\" }\n[endpoints.a-b]\nadapter = \"signed\"\nsecrets = { env = \"GOOD\" }",
        "switchboard.toml:4: endpoints.a_b: the environment cannot tell it from `a-b`",
    );
}

#[test]
fn what_a_sink_lacks() {
    check_more(
        "[sinks.x]\n",
        "switchboard.toml:4: sinks.x.type: must be set",
    );
    check_more(
        "[sinks.x]\ntype = \"kafka\"",
        "switchboard.toml:5: sinks.x.type: expected \"http\", \"stdout\" or \"file\"",
    );
    check_more(
        "[sinks.x]\ntype = \"http\"",
        "switchboard.toml:4: sinks.x.url: must be set",
    );
    check_more(
        "[sinks.x]\ntype = \"http\"\nurl = \"ftp://x\"\npath = \"x\"",
        "switchboard.toml:6: sinks.x.url: expected a URL such as \"https://hooks.example.com\", with no user or password in it\n\
         switchboard.toml:7: sinks.x.path: does not belong to a sink of type `http`",
    );
    check_more(
        "[sinks.x]\ntype = \"file\"\nurl = \"http://x\"\nsecret = { env = \"WHSEC\" }",
        "switchboard.toml:4: sinks.x.path: must be set\n\
         switchboard.toml:6: sinks.x.url: does not belong to a sink of type `file`\n\
         switchboard.toml:7: sinks.x.secret: does not belong to a sink of type `file`",
    );
    check_more(
        "[sinks.x]\ntype = \"stdout\"\npath = \"x\"",
        "switchboard.toml:6: sinks.x.path: does not belong to a sink of type `stdout`",
    );
    check_more(
        "[sinks.x]\ntype = \"stdout\"\nendpoints = []",
        "switchboard.toml:6: sinks.x.endpoints: an empty list chooses no events; leave the key out to choose all",
    );
    check_more(
        "[sinks.x]\ntype = \"stdout\"\nendpoints = [\"a\", \"b\"]",
        "switchboard.toml:6: sinks.x.endpoints[1]: no endpoint `b`",
    );
    check_more(
        "[retention]\nbodies = \"40d\"\nevents = \"0s\"",
        "switchboard.toml:6: retention.events: expected a duration such as \"250ms\", \"15s\", \"2m\", \"75h\" or \"7d\"",
    );
    check_more(
        "[retention]\nbodies = \"40d\"\nkeys = \"30d\"",
        "switchboard.toml:6: retention.keys: expected 7 days at least, and no less than `bodies`: duplicates are recognised by keys",
    );
    check_more(
        "[sinks.x]\ntype = \"stdout\"\nkinds = [\"message.*\", \"mesage.*\"]\naccounts = []",
        "switchboard.toml:6: sinks.x.kinds[1]: no kind of event matches `mesage.*`\n\
         switchboard.toml:7: sinks.x.accounts: an empty list chooses no events; leave the key out to choose all",
    );
    check_more(
        "[sinks.x]\ntype = \"stdout\"\nfilters = { exact = { id = \"1\" } }",
        "switchboard.toml:6: sinks.x.filters: expected a list of conditions, for example [{ exact = { \"data.direction\" = \"inbound\" } }]",
    );
    check_more(
        "[sinks.x]\ntype = \"stdout\"\nfilters = [\n{ exact = { direction = \"inbound\" } },\n{ like = { id = \"1\" } }]",
        "switchboard.toml:7: sinks.x.filters[0]: no event has an attribute `direction`; what is in its data is `data.direction`\n\
         switchboard.toml:8: sinks.x.filters[1]: expected one of `exact`, `prefix` and `suffix`, each with texts by attribute, or `all`, `any` and `not` around such",
    );
    check_more(
        "[sinks.x]\ntype = \"stdout\"\norder_by = \"subject\"\nrate = 0",
        "switchboard.toml:6: sinks.x.order_by: expected \"partitionkey\"\n\
         switchboard.toml:7: sinks.x.rate: expected a whole number from 1 on",
    );
    check_more(
        "[sinks.x]\ntype = \"stdout\"\nafter_dead = \"wait\"\n[sinks.y]\ntype = \"stdout\"\norder_by = \"partitionkey\"\nafter_dead = \"stop\"",
        "switchboard.toml:6: sinks.x.after_dead: means something only with `order_by`\n\
         switchboard.toml:10: sinks.y.after_dead: expected \"continue\" or \"wait\"",
    );
    check_more(
        "[sinks.x]\ntype = \"http\"\nurl = \"http://x\"\nsecret = { env = \"GOOD\" }",
        "switchboard.toml:7: sinks.x.secret: env GOOD: the secret does not begin with `whsec_`",
    );
    check_more(
        "[sinks.x]\ntype = \"http\"\nurl = \"http://x\"\nsecret = { value = \"whsec_c2hvcnQ=\" }",
        "switchboard.toml:7: sinks.x.secret: value: expected base64 of 24 to 64 bytes",
    );
    check_more(
        "[sinks.X]\ntype = \"stdout\"",
        "switchboard.toml:4: sinks.X: a name has a-z, 0-9, `-` and `_`, and begins with a letter",
    );
    check_more(
        "[sinks.x]\ntype = \"stdout\"\nretry.attempts = 0\nretry.first = \"0s\"",
        "switchboard.toml:6: sinks.x.retry.attempts: expected a whole number from 1 on\n\
         switchboard.toml:7: sinks.x.retry.first: expected a duration such as \"250ms\", \"15s\", \"2m\", \"75h\" or \"7d\"",
    );
}

#[test]
fn everything_at_once() {
    let file = r#"
colour = "red"
[host]
listen = "nowhere"
body_timeout = 5
[endpoints.support]
adapter = "kommo-chat"
[endpoints.shop]
adapter = "signed"
secrets = [{ env = "GOOD" }, { env = "UNSET" }]
[endpoints.open]
adapter = "open"
[sinks.app]
type = "http"
endpoints = ["support", "nobody"]
"#;

    check(
        file,
        "switchboard.toml:2: colour: unknown key; expected one of `host`, `admin`, `journal`, `retention`, `quarantine`, `endpoints`, `sinks`\n\
         switchboard.toml:4: host.listen: expected an address and a port such as \"127.0.0.1:8080\"\n\
         switchboard.toml:5: host.body_timeout: expected a duration such as \"250ms\", \"15s\", \"2m\", \"75h\" or \"7d\"\n\
         switchboard.toml:7: endpoints.support.adapter: no adapter `kommo-chat` in this binary; linked: either, keyed, open, signed, sometimes\n\
         switchboard.toml:10: endpoints.shop.secrets[1]: env UNSET: not set\n\
         switchboard.toml:11: endpoints.open.path_token: `open` is not signed: a path token must prove the caller\n\
         switchboard.toml:11: endpoints.open.unsigned: `open` is not signed: say `unsigned = true`\n\
         switchboard.toml:13: sinks.app.url: must be set\n\
         switchboard.toml:15: sinks.app.endpoints[1]: no endpoint `nobody`",
    );
}
