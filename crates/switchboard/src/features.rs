//! Which cargo feature brings which adapter.

/// Every adapter of Switchboard's own, with its cargo feature.
const ADAPTERS: &[(&str, &str)] = &[
    ("chatwoot", "chatwoot"),
    ("chatwoot-bot", "chatwoot"),
    ("discord-events", "discord"),
    ("discord-interactions", "discord"),
    ("generic", "generic"),
    ("kommo-chats", "kommo"),
    ("kommo-crm", "kommo"),
    ("kommo-oauth", "kommo"),
    ("kommunicate", "kommunicate"),
    ("kommunicate-bot", "kommunicate"),
    ("meta", "meta"),
    ("slack", "slack"),
    ("standard-webhooks", "standard-webhooks"),
    ("telegram", "telegram"),
    ("twilio", "twilio"),
    ("twilio-conversations", "twilio"),
];

/// The cargo feature that brings the adapter of this name; `None` where it is none of ours.
///
/// ```
/// assert_eq!(switchboard::feature_of("kommo-chats"), Some("kommo"));
/// assert_eq!(switchboard::feature_of("acme"), None);
/// ```
pub fn feature_of(adapter: &str) -> Option<&'static str> {
    let found = ADAPTERS.iter().find(|(name, _)| *name == adapter);
    found.map(|(_, feature)| *feature)
}

#[cfg(all(test, feature = "all-adapters"))]
mod tests {
    use switchboard_core::registrations;

    use super::*;

    #[test]
    fn the_feature_of_every_adapter_of_ours_is_known() {
        let linked: Vec<_> = registrations()
            .into_iter()
            .filter_map(|linked| {
                let feature = linked.crate_name.strip_prefix("switchboard-adapter-")?;
                Some((linked.descriptor.name, feature))
            })
            .collect();

        assert_eq!(linked, ADAPTERS);
    }
}
