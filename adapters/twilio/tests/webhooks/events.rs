//! What becomes of each webhook, and what makes it the same when it comes again.

use switchboard_core::event::{AttachmentKind, DeliveryStatus, Direction, Role};
use switchboard_core::{Data, DedupKey};

use crate::{decode, form, twilio};

const TOKEN: &str = "i-twilio-idempotency-token";

#[test]
fn the_fields_alone_tell_what_happened() {
    for (pairs, expected) in [
        (
            &[("MessageSid", "SM1"), ("Body", "Hi")][..],
            &["message.created"][..],
        ),
        (
            &[("MessageSid", "SM1"), ("NumMedia", "0")],
            &["message.created"],
        ),
        (
            &[
                ("MessageSid", "SM1"),
                ("Body", "Yes"),
                ("ButtonPayload", "y"),
            ],
            &["message.created", "interaction.submitted"],
        ),
        (
            &[("MessageSid", "SM1"), ("MessageStatus", "sent")],
            &["message.status_changed"],
        ),
        (
            &[
                ("MessageSid", "SM1"),
                ("MessageStatus", "sent"),
                ("Body", "Hi"),
            ],
            &["message.status_changed"],
        ),
        (
            &[
                ("CallSid", "CA1"),
                ("Direction", "inbound"),
                ("CallStatus", "ringing"),
            ],
            &["call.incoming"],
        ),
        (
            &[("CallSid", "CA1"), ("CallStatus", "completed")],
            &["provider.event"],
        ),
        (
            &[
                ("ConversationSid", "CH1"),
                ("EventType", "onMessageAdded"),
                ("MessageSid", "IM1"),
            ],
            &["message.created"],
        ),
        (
            &[
                ("ConversationSid", "CH1"),
                ("EventType", "onMessageRemoved"),
                ("MessageSid", "IM1"),
            ],
            &["message.deleted"],
        ),
        (
            &[("ConversationSid", "CH1"), ("EventType", "onMessageAdd")],
            &["provider.event"],
        ),
        (&[("EventType", "onMessageAdded")], &["provider.event"]),
        (
            &[("ConversationSid", "CH1"), ("EventType", "onMessageAdded")],
            &["provider.event"],
        ),
        (&[("MessageSid", "SM1")], &["provider.event"]),
    ] {
        let told = decode(pairs);
        let kinds: Vec<_> = told.iter().map(|draft| draft.data.kind()).collect();
        assert_eq!(kinds, expected, "{pairs:?}");
    }
}

#[test]
fn sids_are_keys() {
    for (pairs, expected) in [
        (&[("MessageSid", "SM1"), ("Body", "Hi")][..], &["SM1"][..]),
        (
            &[("MessageSid", "SM1"), ("MessageStatus", "read")],
            &["SM1", "read"],
        ),
        (
            &[
                ("CallSid", "CA1"),
                ("Direction", "inbound"),
                ("CallStatus", "ringing"),
            ],
            &["CA1"],
        ),
        (
            &[
                ("CallSid", "CA1"),
                ("CallStatus", "completed"),
                ("SequenceNumber", "2"),
            ],
            &["CA1", "completed", "2"],
        ),
        (
            &[
                ("ConversationSid", "CH1"),
                ("EventType", "onMessageAdded"),
                ("MessageSid", "IM1"),
            ],
            &["IM1"],
        ),
        (
            &[
                ("ConversationSid", "CH1"),
                ("EventType", "onMessageUpdated"),
                ("MessageSid", "IM1"),
                ("DateUpdated", "2025-11-24"),
            ],
            &["IM1", "2025-11-24"],
        ),
        (
            &[
                ("ConversationSid", "CH1"),
                ("EventType", "onDeliveryUpdated"),
                ("MessageSid", "IM1"),
                ("DeliveryReceiptSid", "DY1"),
                ("Status", "read"),
            ],
            &["DY1", "read"],
        ),
    ] {
        assert_eq!(
            decode(pairs)[0].key,
            DedupKey::provider(expected),
            "{pairs:?}"
        );
    }
}

