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
