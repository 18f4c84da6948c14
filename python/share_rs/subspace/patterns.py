"""The map from error patterns to skills, which a user may edit: `patterns.toml` in the folder of a subspace."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, cast

from share_rs._native import PatternTable
from share_rs.errors import SubspaceError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

PATTERNS = "patterns.toml"

_HEAD = """\
# Which skill repairs which error: PATTERN = "SKILL". Edit as you like: it is checked whenever the subspace is read.
# A pattern stands here once; one that does not stand here is answered by the base model.
"""
_KEY = re.compile(r"""^\s*["']?([^\s"'=#]+)["']?\s*=""", re.MULTILINE)


def read_patterns(path: Path, skills: Collection[str], table: PatternTable | None = None) -> dict[str, str]:
    """The map in a file, sorted by pattern; empty where there is no file.

    Args:
        path: a TOML file of lines `PATTERN = "SKILL"`.
        skills: the names that may stand on the right.
        table: the patterns that may stand on the left; by default the built-in ones.

    Raises:
        SubspaceError: the file is not TOML, gives one pattern to several skills, or names a pattern or skill that is not.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SubspaceError(f'{path}: expected a text file of lines PATTERN = "SKILL", got {error}') from error
    found = cast("list[str]", _KEY.findall(text))
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise SubspaceError(
            f"{path}: the map is ambiguous: the pattern {twice[0]} is given {found.count(twice[0])} times; keep one line"
        )
    try:
        entries: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SubspaceError(f'{path}: expected lines PATTERN = "SKILL" in TOML, got {error}') from error
    for pattern, skill in entries.items():
        if isinstance(skill, list):
            raise SubspaceError(
                f"{path}: the map is ambiguous: the pattern {pattern} is given to a list; name one skill"
            )
        if not isinstance(skill, str):
            raise SubspaceError(f"{path}: expected the name of a skill for the pattern {pattern}, got {skill!r}")
    return check_patterns(entries, skills, table, where=str(path))


def check_patterns(
    patterns: Mapping[str, str], skills: Collection[str], table: PatternTable | None = None, *, where: str = "the map"
) -> dict[str, str]:
    """The map, sorted by pattern.

    Raises:
        SubspaceError: it names a pattern that no error has, or a skill that the subspace has not.
    """
    known = (table or PatternTable()).patterns
    for pattern, skill in sorted(patterns.items()):
        if pattern not in known:
            raise SubspaceError(
                f"{where}: expected the name of an error pattern, got {pattern!r}; the patterns are {', '.join(known)}"
            )
        if skill not in skills:
            raise SubspaceError(
                f"{where}: the pattern {pattern} is given to {skill!r}, expected one of the skills "
                f"{', '.join(sorted(skills)) or '(there are none)'}"
            )
    return dict(sorted(patterns.items()))


def unmapped_patterns(patterns: Mapping[str, str], table: PatternTable | None = None) -> tuple[str, ...]:
    """The patterns that no skill is given for, sorted; the base model answers them."""
    return tuple(sorted(set((table or PatternTable()).patterns) - set(patterns)))


def render_patterns(patterns: Mapping[str, str], table: PatternTable | None = None) -> str:
    """The map as the text of `patterns.toml`; patterns without a skill follow as comments, ready to be filled in."""
    given = "".join(f'{pattern} = "{skill}"\n' for pattern, skill in sorted(patterns.items()))
    free = "".join(f'# {pattern} = ""\n' for pattern in unmapped_patterns(patterns, table))
    return f"{_HEAD}\n{given}\n# Without a skill:\n{free}" if given else f"{_HEAD}\n# Without a skill:\n{free}"


def edited_patterns(
    ours: Mapping[str, str], written: Mapping[str, str], edited: Mapping[str, str], skills: Collection[str]
) -> dict[str, str]:
    """What is to be written over an edited file: the map at hand, with the user's edits applied.

    Args:
        ours: the map of the subspace that is being saved.
        written: the map as the folder's last save wrote it.
        edited: the map that its file holds now; where it differs from `written`, a user changed it.
        skills: the names of the subspace being saved; an entry for any other is dropped.
    """
    merged = dict(ours)
    for pattern in {**written, **edited}:
        if edited.get(pattern) != written.get(pattern):
            merged.pop(pattern, None)
            if pattern in edited:
                merged[pattern] = edited[pattern]
    return {pattern: skill for pattern, skill in sorted(merged.items()) if skill in skills}
