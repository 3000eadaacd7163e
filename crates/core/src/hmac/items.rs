//! A header that is a list of named items, `t=1764000000,v1=5257a8…`: times and signatures in one.

/// How the items of a signature header are written, and which of them is a signature.
#[derive(Clone, Copy, Debug)]
pub(super) struct Items<S> {
    /// Between the items.
    pub(super) separator: S,
    /// Between the name of an item and its value.
    pub(super) equals: S,
    /// The name of the items that are signatures.
    pub(super) signature: S,
}

impl<S: AsRef<str>> Items<S> {
    /// The name and the value of every item of `header`. What has no name is no item.
    pub(super) fn all<'a>(&self, header: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let items = header.split(self.separator.as_ref());
        items.filter_map(|item| item.split_once(self.equals.as_ref()))
    }

    /// The values of the items that are signatures.
    pub(super) fn signatures<'a>(&self, header: &'a str) -> impl Iterator<Item = &'a str> {
        let signatures = self.all(header);
        let signatures = signatures.filter(|(name, _)| *name == self.signature.as_ref());
        signatures.map(|(_, value)| value)
    }

    /// The value of the one item called `name`; none where it is there twice, since nobody knows
    /// which of them was signed.
    pub(super) fn only<'a>(&self, header: &'a str, name: &str) -> Option<&'a str> {
        let mut values = self.all(header).filter(|(known, _)| *known == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// `items`, as a header.
    pub(super) fn write(&self, items: &[(&str, &str)]) -> String {
        let items = items
            .iter()
            .map(|(name, value)| [name, self.equals.as_ref(), value].concat());
        let items: Vec<_> = items.collect();
        items.join(self.separator.as_ref())
    }

    /// What is wrong with the words, where one of the items is the time called `timestamp`: they must
    /// not be taken for each other.
    pub(super) fn flaw(&self, timestamp: Option<&str>) -> Option<&'static str> {
        let signature = self.signature.as_ref();
        let words = [self.separator.as_ref(), self.equals.as_ref()];
        if words.contains(&"") || words[0] == words[1] {
            return Some("`separator` and `equals` are two texts that are not empty");
        }
        for name in [Some(signature), timestamp].into_iter().flatten() {
            if name.is_empty() || words.iter().any(|word| name.contains(word)) {
                return Some("an item's name is empty, or has `separator` or `equals` within");
            }
        }
        (timestamp == Some(signature)).then_some("one item cannot be the time and the signature")
    }
}

#[cfg(test)]
mod tests {
    use crate::{Delivery, Endpoint, HmacScheme, SecretRole, Unit, VerifyError};

    const SECRET: SecretRole = SecretRole::text("secret", "test");
    const SCHEME: HmacScheme = HmacScheme::sha256(SECRET, "x-signature")
        .items(",", "=", "v1")
        .signs("{timestamp}.{body}")
        .timestamp_item("t", Unit::Seconds, 300);
    const NOW: i64 = 1_764_000_000;
    const BODY: &str = r#"{"message":"hello"}"#;

    fn endpoint(now: i64) -> Endpoint {
        Endpoint::fixed(now).with_secret_text(SECRET, "s3cret")
    }

    fn verified(header: &str) -> Result<(), VerifyError> {
        let delivery = Delivery::post(BODY).with("x-signature", header);
        SCHEME.verify(&delivery, &endpoint(NOW)).map(drop)
    }

    /// `t=1764000000,v1=…`, and what stands behind `v1=`.
    fn signed() -> (String, String) {
        let signed = SCHEME.sign(&Delivery::post(BODY), &endpoint(NOW)).unwrap();
        let header = signed.required_header("x-signature").unwrap().to_owned();
        let signature = header.strip_prefix("t=1764000000,v1=").unwrap().to_owned();
        (header, signature)
    }

    #[test]
    fn items_come_in_any_order_among_others_and_more_than_once() {
        let (header, signature) = signed();
        for header in [
            header,
            format!("v1={signature},t=1764000000"),
            format!("t=1764000000,v1=00,v1={signature},v1="),
            format!("t=1764000000,v1={signature},v0=ff,scheme,=,x=y=z,"),
            format!("t=1764000000,v1={}", signature.to_uppercase()),
        ] {
            assert!(verified(&header).is_ok(), "{header}");
        }
    }

