"""Rows for tests: made by the real mutators, with diagnostics that are no compiler's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from share_rs.mining.row import Row
from share_rs.mining.undo import undone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.row import Edit

SUM = "pub fn sum(values: &[u64]) -> u64 {\n    let mut total = 0;\n    for value in values {\n        total += value;\n    }\n    total\n}\n"


def made_row(
    source: str = SUM,
    edits: Sequence[Edit] = ((44, 48, ""),),
    *,
    family: str = "bc_mut",
    variant: str = "drop_mut",
    group: str = "sum",
    **others: Any,  # noqa: ANN401 - the fields of a row
) -> Row:
    """A row whose answer is `source`, broken by `edits`: by default `let mut` without its `mut`."""
    broken, back = undone(source, edits)
    fields: dict[str, Any] = {
        "pattern": "missing_mut",
        "judge": "repair",
        "diagnostics": [{"level": "error", "code": "E0384", "message": "cannot assign twice to immutable variable"}],
        "source_kind": "generator",
        "licence": "MIT OR Apache-2.0",
        "toolchain": "rustc 1.95.0",
        "edition": "2024",
        "target": "x86_64-unknown-linux-gnu",
        **others,
    }
    return Row.make(broken=broken, edits=back, family=family, variant=variant, source_group=group, **fields)
