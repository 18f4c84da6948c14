"""What run.json holds: everything that a run depends on, written before the first record."""

import platform
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from share_rs._native import __version__
from share_rs.errors import ShareError
from share_rs.evaluation.record import source_hash
from share_rs.repair.protocol import UsesModel

if TYPE_CHECKING:
    from share_rs._native import Koan
    from share_rs.evaluation.settings import EvaluationSettings
    from share_rs.repair.protocol import Solver

Manifest = dict[str, Any]

FORMAT = 1

# A new kernel or patch release of Python between two parts of a run changes no verdict.
_MAY_DIFFER = frozenset({"versions.python", "versions.platform"})


def describe(
    settings: "EvaluationSettings",
    solvers: Sequence["Solver"],
    koans: Sequence["Koan"],
    *,
    toolchain: Mapping[str, str],
    jail: str,
) -> Manifest:
    """The resolved run as plain JSON: settings, seeds, arms, koans with their hashes, versions, jail, the model.

    Raises:
        ShareError: the arms use different models, or one model in different ways.
    """
    models = [solver.identity() for solver in solvers if isinstance(solver, UsesModel)]
    if any(model != models[0] for model in models):
        raise ShareError("expected arms of one model, asked in one way; got several: evaluate each in a run of its own")
    return {
        "format": FORMAT,
        "settings": settings.model_dump(mode="json"),
        "seeds": settings.seeds(),
        "arms": [{"name": solver.name, "control": solver.control} for solver in solvers],
        "koans": [
            {
                "id": koan.id,
                "family": koan.family,
                "title": koan.title,
                "content_hash": koan.content_hash,
                "broken_hash": source_hash(koan.broken),
                "broken": koan.broken,
            }
            for koan in koans
        ],
        "versions": {
            "share_rs": __version__,
            "rustc": dict(sorted(toolchain.items())),
            "python": platform.python_version(),
            "platform": platform.platform(),
        },
        "jail": jail,
        **({"model": models[0]} if models else {}),
    }


def difference(written: Manifest, wanted: Manifest) -> str | None:
    """The first setting in which two manifests differ, with both values; None where one run serves both."""
    return _difference(written, wanted, "")


def _difference(written: object, wanted: object, name: str) -> str | None:
    if name in _MAY_DIFFER or written == wanted:
        return None
    if isinstance(written, Mapping) and isinstance(wanted, Mapping):
        left, right = cast("Mapping[str, object]", written), cast("Mapping[str, object]", wanted)
        prefix = f"{name}." if name else ""
        keys = dict.fromkeys([*left, *right])
        return next(filter(None, (_difference(left.get(key), right.get(key), prefix + key) for key in keys)), None)
    if isinstance(written, list) and isinstance(wanted, list):
        left, right = _by_name(cast("list[object]", written)), _by_name(cast("list[object]", wanted))
        if left is not None and right is not None:
            if list(left) == list(right):
                return _difference(left, right, name)
            return f"{name} ({', '.join(left)} in the directory, {', '.join(right)} wanted)"
    return f"{name} ({_short(cast('object', written))} in the directory, {_short(cast('object', wanted))} wanted)"


def _by_name(values: list[object]) -> dict[str, object] | None:
    """Arms and koans by what names them, so that a difference names the koan and not its place in a list."""
    named: dict[str, object] = {}
    for value in values:
        fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        name = fields.get("id", fields.get("name"))
        if not isinstance(name, str):
            return None
        named[name] = value
    return named


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."  # noqa: PLR2004 - one line of a terminal
