//! One example of every kind: in its schema, in the documentation, and for tests of consumers.

use serde_json::json;

use super::{
    Access, Activity, App, Attachment, AttachmentKind, Changes, Content, Conversation,
    ConversationState, Data, DeliveryError, DeliveryStatus, Direction, Entity, EntityChange,
    EntityKind, EntityReference, FieldChange, Installation, Intent, Interaction, Interactive,
    InteractiveKind, Item, Kind, Message, MessageReference, MessageStatus, Parameter,
    Participation, Party, Quote, Reaction, ReviewStatus, Role, Submission, Template,
    TemplateReview, Typing, Unknown,
};
use crate::Timestamp;

/// An example of `kind` with everything filled in that its data has.
///
/// ```
/// use switchboard_core::event::{KINDS, Origin, example};
/// use switchboard_core::{DedupKey, Descriptor, Draft, Event, Timestamp};
///
/// static ACME: Descriptor = Descriptor::new("acme", "Acme Chat");
///
/// let origin = Origin {
///     adapter: &ACME,
///     endpoint: "support",
///     account: None,
///     scheme: "hmac-sha256",
///     delivery: "0000019ab6b8cd000000000000000001",
///     recorded: Timestamp::UNIX_EPOCH,
/// };
/// // One event of every kind, for a handler that must take them all.
/// for (position, kind) in KINDS.iter().enumerate() {
///     let draft = Draft::new(example(kind), DedupKey::None);
///     let event = Event::stamp(draft, &origin, position);
///     assert_eq!(event.read(), Ok(example(kind)));
/// }
/// ```
pub fn example(kind: &Kind) -> Data {
    match kind.name {
        "message.created" => message().created(),
        "message.updated" => message().updated(),
        "message.deleted" => message().deleted(),
        "message.status_changed" => message_status().changed(),
        "reaction.added" => reaction().added(),
        "reaction.removed" => reaction().removed(),
        "interaction.submitted" => interaction().submitted(),
        "typing.started" => typing().started(),
        "typing.stopped" => typing().stopped(),
        "conversation.created" => state().created(),
        "conversation.updated" => state().updated(),
        "conversation.status_changed" => state().status_changed(),
        "conversation.assigned" => state().assigned(),
        "conversation.read" => state().read(),
        "participant.joined" => participation("administrator").joined(),
        "participant.left" => participation("kicked").left(),
        "call.incoming" => activity("call_in").call_incoming(),
        "chat.received" => activity("chat").chat_received(),
        "mail.received" => activity("mail_in").mail_received(),
        "page.visited" => activity("site_visit").page_visited(),
        "widget.opened" => activity("webwidget_triggered").widget_opened(),
        "app.installed" => installation().installed(),
        "app.uninstalled" => installation().uninstalled(),
        "template.reviewed" => template_review().reviewed(),
        "provider.event" => Data::Unknown(unknown()),
        _ => entity(kind),
    }
}

