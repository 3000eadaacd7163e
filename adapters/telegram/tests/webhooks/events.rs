//! What becomes of each kind of update.

use serde_json::{Value, json};
use switchboard_core::event::{Access, AttachmentKind};
use switchboard_core::{Data, DedupKey};

use crate::{kinds, told};

fn message(fields: &Value) -> Value {
    let mut message = json!({
        "message_id": 5, "date": 1_764_000_000, "from": {"id": 7, "first_name": "Ann"},
        "chat": {"id": 7, "type": "private"},
    });
    for (name, value) in fields.as_object().unwrap() {
        message[name] = value.clone();
    }
    message
}

#[test]
fn the_field_says_what_happened() {
    let text = message(&json!({"text": "Hi"}));
    for (kind, what, expected) in [
        ("message", &text, "message.created"),
        ("channel_post", &text, "message.created"),
        ("business_message", &text, "message.created"),
        ("edited_message", &text, "message.updated"),
        ("edited_channel_post", &text, "message.updated"),
        ("edited_business_message", &text, "message.updated"),
        (
            "callback_query",
            &json!({"id": "1", "data": "a"}),
            "interaction.submitted",
        ),
        (
            "poll_answer",
            &json!({"option_ids": [1]}),
            "interaction.submitted",
        ),
        (
            "inline_query",
            &json!({"id": "1"}),
            "provider.event inline_query",
        ),
        ("of_tomorrow", &json!({}), "provider.event of_tomorrow"),
        ("message", &json!({}), "provider.event message"),
        ("message", &json!("text"), "provider.event unknown"),
        (
            "deleted_business_messages",
            &json!({}),
            "provider.event deleted_business_messages",
        ),
    ] {
        assert_eq!(kinds(&told(kind, what)), [expected], "{kind} {what}");
    }
}

#[test]
fn a_line_that_nobody_wrote_is_no_message() {
    for (fields, expected) in [
        (
            json!({"pinned_message": {}}),
            "provider.event message.pinned_message",
        ),
        (
            json!({"new_chat_title": "A"}),
            "provider.event message.new_chat_title",
        ),
        (
            json!({"of_tomorrow": 1}),
            "provider.event message.of_tomorrow",
        ),
        (json!({}), "provider.event message"),
        (
            json!({"web_app_data": {"data": "1"}}),
            "interaction.submitted",
        ),
        (json!({"dice": {"value": 4}}), "message.created"),
    ] {
        assert_eq!(
            kinds(&told("message", &message(&fields))),
            [expected],
            "{fields}"
        );
    }
}

#[test]
fn every_kind_of_file_is_attached_and_fetched_by_the_bot_alone() {
    let file = json!({"file_id": "F", "mime_type": "a/b", "file_size": 7, "file_name": "f"});
    for (name, expected) in [
        ("animation", AttachmentKind::Video),
        ("audio", AttachmentKind::Audio),
        ("document", AttachmentKind::File),
        ("photo", AttachmentKind::Image),
        ("sticker", AttachmentKind::Sticker),
        ("video", AttachmentKind::Video),
        ("video_note", AttachmentKind::Video),
        ("voice", AttachmentKind::Voice),
    ] {
        for media in [file.clone(), json!([{"file_id": "small"}, file])] {
            let mut drafts = told("message", &message(&json!({name: media})));
            let draft = drafts.remove(0);
            let Data::Message(_, told) = draft.data else {
                panic!("{name}")
            };
            let [attached] = &told.message.attachments[..] else {
                panic!("{name}")
            };
            assert_eq!(attached.kind, expected);
            assert_eq!(attached.original_kind.as_deref(), Some(name));
            assert_eq!(attached.access, Some(Access::Bearer));
            assert_eq!(
                (attached.mime.as_deref(), attached.size),
                (Some("a/b"), Some(7))
            );
            assert_eq!(draft.rest["message"][name], media, "its file_id is kept");
        }
    }
}

#[test]
fn what_comes_twice_for_older_bots_is_attached_once() {
    for fields in [
        json!({"animation": {"file_id": "F"}, "document": {"file_id": "F"}}),
        json!({"venue": {"title": "A"}, "location": {"latitude": 1.5}}),
    ] {
        let Data::Message(_, told) = told("message", &message(&fields)).remove(0).data else {
            panic!("{fields}")
        };
        assert_eq!(told.message.attachments.len(), 1, "{fields}");
    }
}

#[test]
fn an_update_is_known_by_its_id_and_each_of_several_by_its_part() {
    let one = told("message", &message(&json!({"text": "Hi"})));
    let people = json!({"new_chat_members": [{"id": 7}, {"id": 8}]});
    let two = told("message", &message(&people));

    assert_eq!(one[0].key, DedupKey::provider(["815"]));
    assert_eq!(kinds(&two), ["participant.joined", "participant.joined"]);
    assert_eq!(two[0].key, DedupKey::provider(["815", "7"]));
    assert_eq!(two[1].key, DedupKey::provider(["815", "8"]));
}

#[test]
fn an_edit_is_told_at_the_time_of_the_edit() {
    let edited = message(&json!({"text": "Hi", "edit_date": 1_764_000_100}));

    for (kind, what, expected) in [
        ("message", message(&json!({"text": "Hi"})), 1_764_000_000),
        ("edited_message", edited, 1_764_000_100),
    ] {
        let time = told(kind, &what)[0].time.unwrap();
        assert_eq!(time.as_seconds(), expected);
    }
}

#[test]
fn the_difference_of_two_lists_is_what_happened() {
    let emoji = |emoji: &str| json!({"type": "emoji", "emoji": emoji});
    for (was, is, expected) in [
        (json!([]), json!([emoji("👍")]), vec!["reaction.added"]),
        (json!([emoji("👍")]), json!([]), vec!["reaction.removed"]),
        (
            json!([emoji("👍")]),
            json!([emoji("🎉"), {"type": "paid"}]),
            vec!["reaction.added", "reaction.added", "reaction.removed"],
        ),
        (
            json!([emoji("👍")]),
            json!([emoji("👍")]),
            vec!["provider.event message_reaction"],
        ),
        (
            json!(null),
            json!("👍"),
            vec!["provider.event message_reaction"],
        ),
    ] {
        let what = json!({
            "chat": {"id": -1}, "message_id": 5, "old_reaction": was, "new_reaction": is,
        });
        assert_eq!(kinds(&told("message_reaction", &what)), expected, "{what}");
    }
}
