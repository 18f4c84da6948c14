//! Transfers between the accounts of one ledger.

/// Balances in cents, by account number.
pub struct Ledger {
    pub balances: Vec<i64>,
}

impl Ledger {
    fn account(&mut self, number: usize) -> Option<&mut i64> {
        self.balances.get_mut(number)
    }

    /// Moves `cents` from one account to another and returns whether it did.
    /// It does nothing when either account is unknown or the payer has less than `cents`.
    /// An account with enough that pays itself keeps its balance, and that counts as done.
    pub fn transfer(&mut self, from: usize, to: usize, cents: i64) -> bool {
        if self.account(to).is_none() {
            return false;
        }
        match self.account(from) {
            Some(payer) if *payer > cents => *payer -= cents,
            _ => return false,
        }
        if let Some(payee) = self.account(to) {
            *payee += cents;
        }
        true
    }
}
