//! Where it stands what somebody pressed, picked or filled in.

use serde::Deserialize;

use super::place::{ListPlaces, Places};
use super::reader::Reader;
use super::words::Words;
use crate::event::{Interactive, InteractiveKind, Submission};

/// Where it stands what somebody pressed, picked or filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct InteractionPlaces {
    /// Buttons, unless it is said otherwise.
    kind: Option<Words<InteractiveKind>>,
    /// The list whose elements were picked or filled in, and from which the other places go on;
    /// without, it is one.
    list: Option<ListPlaces>,
    id: Places,
    title: Places,
    value: Places,
}

impl InteractionPlaces {
    /// What was submitted. An element of the list that is a text is an id.
    pub(super) fn read(&self, reader: &mut Reader<'_>) -> Interactive {
        let kind = self.kind.as_ref().and_then(|kind| kind.read(reader));
        let mut interactive = Interactive::new(kind.unwrap_or(InteractiveKind::Buttons));
        interactive.submitted = match &self.list {
            None => self.one(reader).into_iter().collect(),
            Some(list) => reader.each(list, |reader| match reader.itself() {
                None => self.one(reader),
                id => Some(Submission {
                    id,
                    ..Submission::default()
                }),
            }),
        };
        interactive
    }

    fn one(&self, reader: &mut Reader<'_>) -> Option<Submission> {
        let submission = Submission {
            id: reader.text(&self.id),
            title: reader.text(&self.title),
            value: reader.answer(&self.value),
        };
        (submission != Submission::default()).then_some(submission)
    }
}
