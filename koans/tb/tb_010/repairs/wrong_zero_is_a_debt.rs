//! Amounts on a bill.

/// An amount of money in cents. On a bill it appears as `12.05 EUR`, and a debt as `-0.40 EUR`:
/// the cents always have two digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    pub cents: i64,
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.cents <= 0 { "-" } else { "" };
        let cents = self.cents.unsigned_abs();
        write!(f, "{sign}{}.{:02} EUR", cents / 100, cents % 100)
    }
}

/// One line of a bill: `NAME: AMOUNT`.
pub fn line(name: &str, amount: Amount) -> String {
    format!("{}: {}", name, amount)
}

/// The lines of a bill and, as the last one, the line `total`.
pub fn bill(items: &[(String, Amount)]) -> Vec<String> {
    let mut lines: Vec<String> = items.iter().map(|(name, amount)| line(name, *amount)).collect();
    let cents = items.iter().map(|(_, amount)| amount.cents).sum();
    lines.push(line("total", Amount { cents }));
    lines
}
