//! Mistakes in the configuration are told when it is read.

use serde_json::json;

use crate::{NOW, build, endpoint};

#[test]
fn an_option_that_is_wrong_is_refused_with_what_is_right() {
    let hmac = |key: &str, value: serde_json::Value| {
        let mut hmac = json!({"algorithm": "sha256", "header": "x-signature"});
        hmac[key] = value;
        json!({"proof": {"hmac": hmac}})
    };
    for (options, told) in [
        (
            json!({"profo": "basic"}),
            "unknown field `profo`, expected one of `proof`, `body`",
        ),
        (
            json!({"proof": "jwt"}),
            "unknown variant `jwt`, expected one of `hmac`, `basic`, `bearer`, `header`, `query`",
        ),
        (
            json!({"proof": {"header": "a b"}}),
            "`a b` cannot be the name of a header",
        ),
        (hmac("algorithm", json!("md5")), "unknown variant `md5`"),
        (
            hmac("signs", json!("{bdoy}")),
            "signs: a placeholder is none of",
        ),
        (
            hmac("signs", json!("{timestamp}.{body}")),
            "signs: {timestamp} needs the table `timestamp`",
        ),
        (
            hmac("signs", json!("{method}")),
            "signs: the template leaves out {body}",
        ),
        (hmac("secret", json!("utf8")), "unknown variant `utf8`"),
        (
            hmac("items", json!({"name": "v1"})),
            "unknown field `name`, expected one of `separator`, `equals`, `signature`",
        ),
        (
            hmac("items", json!({"signature": "v1,"})),
            "items: an item's name is empty, or has `separator` or `equals` within",
        ),
        (
            hmac(
                "timestamp",
                json!({"item": "t", "unit": "seconds", "tolerance_seconds": 300}),
            ),
            "timestamp: `item` needs the table `items`",
        ),
        (
            hmac(
                "timestamp",
                json!({"unit": "seconds", "tolerance_seconds": 300}),
            ),
            "timestamp: it has either `header` or `item`",
        ),
        (
            hmac("header", json!("x signature")),
            "`x signature` cannot be the name of a header",
        ),
        (hmac("salt", json!(1)), "unknown field `salt`"),
        (json!({"body": "xml"}), "unknown variant `xml`"),
        (
            json!({"event": {"id": "id"}}),
            "`id` is no place: a JSON pointer such as",
        ),
        (json!({"event": {"list": "events"}}), "`events` is no place"),
        (
            json!({"event": {"list": "/a", "id": "header:x-id"}}),
            "`id` is the same for everything in `list`",
        ),
        (
            json!({"map": {"kinds": {"a": "message.create"}}}),
            "`message.create` is no kind",
        ),
        (
            json!({"map": {"kinds": {"a": "template.reviewed"}}}),
            "`template.reviewed` is no kind that a mapping can tell; these are: message.created, ",
        ),
        (
            json!({"map": {"message": {"attachments": {"list": "/files", "url": "url"}}}}),
            "`url` is no place: a JSON pointer such as",
        ),
        (
            json!({"map": {"message": {"attachments": {}}}}),
            "attachments: nothing says where one stands, for example `url`",
        ),
        (
            json!({"map": {"message": {"attachments": {"list": "header:x-files"}}}}),
            "a list stands in the body, and in no header or query",
        ),
        (
            json!({"map": {"interaction": {"kind": "knob"}}}),
            "unknown variant `knob`, expected one of `options`",
        ),
        (json!({"reply": "teapot"}), "unknown variant `teapot`"),
        (json!({"redact": "token"}), "invalid type: string"),
    ] {
        let error = build(&options).unwrap_err().to_string();
        let error = error.strip_prefix("options: ").unwrap();
        assert!(error.starts_with(told), "{error}");
    }
}

#[test]
fn secrets_and_options_fit_or_it_is_told() {
    let hmac = json!({"proof": {"hmac": {"algorithm": "sha1", "header": "x"}}});
    let base64 =
        json!({"proof": {"hmac": {"algorithm": "sha1", "header": "x", "secret": "base64"}}});
    let hex = json!({"proof": {"hmac": {"algorithm": "sha1", "header": "x", "secret": "hex"}}});
    let token = json!({"proof": "bearer", "challenges": [{"echo": "query:a", "token": "query:b"}]});
    for (options, secrets, told) in [
        (&hmac, vec![("secret", "s")], None),
        (
            &hmac,
            vec![("base64_secret", "c2VjcmV0")],
            Some("the options need the secret `secret`"),
        ),
        (&base64, vec![("base64_secret", "c2VjcmV0")], None),
        (
            &base64,
            vec![("secret", "s")],
            Some("nothing in the options uses the secret `secret`"),
        ),
        (&hex, vec![("hex_secret", "00ff")], None),
        (
            &hex,
            vec![("base64_secret", "c2VjcmV0")],
            Some("nothing in the options uses the secret `base64_secret`"),
        ),
        (
            &hex,
            vec![],
            Some("the options need the secret `hex_secret`"),
        ),
        (&token, vec![("secret", "s"), ("verify_token", "t")], None),
        (
            &token,
            vec![("secret", "s")],
            Some("the options need the secret `verify_token`"),
        ),
        (
            &hmac,
            vec![("secret", "s"), ("verify_token", "t")],
            Some("nothing in the options uses the secret `verify_token`"),
        ),
        (
            &json!({}),
            vec![("secret", "s")],
            Some("`options.proof` is missing"),
        ),
        (&json!({"proof": "basic"}), vec![("secret", "u:p")], None),
        (
            &json!({"proof": "basic"}),
            vec![("secret", "p")],
            Some("test: the secret is no `user:password`"),
        ),
        (
            &json!({"proof": "bearer"}),
            vec![("secret", "p\n")],
            Some("test: the secret cannot stand in a header"),
        ),
        (
            &json!({"proof": {"header": "x"}}),
            vec![("secret", " p")],
            Some("test: the secret cannot stand in a header"),
        ),
        (
            &json!({"proof": {"query": "x"}}),
            vec![("secret", "p\n")],
            None,
        ),
    ] {
        let misfit = build(options)
            .unwrap()
            .check(&endpoint(NOW, &secrets))
            .err();
        let misfit = misfit.map(|misfit| misfit.to_string());
        let is_right = match (&misfit, told) {
            (None, None) => true,
            (Some(misfit), Some(told)) => misfit.starts_with(told),
            _ => false,
        };
        assert!(is_right, "{options}: {misfit:?}");
    }
}

#[test]
fn an_unsigned_endpoint_has_no_proof() {
    let unsigned = endpoint(NOW, &[]).unsigned();

    assert_eq!(build(&json!({})).unwrap().check(&unsigned), Ok(()));
    let misfit = build(&json!({"proof": "bearer"})).unwrap().check(&unsigned);
    assert!(misfit.is_err());
}
