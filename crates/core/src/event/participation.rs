//! Who takes part in a conversation of many: that somebody came, or went.

use serde::{Deserialize, Serialize};

use super::{Conversation, Data, Party};

/// Data of `participant.joined` and `participant.left`.
///
/// ```
/// use switchboard_core::event::{Participation, Party, Role};
///
/// let participation = Participation::of(Party::new(Role::Contact));
/// assert_eq!(participation.clone().joined().kind(), "participant.joined");
/// assert_eq!(participation.left().kind(), "participant.left");
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Participation {
    /// Who came or went.
    pub participant: Party,
    /// Who let them in, or put them out; absent when nobody says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Party>,
    /// Where.
    pub conversation: Conversation,
    /// The provider's word for what they are there now, for example `administrator`, `kicked`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

impl Participation {
    /// That of `participant`, of which nothing else is known.
    pub fn of(participant: Party) -> Self {
        Self {
            participant,
            actor: None,
            conversation: Conversation::default(),
            status: None,
        }
    }

    /// They take part from now on.
    pub fn joined(self) -> Data {
        Data::Participation(ParticipationChange::Joined, Box::new(self))
    }

    /// They take part no more.
    pub fn left(self) -> Data {
        Data::Participation(ParticipationChange::Left, Box::new(self))
    }
}

/// What happened to somebody's part in a conversation.
///
/// ```
/// use switchboard_core::Data;
/// use switchboard_core::event::{Participation, ParticipationChange, Party};
///
/// /// How many more take part than before.
/// fn more(data: &Data) -> i64 {
///     match data {
///         Data::Participation(ParticipationChange::Joined, _) => 1,
///         Data::Participation(ParticipationChange::Left, _) => -1,
///         _ => 0,
///     }
/// }
///
/// assert_eq!(more(&Participation::of(Party::default()).left()), -1);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ParticipationChange {
    /// They take part from now on.
    Joined,
    /// They take part no more.
    Left,
}
