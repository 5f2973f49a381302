//! The screen of the demonstration: an account that is made for it, and its codes, because nobody has an app for an
//! invented operator, and the demonstration plays on a day of its own.

use std::path::Path;

use anyhow::Context as _;
use sluis_accounts::{AccountFile, Enrolment};
use sluis_keys::KeyRing;
use sluis_stations::ports::AccountRol;
use zeroize::Zeroizing;

use crate::wiring::{ACCOUNTS, KEYS};

/// Who may log in.
pub(crate) const ACCOUNT: &str = "demo";
/// How long a code counts, in seconds.
const STEP: u64 = 30;

/// What somebody needs to log in.
pub(crate) struct Toegang {
    /// The password.
    pub(crate) wachtwoord: Zeroizing<String>,
    enrolment: Enrolment,
}

impl Toegang {
    /// Makes the account: an operator who is the FG too, so that one person sees every page.
    pub(crate) fn make(data: &Path) -> anyhow::Result<Self> {
        let keys = KeyRing::open(&data.join(KEYS))?;
        let mut file = AccountFile::open(&data.join(ACCOUNTS), &keys)?;
        let roles = [AccountRol::Operator, AccountRol::Fg].into();
        let (wachtwoord, enrolment) = file.add(ACCOUNT, None, roles)?;
        Ok(Self { wachtwoord, enrolment })
    }

    /// The code of this moment, and for how many seconds it is shown.
    pub(crate) fn code(&self, seconds: u64) -> anyhow::Result<(String, u64)> {
        let code = self.enrolment.code(seconds).context("the code cannot be made")?;
        Ok((code, STEP - seconds % STEP))
    }
}