    #[test]
    fn an_item_that_is_not_as_it_was_signed_is_refused() {
        let (header, signature) = signed();
        for wrong in [
            format!("t=1764000001,v1={signature}"),
            format!("t=01764000000,v1={signature}"),
            format!("t=1764000000,v0={signature}"),
            format!("t=1764000000,V1={signature}"),
            format!("t=1764000000, v1={signature}"),
            format!("t=1764000000,v1 ={signature}"),
            format!("t=1764000000,v1= {signature}"),
            format!("t=1764000000,v1=={signature}"),
            format!("t=1764000000,v1:{signature}"),
            format!("t=1764000000,{signature}"),
            format!("t=1764000000;v1={signature}"),
            format!("t=1764000000,v1=\"{signature}\""),
            format!("t=1764000000,v1={signature},v1=zz"),
            format!("t=1764000000,v1={signature}").repeat(2),
            format!("t=1764000000,v1={}", &signature[2..]),
            "t=1764000000,v1=".to_owned(),
            "t=1764000000".to_owned(),
        ] {
            let refused = verified(&wrong);
            assert!(
                matches!(refused, Err(VerifyError::Mismatch { .. })),
                "{wrong}: {refused:?}"
            );
        }
        // Two times: nobody knows which of them was signed.
        for malformed in [
            format!("{header},t=1764000000"),
            format!("t=1763000000,{header}"),
            format!("v1={signature}"),
            format!("T=1764000000,v1={signature}"),
            format!("t,v1={signature}"),
            signature,
            String::new(),
        ] {
            let refused = verified(&malformed);
            assert!(
                matches!(&refused, Err(VerifyError::Missing(name)) if name == "x-signature"),
                "{malformed}: {refused:?}"
            );
        }
    }

    #[test]
    fn the_tolerance_holds_for_an_item_both_ways() {
        let (header, _) = signed();
        let delivery = Delivery::post(BODY).with("x-signature", &header);
        for (now, stale) in [
            (NOW - 301, Some(1)),
            (NOW - 300, None),
            (NOW + 300, None),
            (NOW + 301, Some(1)),
        ] {
            match (SCHEME.verify(&delivery, &endpoint(now)), stale) {
                (Ok(verified), None) => assert_eq!(verified.signed_at.unwrap().as_seconds(), NOW),
                (Err(VerifyError::Stale(seconds)), Some(stale)) => assert_eq!(seconds, stale),
                (other, _) => panic!("{now}: {other:?}"),
            }
        }
    }

    /// Even if whoever has the secret signed it.
    #[test]
    fn a_time_in_an_item_that_cannot_be_read_is_refused() {
        for time in ["", " 1764000000", "now", "-1764000000", "1764000000.0"] {
            let message = format!("{time}.{BODY}");
            let signature = SCHEME
                .signature_of(message.as_bytes(), &endpoint(NOW))
                .unwrap();

            let refused = verified(&format!("t={time},v1={signature}"));

            assert!(
                matches!(refused, Err(VerifyError::Missing(_))),
                "{time:?}: {refused:?}"
            );
        }
    }

    #[test]
    fn signing_anew_replaces_time_and_signatures() {
        let delivery = Delivery::post(BODY).with("x-signature", "t=1,t=2,v1=00,v0=ff");

        let signed_anew = SCHEME.sign(&delivery, &endpoint(NOW)).unwrap();

        let (header, _) = signed();
        assert_eq!(signed_anew.required_header("x-signature").unwrap(), header);
    }

    #[test]
    fn a_mistake_in_an_item_is_told() {
        let (_, signature) = signed();
        let base64 = SCHEME.base64();
        let message = format!("1764000000.{BODY}");
        let encoded = base64.signature_of(message.as_bytes(), &endpoint(NOW));
        let alone = SCHEME.signature_of(BODY.as_bytes(), &endpoint(NOW));
        for (header, told) in [
            (
                format!("t=1764000000,v2={signature}"),
                "the signature is right, but in an item of another name than expected",
            ),
            (
                format!("t=1764000000,v1={}", encoded.unwrap()),
                "the signature is right, but written as base64 instead of hex",
            ),
            (
                format!("t=1764000000,v1=sha256={signature}"),
                "the signature is right, but behind another prefix than expected",
            ),
            (
                format!("t=1764000000,v1={}", alone.unwrap()),
                "the signature was computed over the body alone, without the timestamp",
            ),
        ] {
            assert_eq!(verified(&header).unwrap_err().diagnosis(), Some(told));
        }
    }

    /// The mistake is ours, so it must not look like a forgery; nor may it pass.
    #[test]
    fn an_item_without_items_verifies_nothing() {
        let scheme = HmacScheme::sha256(SECRET, "x-signature")
            .signs("{timestamp}.{body}")
            .timestamp_item("t", Unit::Seconds, 300);
        let delivery = Delivery::post(BODY).with("x-signature", "t=1764000000");

        let refused = scheme.verify(&delivery, &endpoint(NOW));

        assert!(
            matches!(refused, Err(VerifyError::Unavailable(_))),
            "{refused:?}"
        );
        assert!(scheme.sign(&delivery, &endpoint(NOW)).is_none());
    }
}
