"""What holds of every format: its own answers give the repair back, and no answer does anything but that or an error."""

import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from share_rs import load_koans
from share_rs.errors import FormatError
from share_rs.repair.formats import FORMATS, named_format
from share_rs.repair.formats.text import Text

from .programs import LINES, changed, lines, programs

every_format = pytest.mark.parametrize("name", FORMATS)


def expressible(name: str, source: str, fixed: str) -> bool:
    """What no format but this predicate decides: CRLF stays CRLF, and a last newline stays, but in a diff."""
    text = Text.of(source)
    crlf = not text.crlf or fixed.count("\r\n") == fixed.count("\n") == fixed.count("\r")
    final = not text.final or not fixed or fixed.endswith("\n") or name == "diff"
    return crlf and final and source != fixed


@every_format
@settings(max_examples=60)
@given(data=st.data(), source=programs())
def test_an_answer_gives_the_repair_back(name: str, data: st.DataObject, source: str) -> None:
    fixed = data.draw(changed(source))
    one = named_format(name)
    if expressible(name, source, fixed):
        answer = one.encode(source, fixed)
        assert one.decode(source, answer) == fixed
        assert one.decode(source, f"\n \n{answer}\n\n") == fixed
    elif source != fixed or name != "whole":
        with pytest.raises(FormatError):
            one.encode(source, fixed)


@pytest.mark.parametrize("name", ["whole", "diff", "search_replace"])
@settings(max_examples=50)
@given(source=programs(), fixed=programs())
def test_any_program_may_become_any_other_but_for_its_line_ends(name: str, source: str, fixed: str) -> None:
    if expressible(name, source, fixed):
        one = named_format(name)
        assert one.decode(source, one.encode(source, fixed)) == fixed


@every_format
@settings(max_examples=60)
@given(data=st.data(), source=programs())
def test_an_answer_that_was_tampered_with_is_refused_or_applied_as_it_says(
    name: str, data: st.DataObject, source: str
) -> None:
    fixed = data.draw(changed(source))
    one = named_format(name)
    if not expressible(name, source, fixed):
        return
    answer = one.encode(source, fixed)
    cut = data.draw(st.integers(0, len(answer)))
    kind = data.draw(st.sampled_from(["cut", "insert", "double", "drop", "letter"]))
    parts = answer.split("\n")
    at = data.draw(st.integers(0, len(parts) - 1))
    tampered = {
        "cut": answer[:cut],
        "insert": "\n".join([*parts[:at], data.draw(lines), *parts[at:]]),
        "double": "\n".join([*parts[: at + 1], *parts[at:]]),
        "drop": "\n".join([*parts[:at], *parts[at + 1 :]]),
        "letter": answer[:cut] + data.draw(st.sampled_from("0129@-+ <=>`→¶§a\n")) + answer[cut + 1 :],
    }[kind]
    try:
        found = one.decode(source, tampered)
    except FormatError:
        return
    # An accepted edit is an edit of this program: its own answer is accepted, too.
    if found != source and expressible(name, source, found):
        try:
            assert one.decode(source, one.encode(source, found)) == found
        except FormatError as error:
            assert "more" in str(error)  # noqa: PT017 - one edit of three may need four lines


@every_format
@settings(max_examples=60)
@given(source=programs(), answer=st.lists(st.sampled_from(LINES) | lines, max_size=8).map("\n".join) | st.text())
def test_no_answer_raises_anything_but_its_error(name: str, source: str, answer: str) -> None:
    one = named_format(name)
    for done in (one.read, one.decode):
        with suppress(FormatError):
            done(source, answer)


@every_format
def test_every_koan_is_shown_and_answered(name: str) -> None:
    one, answered = named_format(name), 0
    for koan in load_koans():
        with suppress(FormatError):
            assert one.decode(koan.broken, one.encode(koan.broken, koan.fixed)) == koan.fixed
            answered += 1
    assert answered == len(load_koans()) or (name == "lines" and answered >= 33)


@settings(max_examples=25)
@given(data=st.data(), source=programs())
def test_patch_applies_our_diffs(data: st.DataObject, source: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    fixed = data.draw(changed(source))
    if not expressible("diff", source, fixed) or "\r" in source + fixed or not source:
        return
    folder: Path = tmp_path_factory.mktemp("diff")
    (folder / "a").write_bytes(source.encode())
    diff = named_format("diff").encode(source, fixed).split("\n")[1:-1]
    text = "--- a\n+++ a\n" + "".join(f"{line}\n" for line in diff)
    command: list[Any] = ["git", "apply", "--unidiff-zero", "--whitespace=nowarn", "-p0", "-"]
    done = subprocess.run(command, input=text.encode(), cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    left = folder / "a"
    assert (left.read_bytes().decode() if left.exists() else "") == fixed


def test_a_name_that_no_format_has_is_told_the_others() -> None:
    with pytest.raises(FormatError, match=r"lines, whole, diff, search_replace, got 'patch'"):
        named_format("patch")
