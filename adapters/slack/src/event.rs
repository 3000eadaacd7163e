//! From an event's type to what happened.

use serde_json::Value;
use switchboard_core::read::peek;
use switchboard_core::{DedupKey, Draft};

use crate::envelope::Heading;
use crate::{channel, message, moment, user};

/// What happened, by the event's `type` and, of messages, its `subtype`.
pub(crate) fn draft(raw: Value) -> Draft {
    let heading = Heading::read(&raw);
    match heading.kind.as_str() {
        "app_mention" | "message" => message::draft(heading, raw),
        "reaction_added" | "reaction_removed" if raw["event"]["item"]["type"] == "message" => {
            message::reaction(heading, raw)
        }
        "member_joined_channel" | "member_left_channel" => channel::participation(heading, raw),
        "channel_created" | "channel_rename" | "group_rename" | "im_created" => {
            channel::whole(heading, raw)
        }
        "channel_archive" | "channel_deleted" | "channel_unarchive" | "group_archive"
        | "group_deleted" | "group_unarchive" => channel::status(heading, raw),
        "team_join" | "user_change" => user::draft(heading, raw),
        "app_uninstalled" => user::uninstalled(heading, raw),
        kind => {
            let kind = kind.to_owned();
            heading.unknown(kind, raw)
        }
    }
}

/// A call of another kind than all that are known, and what can be told of it.
pub(crate) fn unknown(raw: Value) -> Draft {
    let kind = peek(&raw["type"]).unwrap_or_else(|| "unknown".to_owned());
    let account = peek(&raw["team_id"]);
    let time = moment::first([&raw["event_time"], &raw["minute_rate_limited"]]);
    Draft::unknown(kind, raw, DedupKey::None)
        .time(time)
        .account(account)
}
