//! Any text in the place of a canonical schema, and a schema by itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluis_rules::tree::Tree;

#[path = "../shared.rs"]
#[allow(dead_code)]
mod shared;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = shared::load(&shared::with("status.v1.json", &text));
    let _ = Tree::compile(&text, &Default::default());
});
