"""Rows in Parquet: a typed column for each field; each diagnostic is a JSON document."""

from __future__ import annotations

import json
from importlib import import_module
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from share_rs.errors import RowError
from share_rs.mining.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

GROUP = 10_000
"""Rows in a row group: what a reader holds at once."""

# It has no types of its own.
pa: Any = import_module("pyarrow")
pq: Any = import_module("pyarrow.parquet")

_TEXTS = pa.list_(pa.string())
_TYPES: dict[str, Any] = {
    "codes": _TEXTS,
    "diagnostics": _TEXTS,
    "edits": pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64()), ("replacement", pa.string())])),
    "alternatives": _TEXTS,
    "externs": _TEXTS,
    "allow_unsafe": pa.bool_(),
    "item": pa.list_(pa.int64()),
    "kept": pa.list_(pa.list_(pa.int64())),
    "tests": _TEXTS,
}
SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in Row.__dataclass_fields__])
"""The columns; all but those named above hold strings, `item` holds two numbers or null."""


def write_parquet(path: Path, rows: Iterable[Row]) -> int:
    """Writes a file in one step, and returns how many rows; equal rows give equal bytes with one version of pyarrow.

    Raises:
        RowError: the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    rest = iter(rows)
    written = 0
    try:
        with pq.ParquetWriter(partial, SCHEMA, compression="zstd") as file:
            while group := list(islice(rest, GROUP)):
                file.write_table(pa.Table.from_pylist([_columns(row) for row in group], schema=SCHEMA))
                written += len(group)
        partial.replace(path)
    except OSError as error:
        raise RowError(f"cannot write the rows {path}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return written


def read_parquet(path: Path) -> Iterator[Row]:
    """The rows of a file, one row group in memory at a time.

    Raises:
        RowError: the file cannot be read, has other columns, or a row is unsound.
    """
    try:
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(SCHEMA):
                got = ", ".join(file.schema_arrow.names)
                raise RowError(f"{path}: expected the columns {', '.join(SCHEMA.names)} with their types, got {got}")
            numbers = count(1)
            for batch in file.iter_batches(batch_size=GROUP):
                for values in batch.to_pylist():
                    yield _row(values, f"{path}, row {next(numbers)}")
    except (OSError, pa.ArrowException) as error:
        raise RowError(f"cannot read the rows {path}: {error}") from error


def _columns(row: Row) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in SCHEMA.names}
    values["diagnostics"] = [json.dumps(one, sort_keys=True, ensure_ascii=False) for one in row.diagnostics]
    values["edits"] = [dict(zip(("start", "end", "replacement"), edit, strict=True)) for edit in row.edits]
    return values


def _row(values: dict[str, Any], place: str) -> Row:
    try:
        diagnostics = [json.loads(text) for text in values["diagnostics"] or ()]
    except ValueError as error:
        raise RowError(f"{place}, diagnostics: expected JSON, got none ({error})") from None
    edits = [[edit["start"], edit["end"], edit["replacement"]] for edit in values["edits"] or ()]
    try:
        return Row.from_dict(values | {"diagnostics": diagnostics, "edits": edits})
    except RowError as error:
        raise RowError(f"{place}: {error}") from None
