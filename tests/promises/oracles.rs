//! What we take for genuine, the verifier that its provider publishes takes too, always.
//!
//! The other way round it need not be so: we refuse on purpose what some of them let pass, such as a
//! signature in capitals. Each is counted, so that a verifier which refuses everything is noticed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue};
use serde_json::json;
use switchboard::core::{
    Adapter, Clock as _, Delivery, Endpoint, Registration, Secret, SystemClock, registrations,
};
use switchboard_tests::tool;

/// A provider whose verifier is published, and a secret of the kind that it gives out.
struct Provider {
    oracle: &'static str,
    adapter: &'static str,
    secret: &'static str,
    /// What its verifier knows of the secret.
    known: &'static str,
    /// The headers that carry the proof.
    headers: &'static [&'static str],
    url: &'static str,
}

const STANDARD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const PROVIDERS: &[Provider] = &[
    Provider {
        oracle: "slack",
        adapter: "slack",
        secret: "8f742231b10e8888abcd99yyyzzz85a5",
        known: "8f742231b10e8888abcd99yyyzzz85a5",
        headers: &["x-slack-signature", "x-slack-request-timestamp"],
        url: "https://hooks.example.com/in/chat",
    },
    Provider {
        oracle: "twilio",
        adapter: "twilio",
        secret: "12345678901234567890123456789012",
        known: "12345678901234567890123456789012",
        headers: &["x-twilio-signature"],
        url: "https://hooks.example.com/in/sms",
    },
    Provider {
        oracle: "standard",
        adapter: "standard-webhooks",
        secret: STANDARD_SECRET,
        known: STANDARD_SECRET,
        headers: &["webhook-id", "webhook-timestamp", "webhook-signature"],
        url: "https://hooks.example.com/in/any",
    },
    Provider {
        oracle: "svix",
        adapter: "standard-webhooks",
        secret: STANDARD_SECRET,
        known: STANDARD_SECRET,
        headers: &["webhook-id", "webhook-timestamp", "webhook-signature"],
        url: "https://hooks.example.com/in/any",
    },
    Provider {
        oracle: "discord",
        adapter: "discord-interactions",
        // RFC 8032, test 1.
        secret: "private:9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        known: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        headers: &["x-signature-ed25519", "x-signature-timestamp"],
        url: "https://hooks.example.com/in/game",
    },
];

#[tokio::test]
async fn what_we_take_the_providers_own_verifiers_take_too() {
    let Some(oracles) = Oracles::install() else {
        return;
    };
    for provider in PROVIDERS {
        let registration = registration(provider.adapter);
        let adapter = registration.build(&json!({})).unwrap();
        let endpoint = with_secret(Endpoint::new("test"), registration, provider.secret);
        let mut deliveries = Vec::new();
        for sample in registration.descriptor.samples {
            let sample = sample.delivery().to(provider.url);
            let signed = adapter
                .sign(&sample, &endpoint)
                .expect("the suite can sign it");
            deliveries.extend(variations(&signed, provider.headers));
            for apart in [-310, -290, 290, 310] {
                let then = Endpoint::fixed(SystemClock.now().as_seconds() + apart);
                let then = with_secret(then, registration, provider.secret);
                deliveries.extend(adapter.sign(&sample, &then).map(|delivery| Variation {
                    how: format!("signed {apart} s from now"),
                    delivery,
                }));
            }
        }

        let theirs = oracles.ask(provider, &deliveries);

        let (mut both, mut neither, mut stricter) = (0, 0, 0);
        for (delivery, theirs) in deliveries.iter().zip(theirs) {
            match (
                takes(&*adapter, &delivery.delivery, &endpoint).await,
                theirs,
            ) {
                (true, true) => both += 1,
                (false, false) => neither += 1,
                (false, true) => stricter += 1,
                (true, false) => panic!(
                    "{}: we take what the provider's verifier refuses: {}",
                    provider.oracle, delivery.how
                ),
            }
        }
        println!(
            "{}: both take {both}, neither {neither}, they alone {stricter}",
            provider.oracle
        );
        let samples = registration.descriptor.samples.len();
        assert!(
            both >= samples,
            "{}: hardly anything is genuine",
            provider.oracle
        );
        assert!(
            neither > samples,
            "{}: hardly anything is forged",
            provider.oracle
        );
    }
}

fn registration(name: &str) -> &'static Registration {
    let mut all = registrations().into_iter();
    all.find(|one| one.descriptor.name == name)
        .expect("it is linked")
}

fn with_secret(endpoint: Endpoint, registration: &Registration, secret: &str) -> Endpoint {
    let role = registration.descriptor.secrets[0];
    let secret = Secret::new("test", role, secret).expect("it is of its kind");
    endpoint.with_secret(role, secret)
}

async fn takes(adapter: &dyn Adapter, delivery: &Delivery, endpoint: &Endpoint) -> bool {
    adapter.verify(delivery, endpoint).await.is_ok()
}

/// A delivery, and how it came to be.
struct Variation {
    how: String,
    delivery: Delivery,
}

