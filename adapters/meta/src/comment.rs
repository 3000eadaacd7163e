//! Comments under posts, stories and live videos on Instagram.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{self, Content, Quote};
use switchboard_core::{DedupKey, Draft};

use crate::loose::{Loose, Needed, Text};
use crate::place::Place;

#[derive(Debug, Deserialize)]
pub(crate) struct Comment {
    id: Needed,
    #[serde(default)]
    from: Loose<Author>,
    #[serde(default)]
    media: Loose<Media>,
    #[serde(default)]
    text: Text,
    #[serde(default)]
    parent_id: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Author {
    id: Text,
    username: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Media {
    id: Text,
}

/// The comment. What was commented on is the conversation.
pub(crate) fn drafts(place: &Place, comment: Comment, _: &mut Value) -> Vec<Draft> {
    let author = comment.from.0.unwrap_or_default();
    let (direction, actor) = place.author(author.id.0, author.username.0);
    let mut told = event::Message::new(direction, actor);
    let media = comment.media.0.unwrap_or_default();
    told.conversation = place.conversation(media.id.0, place.account.clone());
    told.conversation.kind = Some("comments".to_owned());
    let Needed(id) = comment.id;
    let key = DedupKey::provider([&id]);
    told.message = Content {
        id: Some(id),
        text: comment.text.0,
        reply_to: comment.parent_id.0.map(|parent| {
            Box::new(Quote {
                id: Some(parent),
                ..Quote::default()
            })
        }),
        ..Content::default()
    };
    vec![Draft::new(told.created(), key)]
}
