"""Whether a subspace fits together: shapes, finite numbers, names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from share_rs.errors import SubspaceError
from share_rs.subspace.names import check_name

if TYPE_CHECKING:
    from share_rs.subspace.space import LayerBasis, SharedSubspace, Skill


def check_subspace(subspace: SharedSubspace, *, where: str = "the subspace", values: bool = True) -> None:
    """Checks everything that code which uses a subspace relies on.

    Args:
        subspace: what is checked.
        where: what a message calls it.
        values: whether the numbers are checked too, which reads all of them.

    Raises:
        SubspaceError: no layers; a basis, spectrum or coefficient of another shape than the others ask for; a NaN or an
            infinity; a name that cannot be a file's.
    """
    if not subspace.layers:
        raise SubspaceError(f"{where}: expected the basis of at least one layer, got none")
    for layer, basis in subspace.layers.items():
        _check_basis(f"{where}, layer {layer}", basis, values=values)
    for name, skill in subspace.skills.items():
        if skill.name != name:
            raise SubspaceError(f"{where}: the skill under the name {name!r} calls itself {skill.name!r}")
        check_skill(subspace, skill, where=where, values=values)
    extra = sorted(subspace.fan_in_fan_out - set(subspace.layers))
    if extra:
        raise SubspaceError(f"{where}: fan_in_fan_out names the layer {extra[0]}, which has no basis")
    for layer, moments in subspace.moments.items():
        n, d = subspace.layers[layer].shape if layer in subspace.layers else (0, 0)
        _expect(f"{where}, layer {layer}: moment of B", tuple(moments.b.shape), (n, n))
        _expect(f"{where}, layer {layer}: moment of A", tuple(moments.a.shape), (d, d))
        if values and not (_finite(moments.b) and _finite(moments.a)):
            raise SubspaceError(f"{where}, layer {layer}: expected finite moments, got a NaN or an infinity")


def check_skill(subspace: SharedSubspace, skill: Skill, *, where: str = "the subspace", values: bool = True) -> None:
    """Checks that a skill's coefficients are coefficients on these bases.

    Raises:
        SubspaceError: a layer without a basis, another shape than the basis asks for, a NaN or an infinity, a bad name.
    """
    check_name(skill.name)
    for layer, coefficients in skill.coefficients.items():
        place = f"{where}, skill {skill.name}, layer {layer}"
        if layer not in subspace.layers:
            raise SubspaceError(f"{place}: expected one of the {len(subspace.layers)} layers that have a basis")
        basis = subspace.layers[layer]
        p = coefficients.p if coefficients.eps_beta.ndim > 1 else 1
        _expect(f"{place}: eps_beta", tuple(coefficients.eps_beta.shape), (basis.beta.shape[1], p))
        _expect(f"{place}: eps_alpha", tuple(coefficients.eps_alpha.shape), (basis.alpha.shape[1], p))
        if values and not (_finite(coefficients.eps_beta) and _finite(coefficients.eps_alpha)):
            raise SubspaceError(f"{place}: expected finite coefficients, got a NaN or an infinity")
    for tensor_name, tensor in skill.head.items():
        if values and tensor.is_floating_point() and not _finite(tensor):
            raise SubspaceError(
                f"{where}, skill {skill.name}: expected finite numbers in the head's {tensor_name}, got a NaN or an infinity"
            )
    if not _finite(torch.tensor(skill.scale)):
        raise SubspaceError(f"{where}, skill {skill.name}: expected a finite scale, got {skill.scale}")


def _check_basis(place: str, basis: LayerBasis, *, values: bool) -> None:
    if not (math.isfinite(basis.energy_b) and math.isfinite(basis.energy_a)):
        raise SubspaceError(f"{place}: expected finite energies, got {basis.energy_b} and {basis.energy_a}")
    sides = (("beta", basis.beta, basis.spectrum_b), ("alpha", basis.alpha, basis.spectrum_a))
    for side, matrix, spectrum in sides:
        if matrix.ndim != 2 or 0 in matrix.shape or matrix.shape[1] > matrix.shape[0]:  # noqa: PLR2004 - a matrix
            raise SubspaceError(
                f"{place}: expected {side} to be a matrix of full rank, got the shape {tuple(matrix.shape)}"
            )
        _expect(f"{place}: energies along {side}", tuple(spectrum.shape), (matrix.shape[1],))
        if values and not (_finite(matrix) and _finite(spectrum)):
            raise SubspaceError(f"{place}: expected finite numbers in {side}, got a NaN or an infinity")


def _finite(tensor: torch.Tensor) -> bool:
    return bool(torch.isfinite(tensor).all())


def _expect(what: str, got: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if got != expected:
        raise SubspaceError(f"{what}: expected the shape {expected}, got {got}")
