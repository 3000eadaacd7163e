//! How the system schedules threads that nobody waits for.
//!
//! To be scheduled like everybody else is no failure, so none is told. Only Linux knows these
//! policies; see `sched(7)`.

/// Says that this thread has work for a while: it does not take a processor away from who just woke
/// up. A thread that commits for others finds more of them waiting at its next commit.
///
/// ```
/// std::thread::spawn(|| {
///     switchboard_core::schedule::as_batch();
///     // .. commits what is queued, again and again
/// });
/// ```
pub fn as_batch() {
    #[cfg(target_os = "linux")]
    linux::set(thread_priority::unix::NormalThreadSchedulePolicy::Batch);
}

/// Gives way to every other thread, for good: this one runs where a processor would idle.
///
/// ```
/// std::thread::spawn(|| {
///     switchboard_core::schedule::as_idle();
///     // .. works through what can wait
/// });
/// ```
pub fn as_idle() {
    #[cfg(target_os = "linux")]
    linux::set(thread_priority::unix::NormalThreadSchedulePolicy::Idle);
}

#[cfg(target_os = "linux")]
mod linux {
    use thread_priority::unix::{
        NormalThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy,
        thread_native_id,
    };
    use thread_priority::{ThreadPriority, ThreadPriorityValue};

    pub(super) fn set(policy: NormalThreadSchedulePolicy) {
        // The middle of 0 to 99 is no niceness; the idle policy knows none.
        let middle = ThreadPriorityValue::try_from(48).expect("it is within the range");
        let priority = match policy {
            NormalThreadSchedulePolicy::Idle => ThreadPriority::Min,
            _ => ThreadPriority::Crossplatform(middle),
        };
        let policy = ThreadSchedulePolicy::Normal(policy);
        let _ = set_thread_priority_and_policy(thread_native_id(), priority, policy);
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use thread_priority::unix::{NormalThreadSchedulePolicy, ThreadSchedulePolicy};
    use thread_priority::unix::{thread_native_id, thread_schedule_policy_param};

    use super::*;

    fn policy_after(set: fn()) -> ThreadSchedulePolicy {
        let thread = std::thread::spawn(move || {
            set();
            thread_schedule_policy_param(thread_native_id()).unwrap().0
        });
        thread.join().unwrap()
    }

    #[test]
    fn a_thread_has_the_policy_it_asked_for() {
        let normal = ThreadSchedulePolicy::Normal;

        assert_eq!(
            policy_after(as_batch),
            normal(NormalThreadSchedulePolicy::Batch)
        );
        assert_eq!(
            policy_after(as_idle),
            normal(NormalThreadSchedulePolicy::Idle)
        );
    }
}
