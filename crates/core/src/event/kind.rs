//! The list of all kinds of events.

/// A kind of event: its name, and when it comes.
///
/// ```
/// use switchboard_core::event::{KINDS, Kind};
///
/// let kind = Kind::named("dev.switchboard.lead.status_changed").expect("it is one of ours");
/// assert_eq!(kind.name, "lead.status_changed");
/// assert_eq!(kind.about, "A lead came to another stage.");
/// assert_eq!(Kind::named("lead.celebrated"), None);
///
/// let of_leads = KINDS.iter().filter(|kind| kind.name.starts_with("lead."));
/// assert_eq!(of_leads.count(), 6);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Kind {
    /// For example `message.created`.
    pub name: &'static str,
    /// One sentence: what happened.
    pub about: &'static str,
}

impl Kind {
    /// The kind of this name, with or without the reverse-DNS prefix.
    pub fn named(name: &str) -> Option<&'static Self> {
        let name = name.strip_prefix(super::KIND_PREFIX).unwrap_or(name);
        KINDS.iter().find(|kind| kind.name == name)
    }
}

/// Every kind of event. Within `v1` kinds are added to it, and none is taken away.
///
/// ```
/// use switchboard_core::event::KINDS;
///
/// let lines = KINDS.iter().map(|kind| format!("{}: {}", kind.name, kind.about));
/// assert!({ lines }.any(|line| line == "typing.stopped: Somebody stopped typing."));
/// ```
pub const KINDS: &[Kind] = &[
    kind(
        "message.created",
        "A message was written, or is to be delivered.",
    ),
    kind("message.updated", "A message was changed."),
    kind("message.deleted", "A message was deleted."),
    kind(
        "message.status_changed",
        "A message was sent, delivered, read, or failed.",
    ),
    kind("reaction.added", "Somebody reacted to a message."),
    kind("reaction.removed", "Somebody took back a reaction."),
    kind(
        "interaction.submitted",
        "Somebody pressed, picked or filled in what a message offered.",
    ),
    kind("typing.started", "Somebody began to type, or goes on."),
    kind("typing.stopped", "Somebody stopped typing."),
    kind("conversation.created", "A conversation began."),
    kind(
        "conversation.updated",
        "A conversation changed in a way that has no kind of its own.",
    ),
    kind(
        "conversation.status_changed",
        "A conversation was opened, put off or resolved.",
    ),
    kind(
        "conversation.assigned",
        "A conversation got somebody else to answer it, or nobody.",
    ),
    kind("conversation.read", "Somebody read a conversation."),
    kind("participant.joined", "Somebody came to a conversation."),
    kind("participant.left", "Somebody left a conversation."),
    kind(
        "chat.received",
        "A customer wrote in a chat; the words do not come with it.",
    ),
    kind("call.incoming", "A customer calls."),
    kind("mail.received", "A customer sent an e-mail."),
    kind("page.visited", "A customer looked at a page."),
    kind("widget.opened", "A customer opened the chat on a page."),
    kind("contact.created", "A contact came to be."),
    kind("contact.updated", "A contact changed."),
    kind("contact.deleted", "A contact was deleted."),
    kind("contact.restored", "A contact was restored."),
    kind(
        "contact.assigned",
        "A contact got somebody else responsible.",
    ),
    kind("company.created", "A company came to be."),
    kind("company.updated", "A company changed."),
    kind("company.deleted", "A company was deleted."),
    kind("company.restored", "A company was restored."),
    kind(
        "company.assigned",
        "A company got somebody else responsible.",
    ),
    kind("lead.created", "A lead came to be."),
    kind("lead.updated", "A lead changed."),
    kind("lead.deleted", "A lead was deleted."),
    kind("lead.restored", "A lead was restored."),
    kind("lead.assigned", "A lead got somebody else responsible."),
    kind("lead.status_changed", "A lead came to another stage."),
    kind("customer.created", "A customer came to be."),
    kind("customer.updated", "A customer changed."),
    kind("customer.deleted", "A customer was deleted."),
    kind("customer.restored", "A customer was restored."),
    kind(
        "customer.assigned",
        "A customer got somebody else responsible.",
    ),
    kind(
        "customer.period_changed",
        "A customer came to another stage of buying again.",
    ),
    kind("task.created", "A task came to be."),
    kind("task.updated", "A task changed."),
    kind("task.deleted", "A task was deleted."),
    kind("task.restored", "A task was restored."),
    kind("task.assigned", "A task got somebody else responsible."),
    kind("note.created", "A note came to be."),
    kind("note.updated", "A note changed."),
    kind("note.deleted", "A note was deleted."),
    kind("note.restored", "A note was restored."),
    kind("note.assigned", "A note got somebody else responsible."),
    kind("talk.created", "A talk came to be."),
    kind("talk.updated", "A talk changed."),
    kind("talk.deleted", "A talk was deleted."),
    kind("talk.restored", "A talk was restored."),
    kind("talk.assigned", "A talk got somebody else responsible."),
    kind("catalog_item.created", "A catalog item came to be."),
    kind("catalog_item.updated", "A catalog item changed."),
    kind("catalog_item.deleted", "A catalog item was deleted."),
    kind("catalog_item.restored", "A catalog item was restored."),
    kind(
        "catalog_item.assigned",
        "A catalog item got somebody else responsible.",
    ),
    kind("incoming_lead.created", "An incoming lead came in."),
    kind("incoming_lead.updated", "An incoming lead changed."),
    kind("incoming_lead.accepted", "An incoming lead was taken up."),
    kind(
        "incoming_lead.declined",
        "An incoming lead was turned down.",
    ),
    kind("app.installed", "An account took the app into use."),
    kind("app.uninstalled", "An account gave up the app."),
    kind(
        "template.reviewed",
        "A message template was approved, rejected, or otherwise judged.",
    ),
    kind(
        "provider.event",
        "Something genuine of a kind that is unknown here, or a part of a batch that could not be read.",
    ),
];

const fn kind(name: &'static str, about: &'static str) -> Kind {
    Kind { name, about }
}
