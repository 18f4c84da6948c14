"""A repair that nobody could guess is no answer."""

from __future__ import annotations

from share_rs.mining.inferable import inferable


def inserted(broken: str, text: str, *messages: str) -> bool:
    return inferable(broken, [(0, 0, text)], messages)


def test_a_short_repair_can_be_inferred() -> None:
    assert inserted("fn a(b: &str) { c(b) }", ".clone()")
    assert inserted("fn a() {}", "mut ")


def test_a_literal_must_stand_somewhere() -> None:
    assert not inserted("fn a(b: Option<u32>) -> u32 { b }", ".unwrap_or(37)")
    assert inserted("const C: u32 = 37; fn a(b: Option<u32>) -> u32 { b }", ".unwrap_or(37)")
    assert inserted("fn a(b: Option<u32>) -> u32 { b }", ".unwrap_or(0)")
    assert inserted("fn a() {}", "'b'", "expected `'b'`")
    assert not inserted("fn a() { 137 }", "37")
    assert not inserted("fn a() {}", '"a text of its own"')


def test_a_text_that_is_spelled_as_a_name_stands_there() -> None:
    assert inserted("enum State { OpenOrder }", 'State::OpenOrder => "open order",')
    assert not inserted("enum State { OpenOrder }", 'State::OpenOrder => "order",')


def test_the_words_of_expect_are_free() -> None:
    assert inserted("fn a(b: Option<u32>) -> u32 { b }", '.expect("a number")')
    assert not inserted("fn a(b: Option<u32>) -> u32 { b }", '.expect_err("a number")')


def test_what_stood_at_either_end_before_is_not_inserted() -> None:
    broken = 'fn a() { b("a long text", 12345) }'
    assert inferable(broken, [(9, 31, 'b(&"a long text", 12345)')], [])


def test_a_body_cannot_be_inferred() -> None:
    assert not inserted("fn a() {}", "fn b() {\n    c();\n    d();\n}\n")
    assert not inserted("fn a() {}", "impl B for C { fn d(&self) -> E { self.f.g().h().i().j().k().l().m() } }")


def test_lines_that_stand_elsewhere_have_only_to_be_moved() -> None:
    macro = "macro_rules! a {\n    ($b:expr) => {\n        $b + 12345\n    };\n}"
    assert inserted(f"fn c() -> u32 {{ a!(1) }}\n\n{macro}\n", f"{macro}\n\n")
    assert not inserted("fn c() -> u32 { a!(1) }\n", f"{macro}\n\n")


def test_an_item_that_is_made_like_another_out_of_known_words_can_be_inferred() -> None:
    def conversion(error: str, case: str) -> str:
        return f"impl From<{error}> for Fault {{\n    fn from(error: {error}) -> Self {{\n        Self::{case}(error)\n    }}\n}}\n"

    enum = "enum Fault {\n    Number(ParseIntError),\n    Truth(ParseBoolError),\n}\n"
    missing = conversion("ParseBoolError", "Truth")
    assert inserted(f"{enum}\n{conversion('ParseIntError', 'Number')}", missing)
    assert not inserted(enum, missing)
    assert not inserted(f"{enum}\n{conversion('ParseIntError', 'Number')}", conversion("ParseBoolError", "Other"))
    assert not inserted(
        f"{enum}\n{conversion('ParseIntError', 'Number')}", missing.replace("(error)\n", "(error); 1\n")
    )


def test_a_short_impl_that_the_compiler_misses_can_be_inferred() -> None:
    enum = "use std::num::ParseIntError;\n\nenum Fault {\n    Number(ParseIntError),\n}\n"
    item = "impl From<ParseIntError> for Fault {\n    fn from(cause: ParseIntError) -> Self {\n        Self::Number(cause)\n    }\n}\n"
    asked = "the trait `From<ParseIntError>` is not implemented for `Fault`"
    assert inserted(enum, item, asked)
    assert inserted(enum, item.replace("ParseIntError>", "std::num::ParseIntError>"), asked)
    assert not inserted(enum, item)
    assert not inserted(enum, item, asked.replace("Fault", "Other"))
    assert not inserted(enum, item.replace("Number(cause)", "Unknown(cause)"), asked)
    assert not inserted(enum, item.replace("Number(cause)", 'Number("a")'), asked)
    assert not inserted(enum, item.replace("Self::", "let other = cause;\n        Self::"), asked)