/// `signed` as it is, and with each part of the proof and of the body changed.
fn variations(signed: &Delivery, headers: &[&str]) -> Vec<Variation> {
    let mut all = vec![Variation {
        how: "as it was signed".to_owned(),
        delivery: signed.clone(),
    }];
    for name in headers {
        let Some(value) = signed.headers.get(*name) else {
            continue;
        };
        let value = value.to_str().expect("a proof is ASCII").to_owned();
        for (how, changed) in header_changes(&value) {
            let mut delivery = signed.clone();
            let header: HeaderName = name.parse().expect("it is a name");
            match changed {
                None => drop(delivery.headers.remove(&header)),
                Some(text) => {
                    let text = HeaderValue::from_str(&text).expect("it is visible");
                    delivery.headers.insert(header, text);
                }
            }
            all.push(Variation {
                how: format!("{name}: {how}"),
                delivery,
            });
        }
    }
    for (how, body) in body_changes(&signed.body) {
        let mut delivery = signed.clone();
        delivery.body = body.into();
        all.push(Variation {
            how: format!("body: {how}"),
            delivery,
        });
    }
    all
}

fn header_changes(value: &str) -> Vec<(&'static str, Option<String>)> {
    let flipped = |at: usize| {
        let mut bytes = value.as_bytes().to_vec();
        let byte = &mut bytes[at];
        *byte = if *byte == b'1' { b'2' } else { b'1' };
        String::from_utf8(bytes).expect("it is ASCII")
    };
    let (first, last) = (flipped(0), flipped(value.len() - 1));
    let bare = value.rsplit(['=', ',']).find(|part| !part.is_empty());
    vec![
        ("it is not there", None),
        ("it is empty", Some(String::new())),
        ("its first character is another", Some(first)),
        ("its last character is another", Some(last)),
        (
            "one character is missing",
            Some(value[..value.len() - 1].to_owned()),
        ),
        ("one character more", Some(format!("{value}0"))),
        ("it is in capitals", Some(value.to_ascii_uppercase())),
        ("it is in small letters", Some(value.to_ascii_lowercase())),
        ("without a prefix", bare.map(str::to_owned)),
        ("with another prefix", Some(format!("v9={value}"))),
        ("twice, with a comma", Some(format!("{value},{value}"))),
        ("twice, with a space", Some(format!("{value} {value}"))),
        ("something else first", Some(format!("v1,AAAA {value}"))),
        ("with a tail", Some(format!("{value}x"))),
        ("with a fraction", Some(format!("{value}.0"))),
        ("with a sign", Some(format!("+{value}"))),
        ("with a zero before it", Some(format!("0{value}"))),
    ]
}

fn body_changes(body: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let flipped = |at: usize| {
        let mut body = body.to_vec();
        if let Some(byte) = body.get_mut(at) {
            *byte ^= 1;
        }
        body
    };
    vec![
        ("its first byte is another", flipped(0)),
        ("its middle byte is another", flipped(body.len() / 2)),
        (
            "its last byte is another",
            flipped(body.len().saturating_sub(1)),
        ),
        ("a line break more", [body, b"\n"].concat()),
        ("a pair more", [body, b"&From=%2B15550199"].concat()),
        ("half of it", body[..body.len() / 2].to_vec()),
        ("nothing", Vec::new()),
        ("twice", [body, body].concat()),
    ]
}

/// The verifiers, in a process of their own.
struct Oracles {
    node: PathBuf,
    folder: PathBuf,
}

impl Oracles {
    /// Installs them beside what the tests built, by the lock file.
    fn install() -> Option<Self> {
        let node = tool::require("node", "nodejs")?;
        let npm = tool::require("npm", "npm")?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oracles");
        fs::create_dir_all(&folder).unwrap();
        for file in ["package.json", "package-lock.json", ".npmrc", "check.mjs"] {
            fs::copy(source.join(file), folder.join(file)).unwrap();
        }
        let installed = Command::new(npm)
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(
            installed.status.success(),
            "{}",
            String::from_utf8_lossy(&installed.stderr)
        );
        Some(Self { node, folder })
    }

    /// Which of `deliveries` the verifier of `provider` takes.
    fn ask(&self, provider: &Provider, deliveries: &[Variation]) -> Vec<bool> {
        let mut asked = String::new();
        for Variation { delivery, .. } in deliveries {
            let headers: BTreeMap<_, _> = delivery
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()))
                .collect();
            let line = json!({
                "oracle": provider.oracle,
                "secret": provider.known,
                "url": delivery.url.to_string(),
                "headers": headers,
                "body": STANDARD.encode(&delivery.body),
            });
            asked.push_str(&format!("{line}\n"));
        }
        let mut node = Command::new(&self.node)
            .arg("check.mjs")
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = node.stdin.take().unwrap();
        // It answers while it is asked.
        let asking = std::thread::spawn(move || stdin.write_all(asked.as_bytes()));
        let answered = node.wait_with_output().unwrap();
        asking.join().unwrap().unwrap();
        assert!(answered.status.success());
        let answers = String::from_utf8(answered.stdout).unwrap();
        let answers: Vec<bool> = answers.lines().map(|line| line == "true").collect();
        assert_eq!(answers.len(), deliveries.len());
        answers
    }
}
