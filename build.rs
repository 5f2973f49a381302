//! Schemas, the example rules and the demonstration live in the program: when one of them changes, it is built again.
//! The macro that takes them in does not tell the compiler which files it read.

#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

fn main() {
    for dir in ["schemas/canoniek", "config/convenant", "config/demo", "adapters/kindkans/fixtures"] {
        println!("cargo::rerun-if-changed={dir}");
    }
}
