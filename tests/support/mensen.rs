//! Persons with an account: made by the program, and proving who they are as an authenticator app would.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::cli;

/// What was shown once of each account.
pub(crate) struct Mensen(BTreeMap<&'static str, Value>);

impl Mensen {
    /// Makes accounts, each with one role.
    pub(crate) fn made(config: &Path, who: &[(&'static str, &str)]) -> Self {
        let config = config.to_str().unwrap();
        let add = |(id, rol): &(&'static str, &str)| {
            let fixed = ["gebruiker", "--config", config, "--output", "json", "add"];
            let out = cli::sluis(&[&fixed[..], &[*id, "--rol", *rol]].concat());
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
            (*id, cli::json(&out.stdout))
        };
        Self(who.iter().map(add).collect())
    }

    /// What a person gives to prove who it is.
    #[allow(clippy::disallowed_methods, reason = "an authenticator app reads the clock")]
    pub(crate) fn bewijs(&self, id: &str) -> Value {
        let shown = &self.0[id];
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let code = totp_rs::Totp::from_url(shown["otpauth"].as_str().unwrap())
            .unwrap()
            .generate(now.as_secs())
            .to_string();
        json!({ "account": id, "wachtwoord": shown["wachtwoord"], "code": code })
    }
}

/// Runs `sluis` with this on its standard input.
pub(crate) fn told_to(arguments: &[&str], input: &Value) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sluis"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that refuses its arguments does not read.
    let _ = stdin.write_all(input.to_string().as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}
