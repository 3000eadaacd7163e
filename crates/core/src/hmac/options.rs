//! A scheme that is read from the configuration.

use http::HeaderName;
use serde::de;
use serde::{Deserialize, Deserializer};

use super::algorithm::{Algorithm, Encoding};
use super::timestamp::TimestampHeader;
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
}

/// How the sender's secret is written.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Key {
    #[default]
    Text,
    Base64,
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
    #[serde(default)]
    or_trimmed: bool,
    #[serde(default = "body_alone")]
    signs: String,
    timestamp: Option<TimestampHeader<String>>,
}

fn body_alone() -> String {
    template::BODY.to_owned()
}

impl Options {
    fn check(&self) -> Result<(), String> {
        let timestamp_header = self.timestamp.as_ref().map(|timestamp| &timestamp.header);
        for header in [Some(&self.header), timestamp_header].into_iter().flatten() {
            HeaderName::try_from(header)
                .map_err(|_| format!("`{header}` cannot be the name of a header"))?;
        }
        if let Some(flaw) = template::flaw(&self.signs) {
            return Err(format!("signs: {flaw}"));
        }
        match (
            template::contains(&self.signs, template::TIMESTAMP),
            timestamp_header,
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
        options.check().map_err(de::Error::custom)?;
        Ok(Self {
            algorithm: options.algorithm,
            role: match options.secret {
                Key::Text => Self::SECRET,
                Key::Base64 => Self::BASE64_SECRET,
            },
            header: options.header,
            encoding: options.encoding,
            prefix: options.prefix,
            separator: options.separator,
            or_trimmed: options.or_trimmed,
            signs: options.signs,
            timestamp: options.timestamp,
        })
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
    fn a_secret_is_a_text_or_what_its_base64_decodes_to() {
        let delivery = Delivery::post("what do ya want for nothing?").with(
            "x-signature",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        );
        for (key, role, secret) in [
            ("text", HmacScheme::SECRET, "Jefe"),
            ("base64", HmacScheme::BASE64_SECRET, "SmVmZQ=="),
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
        ] {
            let error = read(options).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