/// It is not signed, so it stands in only where Twilio gives a thing no id.
#[test]
fn the_idempotency_token_is_a_key_where_there_is_no_other() {
    let key = |pairs: &[(&str, &str)]| {
        let delivery = form(pairs).with(TOKEN, "abc");
        twilio().decode(&delivery).unwrap().remove(0).key
    };

    assert_eq!(key(&[("Odd", "1")]), DedupKey::provider(["token", "abc"]));
    assert_eq!(
        key(&[("MessageSid", "SM1"), ("Body", "Hi")]),
        DedupKey::provider(["SM1"])
    );
    assert_eq!(decode(&[("Odd", "1")])[0].key, DedupKey::None);
}

#[test]
fn an_address_tells_network_and_number() {
    for (from, channel, phone) in [
        ("%2B15550100", "sms", Some("+15550100")),
        ("72345", "sms", None),
        ("whatsapp:%2B4915550100", "whatsapp", Some("+4915550100")),
        ("messenger:7483922019384756", "messenger", None),
    ] {
        let told = decode(&[
            ("MessageSid", "SM1"),
            ("Body", "Hi"),
            ("From", from),
            ("To", "%2B1"),
        ]);
        let Data::Message(_, message) = &told[0].data else {
            panic!("{from}")
        };
        assert_eq!(message.conversation.channel.as_deref(), Some(channel));
        assert_eq!(message.actor.phone.as_deref(), phone, "{from}");
        assert_eq!(message.conversation.id, message.actor.id);
        assert_eq!(message.conversation.inbox.as_deref(), Some("+1"));
        assert_eq!(
            (message.direction, message.actor.role),
            (Direction::Inbound, Role::Contact)
        );
    }
}

#[test]
fn files_are_told_by_their_media_type() {
    for (mime, expected) in [
        ("image/jpeg", AttachmentKind::Image),
        ("VIDEO/mp4", AttachmentKind::Video),
        ("audio/ogg", AttachmentKind::Audio),
        ("text/vcard", AttachmentKind::Contact),
        ("application/pdf", AttachmentKind::File),
        ("", AttachmentKind::File),
    ] {
        let told = decode(&[
            ("MessageSid", "SM1"),
            ("NumMedia", "1"),
            ("MediaUrl0", "u"),
            ("MediaContentType0", mime),
        ]);
        let Data::Message(_, message) = &told[0].data else {
            panic!("{mime}")
        };
        assert_eq!(message.message.attachments[0].kind, expected, "{mime}");
        assert!(told[0].rest.is_null(), "{mime}: {}", told[0].rest);
    }
}

#[test]
fn statuses_are_told_in_our_words() {
    for (word, expected) in [
        ("queued", DeliveryStatus::Pending),
        ("sent", DeliveryStatus::Sent),
        ("delivered", DeliveryStatus::Delivered),
        ("read", DeliveryStatus::Read),
        ("undelivered", DeliveryStatus::Failed),
        ("failed", DeliveryStatus::Failed),
        ("of_tomorrow", DeliveryStatus::Unknown),
    ] {
        let told = decode(&[
            ("MessageSid", "SM1"),
            ("MessageStatus", word),
            ("ErrorCode", "0"),
        ]);
        let Data::MessageStatus(status) = &told[0].data else {
            panic!("{word}")
        };
        assert_eq!(status.status, expected, "{word}");
        assert_eq!(status.error, None);
    }
}

/// Who writes by Twilio's own SDK may be a customer or an agent: Twilio does not say.
#[test]
fn only_a_network_tells_that_a_customer_wrote() {
    for (source, expected) in [
        ("SMS", Direction::Inbound),
        ("WHATSAPP", Direction::Inbound),
        ("SDK", Direction::Unknown),
        ("API", Direction::Unknown),
        ("", Direction::Unknown),
    ] {
        let told = decode(&[
            ("ConversationSid", "CH1"),
            ("EventType", "onMessageAdded"),
            ("MessageSid", "IM1"),
            ("Source", source),
        ]);
        let Data::Message(_, message) = &told[0].data else {
            panic!("{source}")
        };
        assert_eq!(message.direction, expected, "{source}");
    }
}
