//! Where in a batch a part stands: whose it is, and on which network.

use switchboard_core::event::{Conversation, Direction, Party, Role};
use switchboard_core::read::Time;

/// Where a part stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) network: Network,
    /// The WhatsApp Business account, the page, or the Instagram account.
    pub(crate) account: Option<String>,
    /// When Meta told of it.
    pub(crate) sent: Time,
    /// The business's phone number, by its id and as people know it.
    pub(crate) line: Option<String>,
    pub(crate) number: Option<String>,
    /// Whether another app has the conversation, and this one only listens.
    pub(crate) is_standby: bool,
}

impl Place {
    /// A conversation at this place.
    pub(crate) fn conversation(&self, id: Option<String>, inbox: Option<String>) -> Conversation {
        Conversation {
            id,
            inbox,
            channel: self.network.channel().map(str::to_owned),
            ..Conversation::default()
        }
    }

    /// Who wrote something in public: the account itself, by whoever uses it, or a customer.
    pub(crate) fn author(&self, id: Option<String>, name: Option<String>) -> (Direction, Party) {
        let is_own = id.is_some() && id == self.account;
        let (direction, role) = if is_own {
            (Direction::Outbound, Role::Unknown)
        } else {
            (Direction::Inbound, Role::Contact)
        };
        let author = Party {
            id,
            name,
            ..Party::new(role)
        };
        (direction, author)
    }
}

/// The product that a webhook is of, by the body's `object`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Network {
    WhatsApp,
    Messenger,
    Instagram,
    /// Users, permissions, advertisements.
    #[default]
    Other,
}

impl Network {
    pub(crate) fn of(object: Option<&str>) -> Self {
        match object {
            Some("whatsapp_business_account") => Self::WhatsApp,
            Some("page") => Self::Messenger,
            Some("instagram") => Self::Instagram,
            _ => Self::Other,
        }
    }

    pub(crate) fn channel(self) -> Option<&'static str> {
        match self {
            Self::WhatsApp => Some("whatsapp"),
            Self::Messenger => Some("messenger"),
            Self::Instagram => Some("instagram"),
            Self::Other => None,
        }
    }
}
