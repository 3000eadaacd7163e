//! Comments under posts of a page on Facebook.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{self, Access, Attachment, AttachmentKind, Content, Quote};
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Draft};

use crate::loose::{Loose, Needed, Text};
use crate::place::Place;

/// The field that tells of posts, comments and reactions alike.
pub(crate) const FEED: &str = "feed";

#[derive(Debug, Deserialize)]
pub(crate) struct FeedComment {
    comment_id: Needed,
    verb: Needed,
    #[serde(default)]
    post_id: Text,
    #[serde(default)]
    parent_id: Text,
    #[serde(default)]
    from: Loose<Author>,
    #[serde(default)]
    message: Text,
    #[serde(default)]
    photo: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Author {
    id: Text,
    name: Text,
}

/// Whether `value` is a comment that was written, changed or taken away.
pub(crate) fn is_comment(value: &Value) -> bool {
    let is =
        |name: &str, words: &[&str]| value[name].as_str().is_some_and(|it| words.contains(&it));
    is("item", &["comment"]) && is("verb", &["add", "edit", "edited", "remove"])
}

/// The comment. What was commented on is the conversation.
pub(crate) fn drafts(place: &Place, comment: FeedComment, rest: &mut Value) -> Vec<Draft> {
    let Needed(id) = comment.comment_id;
    let Needed(verb) = comment.verb;
    let author = comment.from.0.unwrap_or_default();
    let (direction, actor) = place.author(author.id.0, author.name.0);
    let mut told = event::Message::new(direction, actor);
    told.conversation = place.conversation(comment.post_id.0, place.account.clone());
    told.conversation.channel = Some("facebook".to_owned());
    told.conversation.kind = Some("comments".to_owned());
    // A comment that answers no other one has its post for a parent.
    let parent = comment
        .parent_id
        .0
        .filter(|parent| Some(parent) != told.conversation.id.as_ref());
    let picture = comment.photo.0.map(|url| Attachment {
        url: Some(url),
        access: Some(Access::Expiring),
        ..Attachment::new(AttachmentKind::Image)
    });
    told.message = Content {
        id: Some(id.clone()),
        text: comment.message.0,
        reply_to: parent.map(|parent| {
            Box::new(Quote {
                id: Some(parent),
                ..Quote::default()
            })
        }),
        attachments: picture.into_iter().collect(),
        ..Content::default()
    };
    // It may be changed more than once, and says when it was written and not when it was changed.
    let changed = place.sent.0.map_or(DedupKey::None, |sent| {
        DedupKey::provider([&id, &sent.to_string()])
    });
    vec![match &*verb {
        "add" => {
            let written = Loose::<Time>::deserialize(&rest["created_time"]).unwrap_or_default();
            Draft::new(told.created(), DedupKey::provider([&id])).time(written.time())
        }
        "remove" => Draft::new(told.deleted(), DedupKey::provider([&id])),
        _ => Draft::new(told.updated(), changed),
    }]
}
