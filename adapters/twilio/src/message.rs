//! Messages that customers send: SMS, MMS, WhatsApp and others.

use switchboard_core::event::{
    self, Attachment, AttachmentKind, Content, Direction, Interaction, Interactive,
    InteractiveKind, Quote, Role, Submission,
};
use switchboard_core::{DedupKey, Draft};

use crate::address::{conversation, party};
use crate::fields::Fields;

/// The message. One by which a button was pressed or a row picked is told as both.
pub(crate) fn drafts(mut fields: Fields) -> Vec<Draft> {
    fields.take("AccountSid");
    let id = fields.take("MessageSid").or_else(|| fields.take("SmsSid"));
    for name in ["SmsMessageSid", "SmsSid"] {
        fields.drop_if(name, id.as_deref());
    }
    fields.drop_if("SmsStatus", Some("received"));
    let key = id
        .as_ref()
        .map_or(DedupKey::None, |id| DedupKey::provider([id]));

    let mut actor = party(Role::Contact, fields.take("From"));
    actor.name = fields.take("ProfileName");
    let to = fields.take("To");
    let mut told = event::Message::new(Direction::Inbound, actor);
    told.conversation = conversation(&told.actor, to);
    told.message = Content {
        id,
        text: fields.take("Body"),
        attachments: attachments(&mut fields),
        interactive: interactive(&mut fields),
        reply_to: quote(&mut fields).map(Box::new),
        ..Content::default()
    };
    let submitted = submitted(&told).map(|told| Draft::new(told.submitted(), key.clone()));
    let told = Draft::new(told.created(), key).rest(fields.left());
    [told].into_iter().chain(submitted).collect()
}

/// The files, and the place, whose coordinates stay with the rest.
fn attachments(fields: &mut Fields) -> Vec<Attachment> {
    let mut attachments = Vec::new();
    let mut index = 0;
    while let Some(url) = fields.take(&format!("MediaUrl{index}")) {
        let mime = fields.take(&format!("MediaContentType{index}"));
        attachments.push(Attachment {
            url: Some(url),
            mime: mime.clone(),
            ..Attachment::new(kind(mime.as_deref()))
        });
        index += 1;
    }
    fields.drop_if("NumMedia", Some(&index.to_string()));
    if fields.get("Latitude").is_some() && fields.get("Longitude").is_some() {
        attachments.push(Attachment {
            file_name: fields.take("Label"),
            ..Attachment::new(AttachmentKind::Location)
        });
    }
    attachments
}

/// What a file of this media type is.
pub(crate) fn kind(mime: Option<&str>) -> AttachmentKind {
    let mime = mime.unwrap_or_default().to_ascii_lowercase();
    match mime.split('/').next() {
        Some("image") => AttachmentKind::Image,
        Some("video") => AttachmentKind::Video,
        Some("audio") => AttachmentKind::Audio,
        _ if matches!(&*mime, "text/vcard" | "text/x-vcard") => AttachmentKind::Contact,
        _ => AttachmentKind::File,
    }
}

/// The button that was pressed, or the row that was picked.
fn interactive(fields: &mut Fields) -> Option<Interactive> {
    for (kind, id, title) in [
        (InteractiveKind::Buttons, "ButtonPayload", "ButtonText"),
        (InteractiveKind::List, "ListId", "ListTitle"),
    ] {
        if fields.get(id).is_some() || fields.get(title).is_some() {
            let mut interactive = Interactive::new(kind);
            interactive.submitted.push(Submission {
                id: fields.take(id),
                title: fields.take(title),
                value: None,
            });
            return Some(interactive);
        }
    }
    None
}

fn quote(fields: &mut Fields) -> Option<Quote> {
    fields.get("OriginalRepliedMessageSid")?;
    let id = fields.take("OriginalRepliedMessageSid");
    let sender = fields.take("OriginalRepliedMessageSender");
    Some(Quote {
        id,
        actor: sender.map(|sender| party(Role::Unknown, Some(sender))),
        ..Quote::default()
    })
}

fn submitted(message: &event::Message) -> Option<Interaction> {
    let interactive = message.message.interactive.clone()?;
    let offered = message.message.reply_to.as_ref();
    let mut told = Interaction::new(message.actor.clone(), interactive);
    told.conversation = message.conversation.clone();
    told.message.id = offered.and_then(|offered| offered.id.clone());
    Some(told)
}
