//! `sluis gebruiker`: the accounts of persons. Works beside a running Sluis, which sees a change at its next call.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use sluis_accounts::{AccountFile, AccountsError, Enrolment, Kept};
use sluis_keys::KeyRing;
use sluis_stations::ports::AccountRol;
use zeroize::Zeroizing;

use super::{Exit, Failure, Out, Outcome};
use crate::settings;
use crate::wiring::{ACCOUNTS, KEYS, STORE, private_dir};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    wat: Wat,
    /// The configuration of the Sluis that it is about
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "data")]
    config: Option<PathBuf>,
    /// The data directory itself
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Wat {
    /// Add an account; its first password and the secret for an authenticator app are shown once
    Add {
        /// An opaque id, such as op-7: it stands in the journal, so never a name
        id: String,
        /// What it may do
        #[arg(long, value_enum, required = true, value_delimiter = ',')]
        rol: Vec<Rol>,
        /// What a colleague calls it; kept beside the accounts only
        #[arg(long)]
        naam: Option<String>,
    },
    /// List the accounts
    List,
    /// Give an account exactly these roles
    Rol {
        /// Which account
        id: String,
        /// What it may do
        #[arg(value_enum, required = true)]
        rol: Vec<Rol>,
    },
    /// Give an account another password, which is shown once
    Wachtwoord {
        /// Which account
        id: String,
        /// Read the password from standard input instead
        #[arg(long)]
        stdin: bool,
    },
    /// Give an account another secret for its authenticator app, which is shown once
    Totp {
        /// Which account
        id: String,
    },
    /// Switch an account off; it stays, because the journal names it
    Uit {
        /// Which account
        id: String,
    },
    /// Switch an account on again
    Aan {
        /// Which account
        id: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Rol {
    /// Makes accounts and sets up the system
    Beheerder,
    /// Records facts and has messages judged again
    Operator,
    /// The privacy officer
    Fg,
    /// Sees, and changes nothing
    Lezer,
}

impl From<Rol> for AccountRol {
    fn from(rol: Rol) -> Self {
        match rol {
            Rol::Beheerder => Self::Beheerder,
            Rol::Operator => Self::Operator,
            Rol::Fg => Self::Fg,
            Rol::Lezer => Self::Lezer,
        }
    }
}

fn roles(given: &[Rol]) -> BTreeSet<AccountRol> {
    given.iter().map(|r| AccountRol::from(*r)).collect()
}

fn failed(error: AccountsError) -> Failure {
    match error {
        AccountsError::Io { .. } => Failure::temporary(error),
        AccountsError::TooOpen { .. } | AccountsError::Unreadable { .. } | AccountsError::Crypto(_) => {
            Failure::configuration(error)
        }
        AccountsError::NotAnId
        | AccountsError::Exists
        | AccountsError::Unknown
        | AccountsError::NoRole
        | AccountsError::TooShort => Failure::usage(error),
    }
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let data = match (&args.data, &args.config) {
        (Some(data), _) => data.clone(),
        (None, Some(config)) => {
            settings::load(config, settings::environment())
                .map_err(Failure::configuration)?
                .data
        }
        (None, None) => return Err(Failure::usage(anyhow::anyhow!("give --config or --data"))),
    };
    private_dir(&data).map_err(Failure::configuration)?;
    // As at the start of the gateway: keys are made only where there is no store yet.
    let keys = data.join(KEYS);
    let keys = if data.join(STORE).exists() {
        KeyRing::open(&keys)
    } else {
        KeyRing::open_or_create(&keys)
    };
    let keys = keys.map_err(Failure::configuration)?;
    let mut file = AccountFile::open(&data.join(ACCOUNTS), &keys).map_err(failed)?;
    match &args.wat {
        Wat::Add { id, rol, naam } => {
            let (first, told) = file.add(id, naam.clone(), roles(rol)).map_err(failed)?;
            secrets(id, Some(&first), Some(&told), out);
        }
        Wat::List => list(&file, out),
        Wat::Rol { id, rol } => {
            file.set_roles(id, roles(rol)).map_err(failed)?;
            done(id, out);
        }
        Wat::Wachtwoord { id, stdin } => {
            let chosen = if *stdin { Some(from_stdin()?) } else { None };
            let generated = file
                .set_password(id, chosen.as_ref().map(|c| c.as_str()))
                .map_err(failed)?;
            secrets(id, generated.as_ref().map(|g| g.as_str()), None, out);
        }
        Wat::Totp { id } => {
            let told = file.set_totp(id).map_err(failed)?;
            secrets(id, None, Some(&told), out);
        }
        Wat::Uit { id } => {
            file.set_active(id, false).map_err(failed)?;
            done(id, out);
        }
        Wat::Aan { id } => {
            file.set_active(id, true).map_err(failed)?;
            done(id, out);
        }
    }
    Ok(Exit::Ok)
}

/// The first line, without its end.
fn from_stdin() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::with_capacity(1024));
    std::io::stdin()
        .take(1024)
        .read_to_string(&mut text)
        .map_err(Failure::usage)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn done(id: &str, out: &Out) {
    out.line(format!("{} {id}", out.say("gewijzigd:", "changed:")));
    out.json(&serde_json::json!({ "account": id }));
}

/// What is shown once, and kept nowhere as it is shown.
fn secrets(id: &str, password: Option<&str>, told: Option<&Enrolment>, out: &Out) {
    out.json(&serde_json::json!({
        "account": id,
        "wachtwoord": password,
        "totp": told.map(|t| t.geheim.as_str()),
        "otpauth": told.map(|t| t.uri.as_str()),
    }));
    out.line(format!("{} {id}", out.say("account", "account")));
    if let Some(password) = password {
        out.line(format!("{} {password}", out.say("  wachtwoord ", "  password   ")));
    }
    if let Some(told) = told {
        out.line(format!(
            "{} {}",
            out.say("  code-geheim", "  code secret"),
            &*told.geheim
        ));
        out.line(format!("{} {}", out.say("  voor de app", "  for the app"), &*told.uri));
    }
    out.line(out.say(
        "  dit wordt één keer getoond; geef het over aan wie het aangaat",
        "  this is shown once; hand it over to whom it concerns",
    ));
}

fn list(file: &AccountFile<'_>, out: &Out) {
    let words = |k: &Kept| k.rollen.iter().map(|r| r.as_str()).collect::<Vec<_>>();
    let all: Vec<_> = file
        .accounts()
        .map(|k| serde_json::json!({ "account": k.id, "naam": k.naam, "rollen": words(k), "actief": k.actief }))
        .collect();
    out.json(&serde_json::json!({ "accounts": all }));
    for k in file.accounts() {
        let off = if k.actief { "" } else { out.say(" (uit)", " (off)") };
        let naam = k.naam.as_deref().unwrap_or_default();
        out.line(format!("{:<20} {:<28} {naam}{off}", k.id, words(k).join(", ")));
    }
}
