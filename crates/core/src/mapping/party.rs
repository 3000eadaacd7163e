//! Where somebody's id, name and role stand.

use serde::Deserialize;

use super::place::Places;
use super::reader::Reader;
use super::words::Words;
use crate::event::{Party, Role};

/// Where somebody's id, name and role stand.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PartyPlaces {
    id: Places,
    name: Places,
    phone: Places,
    email: Places,
    role: Option<Words<Role>>,
}

impl PartyPlaces {
    /// Who it is; nobody, where nothing is said of them.
    pub(super) fn read(&self, reader: &mut Reader<'_>) -> Option<Party> {
        let role = self.role.as_ref().and_then(|role| role.read(reader));
        let party = Party {
            id: reader.text(&self.id),
            name: reader.text(&self.name),
            phone: reader.text(&self.phone),
            email: reader.text(&self.email),
            ..Party::new(role.unwrap_or_default())
        };
        (party != Party::default()).then_some(party)
    }
}
