"""One verified row: a program that was broken on purpose, what the compiler says of it, and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from hashlib import sha256
from typing import Any, Literal, TypeAlias, cast

from share_rs.errors import RowError
from share_rs.mining.sound import applied, check, json_kind

Edit: TypeAlias = tuple[int, int, str]
"""First byte that goes, first byte that stays, what stands there instead; in UTF-8 bytes of `broken`."""
Judge: TypeAlias = Literal["value", "tests", "lint", "repair"]
"""Who says whether a repair is right: its probes by value; the crate's tests; one lint that must be silent; or equality
with `fixed` or an alternative, by text or by syntax, where there is nothing to run."""
SourceKind: TypeAlias = Literal["generator", "docs", "crate"]
Reach: TypeAlias = Literal["body", "item", "remote"]


@dataclass(frozen=True)
class Row:
    """Checked when it is made; `Row.make` computes what follows from the rest.

    Raises:
        RowError: a field is not as it must be; the row, the field, expected and got are named.
    """

    id: str
    """32 hexadecimal digits: a hash of all other fields, the same in every run."""
    family: str
    variant: str
    """Which mutator of the family."""
    pattern: str | None
    """The error pattern that the router sees; None where it abstains."""
    codes: tuple[str, ...]
    """Of `diagnostics`, in their order; the empty string where one has none, a lint's full name where a lint judges."""
    judge: Judge
    broken: str
    diagnostics: tuple[Mapping[str, Any], ...]
    """As `Diagnostic.to_dict` gives them, all of them, spans in bytes of `broken`, free of paths."""
    edits: tuple[Edit, ...]
    """In the order of the text; applied to `broken` they give `fixed`."""
    fixed: str
    alternatives: tuple[str, ...]
    """Other whole programs that are right, too."""
    probes: str
    """Rust, as in a koan's probes.rs: a must where `judge` is `value`, possible where it is `lint`, empty elsewhere."""
    source_kind: SourceKind
    source_group: str
    """Names the working program: its mutants, and copies of it under other names, share it."""
    licence: str
    """An SPDX expression."""
    toolchain: str
    """rustc's version line."""
    edition: str
    target: str
    """The target triple that the diagnostics are for."""
    externs: tuple[str, ...] = ()
    """Crates that the program is compiled with: without them it fails for another reason."""
    allow_unsafe: bool = False
    """Whether the program needs `unsafe`, which the sandbox otherwise forbids."""
    file: str = ""
    """Path of the file within its crate, for rows whose judge are the crate's tests."""
    item: tuple[int, int] | None = None
    """Bytes of the item in `broken` that was changed: what a window of the program must show whole."""
    reach: Reach | None = None
    """Where the first error lies, as `Mutation.reach` has it."""
    crate: str = ""
    """Name and version of the package, for rows of a crate."""
    kept: tuple[tuple[int, int], ...] = ()
    """Bytes of the working `file` that `fixed` shows, in order: between them stands a mark for what it leaves out."""
    tests: tuple[str, ...] = ()
    """Some of the crate's tests that run the item, where they are the judge; they judge together with all others."""

    def __post_init__(self) -> None:
        check(self)
        wanted = content_id(self.__dict__)
        if self.id != wanted:
            raise RowError(f"row, id: expected {wanted}, the hash of its other fields, got {self.id}; use Row.make")

    def __hash__(self) -> int:
        return hash(self.id)

    @classmethod
    def make(
        cls,
        *,
        family: str,
        variant: str,
        pattern: str | None,
        judge: Judge,
        broken: str,
        diagnostics: Sequence[Mapping[str, Any]],
        edits: Sequence[Edit],
        alternatives: Sequence[str] = (),
        probes: str = "",
        source_kind: SourceKind,
        source_group: str,
        licence: str,
        toolchain: str,
        edition: str,
        target: str,
        externs: Sequence[str] = (),
        allow_unsafe: bool = False,
        file: str = "",
        item: tuple[int, int] | None = None,
        reach: Reach | None = None,
        crate: str = "",
        kept: Sequence[tuple[int, int]] = (),
        tests: Sequence[str] = (),
    ) -> Row:
        """A row without what follows from the rest: `id`, `codes`, `fixed`.

        Raises:
            RowError: as `Row`, and where `edits` do not fit `broken`.
        """
        values: dict[str, Any] = {
            "family": family,
            "variant": variant,
            "pattern": pattern,
            "codes": tuple(one.get("code") or "" for one in diagnostics),
            "judge": judge,
            "broken": broken,
            "diagnostics": tuple(diagnostics),
            "edits": tuple(edits),
            "fixed": applied("new", broken, edits),
            "alternatives": tuple(alternatives),
            "probes": probes,
            "source_kind": source_kind,
            "source_group": source_group,
            "licence": licence,
            "toolchain": toolchain,
            "edition": edition,
            "target": target,
            "externs": tuple(externs),
            "allow_unsafe": allow_unsafe,
            "file": file,
            "item": item,
            "reach": reach,
            "crate": crate,
            "kept": tuple(kept),
            "tests": tuple(tests),
        }
        return cls(id=content_id(values), **values)

    def changed(self, **values: Any) -> Row:  # noqa: ANN401 - the fields of a row
        """The row with other values of some fields, and the `id` that follows.

        Raises:
            RowError: as `Row`.
        """
        found: dict[str, Any] = {**self.__dict__, **values}
        found["id"] = content_id(found)
        return Row(**found)

    def to_dict(self) -> dict[str, Any]:
        """What JSON holds of it, in the order of the fields; optional fields only where they are not the default."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value != _OPTIONAL.get(name, MISSING)}

    @classmethod
    def from_dict(cls, values: object) -> Row:
        """The inverse of `to_dict`, also of what JSON made of it.

        Raises:
            RowError: as `Row`, and for fields that are missing or unknown.
        """
        return cls(**_tupled(values))


def content_id(values: Mapping[str, Any]) -> str:
    """The `id` of a row with these fields: SHA-256 over all others but defaults, as JSON with sorted keys, shortened."""
    content = {name: value for name, value in values.items() if name != "id" and value != _OPTIONAL.get(name, MISSING)}
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()[:32]


_OPTIONAL = {field.name: field.default for field in fields(Row) if field.default is not MISSING}
_REQUIRED = [field.name for field in fields(Row) if field.default is MISSING]


def _tupled(values: object) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise RowError(f"expected an object with the fields of a row, got {json_kind(values)}")
    found = dict(cast("Mapping[str, Any]", values))
    name = str(found.get("id", "without id"))
    missing = [field for field in _REQUIRED if field not in found]
    unknown = [field for field in found if field not in _REQUIRED and field not in _OPTIONAL]
    if missing or unknown:
        faults = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has unknown {', '.join(unknown)}"] * bool(unknown)
        raise RowError(f"row {name} {' and '.join(faults)}; expected the fields of this version of share_rs")
    for field in ("codes", "diagnostics", "edits", "alternatives", "externs", "item", "kept", "tests"):
        if isinstance(found.get(field), list):
            found[field] = tuple(found[field])
    for field in ("edits", "kept"):
        if isinstance(found.get(field), tuple):
            inner = cast("tuple[object, ...]", found[field])
            found[field] = tuple(tuple(cast("list[Any]", one)) if isinstance(one, list) else one for one in inner)
    return found
