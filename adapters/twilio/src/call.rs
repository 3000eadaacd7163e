//! Calls that customers make.

use switchboard_core::event::{Activity, Role};
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Draft};

use crate::address::{conversation, party};
use crate::fields::Fields;

/// Whether somebody calls, and Twilio asks what to do.
pub(crate) fn is_incoming(fields: &Fields) -> bool {
    fields.get("CallSid").is_some()
        && fields.get("Direction") == Some("inbound")
        && fields.get("CallStatus") == Some("ringing")
}

/// Somebody calls. All that is said of it is among the fields.
pub(crate) fn draft(fields: Fields) -> Draft {
    let told = |name| fields.get(name).map(str::to_owned);
    let key = told("CallSid").map_or(DedupKey::None, |call| DedupKey::provider([call]));
    let time = told("Timestamp").map_or_else(Time::default, |time| Time::read(&time));
    let mut actor = party(Role::Contact, told("From"));
    actor.name = told("CallerName");
    let mut call = Activity::of(actor);
    let mut place = conversation(&call.actor, told("To"));
    if place.channel.as_deref() == Some("sms") {
        place.channel = Some("voice".to_owned());
    }
    call.conversation = Some(place);
    call.trigger = told("CallStatus");
    call.fields = fields.rest();
    Draft::new(call.call_incoming(), key).time(time)
}
