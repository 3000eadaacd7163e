//! A scheme that is read from the configuration.

use http::HeaderName;
use serde::de;
use serde::{Deserialize, Deserializer};

use super::algorithm::{Algorithm, Encoding};
use super::items::Items;
use super::timestamp::{SignedTime, TimePlace, Unit};
use super::{HmacScheme, template};
use crate::SecretRole;

impl HmacScheme<String> {
    /// The role of the secrets of a scheme that is read from the configuration.
    pub const SECRET: SecretRole =
        SecretRole::text("secret", "The secret that you share with the sender").optional();

    /// The same where the sender's key is what the secret decodes to, `secret = "base64"`.
    pub const BASE64_SECRET: SecretRole = SecretRole::base64(
        "base64_secret",
        "The secret that you share with the sender, who decodes it from base64",
    )
    .optional();

    /// The same from hex, `secret = "hex"`.
    pub const HEX_SECRET: SecretRole = SecretRole::hex(
        "hex_secret",
        "The secret that you share with the sender, who decodes it from hex",
    )
    .optional();
}

/// How the sender's secret is written.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Key {
    #[default]
    Text,
    Base64,
    Hex,
}

/// How the items of the header are written: `t=1764000000,v1=5257a8…`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemsOptions {
    #[serde(default = "comma")]
    separator: String,
    #[serde(default = "equals_sign")]
    equals: String,
    signature: String,
}

fn comma() -> String {
    ",".to_owned()
}

fn equals_sign() -> String {
    "=".to_owned()
}

/// Where the signed time stands, in a header or an item.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimestampOptions {
    header: Option<String>,
    item: Option<String>,
    unit: Unit,
    tolerance_seconds: u64,
}

impl TimestampOptions {
    fn place(self) -> Result<SignedTime<String>, &'static str> {
        let place = match (self.header, self.item) {
            (Some(header), None) => TimePlace::Header(header),
            (None, Some(item)) => TimePlace::Item(item),
            _ => return Err("timestamp: it has either `header` or `item`"),
        };
        Ok(SignedTime {
            place,
            unit: self.unit,
            tolerance_seconds: self.tolerance_seconds,
        })
    }
}

/// The keys of a scheme in the configuration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    algorithm: Algorithm,
    header: String,
    #[serde(default)]
    secret: Key,
    #[serde(default)]
    encoding: Encoding,
    #[serde(default)]
    prefix: String,
    separator: Option<char>,
    items: Option<ItemsOptions>,
    #[serde(default)]
    or_trimmed: bool,
    #[serde(default = "body_alone")]
    signs: String,
    timestamp: Option<TimestampOptions>,
}

fn body_alone() -> String {
    template::BODY.to_owned()
}

impl Options {
    fn scheme(self) -> Result<HmacScheme<String>, String> {
        let timestamp = self.timestamp.map(TimestampOptions::place).transpose()?;
        let items = self.items.map(|items| Items {
            separator: items.separator,
            equals: items.equals,
            signature: items.signature,
        });
        let scheme = HmacScheme {
            algorithm: self.algorithm,
            role: match self.secret {
                Key::Text => HmacScheme::SECRET,
                Key::Base64 => HmacScheme::BASE64_SECRET,
                Key::Hex => HmacScheme::HEX_SECRET,
            },
            header: self.header,
            encoding: self.encoding,
            prefix: self.prefix,
            separator: self.separator,
            items,
            or_trimmed: self.or_trimmed,
            signs: self.signs,
            timestamp,
        };
        scheme.check()?;
        Ok(scheme)
    }
}

impl HmacScheme<String> {
    /// Whether its parts fit each other; what an adapter's own scheme is checked for by its tests.
    fn check(&self) -> Result<(), String> {
        let place = self.timestamp.as_ref().map(|timestamp| &timestamp.place);
        let (of_time, item) = match place {
            Some(TimePlace::Header(header)) => (Some(header), None),
            Some(TimePlace::Item(item)) => (None, Some(item.as_str())),
            None => (None, None),
        };
        for header in [Some(&self.header), of_time].into_iter().flatten() {
            HeaderName::try_from(header)
                .map_err(|_| format!("`{header}` cannot be the name of a header"))?;
        }
        match &self.items {
            None if item.is_some() => {
                return Err("timestamp: `item` needs the table `items`".to_owned());
            }
            Some(_) if self.separator.is_some() => {
                return Err("`items` has a `separator` of its own: leave the other out".to_owned());
            }
            Some(items) => {
                if let Some(flaw) = items.flaw(item) {
                    return Err(format!("items: {flaw}"));
                }
            }
            None => {}
        }
        if let Some(flaw) = template::flaw(&self.signs) {
            return Err(format!("signs: {flaw}"));
        }
        match (
            template::contains(&self.signs, template::TIMESTAMP),
            &self.timestamp,
        ) {
            (true, None) => Err("signs: {timestamp} needs the table `timestamp`".to_owned()),
            (false, Some(_)) => {
                Err("signs: {timestamp} is left out, so any time would pass".into())
            }
            _ => Ok(()),
        }
    }
}

