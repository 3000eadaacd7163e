//! What handlers ask for, and what they are given.

use std::sync::Arc;

use switchboard_core::event::{
    Activity, ConversationState, Entity, Installation, Interaction, KINDS, Kind, Message,
    MessageStatus, Participation, Reaction, TemplateReview, Typing, Unknown, example,
};
use switchboard_core::pipeline::Subscription;
use switchboard_core::sink::{Envelope, EventHandler, FromEvent};
use switchboard_core::{Data, Event};

use super::stamped;

/// 1 where events of `kind` are for those who ask for `T`.
fn of<T: FromEvent>(kind: &Kind) -> usize {
    let is_listed = T::kinds().is_none_or(|kinds| kinds.contains(&kind.name));
    let read = T::from_event(stamped(example(kind)));
    assert_eq!(read.is_ok(), is_listed, "{}", kind.name);
    is_listed.into()
}

#[test]
fn every_kind_is_of_one_type_which_can_read_it() {
    for kind in KINDS {
        let types = [
            of::<Message>(kind),
            of::<MessageStatus>(kind),
            of::<Reaction>(kind),
            of::<Interaction>(kind),
            of::<Typing>(kind),
            of::<ConversationState>(kind),
            of::<Participation>(kind),
            of::<Activity>(kind),
            of::<Entity>(kind),
            of::<Installation>(kind),
            of::<TemplateReview>(kind),
            of::<Unknown>(kind),
        ];
        assert_eq!(types.iter().sum::<usize>(), 1, "{}", kind.name);
        assert_eq!((of::<Data>(kind), of::<Event>(kind)), (1, 1));
    }
}

#[test]
fn a_function_is_subscribed_to_the_kinds_it_asks_for() {
    let all = Subscription::on("all", async |_: Event| Ok::<(), String>(()));
    let messages = Subscription::on(
        "messages",
        async |_: Message, _: Event| Ok::<(), String>(()),
    )
    .kinds(["*.created"])
    .unwrap();
    for kind in KINDS {
        let event = stamped(example(kind));
        assert!(all.filter.matches(&event), "{}", kind.name);
        let is_wanted = kind.name == "message.created";
        assert_eq!(messages.filter.matches(&event), is_wanted, "{}", kind.name);
    }
}

#[tokio::test]
async fn data_that_is_not_what_was_asked_for_is_refused_without_a_word_of_it() {
    let kind = Kind::named("message.created").unwrap();
    let mut event = stamped(example(kind));
    event.data["direction"] = "s3cret".into();
    let sink = (async |_: Message| Ok::<(), String>(())).into_sink();

    let refused = sink.deliver(&[Arc::new(Envelope::new(event))]).await;

    let told = refused.unwrap_err().to_string();
    assert!(told.contains("message.created"), "{told}");
    assert!(!told.contains("s3cret"), "{told}");
}
