//! What a message on WhatsApp says.

use serde_json::{Map, Value};
use switchboard_core::event::{
    Access, Attachment, AttachmentKind, Content, Interactive, InteractiveKind, Submission,
};

use super::payload::{self, Media, Message};
use crate::around::put;
use crate::loose::{Loose, Text};

/// The content, but for ids and what it answers. What it says twice, and its type where nothing else
/// tells it, stays with the rest.
pub(super) fn content(message: Message, rest: &mut Value) -> Content {
    if !is_told_by_its_content(&message) {
        keep(rest, &["type"], message.kind.0);
    }
    let mut told = Told {
        content: Content::default(),
        rest,
    };
    told.words(&["text", "body"], message.text.0.and_then(|it| it.body.0));
    for (name, kind, media) in [
        ("image", AttachmentKind::Image, message.image),
        ("video", AttachmentKind::Video, message.video),
        ("audio", AttachmentKind::Audio, message.audio),
        ("document", AttachmentKind::File, message.document),
        ("sticker", AttachmentKind::Sticker, message.sticker),
    ] {
        told.media(name, kind, media);
    }
    if let Some(location) = message.location.0 {
        told.content.attachments.push(Attachment {
            url: location.url.0,
            ..Attachment::new(AttachmentKind::Location)
        });
    }
    let cards = message.contacts.elements().map(|card| Attachment {
        file_name: card.name.0.and_then(|name| name.formatted_name.0),
        ..Attachment::new(AttachmentKind::Contact)
    });
    told.content.attachments.extend(cards);
    told.words(&["order", "text"], message.order.0.and_then(|it| it.text.0));
    if let Some(button) = message.button.0 {
        let choice = payload::Choice {
            id: button.payload,
            title: button.text,
        };
        told.chosen(InteractiveKind::Buttons, choice);
    }
    if let Some(interactive) = message.interactive.0 {
        told.replied(interactive);
    }
    told.content
}

/// Whether the type is that of the content that there is.
fn is_told_by_its_content(message: &Message) -> bool {
    match message.kind.0.as_deref() {
        Some("text") => message.text.0.is_some(),
        Some("image") => message.image.0.is_some(),
        Some("video") => message.video.0.is_some(),
        Some("audio") => message.audio.0.is_some(),
        Some("document") => message.document.0.is_some(),
        Some("sticker") => message.sticker.0.is_some(),
        Some("location") => message.location.0.is_some(),
        Some("contacts") => message.contacts.0.as_ref().is_some_and(|it| !it.is_empty()),
        Some("button") => message.button.0.is_some(),
        Some("interactive") => message.interactive.0.is_some(),
        _ => false,
    }
}

/// What is told so far, and what is left.
struct Told<'a> {
    content: Content,
    rest: &'a mut Value,
}

impl Told<'_> {
    /// The first words are the message's.
    fn words(&mut self, path: &[&str], words: Option<String>) {
        if self.content.text.is_none() {
            self.content.text = words;
        } else {
            keep(self.rest, path, words);
        }
    }

    fn media(&mut self, name: &str, kind: AttachmentKind, media: Loose<Media>) {
        let Some(media) = media.0 else { return };
        self.words(&[name, "caption"], media.caption.0);
        let kind = match (kind, media.voice.0) {
            (AttachmentKind::Audio, Some(true)) => AttachmentKind::Voice,
            (_, None) => kind,
            (_, Some(voice)) => {
                put(self.rest, &[name, "voice"], voice.into());
                kind
            }
        };
        self.content.attachments.push(Attachment {
            access: media.url.0.is_some().then_some(Access::Bearer),
            url: media.url.0,
            mime: media.mime_type.0,
            file_name: media.filename.0,
            ..Attachment::new(kind)
        });
    }

    fn replied(&mut self, interactive: payload::Interactive) {
        let payload::Interactive {
            kind,
            button_reply,
            list_reply,
            nfm_reply,
        } = interactive;
        let is_told = match kind.0.as_deref() {
            Some("button_reply") => button_reply.0.is_some(),
            Some("list_reply") => list_reply.0.is_some(),
            Some("nfm_reply") => nfm_reply.0.is_some(),
            _ => false,
        };
        if !is_told {
            keep(self.rest, &["interactive", "type"], kind.0);
        }
        for (kind, choice) in [
            (InteractiveKind::Buttons, button_reply),
            (InteractiveKind::List, list_reply),
        ] {
            if let Some(choice) = choice.0 {
                self.chosen(kind, choice);
            }
        }
        if let Some(reply) = nfm_reply.0 {
            self.words(&["interactive", "nfm_reply", "body"], reply.body.0);
            let path = ["interactive", "nfm_reply", "response_json"];
            let mut form = Interactive::new(InteractiveKind::Form);
            form.submitted = filled_in(&reply.response_json);
            keep(self.rest, &path, reply.response_json.0);
            self.content.interactive.get_or_insert(form);
        }
    }

    /// What was chosen, which is what the chat shows that the customer said.
    fn chosen(&mut self, kind: InteractiveKind, choice: payload::Choice) {
        let mut interactive = Interactive::new(kind);
        interactive.submitted.push(Submission {
            id: choice.id.0,
            title: choice.title.0.clone(),
            value: None,
        });
        match &mut self.content.interactive {
            None => self.content.interactive = Some(interactive),
            Some(earlier) => earlier.submitted.extend(interactive.submitted),
        }
        if self.content.text.is_none() {
            self.content.text = choice.title.0;
        }
    }
}

/// The fields of a flow's answer, each with its text or the JSON of what it is.
fn filled_in(json: &Text) -> Vec<Submission> {
    let json = json.0.as_deref().unwrap_or_default();
    let fields: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| Submission {
            id: Some(name),
            title: None,
            value: match value {
                Value::String(text) => Some(text),
                Value::Null => None,
                value => Some(value.to_string()),
            },
        })
        .collect()
}

fn keep(rest: &mut Value, path: &[&str], text: Option<String>) {
    if let Some(text) = text {
        put(rest, path, text.into());
    }
}
