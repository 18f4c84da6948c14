"""Whether adapters belong together: one base model, one size for each layer, one name each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.errors import AdapterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from share_rs.subspace.adapter import Adapter
    from share_rs.subspace.space import SharedSubspace


def check_adapters(adapters: Sequence[Adapter]) -> dict[str, tuple[int, int]]:
    """The sizes n and d of every layer that any adapter has, by sorted name.

    Raises:
        AdapterError: none, two of one name, two base models, a layer of two sizes, or weights stored both ways.
    """
    if not adapters:
        raise AdapterError("expected at least one adapter, got none")
    first = adapters[0]
    shapes: dict[str, tuple[int, int]] = {}
    owner: dict[str, Adapter] = {}
    names: dict[str, Adapter] = {}
    for adapter in adapters:
        if adapter.name in names:
            raise AdapterError(
                f"{adapter.path}: expected one adapter called {adapter.name}, got {names[adapter.name].path} too; rename one folder"
            )
        names[adapter.name] = adapter
        _same_base(first.base_model, str(first.path), adapter)
        for layer in adapter.layers:
            _same_shape(
                shapes.setdefault(layer, adapter.shape(layer)),
                str(owner.setdefault(layer, adapter).path),
                adapter,
                layer,
            )
            if (layer in adapter.fan_in_fan_out) != (layer in owner[layer].fan_in_fan_out):
                raise AdapterError(
                    f"{adapter.path}: layer {layer}: expected fan_in_fan_out as in {owner[layer].path}, got the opposite"
                )
    return dict(sorted(shapes.items()))


def check_adapter(subspace: SharedSubspace, adapter: Adapter, *, new_layers: bool = False) -> None:
    """Refuses an adapter that does not belong to a subspace.

    Raises:
        AdapterError: another base model, other sizes, or a layer without a basis where `new_layers` is false.
    """
    _same_base(subspace.base_model, "the subspace", adapter)
    for layer in adapter.layers:
        if layer in subspace.layers:
            _same_shape(subspace.layers[layer].shape, "the subspace", adapter, layer)
        elif not new_layers:
            raise AdapterError(
                f"{adapter.path}: layer {layer}: expected a layer that the subspace has a basis for; merge it"
            )


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


def _same_shape(shape: tuple[int, int], where: str, adapter: Adapter, layer: str) -> None:
    if adapter.shape(layer) != shape:
        raise AdapterError(
            f"{adapter.path}: layer {layer}: expected n x d = {shape[0]} x {shape[1]}, as in {where}, got "
            f"{adapter.shape(layer)[0]} x {adapter.shape(layer)[1]}"
        )
