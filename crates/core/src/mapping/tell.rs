//! What each kind of ours is made of.

use super::Mapping;
use super::reader::Reader;
use crate::event::{
    Activity, App, Attachment, Content, Conversation, ConversationState, DeliveryStatus, Direction,
    Installation, Interaction, Message, MessageReference, MessageStatus, Participation, Party,
    Quote, Reaction, Role, Typing,
};

impl Mapping {
    pub(super) fn message(&self, reader: &mut Reader<'_>) -> Message {
        let actor = self.actor(reader);
        let mut message = Message::new(self.direction(reader, actor.role), actor);
        message.recipients = self.recipient.read(reader).into_iter().collect();
        message.conversation = self.conversation(reader);
        let reply_to = reader.text(&self.message.reply_to).map(|id| Quote {
            id: Some(id),
            ..Quote::default()
        });
        message.message = Content {
            id: reader.text(&self.message.id),
            text: reader.text(&self.message.text),
            reply_to: reply_to.map(Box::new),
            attachments: self.attachments(reader),
            ..Content::default()
        };
        message
    }

    fn attachments(&self, reader: &mut Reader<'_>) -> Vec<Attachment> {
        let each = self.message.attachments.iter();
        each.flat_map(|places| places.read(reader)).collect()
    }

    pub(super) fn reacted(&self, reader: &mut Reader<'_>) -> Reaction {
        let actor = self.actor(reader);
        Reaction {
            direction: self.direction(reader, actor.role),
            actor,
            conversation: self.conversation(reader),
            message: self.reference(reader),
            emoji: reader.text(&self.reaction),
        }
    }

    pub(super) fn submission(&self, reader: &mut Reader<'_>) -> Interaction {
        let actor = self.actor(reader);
        let direction = self.direction(reader, actor.role);
        let mut interaction = Interaction::new(actor, self.interaction.read(reader));
        interaction.direction = direction;
        interaction.conversation = self.conversation(reader);
        interaction.message = self.reference(reader);
        interaction
    }

    pub(super) fn participation(&self, reader: &mut Reader<'_>) -> Participation {
        let sender = self.sender.read(reader);
        let (participant, actor) = match self.participant.read(reader) {
            Some(participant) => (participant, sender),
            None => (sender.unwrap_or_default(), None),
        };
        let mut participation = Participation::of(participant);
        participation.actor = actor;
        participation.conversation = self.conversation(reader);
        participation.status = self.status_word(reader);
        participation
    }

    pub(super) fn activity(&self, kind: &str, reader: &mut Reader<'_>) -> Activity {
        let mut activity = Activity::of(self.actor(reader));
        let conversation = self.conversation(reader);
        activity.conversation = conversation.id.is_some().then_some(conversation);
        activity.url = reader.text(&self.page);
        activity.trigger = Some(kind.to_owned());
        activity
    }

    pub(super) fn installation(&self, reader: &mut Reader<'_>) -> Installation {
        Installation {
            app: App {
                id: reader.text(&self.app.id),
                name: reader.text(&self.app.name),
            },
            actor: self.sender.read(reader),
        }
    }

    pub(super) fn message_status(&self, reader: &mut Reader<'_>) -> MessageStatus {
        let word = self.status_word(reader);
        let known = self.status.as_ref().zip(word.as_ref());
        let known = known.and_then(|(status, word)| status.words.get(word));
        let actor = self.actor(reader);
        let mut status = MessageStatus::new(
            self.direction(reader, actor.role),
            actor,
            known.copied().unwrap_or(DeliveryStatus::Unknown),
        );
        status.original_status = word;
        status.recipients = self.recipient.read(reader).into_iter().collect();
        status.conversation = self.conversation(reader);
        status.message = self.reference(reader);
        status
    }

    fn reference(&self, reader: &mut Reader<'_>) -> MessageReference {
        MessageReference {
            id: reader.text(&self.message.id),
            ..MessageReference::default()
        }
    }

    pub(super) fn typing(&self, reader: &mut Reader<'_>) -> Typing {
        let actor = self.actor(reader);
        Typing {
            direction: self.direction(reader, actor.role),
            actor,
            conversation: self.conversation(reader),
            expires_at: None,
        }
    }

    pub(super) fn state(&self, reader: &mut Reader<'_>) -> ConversationState {
        let mut state = ConversationState::of(self.conversation(reader));
        state.status = self.status_word(reader);
        state.actor = self.sender.read(reader);
        state.contact = self.recipient.read(reader);
        state
    }

    fn status_word(&self, reader: &mut Reader<'_>) -> Option<String> {
        reader.text(&self.status.as_ref()?.at)
    }

    fn actor(&self, reader: &mut Reader<'_>) -> Party {
        self.sender.read(reader).unwrap_or_default()
    }

    fn direction(&self, reader: &Reader<'_>, sender: Role) -> Direction {
        let told = self.direction.as_ref().map(|direction| {
            let read = direction.read(reader);
            read.unwrap_or(Direction::Unknown)
        });
        told.unwrap_or(match sender {
            Role::Contact => Direction::Inbound,
            Role::Agent | Role::Bot => Direction::Outbound,
            Role::System | Role::Unknown => Direction::Unknown,
        })
    }

    fn conversation(&self, reader: &mut Reader<'_>) -> Conversation {
        Conversation {
            id: reader.text(&self.conversation),
            ..Conversation::default()
        }
    }
}
