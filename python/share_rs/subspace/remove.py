"""A skill leaves: exactly where moments and its original are at hand, otherwise as well as can be, and labelled so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.errors import SubspaceError
from share_rs.subspace.merge import settings_of
from share_rs.subspace.parts import originals_of, sources_of
from share_rs.subspace.space import LayerMoments, SharedSubspace
from share_rs.subspace.turn import Turned, moments_of, turn_exactly
from share_rs.subspace.turned import turned_skill

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from share_rs.subspace.adapter import Adapter
    from share_rs.subspace.parts import Part


def remove(
    subspace: SharedSubspace, names: str | Iterable[str], *, originals: Sequence[Adapter] = ()
) -> SharedSubspace:
    """A subspace without some skills.

    Without exact moments the bases stay, so they still hold what those skills brought. With them, a skill's own moment is
    taken out: its original's, which is exact, or its reconstruction's, which leaves a part behind (17 % was measured).

    Args:
        subspace: it is not changed.
        names: the skills that leave.
        originals: adapters of skills of the subspace, known by their content.

    Returns:
        The rest. The last entry of `history` says whether the removal is exact.

    Raises:
        SubspaceError: a name is no skill, or an adapter is no skill's original.
    """
    gone = [names] if isinstance(names, str) else sorted(set(names))
    unknown = [name for name in gone if name not in subspace.skills]
    if unknown:
        raise SubspaceError(f"expected names of skills, got {unknown[0]!r}; there are {sorted(subspace.skills)}")
    known = originals_of(subspace, originals)
    kept: dict[str, Part] = {
        name: known.get(name, skill) for name, skill in subspace.skills.items() if name not in gone
    }
    exact = bool(subspace.moments) and all(name in known for name in gone)
    reason = "" if exact else ("no original adapter at hand" if subspace.moments else "the bases are unchanged")
    entry = {"event": "remove", "went": gone, "exact": exact, "reason": reason}
    moments, turned = _without(subspace, {name: known.get(name, subspace.skills[name]) for name in gone}, kept)
    skills = {
        name: turned_skill(name, part, subspace.skills[name], turned) if moments else subspace.skills[name]
        for name, part in kept.items()
    }
    return SharedSubspace(
        base_model=subspace.base_model,
        layers={layer: found.basis for layer, found in turned.items()},
        skills=skills,
        settings=subspace.settings,
        history=(*subspace.history, entry),
        patterns={pattern: name for pattern, name in subspace.patterns.items() if name not in gone},
        fan_in_fan_out=subspace.fan_in_fan_out,
        moments=moments,
    )


def _without(
    subspace: SharedSubspace, gone: Mapping[str, Part], kept: Mapping[str, Part]
) -> tuple[dict[str, LayerMoments], dict[str, Turned]]:
    """Moments and layers without what is gone; where there are no moments, the layers as they are."""
    settings = settings_of(subspace)
    moments: dict[str, LayerMoments] = {}
    turned: dict[str, Turned] = {}
    for layer, basis in subspace.layers.items():
        before = subspace.moments.get(layer)
        if before is None:
            turned[layer] = Turned(basis, {})
            continue
        less = moments_of(sources_of(subspace, layer, gone, settings), basis, basis.shape, settings)
        moments[layer] = LayerMoments(before.b - less.b, before.a - less.a)
        turned[layer] = turn_exactly(
            layer, basis, sources_of(subspace, layer, kept, settings), moments[layer], settings, before=before
        )
    return moments, turned
