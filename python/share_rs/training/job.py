"""What a training run is given, read and checked before a model is loaded."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from share_rs._native import __version__
from share_rs.errors import TrainError
from share_rs.subspace import basis_hash
from share_rs.training.masking import Encoded, encode_rows
from share_rs.training.rows import Rows, read_rows, refuse
from share_rs.training.starts import skills_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    from transformers import PreTrainedTokenizerBase

    from share_rs.subspace import SharedSubspace
    from share_rs.training.settings import TrainSettings


@dataclass(frozen=True)
class Job:
    """One skill to be trained."""

    settings: TrainSettings
    """Resolved."""
    rows: Rows
    encoded: Encoded
    manifest: dict[str, Any]
    """What run.json holds."""

    def start(self) -> dict[str, Any]:
        """What the log says of the rows at the start."""
        return {
            "rows": len(self.encoded.examples),
            "skipped": [*self.rows.faults, *self.encoded.invalid, *self.encoded.too_long],
            "answer_tokens": sum(len(example.answer) for example in self.encoded.examples),
        }


def read_job(
    rows: str | PathLike[str] | Iterable[Mapping[str, Any]],
    settings: TrainSettings,
    subspace: SharedSubspace | None,
    tokenizer: PreTrainedTokenizerBase,
    model_hash: str,
) -> Job:
    """Reads the rows of a skill with resolved settings.

    Raises:
        TrainError: rows or settings are not such that a skill can be trained.
    """
    found = read_rows(rows)
    encoded = _encoded(found, tokenizer, settings)
    manifest = {
        "settings": settings.model_dump(mode="json"),
        "rows": {
            "content_hash": found.content_hash,
            "used": len(encoded.examples),
            "invalid": len(found.faults) + len(encoded.invalid),
            "too_long": len(encoded.too_long),
        },
        "model": {"content_hash": model_hash},
        "subspace": subspace and {"basis_hash": basis_hash(subspace), "skills_hash": skills_hash(subspace, settings)},
        "versions": _versions(),
    }
    return Job(settings, found, encoded, manifest)


def _encoded(rows: Rows, tokenizer: PreTrainedTokenizerBase, settings: TrainSettings) -> Encoded:
    """The rows that are trained on; what is not fit is refused or passed over, as the settings say."""
    encoded = encode_rows(tokenizer, rows.sound, settings.max_length)
    if settings.invalid == "refuse":
        refuse((*rows.faults, *encoded.invalid), "mend these rows, or set invalid = skip")
    if settings.too_long == "refuse":
        refuse(encoded.too_long, "raise max_length, or set too_long = skip")
    if not encoded.examples:
        refuse((*rows.faults, *encoded.invalid, *encoded.too_long), "no row is left to train on")
        raise TrainError("there are no rows; expected at least one JSON object with prompt and answer")
    return encoded


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in ("peft", "torch", "transformers")}
    return {"share_rs": __version__, **packages, "python": platform.python_version(), "platform": platform.platform()}
