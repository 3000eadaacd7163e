//! How Acme's deliveries are proven, and how they should not be.

use switchboard_core::{Delivery, Endpoint, HmacScheme, Verified, VerifyError};

use super::{Flaw, SECRET, SIGNATURE, scheme};

const HEADERS: [&str; 2] = ["x-acme-signature", "x-acme-timestamp"];

pub(super) fn verify(
    flaw: Option<Flaw>,
    delivery: &Delivery,
    endpoint: &Endpoint,
) -> Result<Verified, VerifyError> {
    let right = || {
        if endpoint.is_unsigned() {
            return Ok(Verified::unsigned());
        }
        SIGNATURE.verify(delivery, endpoint)
    };
    let Some(flaw) = flaw else {
        return right();
    };
    let [signature, time] = HEADERS.map(|name| delivery.header(name));
    let by_mistake = match flaw {
        Flaw::BelievesAnEmptySignature => signature == Some(""),
        Flaw::BelievesWithoutASecret => endpoint.secrets(SECRET).is_err(),
        Flaw::BelievesWhatHasNoPart => signature.or(time).is_none(),
        Flaw::BelievesTheLocalProxy => delivery.header("x-forwarded-for") == Some("127.0.0.1"),
        Flaw::BelievesAnySignature => signature.is_some_and(|signature| signature.len() == 67),
        Flaw::BelievesTheForged => signature == Some("v1=00"),
        Flaw::TrustsThePathToken => endpoint.is_guarded() && !endpoint.is_unsigned(),
        Flaw::ReadsAroundOddBytes => verifies(&without_odd_bytes(delivery), endpoint),
        Flaw::TakesTheFirstByteForGranted => {
            let body = [b"{", delivery.body.get(1..).unwrap_or_default()].concat();
            verifies(&with_body(delivery, &body), endpoint)
        }
        Flaw::TakesTheUrlForGranted => verifies(&delivery.clone().to("/"), endpoint),
        Flaw::TakesTheHeaderForGranted => verifies(&with(delivery, "x-acme-id", "first"), endpoint),
        Flaw::TakesTheTimeForGranted => {
            let now = endpoint.now().as_seconds().to_string();
            verifies(&with(delivery, HEADERS[1], &now), endpoint)
        }
        Flaw::ComparesAPrefix => has_right_start(delivery, endpoint),
        Flaw::TakesTheFirstOfMany => verifies(&with_first_headers(delivery), endpoint),
        Flaw::ReadsCapitalsAlone => verifies(&without_capitals(delivery), endpoint),
        Flaw::TrimsTheBody => verifies(&with_body(delivery, delivery.body.trim_ascii()), endpoint),
        Flaw::TrimsLineEndsThatItTells => {
            let is_line_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
            let body: Vec<u8> = delivery
                .body
                .iter()
                .copied()
                .filter(|it| !is_line_end(it))
                .collect();
            verifies(&with_body(delivery, &body), endpoint)
        }
        Flaw::WritesTheBodyAgain => {
            let body = delivery.json::<serde_json::Value>().unwrap_or_default();
            verifies(&with_body(delivery, body.to_string().as_bytes()), endpoint)
        }
        Flaw::FillsUpShortHashes => {
            let value = signature.unwrap_or_default();
            let short = value.get(..43).unwrap_or_default();
            let is_filled = value.bytes().skip(43).all(|byte| byte == b'0');
            is_filled && is_sha1("v1=", &with(delivery, HEADERS[0], short), endpoint)
        }
        Flaw::LetsTheRequestChoose => is_sha1("sha1=", delivery, endpoint),
        Flaw::ForgivesNewlines => verifies(delivery, &with_secret(endpoint, |it| it + "\n")),
        Flaw::ForgivesEmptyKeys => verifies(delivery, &with_secret(endpoint, |_| "\0".into())),
        Flaw::ForgivesLateness => {
            is_late(delivery, endpoint) && scheme(u64::MAX).verify(delivery, endpoint).is_ok()
        }
        Flaw::ForgivesEarliness => {
            !is_late(delivery, endpoint) && scheme(u64::MAX).verify(delivery, endpoint).is_ok()
        }
        _ => false,
    };
    if by_mistake {
        return Ok(Verified::new("by-mistake"));
    }
    match flaw {
        Flaw::KnowsOneSecret => {
            endpoint.secrets(SECRET)?;
            SIGNATURE.verify(delivery, &with_secret(endpoint, |secret| secret))
        }
        Flaw::WantsASignatureAnyway => SIGNATURE.verify(delivery, endpoint),
        Flaw::SaysNothingWasProven => right().map(|_| Verified::unsigned()),
        Flaw::ShowsTheSecret => right().map(|verified| match endpoint.secrets(SECRET) {
            Ok([secret, ..]) => verified.account(String::from_utf8_lossy(secret.expose())),
            _ => verified,
        }),
        Flaw::RefusesItsOwn => Err(VerifyError::mismatch()),
        _ => right(),
    }
}

