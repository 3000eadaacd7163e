//! Why a request is refused, in words for whoever has to set it right.
//!
//! None of them quotes a secret, a signature or the body.

use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_ENCODING;
use http::request::Parts;

use crate::clock::Standing;
use crate::core::{Adapter, Delivery, Descriptor, Endpoint, Timestamp, VerifyError};
use crate::exit::CliError;

/// What is wrong, and what to do.
fn refused(why: impl AsRef<str>, remedy: impl AsRef<str>) -> CliError {
    let (why, remedy) = (why.as_ref(), remedy.as_ref());
    CliError::CheckFailed(format!("Refused: {why}.\n{remedy}"))
}

/// The path has another token than the endpoint, or none.
pub(crate) fn of_token() -> CliError {
    refused(
        "the path does not end in the endpoint's path token",
        "Paste the URL with its token into the provider's form again.",
    )
}

/// The adapter answers handshakes, and not this one.
pub(crate) fn of_handshake() -> CliError {
    refused(
        "it is a handshake that does not fit the endpoint",
        "Compare the token in the provider's form with the endpoint's secrets.",
    )
}

/// The body of `length` bytes is larger than allowed.
pub(crate) fn of_size(length: usize, allowed: usize) -> CliError {
    refused(
        format!("its body has {length} bytes, and {allowed} are allowed"),
        "If the provider sends such bodies, raise `max_body` in [host].",
    )
}

/// What the host refuses by the head alone, before it asks the adapter.
pub(crate) fn of_head(head: &Parts, descriptor: &Descriptor) -> Result<(), CliError> {
    if !descriptor.methods.contains(&head.method.as_str()) {
        let (method, name) = (&head.method, descriptor.name);
        let methods = descriptor.methods.join(", ");
        return Err(refused(
            format!("its method is {method}, and `{name}` is called with {methods}"),
            "Something else than the provider's webhook called, or a redirect changed the method.",
        ));
    }
    let mut codings = head.headers.get_all(CONTENT_ENCODING).iter();
    if codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(refused(
            "its body is compressed, and signatures are over the bytes as they are sent",
            "Have it sent without `content-encoding`.",
        ));
    }
    Ok(())
}

/// Why `adapter` gave `error` for `delivery`.
pub(crate) async fn explain(
    error: VerifyError,
    adapter: &dyn Adapter,
    delivery: &Delivery,
    endpoint: &Endpoint,
) -> CliError {
    match error {
        VerifyError::Missing(name) => of_header(&name, delivery),
        VerifyError::Mismatch { diagnosis: None } => refused(
            "the proof does not match, and no common mistake explains it",
            format!(
                "Either the secret is another one ({}), or the body was changed on its way: compare \
                 the secret with the provider's form, and capture the request where it enters.",
                labels(adapter.descriptor(), endpoint)
            ),
        ),
        VerifyError::Mismatch {
            diagnosis: Some(diagnosis),
        } => refused(
            diagnosis,
            "That one thing differs: set it right at the sender, on the way, or here.",
        ),
        VerifyError::Stale(excess) => of_age(excess, adapter, delivery, endpoint).await,
        VerifyError::Unavailable(source) => {
            CliError::unavailable("nobody can tell whether it is genuine", source)
        }
        other => refused(other.to_string(), "The adapter's documentation says more."),
    }
}

fn of_header(name: &str, delivery: &Delivery) -> CliError {
    let found = delivery.headers.get_all(name).iter().count();
    let problem = match found {
        0 => "is missing".to_owned(),
        1 => "is malformed".to_owned(),
        _ => format!("is there {found} times"),
    };
    refused(
        format!("the header `{name}` {problem}"),
        "Either the provider's webhook did not send it, or a proxy drops, changes or repeats headers.",
    )
}

fn labels(descriptor: &Descriptor, endpoint: &Endpoint) -> String {
    let roles = descriptor.secrets.iter();
    let secrets = roles
        .filter_map(|role| endpoint.secrets(*role).ok())
        .flatten();
    let labels: Vec<_> = secrets
        .map(|secret| format!("`{}`", secret.label()))
        .collect();
    labels.join(", ")
}

/// The proof is right, and its time is `excess` seconds too far from the clock: the adapter is asked
/// again by clocks that are so much nearer to it, which tells the time.
async fn of_age(
    excess: i64,
    adapter: &dyn Adapter,
    delivery: &Delivery,
    endpoint: &Endpoint,
) -> CliError {
    let now = endpoint.now();
    let earlier = Timestamp::from_seconds(now.as_seconds().saturating_sub(excess));
    let later = now.plus(Duration::from_secs(excess.unsigned_abs()));
    for nearer in earlier.into_iter().chain([later]) {
        let endpoint = endpoint.clone().with_clock(Arc::new(Standing(nearer)));
        let Ok(verified) = adapter.verify(delivery, &endpoint).await else {
            continue;
        };
        let Some(signed_at) = verified.signed_at else {
            continue;
        };
        let (age, side) = if signed_at <= now {
            (now.since(signed_at), "ago")
        } else {
            (signed_at.since(now), "ahead")
        };
        return refused(
            format!(
                "the signature is right, but stale: it is of {signed_at}, {} {side}, {excess} s more \
                 than is allowed",
                rounded(age)
            ),
            format!(
                "As of then it is accepted: --at {signed_at}. If it came in just now, a clock is wrong, \
                 or somebody sent an old request again."
            ),
        );
    }
    refused(
        format!("the signature is right, but stale: {excess} s more than is allowed"),
        "Say with --at when it came in. If that was just now, a clock is wrong, or somebody sent an \
         old request again.",
    )
}

/// In the largest unit of which there are two.
fn rounded(age: Duration) -> String {
    let seconds = age.as_secs();
    let units = [("days", 86_400), ("hours", 3_600), ("minutes", 60)];
    let fits = units.iter().find(|(_, length)| seconds >= 2 * length);
    match fits {
        Some((unit, length)) => format!("{} {unit}", seconds / length),
        None => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_the_largest_unit_of_which_there_are_two() {
        for (seconds, told) in [
            (0, "0 s"),
            (119, "119 s"),
            (120, "2 minutes"),
            (7_199, "119 minutes"),
            (7_200, "2 hours"),
            (200_000, "2 days"),
        ] {
            assert_eq!(rounded(Duration::from_secs(seconds)), told);
        }
    }

    #[test]
    fn a_missing_header_is_told_from_a_repeated_one() {
        let once = Delivery::post("").with("x-signature", "\t");
        let twice = once.clone().with("x-signature", "a");

        for (delivery, told) in [
            (Delivery::post(""), "is missing"),
            (once, "is malformed"),
            (twice, "is there 2 times"),
        ] {
            let error = of_header("x-signature", &delivery).to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
