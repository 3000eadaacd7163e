//! What players write to one another, in a lobby or alone. Nobody writes to the app, so nothing goes
//! in or out.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{
    Access, Attachment, AttachmentKind, Change, Content, Conversation, Direction, Message, Party,
    Role,
};
use switchboard_core::read::{Id, Maybe};
use switchboard_core::{Data, Draft};

use super::normalize::told;
use crate::person;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Written {
    id: Maybe<Id>,
    content: Maybe<Id>,
    lobby_id: Maybe<Id>,
    channel_id: Maybe<Id>,
    recipient_id: Maybe<Id>,
    attachments: Maybe<Vec<Maybe<File>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    filename: Maybe<Id>,
    content_type: Maybe<Id>,
    size: Maybe<u64>,
    url: Maybe<Id>,
}

/// A message, and what happened to it.
pub(super) fn draft(kind: &str, raw: Value, change: Change) -> Draft {
    let author = person::party(&raw["event"]["data"]["author"]);
    told(kind, raw, |written: Written| {
        let id = written.id.text();
        let lobby = written.lobby_id.text();
        let channel = written.channel_id.text();
        if id.is_none() || (lobby.is_none() && channel.is_none()) {
            return Err("a message has an id, and a lobby or a channel");
        }
        let mut message = Message::new(Direction::Unknown, author);
        message.conversation = match lobby {
            // A lobby may have a channel of a guild at its other end.
            Some(lobby) => Conversation {
                id: Some(lobby),
                external_id: channel,
                kind: Some("lobby".to_owned()),
                ..Conversation::default()
            },
            None => Conversation {
                id: channel,
                kind: Some("direct".to_owned()),
                ..Conversation::default()
            },
        };
        let recipient = written.recipient_id.text().map(|id| Party {
            id: Some(id),
            ..Party::new(Role::Contact)
        });
        message.recipients.extend(recipient);
        let files = written.attachments.or_default().into_iter();
        message.message = Content {
            id,
            text: written.content.text(),
            attachments: files.filter_map(|file| Some(file.0?.into())).collect(),
            ..Content::default()
        };
        Ok(Data::Message(change, Box::new(message)))
    })
}

impl From<File> for Attachment {
    fn from(file: File) -> Self {
        let mime = file.content_type.text();
        let kind = mime
            .as_deref()
            .map_or(AttachmentKind::File, AttachmentKind::of_mime);
        Self {
            url: file.url.text(),
            access: Some(Access::Expiring),
            mime,
            size: file.size.0.filter(|size| *size > 0),
            file_name: file.filename.text(),
            ..Self::new(kind)
        }
    }
}