impl<'de> Deserialize<'de> for HmacScheme<String> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let options = Options::deserialize(deserializer)?;
        options.scheme().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{Delivery, Endpoint};

    fn read(options: Value) -> Result<HmacScheme<String>, serde_json::Error> {
        serde_json::from_value(options)
    }

    #[test]
    fn a_scheme_is_read_from_options() {
        let scheme = read(json!({
            "algorithm": "sha256",
            "header": "x-chatwoot-signature",
            "prefix": "sha256=",
            "signs": "{timestamp}.{body}",
            "timestamp": {
                "header": "x-chatwoot-timestamp",
                "unit": "seconds",
                "tolerance_seconds": 300,
            },
        }))
        .unwrap();
        let endpoint = Endpoint::fixed(1_700_000_000)
            .with_secret_text(HmacScheme::<String>::SECRET, "cw_secret");
        let delivery = Delivery::post(r#"{"event":"message_created","id":"1","content":"Hi"}"#)
            .with("x-chatwoot-timestamp", "1700000000")
            .with(
                "x-chatwoot-signature",
                "sha256=722b13274d8fff6f0f0bc5e6a964334f0539797c13d3368db9d949a3b625c3f6",
            );

        let verified = scheme.verify(&delivery, &endpoint).unwrap();

        assert_eq!(verified.scheme, "hmac-sha256");
    }

    /// The vector of RFC 4231, section 4.3, whose key is the text `Jefe`.
    #[test]
    fn a_secret_is_a_text_or_what_it_decodes_to() {
        let delivery = Delivery::post("what do ya want for nothing?").with(
            "x-signature",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        );
        for (key, role, secret) in [
            ("text", HmacScheme::SECRET, "Jefe"),
            ("base64", HmacScheme::BASE64_SECRET, "SmVmZQ=="),
            ("hex", HmacScheme::HEX_SECRET, "4a656665"),
        ] {
            let options = json!({"algorithm": "sha512", "header": "x-signature", "secret": key});
            let scheme = read(options).unwrap();
            let endpoint = Endpoint::fixed(0).with_secret_text(role, secret);

            let verified = scheme.verify(&delivery, &endpoint).unwrap();

            assert_eq!(verified.scheme, "hmac-sha512");
            assert_eq!(scheme.role(), role);
        }
    }

    #[test]
    fn a_mistake_in_the_options_is_found_when_they_are_read() {
        let timestamp = json!({"header": "t", "unit": "seconds", "tolerance_seconds": 1});
        let timed = |timestamp: Value| {
            json!({
                "algorithm": "sha1", "header": "x", "signs": "{timestamp}{body}",
                "timestamp": timestamp,
            })
        };
        let itemised = |items: Value| {
            let mut options =
                timed(json!({"item": "t", "unit": "seconds", "tolerance_seconds": 1}));
            options["items"] = items;
            options
        };
        let mut with_separator = itemised(json!({"signature": "v1"}));
        with_separator["separator"] = json!(",");
        for (options, told) in [
            (json!({"header": "x"}), "missing field `algorithm`"),
            (json!({"algorithm": "sha256"}), "missing field `header`"),
            (
                json!({"algorithm": "md5", "header": "x"}),
                "unknown variant `md5`",
            ),
            (
                json!({"algorithm": "sha1", "header": "x", "salt": 1}),
                "unknown field `salt`",
            ),
            (
                json!({"algorithm": "sha1", "header": "x y"}),
                "`x y` cannot be the name of a header",
            ),
            (
                json!({"algorithm": "sha1", "header": "x", "signs": "{bdoy}"}),
                "signs: a placeholder is none of",
            ),
            (
                json!({"algorithm": "sha1", "header": "x", "signs": "{timestamp}{body}"}),
                "signs: {timestamp} needs the table `timestamp`",
            ),
            (
                json!({"algorithm": "sha1", "header": "x", "timestamp": timestamp}),
                "signs: {timestamp} is left out",
            ),
            (
                timed(json!({"unit": "seconds", "tolerance_seconds": 1})),
                "timestamp: it has either `header` or `item`",
            ),
            (
                timed(
                    json!({"header": "t", "item": "t", "unit": "seconds", "tolerance_seconds": 1}),
                ),
                "timestamp: it has either `header` or `item`",
            ),
            (
                timed(json!({"item": "t", "unit": "seconds", "tolerance_seconds": 1})),
                "timestamp: `item` needs the table `items`",
            ),
            (itemised(json!({})), "missing field `signature`"),
            (
                itemised(json!({"signature": "v1", "time": "t"})),
                "unknown field `time`",
            ),
            (
                itemised(json!({"signature": "t"})),
                "items: one item cannot be the time and the signature",
            ),
            (
                itemised(json!({"signature": ""})),
                "items: an item's name is empty",
            ),
            (
                itemised(json!({"signature": "v=1"})),
                "items: an item's name is empty, or has `separator` or `equals` within",
            ),
            (
                itemised(json!({"signature": "v1", "equals": "t"})),
                "items: an item's name is empty, or has",
            ),
            (
                itemised(json!({"signature": "v1", "separator": ""})),
                "items: `separator` and `equals` are two texts that are not empty",
            ),
            (
                itemised(json!({"signature": "v1", "separator": "="})),
                "items: `separator` and `equals` are two texts",
            ),
            (with_separator, "`items` has a `separator` of its own"),
        ] {
            let error = read(options).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
