"""Lines are indented as rustfmt does."""

from __future__ import annotations

from share_rs.mining.generate.layout import layout


def test_what_continues_a_line_stands_deeper_than_it() -> None:
    text = """fn a() {
if let Some(b) = c
&& b > 1
{
d(b)
.e()
}
}"""
    assert (
        layout(text)
        == """fn a() {
    if let Some(b) = c
        && b > 1
    {
        d(b)
            .e()
    }
}"""
    )
