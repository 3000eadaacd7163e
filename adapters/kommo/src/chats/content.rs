//! From Kommo's words to ours: what a message says.

use switchboard_core::event::{
    Attachment, Content, Interactive, InteractiveKind, Item, Parameter, Quote, Role, Template,
};

use super::normalize::party;
use super::payload::{self, Embedded, ListMessage, Markup, Size, Text};
use crate::media;

impl From<payload::Content> for Content {
    fn from(content: payload::Content) -> Self {
        let replied = content.reply_to.and_then(|reply| reply.message);
        let forwarded = content.forwards.unwrap_or_default().messages;
        Self {
            id: content.id.0,
            text: content.text.0,
            group_id: content.media_group_id.0,
            reply_to: replied.map(|message| Box::new(message.into())),
            forwarded: forwarded.into_iter().map(Quote::from).collect(),
            attachments: attachments(
                content.kind,
                content.media,
                content.thumbnail,
                content.file_name,
                content.file_size,
            ),
            interactive: interactive(content.markup, content.template),
            ..Self::default()
        }
    }
}

impl From<Embedded> for Quote {
    fn from(message: Embedded) -> Self {
        Self {
            id: message.id.0,
            external_id: message.msgid.0,
            // Either side may have written it, and Kommo does not say which.
            actor: message.sender.map(|sender| party(Role::Unknown, sender)),
            time: message.msec_timestamp.or(message.timestamp).0,
            text: message.text.0,
            attachments: attachments(
                message.kind,
                message.media,
                message.thumbnail,
                message.file_name,
                message.file_size,
            ),
        }
    }
}

/// Whatever is no text comes as an attachment, also when it has no file: a place, a contact, or a
/// type that Kommo added since. So nobody takes the message for an empty one.
fn attachments(
    kind: Text,
    media: Text,
    thumbnail: Text,
    file_name: Text,
    file_size: Size,
) -> Vec<Attachment> {
    let is_text = kind.0.as_deref().is_none_or(|kind| kind == "text");
    let names = [&media, &thumbnail, &file_name];
    let has_file = names.iter().any(|name| name.0.is_some()) || file_size.0.is_some();
    if is_text && !has_file {
        return Vec::new();
    }
    let ours = media::kind(kind.0.as_deref());
    vec![Attachment {
        original_kind: kind.0,
        url: media.0,
        size: file_size.0,
        file_name: file_name.0,
        thumbnail_url: thumbnail.0,
        ..Attachment::new(ours)
    }]
}

fn interactive(markup: Option<Markup>, template: Option<payload::Template>) -> Option<Interactive> {
    let Markup {
        buttons,
        list_message,
    } = markup.unwrap_or_default();
    let template = template
        .filter(|template| *template != payload::Template::default())
        .map(Template::from);
    let kind = match (&list_message, buttons.is_empty(), &template) {
        (Some(_), ..) => InteractiveKind::List,
        (None, false, _) => InteractiveKind::Buttons,
        (None, true, Some(_)) => InteractiveKind::Template,
        (None, true, None) => return None,
    };
    let rows = (1..).zip(buttons);
    let buttons = rows.flat_map(|(row, buttons)| {
        buttons.into_iter().map(move |button| Item {
            title: button.text.0,
            url: button.url.0,
            section: Some(format!("{row}")),
            ..Item::default()
        })
    });
    Some(Interactive {
        items: buttons
            .chain(list_message.into_iter().flat_map(list))
            .collect(),
        template,
        ..Interactive::new(kind)
    })
}

fn list(message: ListMessage) -> Vec<Item> {
    let mut items = Vec::new();
    for section in message.sections {
        // A heading with nothing below is a heading still.
        if section.rows.is_empty() && section.title.0.is_some() {
            items.push(Item {
                section: section.title.0.clone(),
                ..Item::default()
            });
        }
        items.extend(section.rows.into_iter().map(|row| Item {
            id: row.callback_data.0,
            title: row.title.0,
            description: row.description.0,
            section: section.title.0.clone(),
            ..Item::default()
        }));
    }
    items
}

impl From<payload::Template> for Template {
    fn from(template: payload::Template) -> Self {
        let parameters = template.params.into_iter().map(|param| Parameter {
            name: param.key.0.unwrap_or_default(),
            value: param.value.0.unwrap_or_default(),
        });
        Self {
            id: template.id.0,
            external_id: template.external_id.0,
            text: template.content.0,
            parameters: parameters.collect(),
        }
    }
}
