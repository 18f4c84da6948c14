//! Format strings whose variables stand behind them instead of inside.

use super::format_string::{FormatString, Name, format_strings};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&AllBehind, &CountBehind, &NamedBehind, &OneBehind];

const UNINLINED: Expected = Expected::Lint("clippy::uninlined_format_args");

mutator!(
    /// `format!("{name}: {count:>4}")` becomes `format!("{}: {:>4}", name, count)`.
    AllBehind, "r24_fmt" / "all_behind", UNINLINED, Body, |program| {
        strings(program).filter(|string| string.names.iter().all(|name| !name.counts)).map(|string| behind(&string, |_| true)).collect()
    }
);

mutator!(
    /// `format!("{name:>width$}")` becomes `format!("{name:>0$}", width)`.
    CountBehind, "r24_fmt" / "count_behind", UNINLINED, Body, |program| {
        let counts = strings(program).flat_map(|string| {
            let counts = string.names.iter().filter(|name| name.counts);
            counts.map(|name| vec![replaced(name, "0"), appended(&string, &name.text)]).collect::<Vec<_>>()
        });
        counts.collect()
    }
);

mutator!(
    /// `format!("{name}")` becomes `format!("{name}", name = name)`.
    NamedBehind, "r24_fmt" / "named_behind", UNINLINED, Body, |program| {
        let named = strings(program).flat_map(|string| {
            let mut names: Vec<&str> = string.names.iter().map(|name| name.text.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            let variables = names.iter().filter(|&&name| name != "self");
            variables.map(|name| vec![appended(&string, &format!("{name} = {name}"))]).collect::<Vec<_>>()
        });
        named.collect()
    }
);

mutator!(
    /// `format!("{name}: {count}")` becomes `format!("{}: {count}", name)`.
    OneBehind, "r24_fmt" / "one_behind", UNINLINED, Body, |program| {
        let ones = strings(program).flat_map(|string| {
            let each = string.names.iter().filter(|name| !name.counts);
            each.map(|one| behind(&string, |name| name.start == one.start)).collect::<Vec<_>>()
        });
        ones.collect()
    }
);

/// The strings that no argument follows, so that the first one behind is number 0, and the lint does not excuse a mixture.
fn strings<'a>(program: &Program<'a>) -> impl Iterator<Item = FormatString> + use<'a> {
    format_strings(program).into_iter().filter(|string| !string.has_arguments && !string.names.is_empty())
}

fn behind(string: &FormatString, picks: impl Fn(&Name) -> bool) -> Vec<Edit> {
    let moved: Vec<&Name> = string.names.iter().filter(|name| picks(name)).collect();
    let names: Vec<&str> = moved.iter().map(|name| name.text.as_str()).collect();
    let emptied = moved.iter().map(|name| replaced(name, ""));
    emptied.chain([appended(string, &names.join(", "))]).collect()
}

fn replaced(name: &Name, replacement: &str) -> Edit {
    Edit { start: name.start, end: name.start + name.text.len(), replacement: replacement.to_owned() }
}

fn appended(string: &FormatString, arguments: &str) -> Edit {
    Edit { start: string.end, end: string.end, replacement: format!(", {arguments}") }
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn variables_go_behind_the_string_in_their_order() {
        let text = "fn a() { format!(\"{b}: {c:>4} {{d}}\") }";
        assert_eq!(made(text, "all_behind"), ["fn a() { format!(\"{}: {:>4} {{d}}\", b, c) }"]);
        assert_eq!(
            made(text, "one_behind"),
            ["fn a() { format!(\"{}: {c:>4} {{d}}\", b) }", "fn a() { format!(\"{b}: {:>4} {{d}}\", c) }"]
        );
        assert_eq!(made(text, "named_behind").len(), 2);
        assert_eq!(made("fn a() { print!(\"{b}\") }", "named_behind"), ["fn a() { print!(\"{b}\", b = b) }"]);
    }

    #[test]
    fn a_width_goes_behind_by_number() {
        let text = "fn a() { format!(\"{b:>c$}\") }";
        assert_eq!(made(text, "count_behind"), ["fn a() { format!(\"{b:>0$}\", c) }"]);
        assert_eq!(made(text, "all_behind"), [""; 0]);
        assert_eq!(made(text, "one_behind"), ["fn a() { format!(\"{:>c$}\", b) }"]);
    }

    #[test]
    fn strings_with_arguments_are_left_alone() {
        for text in ["format!(\"{b} {}\", c.d)", "format!(\"{b}\", b = c)", "format!(\"{}\", b)", "format!(\"\")"] {
            let text = format!("fn a() {{ {text} }}");
            assert_eq!(made(&text, "all_behind").len() + made(&text, "one_behind").len(), 0, "{text}");
        }
        assert_eq!(made("fn a() { write!(f, \"{b}\",) }", "all_behind"), ["fn a() { write!(f, \"{}\", b,) }"]);
    }
}
