//! From Chatwoot's words to ours: messages, and what customers submit by them.

use switchboard_core::event::{
    self, Change, Direction, Intent, Interaction, MessageReference, Party, Role,
};
use switchboard_core::{Data, DedupKey, Draft};

use crate::content;
use crate::party;
use crate::payload::{Aside, Message, Person, Text};

/// The message, and what was submitted by it as an event of its own. `intent` is what Chatwoot wants
/// of whoever is told a new message to a customer.
pub(crate) fn drafts(
    change: Change,
    message: Message,
    aside: Aside,
    intent: Intent,
) -> (Draft, Option<Draft>) {
    let kind = MessageType::read(&aside.message_type);
    let role = party::role(&aside.kind);
    let is_contact_beside = aside.is_contact_beside;
    let customer = aside.contact.map(|contact| contact.party(Role::Contact));
    let direction = match (message.private, kind) {
        (Some(true), _) => Direction::Internal,
        (_, MessageType::Incoming) => Direction::Inbound,
        (_, MessageType::Outgoing | MessageType::Template) => Direction::Outbound,
        (_, MessageType::Unknown) => party::direction(role.unwrap_or_default()),
    };

    // In 2020 the contact stood beside the agent, whoever of the two wrote.
    let beside = customer.clone().filter(|_| is_contact_beside);
    let (actor, recipient) = match (direction, beside, message.sender) {
        (Direction::Inbound, Some(contact), Some(sender)) if role != Some(Role::Contact) => {
            (contact, Some(sender.party(role.unwrap_or(Role::Agent))))
        }
        (Direction::Outbound, _, sender) => (author(sender, role, kind, None), customer.clone()),
        (_, _, sender) => (author(sender, role, kind, customer.clone()), None),
    };

    let mut told = event::Message::new(direction, actor);
    if matches!((direction, change), (Direction::Outbound, Change::Created)) {
        told.intent = intent;
    }
    told.recipients = recipient.into_iter().collect();
    told.conversation =
        party::conversation(message.conversation.unwrap_or_default(), message.inbox);
    told.message = content::content(
        content::Words {
            id: message.id,
            source_id: message.source_id,
            text: message.content,
            kind: aside.content_type,
        },
        message.content_attributes.unwrap_or_default(),
        message.attachments.unwrap_or_default(),
    );
    let submitted = submitted(&told, customer);
    let told = Data::Message(change, Box::new(told));
    (Draft::new(told, DedupKey::None), submitted)
}

/// Who wrote it, by the word for what they are, else by the type of message.
fn author(
    sender: Option<Person>,
    role: Option<Role>,
    kind: MessageType,
    customer: Option<Party>,
) -> Party {
    match (sender, kind) {
        (Some(sender), MessageType::Incoming) => sender.party(role.unwrap_or(Role::Contact)),
        (Some(sender), MessageType::Outgoing) => sender.party(role.unwrap_or(Role::Agent)),
        (Some(sender), _) => sender.party(role.unwrap_or_default()),
        (None, MessageType::Incoming) => customer.unwrap_or_else(|| Party::new(Role::Contact)),
        (None, MessageType::Outgoing | MessageType::Template) => Party::new(Role::System),
        (None, MessageType::Unknown) => Party::new(Role::Unknown),
    }
}

/// What the customer picked or filled in. Every later change of the message tells it again, so it is
/// known by what it says, and told once.
fn submitted(message: &event::Message, customer: Option<Party>) -> Option<Draft> {
    let interactive = message.message.interactive.as_ref()?;
    let id = message.message.id.as_deref()?;
    if interactive.submitted.is_empty() {
        return None;
    }
    let answers = interactive.submitted.iter();
    let answers = answers.flat_map(|answer| [&answer.id, &answer.title, &answer.value]);
    let answers = answers.map(|words| words.as_deref().unwrap_or_default());
    let key = DedupKey::derived([id].into_iter().chain(answers));

    let actor = customer.unwrap_or_else(|| Party::new(Role::Contact));
    let mut interaction = Interaction::new(actor, interactive.clone());
    interaction.conversation = message.conversation.clone();
    interaction.message = MessageReference {
        id: Some(id.to_owned()),
        external_id: message.message.external_id.clone(),
    };
    Some(Draft::new(interaction.submitted(), key))
}

#[derive(Clone, Copy, Debug)]
enum MessageType {
    Incoming,
    Outgoing,
    /// Written by Chatwoot itself: greetings, surveys, replies outside of business hours.
    Template,
    Unknown,
}

impl MessageType {
    /// Reads the name, or the number that a message within a conversation has.
    fn read(text: &Text) -> Self {
        match text.0.as_deref() {
            Some("incoming" | "0") => Self::Incoming,
            Some("outgoing" | "1") => Self::Outgoing,
            Some("template" | "3") => Self::Template,
            _ => Self::Unknown,
        }
    }
}
