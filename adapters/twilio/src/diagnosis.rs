//! What a signature that does not match looks like: Twilio signs the URL, and what it calls is often
//! not what is configured here.
//!
//! Each answer is certain, as only Twilio can sign one of these URLs. The delivery stays refused.

use http::Uri;
use switchboard_core::Delivery;

use crate::signature::with_and_without_port;

/// Some dozen MACs are made, which a forger must not get for a large body.
const LARGEST_BODY: usize = 64 * 1024;

/// What is wrong with the URL, by whether `is_signed` says that one of some others was signed.
pub(crate) fn of(
    delivery: &Delivery,
    is_signed: impl Fn(&[String]) -> bool,
) -> Option<&'static str> {
    if delivery.body.len() > LARGEST_BODY {
        return None;
    }
    let url = &delivery.url;
    let found = guesses(delivery).into_iter().find_map(|(told, other)| {
        let other: Uri = other?.parse().ok()?;
        is_signed(&with_and_without_port(&other)).then_some(told)
    });
    let is_relative = url.authority().is_none();
    found.or(is_relative
        .then_some("no `public_url` is set, and Twilio signs the whole URL that it calls"))
}

type Guess = (&'static str, Option<String>);

/// The URLs that Twilio may have called, each with the mistake that was made then.
fn guesses(delivery: &Delivery) -> Vec<Guess> {
    let url = &delivery.url;
    let scheme = url.scheme_str().unwrap_or("https");
    let (path, query) = (url.path(), url.query());
    let target = url.path_and_query().map_or("/", |target| target.as_str());
    let query_of = |query: Option<&str>| query.map_or_else(String::new, |it| format!("?{it}"));
    let authority = url.authority().map(http::uri::Authority::as_str);
    let at = |scheme: &str, host: &str, target: &str| format!("{scheme}://{host}{target}");
    let header = |name| delivery.header(name).filter(|host| !host.is_empty());

    let slashed = match path.strip_suffix('/') {
        Some(bare) => format!("{bare}{}", query_of(query)),
        None => format!("{path}/{}", query_of(query)),
    };
    let here = |told, scheme: &str, target: &str| -> Guess {
        (told, authority.map(|host| at(scheme, host, target)))
    };
    let there =
        |told, scheme, name| -> Guess { (told, header(name).map(|host| at(scheme, host, target))) };
    vec![
        if scheme == "https" {
            here(
                "the signature matches the URL with http instead of https: check `public_url`",
                "http",
                target,
            )
        } else {
            here(
                "the signature matches the URL with https instead of http: check `public_url`",
                "https",
                target,
            )
        },
        (
            "the signature matches the URL without its port: take it out of `public_url`",
            url.port()
                .and(url.host())
                .map(|host| at(scheme, host, target)),
        ),
        here(
            if path.ends_with('/') {
                "the signature matches the URL without the slash at its end"
            } else {
                "the signature matches the URL with a slash at its end"
            },
            scheme,
            &slashed,
        ),
        here(
            "the signature matches the URL without its query, which something on the way added",
            scheme,
            path,
        ),
        there(BY_HOST, "https", "host"),
        there(BY_HOST, "http", "host"),
        there(BY_FORWARDED_HOST, "https", "x-forwarded-host"),
        there(BY_FORWARDED_HOST, "http", "x-forwarded-host"),
    ]
}

const BY_HOST: &str =
    "the signature matches the host in the header `Host`: check host and scheme of `public_url`";
const BY_FORWARDED_HOST: &str = "the signature matches the host in the header `X-Forwarded-Host`: \
     check host and scheme of `public_url`";
