//! A body, divided: what its parts are, and what is said around them.

use serde_json::Value;
use switchboard_core::{Kept, Part};

use crate::around::Around;
use crate::comment::Comment;
use crate::feed::FeedComment;
use crate::messaging::Item;
use crate::place::Place;
use crate::whatsapp::{Call, Contact, Group, Message, Review, Status, Way};

/// The parts of one webhook, in their order: what [`Meta`](crate::app::Meta) parses.
#[derive(Debug)]
pub struct Payload(pub(crate) Vec<Notice>);

/// One part of a batch.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) place: Place,
    pub(crate) what: What,
    /// What the batch says around its parts, at the first of them.
    pub(crate) around: Around,
}

/// What a part is.
#[derive(Debug)]
pub(crate) enum What {
    /// A message on WhatsApp, with what is said of the customer beside it.
    Message(Way, Box<Part<Message>>, Option<Box<Kept<Contact>>>),
    /// How far a message on WhatsApp came, with what is said of the customer beside it.
    Status(Box<Part<Status>>, Option<Box<Kept<Contact>>>),
    /// Somebody calls, on WhatsApp or Messenger.
    Call(Box<Part<Call>>),
    /// Something became of a group on WhatsApp.
    Group(Box<Part<Group>>),
    /// WhatsApp looked at a template.
    Review(Box<Part<Review>>),
    /// Something on Messenger or Instagram.
    Item(Box<Item>),
    /// A comment under a post on Instagram.
    Comment(Box<Part<Comment>>),
    /// A comment under a post of a page.
    Feed(Box<Part<FeedComment>>),
    /// Anything else, under the name that Meta has for it.
    Other { kind: String, raw: Value },
}

impl Notice {
    pub(crate) fn new(place: &Place, what: What) -> Self {
        Self {
            place: place.clone(),
            what,
            around: Around::default(),
        }
    }

    pub(crate) fn other(place: &Place, kind: &str, raw: impl Into<Value>) -> Self {
        let (kind, raw) = (kind.to_owned(), raw.into());
        Self::new(place, What::Other { kind, raw })
    }
}
