"""Programs that look like what a format writes around them, and changes of them."""

from hypothesis import strategies as st

from share_rs.repair.formats.lines import DELETE, INSERT, REPLACE

LINES = [
    *("", " ", "\t", "}", "fn a() {", "    let x = 1;", "\tlet x = 1;", 'let ü = "€";', "// \u2028 and \u2029 and \x0c", "\x0b\x85\x1c", "a\rb"),
    *(f"1{REPLACE}fn a() {{", f"{REPLACE}x", f"2{INSERT}", f"3{DELETE}", "1 | a", "0"),
    *("```", "```rust", "````", "~~~", "  ```", "\\ No newline at end of file", "\\"),
    *("@@ -1,2 +1,2 @@", "@@", "--- a", "+++ b", "-- a", "++ b", "-", "+", "diff --git a b", "index 1"),
    *("<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "========", "<<<<<<<< SEARCH", "======= ", "REPLACE"),
]  # fmt: skip
lines = st.sampled_from(LINES) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=8)
ends = st.sampled_from(["\n", "\n", "\r\n"])


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Lines with LF, CRLF or both, with a last newline or without."""
    texts = draw(st.lists(lines, max_size=12))
    end = draw(st.sampled_from(["\n", "\r\n", None]))
    text = "".join(line + (end or draw(ends)) for line in texts)
    return text if draw(st.booleans()) else text.rstrip("\r\n")


@st.composite
def changed(draw: st.DrawFn, source: str, most: int = 3) -> str:
    """The program after some lines were replaced, inserted or deleted; line ends stay as they are."""
    end = "\r\n" if source.count("\r\n") == source.count("\n") > 0 else "\n"
    parts = source.split("\n")
    for _ in range(draw(st.integers(1, most))):
        at = draw(st.integers(0, len(parts) - 1))
        new = draw(lines) + ("\r" if end == "\r\n" else "")
        kind = draw(st.sampled_from(["replace", "insert", "delete"]))
        if kind == "insert" or at == len(parts) - 1:
            parts.insert(at, new)
        elif kind == "delete":
            del parts[at]
        else:
            parts[at] = new
    return "\n".join(parts)
