//! Any text in the place of any file of rules.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../shared.rs"]
#[allow(dead_code)]
mod shared;

fuzz_target!(|data: &[u8]| {
    let _ = shared::load(&shared::input(data));
});