fn verifies(delivery: &Delivery, endpoint: &Endpoint) -> bool {
    SIGNATURE.verify(delivery, endpoint).is_ok()
}

fn is_sha1(prefix: &'static str, delivery: &Delivery, endpoint: &Endpoint) -> bool {
    let scheme = HmacScheme::sha1(SECRET, HEADERS[0]).prefix(prefix);
    scheme.verify(delivery, endpoint).is_ok()
}

fn is_late(delivery: &Delivery, endpoint: &Endpoint) -> bool {
    let time = delivery
        .header(HEADERS[1])
        .and_then(|time| time.parse().ok());
    time.is_some_and(|time: i64| time < endpoint.now().as_seconds())
}

fn has_right_start(delivery: &Delivery, endpoint: &Endpoint) -> bool {
    let signature = delivery.header(HEADERS[0]).unwrap_or_default();
    let signed = SIGNATURE.sign(delivery, endpoint);
    let right = signed.as_ref().and_then(|signed| signed.header(HEADERS[0]));
    right.is_some_and(|right| signature.get(..16) == right.get(..16))
}

fn with_first_headers(delivery: &Delivery) -> Delivery {
    let mut once = delivery.clone();
    for name in HEADERS {
        if let Some(first) = delivery.headers.get(name) {
            once.headers.insert(name, first.clone());
        }
    }
    once
}

fn without_capitals(delivery: &Delivery) -> Delivery {
    let signature = delivery.header(HEADERS[0]).unwrap_or_default();
    if signature.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return delivery.clone();
    }
    with(delivery, HEADERS[0], &signature.to_ascii_lowercase())
}

fn without_odd_bytes(delivery: &Delivery) -> Delivery {
    let Some(signature) = delivery.headers.get(HEADERS[0]) else {
        return delivery.clone();
    };
    let text = String::from_utf8_lossy(signature.as_bytes());
    with(
        delivery,
        HEADERS[0],
        &text.replace(|char: char| !char.is_ascii(), ""),
    )
}

fn with(delivery: &Delivery, name: &'static str, value: &str) -> Delivery {
    let mut other = delivery.clone();
    other.headers.remove(name);
    other.with(name, value)
}

fn with_body(delivery: &Delivery, body: &[u8]) -> Delivery {
    let mut other = delivery.clone();
    other.body = body.to_vec().into();
    other
}

/// An endpoint at the same time that has one secret: what `change` makes of the first.
fn with_secret(endpoint: &Endpoint, change: impl Fn(String) -> String) -> Endpoint {
    let other = Endpoint::fixed(endpoint.now().as_seconds());
    match endpoint.secrets(SECRET) {
        Ok([secret, ..]) => {
            let text = String::from_utf8_lossy(secret.expose()).into_owned();
            other.with_secret_text(SECRET, &change(text))
        }
        _ => other,
    }
}
