//! Which call does what: the whole API, one line a route.

use futures_util::future::BoxFuture;
use http::{Method, Response};
use percent_encoding::percent_decode_str;

use crate::answer::Body;
use crate::api::Api;
use crate::call::Call;
use crate::error::ApiError;
use crate::routes::{dead, endpoints, events, health, quarantine, sinks, status, undecoded};

/// What a route answers.
pub(crate) type Answer = Result<Response<Body>, ApiError>;

type Act = for<'a> fn(&'a Api, Call) -> BoxFuture<'a, Answer>;

/// One call of the API; [`routes`] has them all.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Its method: `GET` changes nothing.
    pub method: &'static Method,
    /// Its path, with `{..}` for what varies.
    pub pattern: &'static str,
    pub(crate) act: Act,
}

/// Every call of the API.
///
/// ```
/// use http::Method;
/// use switchboard_admin::{Route, routes};
///
/// let changes: Vec<&Route> = routes().iter().filter(|it| it.method != Method::GET).collect();
/// assert!(changes.iter().any(|it| it.pattern == "/api/v1/dead/replay"));
/// ```
pub fn routes() -> &'static [Route] {
    ROUTES
}

macro_rules! routes {
    ($($method:ident $pattern:literal => $act:path,)*) => {
        &[$(Route {
            method: &Method::$method,
            pattern: $pattern,
            act: |api, call| Box::pin($act(api, call)),
        }),*]
    };
}

static ROUTES: &[Route] = routes! {
    GET "/livez" => health::live,
    GET "/readyz" => health::ready,
    GET "/metrics" => crate::metrics::show,
    GET "/api/v1/status" => status::show,
    GET "/api/v1/endpoints" => endpoints::list,
    POST "/api/v1/endpoints/{id}/pause" => endpoints::pause,
    POST "/api/v1/endpoints/{id}/resume" => endpoints::resume,
    GET "/api/v1/sinks" => sinks::list,
    POST "/api/v1/sinks/{name}/pause" => sinks::pause,
    POST "/api/v1/sinks/{name}/resume" => sinks::resume,
    GET "/api/v1/events" => events::list,
    GET "/api/v1/events/{id}" => events::show,
    POST "/api/v1/events/replay" => events::replay,
    GET "/api/v1/dead" => dead::list,
    GET "/api/v1/dead/{sink}/{position}" => dead::show,
    POST "/api/v1/dead/replay" => dead::replay,
    POST "/api/v1/dead/discard" => dead::discard,
    GET "/api/v1/quarantine" => quarantine::list,
    POST "/api/v1/quarantine/reverify" => quarantine::reverify,
    GET "/api/v1/undecoded" => undecoded::list,
};

/// The route of a call, and what stands in its path for `{..}`.
pub(crate) fn find(method: &Method, path: &str) -> Result<(&'static Route, Vec<String>), ApiError> {
    let mut allowed = Vec::new();
    for route in ROUTES {
        let Some(parameters) = parameters(route.pattern, path) else {
            continue;
        };
        if route.method == method {
            return Ok((route, parameters));
        }
        allowed.push(route.method.as_str());
    }
    if allowed.is_empty() {
        return Err(ApiError::NotFound(
            "there is nothing at this path".to_owned(),
        ));
    }
    allowed.dedup();
    Err(ApiError::Method(allowed.join(", ")))
}

/// What stands in `path` for each `{..}` of `pattern`, when it fits.
fn parameters(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(found),
            (Some(name), Some(segment)) if name.starts_with('{') && !segment.is_empty() => {
                let decoded = percent_decode_str(segment).decode_utf8().ok()?;
                found.push(decoded.into_owned());
            }
            (Some(name), Some(segment)) if name == segment => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_decoded_once_and_never_resolved() {
        let found = |path| parameters("/api/v1/events/{id}", path);

        assert_eq!(
            found("/api/v1/events/a:b%253A"),
            Some(vec!["a:b%3A".to_owned()])
        );
        for other in [
            "/api/v1/events/",
            "/api/v1/events/a/b",
            "/api/v1//events/a",
            "/api/v1/events/%ff",
            "/api/v1/x/../events/a",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn a_literal_path_can_share_its_place_with_a_parameter() {
        let (shown, _) = find(&Method::GET, "/api/v1/events/replay").unwrap();
        let (replayed, _) = find(&Method::POST, "/api/v1/events/replay").unwrap();

        assert_eq!(shown.pattern, "/api/v1/events/{id}");
        assert_eq!(replayed.pattern, "/api/v1/events/replay");
    }
}
