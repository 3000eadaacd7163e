//! What somebody pressed, picked or filled in.

use serde::{Deserialize, Serialize};

use super::{Conversation, Data, Direction, Interactive, MessageReference, Party};

/// Data of `interaction.submitted`.
///
/// ```
/// use switchboard_core::event::{Interaction, Interactive, InteractiveKind, Party, Role, Submission};
///
/// let mut form = Interactive::new(InteractiveKind::Form);
/// form.submitted.push(Submission {
///     id: Some("email".into()),
///     value: Some("ann@example.com".into()),
///     ..Submission::default()
/// });
/// let interaction = Interaction::new(Party::new(Role::Contact), form);
/// assert_eq!(interaction.submitted().kind(), "interaction.submitted");
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Interaction {
    /// Which way it goes.
    pub direction: Direction,
    /// Who submitted it.
    pub actor: Party,
    /// Where.
    pub conversation: Conversation,
    /// The message that offered it.
    pub message: MessageReference,
    /// What was offered, and what was submitted.
    pub interactive: Interactive,
}

impl Interaction {
    /// What `actor` submitted to the business.
    pub fn new(actor: Party, interactive: Interactive) -> Self {
        Self {
            direction: Direction::Inbound,
            actor,
            conversation: Conversation::default(),
            message: MessageReference::default(),
            interactive,
        }
    }

    /// It was submitted.
    pub fn submitted(self) -> Data {
        Data::Interaction(Box::new(self))
    }
}
