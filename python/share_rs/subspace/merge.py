"""Phase 3: new skills join, the bases turn, and every skill is projected anew (arXiv:2602.06043, section 3).

With the original adapters at hand nothing drifts: they are projected again. Without, the reconstructions stand for them: a
skill's coefficients and its basis are all that is known of it, and what it loses at a merge is told in `history`. With exact
moments the bases do not depend on any order; the coefficients of skills without an original still come from reconstructions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from share_rs.errors import SubspaceError
from share_rs.subspace.adapter import Adapter
from share_rs.subspace.agreement import check_adapter, check_adapters, check_distinct
from share_rs.subspace.parts import check_trained, layers_of, name_of, originals_of, sources_of
from share_rs.subspace.settings import FitSettings
from share_rs.subspace.sizes import NUMBER
from share_rs.subspace.space import ExpandedSkill, LayerMoments, SharedSubspace, Skill
from share_rs.subspace.turn import Turned, moments_of, total_loss, turn_exactly, turn_layer
from share_rs.subspace.turned import turned_skill

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from share_rs.subspace.sources import Source
    from share_rs.subspace.space import LayerBasis


def merge(
    subspace: SharedSubspace,
    new: Sequence[Adapter | Skill | ExpandedSkill],
    settings: FitSettings | None = None,
    *,
    originals: Sequence[Adapter] = (),
    progress: Callable[[int, int], None] | None = None,
) -> SharedSubspace:
    """A subspace that holds the old skills and the new ones. No old adapter is read but `originals`.

    Args:
        subspace: the one so far; it is not changed.
        new: adapters; skills that were trained on its bases; such skills with temporary factors, whose part is absorbed.
        settings: by default those of the subspace. Sizes that a budget or an error decided stay as they are; a share of the
            energy only adds columns, for it would else be taken of what the last merge left, merge after merge.
        originals: adapters of skills that the subspace has, known by their content; those skills do not drift.
        progress: called with the layers that are done and with their number.

    Returns:
        The merged subspace in float64. `history` tells what every skill lost, and the energies that were cut.

    Raises:
        AdapterError: an adapter does not belong to the subspace, has other layers, or a name is taken.
        SubspaceError: nothing to merge, an unknown original, a skill of other bases, another weighting beside exact moments,
            bases beyond the budget, or, under replication, more than the last step's skills.
    """
    chosen = (settings or settings_of(subspace)).resolved()
    _check(subspace, new, originals, chosen)
    known = originals_of(subspace, originals)
    parts = {**subspace.skills, **{name_of(item): item for item in new}, **known}
    layers = sorted({*subspace.layers, *(layer for item in new for layer in layers_of(item))})
    turned: dict[str, Turned] = {}
    moments = dict(subspace.moments)
    for count, layer in enumerate(layers):
        if progress is not None:
            progress(count, len(layers))
        sources = sources_of(subspace, layer, parts, chosen)
        if subspace.moments and sources:
            moments[layer] = _added(
                subspace, layer, [one for one in sources if one.name not in subspace.skills], chosen
            )
            turned[layer] = turn_exactly(layer, subspace.layers.get(layer), sources, moments[layer], chosen)
        elif sources:
            turned[layer] = turn_layer(layer, subspace.layers.get(layer), sources, chosen)
        else:
            turned[layer] = Turned(subspace.layers[layer], {})
    if progress is not None:
        progress(len(layers), len(layers))
    _check_budget(
        {layer: found.basis for layer, found in turned.items()},
        [one for one in layers if one not in subspace.layers],
        chosen,
    )
    entry = {
        "event": "merge",
        "came": sorted(name_of(item) for item in new),
        "originals": sorted(known),
        "lost": {
            name: total_loss(found.placed[name] for found in turned.values() if name in found.placed)
            for name in sorted(parts)
        },
        "tail": {layer: list(found.tail) for layer, found in turned.items()},
    }
    return SharedSubspace(
        base_model=subspace.base_model
        or next((item.base_model for item in new if isinstance(item, Adapter) and item.base_model), ""),
        layers={layer: found.basis for layer, found in turned.items()},
        skills={name: turned_skill(name, parts[name], subspace.skills.get(name), turned) for name in sorted(parts)},
        # Whether other layers were meant is asked at each merge anew.
        settings={**chosen.model_dump(mode="json"), "layers": settings_of(subspace).layers},
        history=(*subspace.history, entry),
        patterns=subspace.patterns,
        fan_in_fan_out=subspace.fan_in_fan_out.union(
            *(item.fan_in_fan_out for item in new if isinstance(item, Adapter))
        ),
        moments=moments,
    )


def _check(
    subspace: SharedSubspace,
    new: Sequence[Adapter | Skill | ExpandedSkill],
    originals: Sequence[Adapter],
    chosen: FitSettings,
) -> None:
    if not new:
        raise SubspaceError("expected at least one adapter or skill to merge, got none")
    check_distinct([name_of(item) for item in new], subspace.skills)
    newcomers = [item for item in new if isinstance(item, Adapter)]
    if newcomers:
        check_adapters(newcomers, "any")
    for adapter in newcomers:
        check_adapter(subspace, adapter, chosen.layers)
    for adapter in originals:
        check_adapter(subspace, adapter)
    check_trained(subspace, new)
    if bool(subspace.moments) != (chosen.moments == "exact"):
        had = "exact" if subspace.moments else "reconstructed"
        raise SubspaceError(
            f"expected moments = {had}, as the subspace has them, got {chosen.moments}; fit it anew for others"
        )
    if subspace.moments and chosen.weighting != settings_of(subspace).weighting:
        raise SubspaceError(
            f"expected the weighting of the exact moments, {settings_of(subspace).weighting}, got {chosen.weighting}: "
            f"moments of two weightings do not add up"
        )
    if chosen.replication:
        _check_step(subspace)


def _check_budget(layers: Mapping[str, LayerBasis], new: Sequence[str], settings: FitSettings) -> None:
    """A merge keeps the sizes of the layers that there were, whatever they were decided by; a new layer comes on top."""
    needed = sum(NUMBER * (basis.beta.numel() + basis.alpha.numel()) for basis in layers.values())
    if settings.budget is not None and needed > settings.budget:
        why = f"with the new layer {new[0]}" if new else "for a merge leaves their sizes as they are"
        raise SubspaceError(
            f"expected bases of at most {settings.budget} bytes, as the budget has it, got {needed}, {why}; merge with another "
            "rule for k or a larger budget, or fit all adapters anew"
        )


def _check_step(subspace: SharedSubspace) -> None:
    """The authors' code projects the skill before the new one anew, and no other."""
    newest: list[str] = list(subspace.history[-1].get("came", ())) if subspace.history else []
    earlier = sorted(set(subspace.skills) - set(newest))
    if earlier:
        raise SubspaceError(
            f"expected a subspace of the last step alone, for in replication only {', '.join(newest)} is projected anew, got "
            f"one with {earlier[0]} too, which would keep its own copy of the bases; use subspace.replicate, which keeps "
            "one subspace for each step, or merge with replication off"
        )


def settings_of(subspace: SharedSubspace) -> FitSettings:
    """The settings that a subspace was fitted with; the default ones where it has none.

    Raises:
        SubspaceError: they are none of this version's.
    """
    try:
        return FitSettings.model_validate(dict(subspace.settings)) if subspace.settings else FitSettings()
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "together"
        raise SubspaceError(
            f"the settings of the subspace, {place}: expected settings of a fit, got others ({first['msg']}); mend them in "
            "its subspace.json, or fit it anew"
        ) from error


def _added(subspace: SharedSubspace, layer: str, sources: Sequence[Source], settings: FitSettings) -> LayerMoments:
    """The moments of a layer with those of new sources."""
    old = subspace.layers.get(layer)
    before = subspace.moments.get(layer)
    shape = old.shape if old is not None else (sources[0].b.shape[0], sources[0].a.shape[1])
    more = moments_of(sources, old, shape, settings)
    return more if before is None else LayerMoments(before.b + more.b, before.a + more.a)
