//! In whose name something is done: a person, two persons, or a connection as the machine account that it names.

use crate::ports::{Account, AccountRefusal, AccountRol, TweePersonen};

/// Who acts. The journal names the account, never a name of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wie {
    account: String,
    koppeling: Option<String>,
    persoon: Option<Account>,
    tweede: Option<Account>,
}

impl Wie {
    /// A connection that records by itself, under the account that its configuration names. It is no person: it is
    /// never one of two.
    #[must_use]
    pub fn machine(account: impl Into<String>, koppeling: Option<String>) -> Self {
        Self {
            account: account.into(),
            koppeling,
            persoon: None,
            tweede: None,
        }
    }

    /// A person who was verified, by way of a connection; and a second one, where a step asks for two.
    #[must_use]
    pub fn persoon(account: Account, tweede: Option<Account>, koppeling: Option<String>) -> Self {
        Self {
            account: account.id().to_owned(),
            koppeling,
            persoon: Some(account),
            tweede,
        }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// As the journal has it: the account, and by which connection; both persons where there are two.
    #[must_use]
    pub fn told(&self) -> String {
        let second = self
            .tweede
            .as_ref()
            .map_or(String::new(), |t| format!(" met {}", t.id()));
        match (&self.koppeling, &self.persoon) {
            (Some(via), Some(_)) => format!("{}{second} via {via}", self.account),
            (Some(via), None) => format!("{} (koppeling {via})", self.account),
            (None, _) => format!("{}{second}", self.account),
        }
    }

    /// Whether it may record facts: a person needs the role, a connection has it by its configuration.
    ///
    /// # Errors
    /// [`AccountRefusal::GeenRol`].
    pub fn may_record(&self) -> Result<(), AccountRefusal> {
        match &self.persoon {
            Some(persoon) => persoon.require_role(&[AccountRol::Operator]),
            None => Ok(()),
        }
    }

    /// Whether it may keep the register of breaches: a person who is operator or FG, never a connection by itself.
    ///
    /// # Errors
    /// [`AccountRefusal::GeenRol`].
    pub fn may_keep_register(&self) -> Result<(), AccountRefusal> {
        match &self.persoon {
            Some(persoon) => persoon.require_role(&[AccountRol::Operator, AccountRol::Fg]),
            None => Err(AccountRefusal::GeenRol),
        }
    }

    /// The two different persons of a step that asks for two: who acts is an operator, who agrees an operator or the FG.
    ///
    /// # Errors
    /// [`AccountRefusal::ZelfdePersoon`] when there are not two persons; [`AccountRefusal::GeenRol`].
    pub fn twee(&self) -> Result<TweePersonen, AccountRefusal> {
        match (&self.persoon, &self.tweede) {
            (Some(een), Some(ander)) => TweePersonen::new(
                een.clone(),
                &[AccountRol::Operator],
                ander.clone(),
                &[AccountRol::Operator, AccountRol::Fg],
            ),
            _ => Err(AccountRefusal::ZelfdePersoon),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_never_one_of_two_and_the_journal_names_both_persons() {
        let op = Account::new("op-1", [AccountRol::Operator]);
        let fg = Account::new("fg-1", [AccountRol::Fg]);
        let machine = Wie::machine("registratie", Some("bron".into()));
        assert_eq!(machine.told(), "registratie (koppeling bron)");
        assert!(machine.may_record().is_ok());
        assert_eq!(machine.twee(), Err(AccountRefusal::ZelfdePersoon));
        let alone = Wie::persoon(op.clone(), None, Some("scherm".into()));
        assert_eq!(
            (alone.told().as_str(), alone.twee().is_err()),
            ("op-1 via scherm", true)
        );
        let two = Wie::persoon(op.clone(), Some(fg.clone()), Some("scherm".into()));
        assert_eq!(two.told(), "op-1 met fg-1 via scherm");
        assert!(two.twee().is_ok());
        assert_eq!(
            Wie::persoon(op.clone(), Some(op), None).twee(),
            Err(AccountRefusal::ZelfdePersoon)
        );
        assert_eq!(Wie::persoon(fg, None, None).may_record(), Err(AccountRefusal::GeenRol));
    }
}
