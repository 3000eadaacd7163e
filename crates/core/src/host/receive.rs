//! Steps 2 and 3: from a request to a whole delivery for a known endpoint.

use std::net::IpAddr;
use std::sync::Arc;

use http::header::CONTENT_ENCODING;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, Request, Uri};
use http_body::Body;

use super::outcome::{Outcome, Refusal};
use super::route::{Named, Route};
use super::site::Front;
use super::{Host, body, framing};
use crate::Delivery;

impl Host {
    /// Checks what the head says, before any of the body is read; then reads the body.
    pub(super) async fn receive<B: Body>(
        &self,
        request: Request<B>,
        peer: Option<IpAddr>,
    ) -> Result<(Arc<Route>, Delivery), Outcome> {
        let (head, body) = request.into_parts();
        framing::check(&head).map_err(Outcome::Refused)?;
        let front = self.front();
        let route = match front.routes.named_by(head.uri.path()) {
            Named::Open(route) => Arc::clone(route),
            Named::Shut(route) => return Err(route.settle(Outcome::Refused(Refusal::Token))),
            Named::Nothing => return Err(Outcome::Refused(Refusal::Unknown)),
        };
        match self.delivery(&front, &route, head, body, peer).await {
            Ok(delivery) => Ok((route, delivery)),
            Err(refusal) => Err(route.settle(Outcome::Refused(refusal))),
        }
    }

    async fn delivery<B: Body>(
        &self,
        front: &Front,
        route: &Route,
        head: Parts,
        body: B,
        peer: Option<IpAddr>,
    ) -> Result<Delivery, Refusal> {
        let descriptor = route.descriptor();
        if !descriptor.methods.contains(&head.method.as_str()) {
            return Err(Refusal::Method(descriptor));
        }
        if is_encoded(&head.headers) {
            return Err(Refusal::Encoded);
        }
        let url = public_url_of(front, &head.uri)?;
        let max_body = self.limits.max_body.unwrap_or(descriptor.max_body);
        let body = body::read(body, max_body, &self.limits).await?;
        let received_at = route.endpoint().now();
        let mut delivery = Delivery::new(head.method, url, head.headers, body, received_at);
        delivery.peer = peer.map(|peer| front.proxies.caller(peer, &delivery.headers));
        Ok(delivery)
    }
}

/// What the provider signed, if it signs URLs. A host that the target itself names is the caller's
/// word and never used.
fn public_url_of(front: &Front, target: &Uri) -> Result<Uri, Refusal> {
    let root = PathAndQuery::from_static("/");
    let target = target.path_and_query().unwrap_or(&root);
    match &front.public_url {
        Some(public) => public.join(target).ok_or(Refusal::Malformed),
        None => Ok(Uri::from(target.clone())),
    }
}

/// Signatures are over the bytes as sent, and what is inflated here would be another body.
fn is_encoded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}
