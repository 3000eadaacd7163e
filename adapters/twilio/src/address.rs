//! Who takes part, by an address: `+15550100`, `whatsapp:+15550100`, `messenger:7483922019384756`.

use switchboard_core::event::{Conversation, Party, Role};

/// The network that an address is of, and the address on it.
fn split(address: &str) -> (&str, &str) {
    match address.split_once(':') {
        Some((network, on_it)) if is_network(network) => (network, on_it),
        _ => ("sms", address),
    }
}

fn is_network(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Somebody by their address.
pub(crate) fn party(role: Role, address: Option<String>) -> Party {
    let on_it = address.as_deref().map(|address| split(address).1);
    let phone = on_it.filter(|it| it.starts_with('+')).map(str::to_owned);
    Party {
        id: address,
        phone,
        ..Party::new(role)
    }
}

/// What is said between a customer and a line of the business. Twilio has no id for it.
pub(crate) fn conversation(customer: &Party, line: Option<String>) -> Conversation {
    let network = customer
        .id
        .as_deref()
        .or(line.as_deref())
        .map(|it| split(it).0);
    Conversation {
        id: customer.id.clone(),
        channel: network.map(str::to_owned),
        inbox: line,
        ..Conversation::default()
    }
}
