//! From Chatwoot's words to ours: conversations, and who types in them or opens their widget.

use serde_json::{Map, Value};
use switchboard_core::event::{
    self, Activity, Changes, ConversationChange, ConversationState, Direction, FieldChange, Party,
    Role, TypingChange,
};
use switchboard_core::{Data, DedupKey, Draft};

use crate::party;
use crate::payload::{Aside, Changed, ConversationHook, Place, Typing, Widget};

/// The attributes that say who is to answer.
const ASSIGNEES: [&str; 2] = ["assignee_agent_bot_id", "assignee_id"];

/// How the conversation is after `change`.
pub(crate) fn changed(change: ConversationChange, hook: ConversationHook, aside: &Aside) -> Draft {
    let place = Place {
        id: hook.id,
        inbox_id: hook.inbox_id,
        channel: hook.channel,
        contact_inbox: hook.contact_inbox,
        ..Place::default()
    };
    let meta = hook.meta.unwrap_or_default();
    let assignee = party::role(&aside.kind).unwrap_or(Role::Agent);

    let mut state = ConversationState::of(party::conversation(place, None));
    state.status = hook.status.0;
    state.changes = changes(hook.changed_attributes);
    state.contact = meta.sender.map(|sender| sender.party(Role::Contact));
    state.assignee = meta.assignee.map(|person| person.party(assignee));
    let is_assigned = ASSIGNEES
        .iter()
        .any(|name| state.changes.contains_key(*name));
    let change = match change {
        ConversationChange::Updated if is_assigned => ConversationChange::Assigned,
        change => change,
    };
    Draft::new(Data::Conversation(change, Box::new(state)), DedupKey::None)
}

/// What changed, by Chatwoot's names for it.
pub(crate) fn changes(changed: Option<Changed>) -> Changes {
    let attributes = changed.into_iter().flatten().flatten();
    attributes
        .map(|(name, values)| {
            let change = FieldChange::new(values.previous_value, values.current_value);
            (name, change)
        })
        .collect()
}

/// Who types. Each call tells of a moment that comes only once, so none has a key of its own.
pub(crate) fn typing(change: TypingChange, hook: Typing, aside: &Aside) -> Draft {
    // Only a contact has a shape without a word for what it is.
    let role = party::role(&aside.kind).unwrap_or(match hook.user {
        Some(_) => Role::Contact,
        None => Role::Unknown,
    });
    let typing = event::Typing {
        direction: match hook.is_private {
            Some(true) => Direction::Internal,
            _ => party::direction(role),
        },
        actor: hook.user.unwrap_or_default().party(role),
        conversation: party::conversation(hook.conversation.unwrap_or_default(), None),
        expires_at: None,
    };
    Draft::new(Data::Typing(change, Box::new(typing)), DedupKey::None)
}

/// Who opened the widget, in which conversation if there is one, and on which page.
pub(crate) fn widget_opened(hook: Widget, fields: Map<String, Value>) -> Draft {
    let contact = hook.contact.map(|contact| contact.party(Role::Contact));
    let inbox = hook.inbox;
    let mut activity = Activity::of(contact.unwrap_or_else(|| Party::new(Role::Contact)));
    activity.conversation = hook
        .current_conversation
        .map(|place| party::conversation(place, inbox));
    activity.url = hook.event_info.unwrap_or_default().referer.0;
    activity.trigger = Some("webwidget_triggered".to_owned());
    activity.fields = fields;
    Draft::new(activity.widget_opened(), DedupKey::None)
}
