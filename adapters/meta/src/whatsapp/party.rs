//! Who takes part on WhatsApp.
//!
//! A customer has an id of their own for each business (`user_id`, since 2026), and a phone number
//! that they may hide behind a user name.

use serde_json::Value;
use switchboard_core::Kept;
use switchboard_core::event::{Party, Role};

use super::payload::Contact;
use crate::around::{attach, keep_untold};
use crate::loose::Text;
use crate::place::Place;

/// What a part calls the customer: the field with the number, the field with the id.
pub(super) struct Named {
    pub(super) number: (&'static str, Text),
    pub(super) user: (&'static str, Text),
}

/// The customer. What they are called besides stays with the rest.
pub(super) fn customer(
    named: Named,
    contact: Option<Box<Kept<Contact>>>,
    rest: &mut Value,
) -> Party {
    let (number_name, number) = named.number;
    let (user_name, user) = named.user;
    let (contact, mut beside) = match contact {
        Some(kept) => (kept.value, kept.rest),
        None => (Contact::default(), Value::Null),
    };
    let Contact {
        wa_id,
        user_id,
        profile,
    } = contact;
    let ids = [&user, &user_id, &number, &wa_id];
    let phones = [&number, &wa_id].into_iter().filter_map(|it| it.0.as_ref());
    let party = Party {
        id: ids.into_iter().find_map(|id| id.0.clone()),
        phone: phones.into_iter().find(|it| is_phone(it)).cloned(),
        name: profile.0.and_then(|profile| profile.name.0),
        ..Party::new(Role::Contact)
    };
    let told = [&party.id, &party.phone];
    keep_untold(rest, &[number_name], number.0, &told);
    keep_untold(rest, &[user_name], user.0, &told);
    keep_untold(&mut beside, &["wa_id"], wa_id.0, &told);
    keep_untold(&mut beside, &["user_id"], user_id.0, &told);
    if !beside.is_null() {
        attach(rest, "contact", beside);
    }
    party
}

/// The business, by the number that the part came in by.
pub(super) fn business(place: &Place) -> Party {
    Party {
        phone: place.number.clone(),
        ..Party::new(Role::Unknown)
    }
}

/// Somebody by a number or an id.
pub(super) fn somebody(role: Role, name: String) -> Party {
    let (id, phone) = if is_phone(&name) {
        (None, Some(name))
    } else {
        (Some(name), None)
    };
    Party {
        id,
        phone,
        ..Party::new(role)
    }
}

pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
