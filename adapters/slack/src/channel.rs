//! Channels, and who is in them.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::Draft;
use switchboard_core::event::{ConversationState, FieldChange, Participation};
use switchboard_core::read::{Id, Maybe};

use crate::envelope::{Heading, conversation};

const NAMELESS: &str = "a channel has an id";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Member {
    user: Maybe<Id>,
    inviter: Maybe<Id>,
    channel: Maybe<Id>,
    channel_type: Maybe<Id>,
}

/// A channel that is told as a whole.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Whole {
    channel: Maybe<Channel>,
    user: Maybe<Id>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Channel {
    id: Maybe<Id>,
    name: Maybe<Id>,
    creator: Maybe<Id>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ById {
    channel: Maybe<Id>,
    user: Maybe<Id>,
}

/// Somebody came to a channel, or left it.
pub(crate) fn participation(heading: Heading, raw: Value) -> Draft {
    let has_joined = heading.kind == "member_joined_channel";
    heading.draft(raw, |member: Member, heading| {
        let (user, channel) = (member.user.text(), member.channel.text());
        if user.is_none() || channel.is_none() {
            return Err("a member has a user and a channel");
        }
        let inviter = member.inviter.text();
        let participation = Participation {
            actor: inviter.map(|inviter| heading.user(Some(inviter))),
            conversation: conversation(channel, member.channel_type.text()),
            ..Participation::of(heading.user(user))
        };
        Ok(if has_joined {
            participation.joined()
        } else {
            participation.left()
        })
    })
}

/// A channel came to be, or has another name.
pub(crate) fn whole(heading: Heading, raw: Value) -> Draft {
    let is_renamed = heading.kind.ends_with("_rename");
    heading.draft(raw, |whole: Whole, heading| {
        let channel = whole.channel.or_default();
        let id = channel.id.text().ok_or(NAMELESS)?;
        let actor = channel.creator.text().or(whole.user.text());
        let mut state = ConversationState::of(conversation(Some(id), None));
        state.actor = actor.map(|actor| heading.user(Some(actor)));
        let name = channel.name.text();
        let change = name.map(|name| ("name".to_owned(), FieldChange::new(Value::Null, name)));
        state.changes.extend(change);
        Ok(if is_renamed {
            state.updated()
        } else {
            state.created()
        })
    })
}

/// A channel was archived, taken out of the archive, or deleted.
pub(crate) fn status(heading: Heading, raw: Value) -> Draft {
    let status = match heading.kind.rsplit('_').next() {
        Some("archive") => "archived",
        Some("deleted") => "deleted",
        _ => "unarchived",
    };
    heading.draft(raw, |channel: ById, heading| {
        let id = channel.channel.text().ok_or(NAMELESS)?;
        let mut state = ConversationState::of(conversation(Some(id), None));
        state.status = Some(status.to_owned());
        let actor = channel.user.text();
        state.actor = actor.map(|actor| heading.user(Some(actor)));
        Ok(state.status_changed())
    })
}
