"""After a merge: coefficients trained again on the bases that the merge made (arXiv:2602.06043, phase 3).

Strict: only the newest skills, for which alone a continual learner still has data. Share-full: several or all, which needs the
data of every task again; the paper's headline scores are of this kind, so such skills are labelled.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from share_rs.errors import TrainError
from share_rs.training.result import trained, with_skill
from share_rs.training.settings import TrainSettings
from share_rs.training.train import train

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping

    from share_rs.subspace import SharedSubspace, Skill

STRICT, FULL = "strict", "share-full"


def finetune(
    rows: Mapping[str, str | os.PathLike[str] | Iterable[Mapping[str, Any]]],
    model: str | os.PathLike[str],
    out: str | os.PathLike[str],
    settings: TrainSettings,
    subspace: SharedSubspace,
    *,
    tell: Callable[[int, int], None] | None = None,
) -> SharedSubspace:
    """Trains skills further, each from its own coefficients on its own rows; the bases stay.

    Args:
        rows: By skill, as `train` takes them.
        model: As for `train`.
        out: A folder with one run directory a skill; the same call goes on with what was killed.
        settings: Of method share; name and start are those of each skill, p is the skill's unless it is given.
        subspace: Holds the skills.
        tell: As for `train`, from the start for each skill.

    Returns:
        The subspace with the skills as they are now; errors against originals are dropped, for there is no original now.
        Their origins say `strict` where `rows` are only of skills that came with the last fit, merge or addition, else
        `share-full`.

    Raises:
        TrainError: a skill is not there, temporary factors or another method, or as for `train`.
    """
    if settings.method != "share" or settings.phi is not None:
        got = "temporary factors" if settings.method == "share" else f"method {settings.method}"
        raise TrainError(f"expected coefficients alone, method share without phi, to finetune, got {got}")
    came = next((entry["came"] for entry in reversed(subspace.history) if "came" in entry), ())
    label = STRICT if set(rows) <= set(came) else FULL
    for name in rows:
        if name not in subspace.skills:
            raise TrainError(
                f"the subspace holds no skill {name!r}; expected some of {', '.join(sorted(subspace.skills))}"
            )
    skills: dict[str, Skill] = {}
    for name in sorted(rows):
        p = settings.p or max(own.p for own in subspace.skills[name].coefficients.values())
        own = {"name": name, "init": "skill", "start": name, "p": p, "sigma": None, "probe_rows": None}
        run = Path(out) / name
        train(
            rows[name], model, run, TrainSettings.model_validate({**settings.model_dump(), **own}), subspace, tell=tell
        )
        skill = cast("Skill", trained(run))
        skills[name] = replace(skill, head=subspace.skills[name].head, origin={**skill.origin, "finetuned": label})
    for skill in skills.values():
        subspace = with_skill(subspace, skill)
    return subspace