fn moment() -> Timestamp {
    Timestamp::from_seconds(1_764_000_000).expect("2025 is in range")
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn ann() -> Party {
    Party {
        id: text("501"),
        external_id: text("user-17"),
        role: Role::Contact,
        name: text("Ann"),
        phone: text("+15550100"),
        email: text("ann@example.com"),
        avatar: text("https://example.com/ann.jpg"),
    }
}

fn agent() -> Party {
    Party {
        id: text("9"),
        name: text("Bob"),
        ..Party::new(Role::Agent)
    }
}

fn conversation() -> Conversation {
    Conversation {
        id: text("42"),
        external_id: text("chat-42"),
        kind: text("direct"),
        inbox: text("3"),
        channel: text("whatsapp"),
    }
}

fn reference() -> MessageReference {
    MessageReference {
        id: text("m-1"),
        external_id: text("wamid.1"),
    }
}

fn message() -> Message {
    Message {
        intent: Intent::Deliver,
        recipients: vec![ann()],
        conversation: conversation(),
        message: content(),
        ..Message::new(Direction::Outbound, agent())
    }
}

fn content() -> Content {
    Content {
        id: text("m-1"),
        external_id: text("wamid.1"),
        text: text("Your **receipt**"),
        format: text("markdown"),
        group_id: text("album-1"),
        reply_to: Some(Box::new(quote())),
        forwarded: vec![quote()],
        attachments: vec![attachment()],
        interactive: Some(interactive()),
    }
}

fn quote() -> Quote {
    Quote {
        id: text("m-0"),
        external_id: text("wamid.0"),
        actor: Some(Party {
            id: text("501"),
            ..Party::new(Role::Contact)
        }),
        time: Some(moment()),
        text: text("Could I have the receipt?"),
        attachments: vec![Attachment::new(AttachmentKind::Location)],
    }
}

fn attachment() -> Attachment {
    Attachment {
        kind: AttachmentKind::Image,
        original_kind: text("picture"),
        url: text("https://example.com/receipt.png"),
        access: Some(Access::Public),
        mime: text("image/png"),
        size: Some(48_213),
        file_name: text("receipt.png"),
        thumbnail_url: text("https://example.com/receipt-small.png"),
    }
}

fn interactive() -> Interactive {
    Interactive {
        kind: InteractiveKind::Cards,
        items: vec![Item {
            id: text("card-1"),
            title: text("Receipt"),
            description: text("Of 24 November"),
            url: text("https://example.com/receipts/1"),
            media_url: text("https://example.com/receipt.png"),
            section: text("November"),
            items: vec![Item {
                id: text("thanks"),
                title: text("Thanks"),
                ..Item::default()
            }],
        }],
        submitted: vec![Submission {
            id: text("thanks"),
            title: text("Thanks"),
            value: text("yes"),
        }],
        template: Some(template()),
    }
}

fn template() -> Template {
    Template {
        id: text("31"),
        external_id: text("receipt_en"),
        text: text("Your receipt, {{name}}"),
        parameters: vec![Parameter {
            name: "name".to_owned(),
            value: "Ann".to_owned(),
        }],
    }
}

fn message_status() -> MessageStatus {
    MessageStatus {
        recipients: vec![ann()],
        conversation: conversation(),
        message: reference(),
        original_status: text("undeliverable"),
        error: Some(DeliveryError {
            code: text("131026"),
            text: text("Message undeliverable"),
        }),
        ..MessageStatus::new(Direction::Outbound, agent(), DeliveryStatus::Failed)
    }
}

fn reaction() -> Reaction {
    Reaction {
        direction: Direction::Inbound,
        actor: ann(),
        conversation: conversation(),
        message: reference(),
        emoji: text("👍"),
    }
}

fn interaction() -> Interaction {
    Interaction {
        conversation: conversation(),
        message: reference(),
        ..Interaction::new(ann(), interactive())
    }
}

fn typing() -> Typing {
    Typing {
        direction: Direction::Inbound,
        actor: ann(),
        conversation: conversation(),
        expires_at: Some(moment()),
    }
}

fn state() -> ConversationState {
    ConversationState {
        conversation: conversation(),
        status: text("open"),
        changes: Changes::from([("status".to_owned(), FieldChange::new("pending", "open"))]),
        actor: Some(agent()),
        contact: Some(ann()),
        assignee: Some(agent()),
        read_until: Some(moment()),
    }
}

fn participation(status: &str) -> Participation {
    Participation {
        actor: Some(agent()),
        conversation: conversation(),
        status: text(status),
        ..Participation::of(ann())
    }
}

fn activity(trigger: &str) -> Activity {
    Activity {
        conversation: Some(conversation()),
        entity: Some(EntityReference::new(EntityKind::Lead, "7")),
        url: text("https://example.com/prices"),
        trigger: text(trigger),
        fields: [("pipeline_id".to_owned(), json!("3"))]
            .into_iter()
            .collect(),
        ..Activity::of(ann())
    }
}

fn entity(kind: &Kind) -> Data {
    let pairs = EntityKind::ALL
        .iter()
        .flat_map(|kind| EntityChange::ALL.iter().map(move |change| (*kind, *change)));
    let (of, change) = pairs
        .into_iter()
        .find(|(of, change)| change.kind(*of) == kind.name)
        .expect("every other kind is about an entity: a test asks for all of them");
    let entity = Entity {
        parent: Some(EntityReference::new(EntityKind::Company, "12")),
        trigger: kind
            .name
            .split_once('.')
            .map(|(_, change)| change.to_owned()),
        actor: Some(agent()),
        assignee: Some(agent()),
        changes: Changes::from([("status_id".to_owned(), FieldChange::new("1", "142"))]),
        fields: [
            ("id".to_owned(), json!("7")),
            ("status_id".to_owned(), json!("142")),
        ]
        .into_iter()
        .collect(),
        ..Entity::new(of, "7")
    };
    entity.after(change)
}

fn installation() -> Installation {
    Installation {
        app: App {
            id: text("5a1f4c0e"),
            name: text("Receipts"),
        },
        actor: Some(agent()),
    }
}

fn template_review() -> TemplateReview {
    TemplateReview {
        original_status: text("rejected"),
        reason: text("It says nothing."),
        ..TemplateReview::new(template(), ReviewStatus::Rejected)
    }
}

fn unknown() -> Unknown {
    Unknown {
        kind: "message".to_owned(),
        fields: json!({"text": 7}),
        reason: text("invalid type: integer `7`, expected a string"),
    }
}
