//! From Chatwoot's words to ours: what a message says.

use serde_json::Value;
use switchboard_core::event::{
    Attachment, AttachmentKind, Content, Interactive, InteractiveKind, Item, Quote, Submission,
};

use crate::payload::{self, Answer, ContentAttributes, Text};

/// A message's ids and text, and its kind in Chatwoot's words.
pub(crate) struct Words {
    pub(crate) id: Text,
    pub(crate) source_id: Text,
    pub(crate) text: Text,
    pub(crate) kind: Text,
}

/// What a message says.
pub(crate) fn content(
    words: Words,
    mut attributes: ContentAttributes,
    attachments: Vec<payload::Attachment>,
) -> Content {
    let kind = words.kind.0.as_deref();
    let replied = Quote {
        id: attributes.in_reply_to.0.take(),
        external_id: attributes.in_reply_to_external_id.0.take(),
        ..Quote::default()
    };
    let is_reply = replied != Quote::default();
    let attached = attachments.into_iter().map(|file| attached(file, kind));
    Content {
        id: words.id.0,
        external_id: words.source_id.0,
        text: words.text.0,
        reply_to: is_reply.then(|| Box::new(replied)),
        attachments: attached.collect(),
        interactive: interactive(kind, attributes),
        ..Content::default()
    }
}

fn attached(attachment: payload::Attachment, content_type: Option<&str>) -> Attachment {
    let kind = match attachment.file_type.0.as_deref() {
        Some("image") if content_type == Some("sticker") => AttachmentKind::Sticker,
        Some("image") => AttachmentKind::Image,
        Some("audio") => AttachmentKind::Audio,
        Some("video" | "ig_reel") => AttachmentKind::Video,
        Some("location") => AttachmentKind::Location,
        Some("contact") => AttachmentKind::Contact,
        Some("embed" | "fallback" | "ig_post" | "ig_story" | "share" | "story_mention") => {
            AttachmentKind::Link
        }
        _ => AttachmentKind::File,
    };
    Attachment {
        original_kind: attachment.file_type.0,
        url: attachment.data_url.0,
        mime: attachment.content_type.0,
        size: attachment.file_size.0,
        thumbnail_url: attachment.thumb_url.0,
        ..Attachment::new(kind)
    }
}

fn interactive(content_type: Option<&str>, attributes: ContentAttributes) -> Option<Interactive> {
    let items = attributes.items.unwrap_or_default();
    let answers = attributes.submitted_values.unwrap_or_default();
    let email = attributes.submitted_email.0.map(|email| Submission {
        id: Some("email".to_owned()),
        value: Some(email),
        ..Submission::default()
    });
    let kind = match content_type {
        Some("cards") => InteractiveKind::Cards,
        Some("article") => InteractiveKind::List,
        Some("form" | "input_csat" | "input_email" | "input_text" | "input_textarea") => {
            InteractiveKind::Form
        }
        Some("input_select") => InteractiveKind::Options,
        _ if items.is_empty() && answers.is_empty() && email.is_none() => return None,
        _ => InteractiveKind::Options,
    };
    let submitted = answers.into_iter().map(Submission::from);
    Some(Interactive {
        items: items.into_iter().map(Item::from).collect(),
        submitted: submitted.chain(email).collect(),
        ..Interactive::new(kind)
    })
}

impl From<payload::Item> for Item {
    fn from(item: payload::Item) -> Self {
        // A field's title is what it says of the pattern that its value must have.
        let (title, hint) = match item.label.0 {
            Some(label) => (Some(label), item.title.0),
            None => (item.title.0, None),
        };
        let actions = item.actions.into_iter().flatten().map(|action| Self {
            id: action.payload.0,
            title: action.text.0,
            url: action.uri.0,
            ..Self::default()
        });
        let options = item.options.into_iter().flatten().map(|option| Self {
            id: option.value.0,
            title: option.label.0,
            ..Self::default()
        });
        Self {
            id: item.name.0.or(item.value.0),
            title,
            description: item.description.0.or(hint),
            url: item.link.0,
            media_url: item.media_url.0,
            items: actions.chain(options).collect(),
            ..Self::default()
        }
    }
}

impl From<Answer> for Submission {
    fn from(answer: Answer) -> Self {
        let value = match answer.value {
            Value::Null => None,
            Value::String(text) => Some(text).filter(|text| !text.is_empty()),
            other => Some(other.to_string()),
        };
        match answer.name.0 {
            Some(name) => Self {
                id: Some(name),
                title: answer.title.0,
                value,
            },
            // What was picked is an item, and known by its value.
            None => Self {
                id: value,
                title: answer.title.0,
                value: None,
            },
        }
    }
}
