//! The parts of a delivery in which its provider signs.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Uri};
use switchboard_core::Delivery;

/// A header or a pair of the query that `sign` puts there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Header(HeaderName),
    Query(String),
}

impl Part {
    /// The parts in which `signed` is not `bare`.
    pub(super) fn between(bare: &Delivery, signed: &Delivery) -> Vec<Self> {
        let is_new = |name: &&HeaderName| {
            let [seen, bare] = [signed, bare].map(|delivery| delivery.headers.get_all(*name));
            !seen.iter().eq(bare.iter())
        };
        let headers = signed.headers.keys().filter(is_new).cloned();
        let known: Vec<_> = bare.query().collect();
        let pairs = signed.query().filter(|pair| !known.contains(pair));
        headers
            .map(Self::Header)
            .chain(pairs.map(|(name, _)| Self::Query(name.into_owned())))
            .collect()
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Header(name) => name.as_str(),
            Self::Query(name) => name,
        }
    }

    /// What stands in this part; for a repeated one, the first.
    pub(super) fn value(&self, delivery: &Delivery) -> Option<Vec<u8>> {
        match self {
            Self::Header(name) => Some(delivery.headers.get(name)?.as_bytes().to_vec()),
            Self::Query(name) => Some(delivery.query_value(name)?.as_bytes().to_vec()),
        }
    }

    /// `delivery` with each of `values` in this part and no other; `None` where one cannot be sent.
    pub(super) fn with(&self, delivery: &Delivery, values: &[&[u8]]) -> Option<Delivery> {
        let mut delivery = delivery.clone();
        match self {
            Self::Header(name) => {
                delivery.headers.remove(name);
                for value in values {
                    let value = HeaderValue::from_maybe_shared(Bytes::copy_from_slice(value));
                    delivery.headers.append(name, value.ok()?);
                }
            }
            Self::Query(name) => {
                let mut pairs: Vec<_> = delivery
                    .query()
                    .filter(|(known, _)| known != name)
                    .map(|(name, value)| (name.into_owned(), value.into_owned()))
                    .collect();
                for value in values {
                    pairs.push((name.clone(), str::from_utf8(value).ok()?.to_owned()));
                }
                delivery.url = with_query(&delivery.url, &pairs)?;
            }
        }
        Some(delivery)
    }

    /// `delivery` without this part.
    pub(super) fn without(&self, delivery: &Delivery) -> Option<Delivery> {
        self.with(delivery, &[])
    }
}

/// `url` with these pairs for its query.
pub(super) fn with_query(url: &Uri, pairs: &[(String, String)]) -> Option<Uri> {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let text = url.to_string();
    let bare = text.split('?').next().unwrap_or_default();
    let separator = if pairs.is_empty() { "" } else { "?" };
    format!("{bare}{separator}{query}").parse().ok()
}
