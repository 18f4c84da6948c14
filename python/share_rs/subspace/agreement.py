"""Whether adapters belong together: one base model, one size for each layer, one name each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from share_rs.errors import AdapterError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from share_rs.subspace.adapter import Adapter
    from share_rs.subspace.space import SharedSubspace


def check_adapters(adapters: Sequence[Adapter], layers: Literal["same", "any"] = "same") -> dict[str, tuple[int, int]]:
    """The sizes n and d of every layer that any adapter has, by sorted name.

    Args:
        adapters: an adapter that names no base model is taken for one of the others' base model.
        layers: whether all must have the same layers.

    Raises:
        AdapterError: none, two of one name, two base models, other layers, a layer of two sizes, or weights stored both ways.
    """
    if not adapters:
        raise AdapterError("expected at least one adapter, got none")
    first = adapters[0]
    named = next((adapter for adapter in adapters if adapter.base_model), first)
    shapes: dict[str, tuple[int, int]] = {}
    owner: dict[str, Adapter] = {}
    names: dict[str, Adapter] = {}
    for adapter in adapters:
        if adapter.name in names:
            raise AdapterError(
                f"{adapter.path}: expected one adapter called {adapter.name}, got {names[adapter.name].path} too; rename one folder"
            )
        names[adapter.name] = adapter
        _same_base(named.base_model, str(named.path), adapter)
        for layer in adapter.layers:
            _same_shape(
                shapes.setdefault(layer, adapter.shape(layer)),
                str(owner.setdefault(layer, adapter).path),
                adapter,
                layer,
            )
            _same_order(owner[layer].fan_in_fan_out, str(owner[layer].path), adapter, layer)
        if layers == "same":
            _same_layers(first.layers, str(first.path), adapter)
    return dict(sorted(shapes.items()))


def check_adapter(
    subspace: SharedSubspace, adapter: Adapter, layers: Literal["same", "any", "known"] = "known"
) -> None:
    """Refuses an adapter that does not belong to a subspace.

    Args:
        subspace: what it is to be put into.
        adapter: the newcomer.
        layers: same: exactly those of the subspace; known: no other than those; any: others as well.

    Raises:
        AdapterError: another base model, other layers, other sizes, or weights stored the other way.
    """
    _same_base(subspace.base_model, "the subspace", adapter)
    for layer in adapter.layers:
        if layer in subspace.layers:
            _same_shape(subspace.layers[layer].shape, "the subspace", adapter, layer)
            _same_order(subspace.fan_in_fan_out, "the subspace", adapter, layer)
        elif layers == "known":
            raise AdapterError(
                f"{adapter.path}: layer {layer}: expected a layer that the subspace has a basis for; merge it"
            )
    if layers == "same":
        _same_layers(subspace.layers, "the subspace", adapter)


def check_distinct(names: Iterable[str], taken: Iterable[str]) -> None:
    """Refuses names that are given twice, or taken.

    Raises:
        AdapterError: the first such name.
    """
    known = set(taken)
    for name in names:
        if name in known:
            raise AdapterError(
                f"expected a new name, got {name!r}, which is a skill already; rename one, or remove the old one"
            )
        known.add(name)


def _same_base(base: str, where: str, adapter: Adapter) -> None:
    if base and adapter.base_model and base != adapter.base_model:
        raise AdapterError(
            f"{adapter.path}: expected an adapter of {base}, as {where}, got one of {adapter.base_model}"
        )


def _same_layers(layers: Collection[str], where: str, adapter: Adapter) -> None:
    different = sorted(set(layers).symmetric_difference(adapter.layers))
    if different:
        layer = different[0]
        expected, got = ("one", "none") if layer in layers else ("none", "one")
        more = f"; {len(different)} layers differ" if len(different) > 1 else ""
        raise AdapterError(
            f"{adapter.path}: layer {layer}: expected {expected}, as in {where}, got {got}{more}; set layers = any where that "
            "is meant"
        )


def _same_order(transposed: Collection[str], where: str, adapter: Adapter, layer: str) -> None:
    if (layer in adapter.fan_in_fan_out) != (layer in transposed):
        raise AdapterError(f"{adapter.path}: layer {layer}: expected fan_in_fan_out as in {where}, got the opposite")


def _same_shape(shape: tuple[int, int], where: str, adapter: Adapter, layer: str) -> None:
    if adapter.shape(layer) != shape:
        raise AdapterError(
            f"{adapter.path}: layer {layer}: expected n x d = {shape[0]} x {shape[1]}, as in {where}, got "
            f"{adapter.shape(layer)[0]} x {adapter.shape(layer)[1]}"
        )
