//! What every event says beside what happened: of which app and workspace it is, and when.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use switchboard_core::event::{Conversation, Direction, Party, Role};
use switchboard_core::read::{Id, Maybe, Time, peek};
use switchboard_core::{Data, DedupKey, Draft, Kept};

use crate::moment;

/// The user by whose name Slack itself writes.
const SLACKBOT: &str = "USLACKBOT";

/// The envelope, and its event as an `E`.
#[derive(Debug, Deserialize)]
struct Envelope<E> {
    #[serde(default)]
    team_id: Maybe<Id>,
    event: E,
}

/// What is read of the envelope and stays with the rest all the same.
#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) kind: String,
    account: Option<String>,
    pub(crate) app: Option<String>,
    /// The app's own users, by which it writes.
    own_users: Vec<String>,
    key: DedupKey,
    time: Time,
}

impl Heading {
    pub(crate) fn read(raw: &Value) -> Self {
        let event = &raw["event"];
        let event_id = peek(&raw["event_id"]);
        let authorizations = raw["authorizations"].as_array().into_iter().flatten();
        let own = authorizations.filter(|it| it["is_bot"] == true);
        Self {
            kind: peek(&event["type"]).unwrap_or_else(|| "unknown".to_owned()),
            account: peek(&raw["team_id"]).or_else(|| peek(&raw["enterprise_id"])),
            app: peek(&raw["api_app_id"]),
            own_users: own.filter_map(|it| peek(&it["user_id"])).collect(),
            key: event_id.map_or(DedupKey::None, |id| DedupKey::provider([id])),
            time: moment::first([&event["event_ts"], &event["ts"], &raw["event_time"]]),
        }
    }

    /// What `map` makes of the event as an `E`, with the rest kept; a `provider.event` where it is
    /// none, or `map` makes nothing of it because of what it lacks.
    pub(crate) fn draft<E: DeserializeOwned>(
        mut self,
        raw: Value,
        map: impl FnOnce(E, &Self) -> Result<Data, &'static str>,
    ) -> Draft {
        let (data, rest) = match Kept::<Envelope<E>>::read(raw.clone()) {
            Ok(kept) => {
                let Envelope { team_id, event } = kept.value;
                let data = map(event, &self);
                self.account = team_id.text().or(self.account);
                (data, kept.rest)
            }
            Err(_) => (Err("the event is no object"), Value::Null),
        };
        let draft = match data {
            Ok(data) => Draft::new(data, DedupKey::None).rest(rest),
            Err(reason) => Draft::unread(self.kind.clone(), raw, reason.to_owned()),
        };
        self.stamp(draft)
    }

    /// An event that has no event of its own here.
    pub(crate) fn unknown(self, kind: String, raw: Value) -> Draft {
        self.stamp(Draft::unknown(kind, raw, DedupKey::None))
    }

    /// What a user is: a customer, if it is neither the app itself nor Slack.
    pub(crate) fn user(&self, id: Option<String>) -> Party {
        let role = match id.as_deref() {
            None => Role::Unknown,
            Some(SLACKBOT) => Role::System,
            Some(id) if self.is_own(id) => Role::Bot,
            Some(_) => Role::Contact,
        };
        Party {
            id,
            ..Party::new(role)
        }
    }

    /// Which way goes what `actor` does: what the app does itself comes back to it as an event.
    pub(crate) fn direction(&self, actor: &Party) -> Direction {
        match (actor.role, actor.id.as_deref()) {
            (Role::Contact, _) => Direction::Inbound,
            (Role::Bot, Some(id)) if self.is_own(id) => Direction::Outbound,
            _ => Direction::Unknown,
        }
    }

    fn is_own(&self, id: &str) -> bool {
        self.own_users.iter().any(|own| own == id)
    }

    fn stamp(self, mut draft: Draft) -> Draft {
        draft.key = self.key;
        draft.time(self.time).account(self.account)
    }
}

/// The conversation in this channel.
pub(crate) fn conversation(channel: Option<String>, kind: Option<String>) -> Conversation {
    Conversation {
        id: channel,
        kind,
        ..Conversation::default()
    }
}
