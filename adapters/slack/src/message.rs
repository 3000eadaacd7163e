//! Messages and reactions. A message is known by its channel and its time.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::Draft;
use switchboard_core::event::{
    Access, Attachment, AttachmentKind, Content, Direction, Message, MessageReference, Party,
    Quote, Reaction, Role,
};
use switchboard_core::read::{Id, Maybe, peek};

use crate::envelope::{Heading, conversation};

/// Slack's own way to write bold and links, with `&`, `<` and `>` escaped.
const FORMAT: &str = "mrkdwn";

const NAMELESS: &str = "a message has a channel and a `ts`";

/// What somebody wrote.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Words {
    channel: Maybe<Id>,
    channel_type: Maybe<Id>,
    user: Maybe<Id>,
    username: Maybe<Id>,
    text: Maybe<Id>,
    ts: Maybe<Id>,
    thread_ts: Maybe<Id>,
    files: Maybe<Vec<Maybe<File>>>,
}

/// A message as it is now. What it was stays with the rest.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Changed {
    channel: Maybe<Id>,
    channel_type: Maybe<Id>,
    message: Maybe<Words>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Deleted {
    channel: Maybe<Id>,
    channel_type: Maybe<Id>,
    deleted_ts: Maybe<Id>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    name: Maybe<Id>,
    filetype: Maybe<Id>,
    mimetype: Maybe<Id>,
    size: Maybe<u64>,
    url_private: Maybe<Id>,
    thumb_360: Maybe<Id>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reacted {
    user: Maybe<Id>,
    reaction: Maybe<Id>,
    item: Item,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Item {
    channel: Maybe<Id>,
    ts: Maybe<Id>,
}

/// What happened to a message, by the event's `subtype`. One that only tells of something else, for
/// example that somebody joined, is no message, so that nobody answers it.
pub(crate) fn draft(heading: Heading, raw: Value) -> Draft {
    match peek(&raw["event"]["subtype"]).as_deref() {
        None | Some("bot_message" | "file_share" | "me_message" | "thread_broadcast") => {
            let author = Author::read(&raw["event"]);
            heading.draft(raw, |words: Words, heading| {
                Ok(told(words, author, heading)?.created())
            })
        }
        Some("message_changed") => {
            let author = Author::read(&raw["event"]["message"]);
            // A message with replies leaves a stone behind when it is deleted.
            let is_deleted = raw["event"]["message"]["subtype"] == "tombstone";
            heading.draft(raw, |changed: Changed, heading| {
                let words = Words {
                    channel: changed.channel,
                    channel_type: changed.channel_type,
                    ..changed.message.or_default()
                };
                let told = told(words, author, heading)?;
                Ok(if is_deleted {
                    told.deleted()
                } else {
                    told.updated()
                })
            })
        }
        Some("message_deleted") => {
            let author = Author::read(&raw["event"]["previous_message"]);
            let user = peek(&raw["event"]["previous_message"]["user"]);
            heading.draft(raw, |deleted: Deleted, heading| {
                let words = Words {
                    channel: deleted.channel,
                    channel_type: deleted.channel_type,
                    user: Maybe(user.map(Id)),
                    ts: deleted.deleted_ts,
                    ..Words::default()
                };
                Ok(told(words, author, heading)?.deleted())
            })
        }
        Some(subtype) => {
            let kind = format!("{}.{subtype}", heading.kind);
            heading.unknown(kind, raw)
        }
    }
}

/// Somebody put an emoji to a message, or took it back.
pub(crate) fn reaction(heading: Heading, raw: Value) -> Draft {
    let is_added = heading.kind == "reaction_added";
    heading.draft(raw, |reacted: Reacted, heading| {
        let actor = heading.user(reacted.user.text());
        let reaction = Reaction {
            direction: heading.direction(&actor),
            actor,
            conversation: conversation(reacted.item.channel.text(), None),
            message: MessageReference {
                id: reacted.item.ts.text(),
                ..MessageReference::default()
            },
            emoji: reacted.reaction.text(),
        };
        if reaction.conversation.id.is_none() || reaction.message.id.is_none() {
            return Err(NAMELESS);
        }
        Ok(if is_added {
            reaction.added()
        } else {
            reaction.removed()
        })
    })
}

/// The program that wrote a message, if one did. It stays with the rest.
struct Author {
    bot: Option<String>,
    app: Option<String>,
    is_bot: bool,
}

impl Author {
    fn read(message: &Value) -> Self {
        let bot = peek(&message["bot_id"]);
        Self {
            app: peek(&message["app_id"]).or_else(|| peek(&message["bot_profile"]["app_id"])),
            is_bot: bot.is_some() || message["subtype"] == "bot_message",
            bot,
        }
    }

    /// The program by its user where it has one, else by the id that is its alone.
    fn party(self, user: Option<String>, heading: &Heading) -> (Party, Direction) {
        let is_own = self.is_bot && self.app.is_some() && self.app == heading.app;
        let mut party = heading.user(user.or(self.bot));
        if self.is_bot && party.role != Role::System {
            party.role = Role::Bot;
        }
        let direction = if is_own {
            Direction::Outbound
        } else {
            heading.direction(&party)
        };
        (party, direction)
    }
}

fn told(words: Words, author: Author, heading: &Heading) -> Result<Message, &'static str> {
    let (mut actor, direction) = author.party(words.user.text(), heading);
    actor.name = words.username.text();
    let mut told = Message::new(direction, actor);
    told.conversation = conversation(words.channel.text(), words.channel_type.text());
    let id = words.ts.text();
    if told.conversation.id.is_none() || id.is_none() {
        return Err(NAMELESS);
    }
    let text = words.text.text();
    // The first message of a thread names itself.
    let thread = words
        .thread_ts
        .text()
        .filter(|thread| Some(thread) != id.as_ref());
    let files = words.files.or_default().into_iter();
    told.message = Content {
        format: text.is_some().then(|| FORMAT.to_owned()),
        reply_to: thread.map(|thread| {
            Box::new(Quote {
                id: Some(thread),
                ..Quote::default()
            })
        }),
        attachments: files.filter_map(|file| Some(file.0?.into())).collect(),
        id,
        text,
        ..Content::default()
    };
    Ok(told)
}

impl From<File> for Attachment {
    fn from(file: File) -> Self {
        let mime = file.mimetype.text();
        let kind = mime
            .as_deref()
            .map_or(AttachmentKind::File, AttachmentKind::of_mime);
        Self {
            original_kind: file.filetype.text(),
            url: file.url_private.text(),
            access: Some(Access::Bearer),
            mime,
            size: file.size.0.filter(|size| *size > 0),
            file_name: file.name.text(),
            thumbnail_url: file.thumb_360.text(),
            ..Self::new(kind)
        }
    }
}
