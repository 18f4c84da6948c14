//! What one element is called, after the name of what holds it.

use syn::{Expr, Ident, Member};

/// `price` for `self.prices.iter()`; `item` where nothing has a plural name.
pub fn element(expression: &Expr) -> String {
    plural(expression).and_then(|name| singular(&name)).unwrap_or_else(|| "item".to_owned())
}

fn plural(expression: &Expr) -> Option<String> {
    let mut rest = expression;
    loop {
        rest = match rest {
            Expr::MethodCall(found) => &found.receiver,
            Expr::Reference(found) => &found.expr,
            Expr::Index(found) => &found.expr,
            Expr::Try(found) => &found.expr,
            Expr::Paren(found) => &found.expr,
            Expr::Field(found) => {
                return match &found.member {
                    Member::Named(name) => Some(name.to_string()),
                    Member::Unnamed(_) => None,
                };
            }
            Expr::Path(found) => return found.path.get_ident().map(ToString::to_string),
            _ => return None,
        };
    }
}

fn singular(name: &str) -> Option<String> {
    let stem = match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => name.strip_suffix('s').filter(|stem| !stem.ends_with(['s', 'u', 'i']))?.to_owned(),
    };
    (stem.len() > 1 && syn::parse_str::<Ident>(&stem).is_ok()).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_name_their_elements() {
        for (text, name) in [
            ("prices", "price"),
            ("self.entries.iter()", "entry"),
            ("&words[1..]", "word"),
            ("types", "item"),
            ("status", "item"),
            ("list.iter()", "item"),
            ("0..3", "item"),
        ] {
            assert_eq!(element(&syn::parse_str(text).unwrap()), name);
        }
    }
}
