//! Files of a message.

use serde_json::{Value, json};

use super::super::*;
use crate::Delivery;
use crate::event::{Attachment, AttachmentKind, Content};

/// What a message has whose `attachments` stand so, and what is left of `body`.
fn told(attachments: Value, body: &Value) -> (Content, Value) {
    let options = json!({
        "kinds": {"posted": "message.created"},
        "message": {"text": "/text", "attachments": attachments},
    });
    let mapping: Mapping = serde_json::from_value(options).unwrap();
    let delivery = Delivery::post("");
    let draft = mapping.draft("posted", &Scope::of(body, &delivery), DedupKey::None);
    let Data::Message(_, message) = draft.data else {
        panic!("another kind")
    };
    (message.message, draft.rest)
}

#[test]
fn every_element_of_a_list_is_a_file() {
    let places = json!({
        "list": ["/media", "/files"],
        "url": "/href",
        "kind": {"at": "/type", "words": {"photo": "image", "voice": "voice"}},
        "mime": "/mime",
        "size": "/bytes",
        "file_name": ["/title", "/name"],
        "thumbnail_url": "/small/href",
    });
    let body = json!({"text": "Look", "files": [
        {"href": "https://files.test/a", "type": "photo", "mime": "image/png", "bytes": 1024,
         "name": "a.png", "small": {"href": "https://files.test/s"}},
        {"href": "https://files.test/b", "bytes": "2048", "mime": "video/mp4"},
        {"href": "https://files.test/c", "type": "hologram", "bytes": "2 KB", "id": 7},
        {"type": "voice"},
        {"type": "hologram"},
        {"id": 8},
        "https://files.test/d",
        null,
    ]});

    let (content, rest) = told(places, &body);

    let of = |kind, url: &str| Attachment {
        url: Some(url.to_owned()),
        ..Attachment::new(kind)
    };
    let expected = [
        Attachment {
            mime: Some("image/png".into()),
            size: Some(1024),
            file_name: Some("a.png".into()),
            thumbnail_url: Some("https://files.test/s".into()),
            original_kind: Some("photo".into()),
            ..of(AttachmentKind::Image, "https://files.test/a")
        },
        Attachment {
            mime: Some("video/mp4".into()),
            size: Some(2048),
            ..of(AttachmentKind::Video, "https://files.test/b")
        },
        Attachment {
            original_kind: Some("hologram".into()),
            ..of(AttachmentKind::File, "https://files.test/c")
        },
        Attachment {
            original_kind: Some("voice".into()),
            ..Attachment::new(AttachmentKind::Voice)
        },
        of(AttachmentKind::File, "https://files.test/d"),
    ];
    assert_eq!(content.attachments, expected);
    let left = json!([{}, {}, {"bytes": "2 KB", "id": 7}, {}, {"type": "hologram"}, {"id": 8}, null, null]);
    assert_eq!(rest, json!({ "files": left }));
}

#[test]
fn a_list_that_is_told_whole_is_not_left_behind() {
    let body = json!({"files": [{"url": "a", "of": {"size": 1}}, "b"], "lang": "en"});

    let (content, rest) = told(
        json!({"list": "/files", "url": "/url", "size": "/of/size", "kind": "image"}),
        &body,
    );

    assert_eq!(content.attachments.len(), 2);
    let is_image = |it: &Attachment| it.kind == AttachmentKind::Image;
    assert!(content.attachments.iter().all(is_image));
    assert_eq!(rest, json!({"lang": "en"}));
}

#[test]
fn one_file_stands_in_the_message_itself() {
    let places = json!([
        {"url": "/picture", "kind": "image"},
        {"url": "/media/url", "kind": {"at": "/type", "words": {"file": "file"}}},
    ]);
    for (body, urls, left) in [
        (
            json!({"text": "Hi", "type": "text"}),
            &[][..],
            json!({"type": "text"}),
        ),
        (
            json!({"picture": "a", "type": "text"}),
            &["a"],
            json!({"type": "text"}),
        ),
        (
            json!({"picture": "a", "media": {"url": "b", "x": 1}, "type": "clip"}),
            &["a", "b"],
            json!({"media": {"x": 1}}),
        ),
    ] {
        let (content, rest) = told(places.clone(), &body);

        let found = content
            .attachments
            .iter()
            .filter_map(|it| it.url.as_deref());
        assert_eq!(found.collect::<Vec<_>>(), urls, "{body}");
        assert_eq!(rest, left, "{body}");
    }
}

#[test]
fn what_is_no_list_is_no_files() {
    let places = json!({"list": "/files", "url": "/url"});
    for body in [
        json!({"files": {"url": "a"}}),
        json!({"files": "a"}),
        json!({"files": []}),
        json!({"files": [7, true, [], {}, {"url": ["a"]}]}),
        json!({"other": 1}),
    ] {
        let (content, rest) = told(places.clone(), &body);

        assert_eq!(content.attachments, [], "{body}");
        assert_eq!(rest, body);
    }
}

#[test]
fn files_of_one_of_a_list_are_taken_from_there() {
    let options = json!({
        "kinds": {"posted": "message.created"},
        "message": {"attachments": {"list": "/files", "url": "/url", "mime": "body:/mime"}},
    });
    let mapping: Mapping = serde_json::from_value(options).unwrap();
    let body = json!({"mime": "image/png", "posts": [{"files": [{"url": "a", "x": 1}]}]});
    let frame = json!({"mime": "image/png", "posts": []});
    let list: Pointer = serde_json::from_value(json!("/posts")).unwrap();
    let delivery = Delivery::post("");
    let scope = Scope::of(&body, &delivery).part(&body["posts"][0], &list, &frame);

    let draft = mapping.draft("posted", &scope, DedupKey::None);

    let Data::Message(_, message) = draft.data else {
        panic!("another kind")
    };
    let [attachment] = &message.message.attachments[..] else {
        panic!("{:?}", message.message.attachments)
    };
    assert_eq!(attachment.url.as_deref(), Some("a"));
    assert_eq!(attachment.kind, AttachmentKind::Image);
    assert_eq!(draft.rest, json!({"posts": [{"files": [{"x": 1}]}]}));
}
