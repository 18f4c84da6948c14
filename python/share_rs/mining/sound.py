"""Whether a row is sound: each field by itself, and the fields beside each other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn, cast

from share_rs._native import apply_edits
from share_rs.errors import RowError

if TYPE_CHECKING:
    from share_rs.mining.row import Row

_PATH = re.compile(r"(?<![\w/.:*])/(?:[\w.+@-]+/)+[\w.+@-]+|\b[A-Za-z]:\\[\w.+-]+\\[\w.+-]+")
"""An absolute path with a folder in it."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SHOWN = 80


def check(row: Row) -> None:
    """Looks at every field of a row.

    Raises:
        RowError: at the first field that is not as it must be.
    """
    for field, (expected, fits) in _FIELDS.items():
        value = getattr(row, field)
        if not fits(value):
            raise _fault(row, field, expected, value)
    _check_texts(row)
    _check_diagnostics(row)
    _check_edits(row)
    has = bool(row.probes.strip())
    # A lint alone is silenced by deleting the line that it is about.
    if has != (row.judge == "value") and not (has and row.judge == "lint"):
        wanted = "probes, for its judge is value" if row.judge == "value" else f"none, for its judge is {row.judge}"
        raise _fault(row, "probes", wanted, row.probes)
    if bool(row.tests) != (row.judge == "tests") or (row.tests and not (row.crate and row.file and row.kept)):
        wanted = "with crate, file and kept, where the judge is tests, and none elsewhere"
        raise _fault(row, "tests", wanted, row.tests)
    if row.item is not None and not 0 <= row.item[0] <= row.item[1] <= len(row.broken.encode()):
        raise _fault(row, "item", "bytes of broken", row.item)


def applied(row_id: str, broken: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """The repair that edits make of a broken program.

    Raises:
        RowError: they do not fit it.
    """
    try:
        return apply_edits(broken, edits)
    except (ValueError, TypeError, OverflowError) as error:
        raise RowError(f"row {row_id}, edits: {error}") from None


def json_kind(value: object) -> str:
    """The kind of a value, for a message."""
    return "null" if value is None else type(value).__name__


def _fault(row: Row, field: str, expected: str, got: object) -> RowError:
    text = repr(got)
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 4]} ..."
    return RowError(f"row {row.id}, {field}: expected {expected}, got {shown}")


def _check_texts(row: Row) -> None:
    try:
        json.dumps(row.__dict__, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        _name_surrogate(row)
    except (TypeError, ValueError, RecursionError):
        # All other fields have a type that JSON knows.
        raise _fault(row, "diagnostics", "what JSON can hold", row.diagnostics) from None
    if row.broken == row.fixed:
        raise _fault(row, "fixed", "another text than broken", row.fixed)
    others = {row.broken, row.fixed, *row.alternatives}
    if len(others) != len(row.alternatives) + 2:
        raise _fault(row, "alternatives", "programs that differ from broken, fixed and each other", row.alternatives)


def _name_surrogate(row: Row) -> NoReturn:
    for field in _FIELDS:
        for text in _strings(getattr(row, field)):
            half = _SURROGATE.search(text)
            if half is not None:
                got = f"half of a surrogate pair at character {half.start()}"
                raise RowError(f"row {row.id}, {field}: expected valid Unicode, got {got}")
    raise _fault(row, "diagnostics", "keys of valid Unicode", row.diagnostics)


def _check_diagnostics(row: Row) -> None:
    codes = tuple(one.get("code") or "" for one in row.diagnostics)
    if codes != row.codes:
        raise _fault(row, "codes", f"those of its diagnostics, {codes!r}", row.codes)
    whole = json.dumps(row.diagnostics)
    for text in _strings(row.diagnostics) if "/" in whole or "\\\\" in whole else ():
        for path in _PATH.findall(text):
            # What the program itself says is no path of the machine.
            if path not in row.broken:
                raise _fault(row, "diagnostics", "no paths", path)


def _check_edits(row: Row) -> None:
    fixed = applied(row.id, row.broken, row.edits)
    if fixed != row.fixed:
        raise RowError(f"row {row.id}, edits: expected edits of broken that give fixed, got another program")
    if list(row.edits) != sorted(row.edits, key=lambda edit: edit[:2]):
        raise _fault(row, "edits", "the order of the text", row.edits)


def _strings(value: object) -> list[str]:
    """Every text in nested data, without recursion."""
    found: list[str] = []
    rest: list[object] = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, Mapping):
            rest.extend(cast("Mapping[str, object]", one).values())
        elif isinstance(one, (list, tuple)):
            rest.extend(cast("Sequence[object]", one))
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_range(value: object) -> bool:
    return _has_types(value, int, int)


def _is_edit(value: object) -> bool:
    return _has_types(value, int, int, str)


def _is_diagnostic(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    one = cast("Mapping[str, object]", value)
    code = one.get("code")
    return isinstance(one.get("message"), str) and (code is None or isinstance(code, str))


def _has_types(value: object, *types: type) -> bool:
    return isinstance(value, tuple) and tuple(map(type, cast("tuple[object, ...]", value))) == types


def _all(each: Callable[[object], bool], *, least: int = 0) -> Callable[[object], bool]:
    """Whether something is a tuple of such values, of at least so many."""

    def fits(value: object) -> bool:
        return (
            isinstance(value, tuple)
            and len(cast("tuple[object, ...]", value)) >= least
            and all(map(each, cast("tuple[object, ...]", value)))
        )

    return fits


def _among(*values: str) -> tuple[str, Callable[[object], bool]]:
    return f"one of {', '.join(values)}", lambda value: isinstance(value, str) and value in values


def _or_none(rule: tuple[str, Callable[[object], bool]]) -> tuple[str, Callable[[object], bool]]:
    expected, fits = rule
    return f"{expected}, or None", lambda value: value is None or fits(value)


_FIELDS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "id": ("a string", _is_text),
    "family": ("a name in snake_case", _is_name),
    "variant": ("a name in snake_case", _is_name),
    "pattern": _or_none(("a name in snake_case", _is_name)),
    "codes": ("a tuple of strings, at least one", _all(_is_text, least=1)),
    "judge": _among("value", "tests", "lint", "repair"),
    "broken": ("a program", _is_filled),
    "diagnostics": ("a tuple of objects with code and message, at least one", _all(_is_diagnostic, least=1)),
    "edits": ("a tuple of (start, end, replacement), at least one", _all(_is_edit, least=1)),
    "fixed": ("a program", _is_filled),
    "alternatives": ("a tuple of programs", _all(_is_filled)),
    "probes": ("a string", _is_text),
    "source_kind": _among("generator", "docs", "crate"),
    "source_group": ("a name", _is_filled),
    "licence": ("an SPDX expression", _is_filled),
    "toolchain": ("rustc's version line", _is_filled),
    "edition": _among("2015", "2018", "2021", "2024"),
    "target": ("a target triple", _is_filled),
    "externs": ("a tuple of crate names", _all(_is_name)),
    "allow_unsafe": ("true or false", lambda value: isinstance(value, bool)),
    "file": ("a path within its crate", lambda value: isinstance(value, str) and not value.startswith("/")),
    "item": _or_none(("a tuple of two integers", _is_range)),
    "reach": _or_none(_among("body", "item", "remote")),
    "crate": ("a package's name and version", _is_text),
    "kept": ("a tuple of (start, end)", _all(_is_range)),
    "tests": ("a tuple of names", _all(_is_filled)),
}
"""What each field must be, in words and as a question."""
