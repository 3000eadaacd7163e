//! What a customer does besides writing: calls, mails, visits.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::data::{conversation, subject};
use super::{Conversation, Data, EntityReference, Party};

/// Data of `call.incoming`, `chat.received`, `mail.received`, `page.visited` and `widget.opened`.
///
/// ```
/// use switchboard_core::Data;
/// use switchboard_core::event::{Activity, EntityKind, EntityReference, Party, Role};
///
/// /// What the provider's word means, where we have a kind for it.
/// fn told(word: &str, activity: Activity) -> Option<Data> {
///     Some(match word {
///         "call_in" => activity.call_incoming(),
///         "chat" => activity.chat_received(),
///         "mail_in" => activity.mail_received(),
///         "site_visit" => activity.page_visited(),
///         "widget" => activity.widget_opened(),
///         _ => return None,
///     })
/// }
///
/// let mut call = Activity::of(Party::new(Role::Contact));
/// call.entity = Some(EntityReference::new(EntityKind::Lead, "7"));
/// let data = told("call_in", call).expect("calls have a kind");
/// assert_eq!(data.kind(), "call.incoming");
/// assert_eq!(data.subject().as_deref(), Some("lead/7"));
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Activity {
    /// Who did it.
    pub actor: Party,
    /// The conversation it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<Conversation>,
    /// The CRM entity it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<EntityReference>,
    /// The page that was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The provider's name for what happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// All that the provider sent of it, by the provider's names.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
}

impl Activity {
    /// Something that `actor` did.
    pub fn of(actor: Party) -> Self {
        Self {
            actor,
            conversation: None,
            entity: None,
            url: None,
            trigger: None,
            fields: Map::new(),
        }
    }

    /// They call.
    pub fn call_incoming(self) -> Data {
        self.told_as(ActivityKind::Call)
    }

    /// They wrote in a chat; the words do not come with it.
    pub fn chat_received(self) -> Data {
        self.told_as(ActivityKind::Chat)
    }

    /// They sent an e-mail.
    pub fn mail_received(self) -> Data {
        self.told_as(ActivityKind::Mail)
    }

    /// They looked at a page.
    pub fn page_visited(self) -> Data {
        self.told_as(ActivityKind::Page)
    }

    /// They opened the chat on a page.
    pub fn widget_opened(self) -> Data {
        self.told_as(ActivityKind::Widget)
    }

    /// The conversation, else the entity, else the customer.
    pub(super) fn subject(&self) -> Option<String> {
        self.conversation
            .as_ref()
            .and_then(conversation)
            .or_else(|| self.entity.as_ref().map(EntityReference::subject))
            .or_else(|| subject("contact", [&self.actor.id, &self.actor.external_id]))
    }

    fn told_as(self, kind: ActivityKind) -> Data {
        Data::Activity(kind, Box::new(self))
    }
}

/// What a customer did.
///
/// ```
/// use switchboard_core::Data;
/// use switchboard_core::event::{Activity, ActivityKind, Party, Role};
///
/// let visit = Activity {
///     url: Some("https://shop.example/prices".into()),
///     ..Activity::of(Party::new(Role::Contact))
/// };
/// let Data::Activity(ActivityKind::Page, visit) = visit.page_visited() else {
///     panic!("not a visit")
/// };
/// assert_eq!(visit.url.as_deref(), Some("https://shop.example/prices"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ActivityKind {
    /// They call.
    Call,
    /// They wrote in a chat; the words do not come with it.
    Chat,
    /// They sent an e-mail.
    Mail,
    /// They looked at a page.
    Page,
    /// They opened the chat on a page.
    Widget,
}
