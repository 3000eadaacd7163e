#![no_main]

use switchboard as _; // Linked for its adapters.

libfuzzer_sys::fuzz_target!(|input: &[u8]| switchboard_testkit::fuzz::parse(input));
