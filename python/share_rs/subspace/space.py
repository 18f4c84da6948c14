"""The one value that everything else reads or makes: frozen bases, one per layer, and the coefficients of every skill.

Letters: `n` out features, `d` in features, `k_b` and `k_a` columns of the bases beta (n x k_b) and alpha (d x k_a), `p`
pseudo-rank, `s` scale. The update of a layer by a skill is dW = s * beta @ eps_beta @ eps_alpha.T @ alpha.T
(arXiv:2602.06043, section 3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


@dataclass(frozen=True)
class LayerBasis:
    """The frozen factors of one layer, orthonormal columns, and what of the adapters they hold."""

    beta: Tensor
    """n x k_b, for the columns of B; float32 on disk."""
    alpha: Tensor
    """d x k_a, for the columns of A^T; float32 on disk."""
    spectrum_b: Tensor
    """Energies along the columns of beta, descending, float64, k_b of them (a mean column or padding has energy 0)."""
    spectrum_a: Tensor
    """The same for alpha, k_a of them."""
    energy_b: float
    """Total energy of the stacked B factors, captured or not: the trace of their moment."""
    energy_a: float
    """The same for A^T."""

    @property
    def shape(self) -> tuple[int, int]:
        """The sizes n and d."""
        return self.beta.shape[0], self.alpha.shape[0]


@dataclass(frozen=True)
class Coefficients:
    """One skill in one layer: dW = s beta eps_beta eps_alpha^T alpha^T (arXiv:2602.06043, section 3).

    Both are of one dtype and one p: float64 from a fit or a merge, float32 from a file or a training run. Nothing is checked
    here: `save` and `load` refuse sizes that do not fit the bases with a SubspaceError, and `save` NaN and infinity too.
    """

    eps_beta: Tensor
    """k_b x p, rows along the columns of beta (n x k_b)."""
    eps_alpha: Tensor
    """k_a x p, rows along the columns of alpha (d x k_a)."""

    @property
    def p(self) -> int:
        """The pseudo-rank: columns of either, at least the rank of this layer's dW."""
        return self.eps_beta.shape[1]


@dataclass(frozen=True)
class Skill:
    """What one task adds: coefficients, perhaps a head of its own, and where they came from."""

    name: str
    coefficients: Mapping[str, Coefficients]
    """By layer; a layer that is not there is not changed."""
    scale: float = 1.0
    """s; an adapter's alpha/r is folded into its coefficients, so this is 1 unless coefficients were trained with another."""
    head: Mapping[str, Tensor] = field(default_factory=dict[str, "Tensor"])
    """Full tensors of `modules_to_save`, by their name in the base model; always counted."""
    errors: Mapping[str, float] = field(default_factory=dict[str, float])
    """Relative error of dW by layer, in Frobenius norm, where the original is known."""
    origin: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Plain JSON: `kind` (`adapter`, `trained`, `merged`), the content hash of the adapter, seeds, losses per merge."""

    @property
    def squares(self) -> tuple[float, float] | None:
        """The squared Frobenius norms of what dW lost and of dW itself, over all layers: sum (e_l w_l)^2 and sum w_l^2.

        e_l is the relative error and w_l the norm of a layer's dW. None where some are not known, as of a skill that was
        trained here.
        """
        norms: Any = self.origin.get("norms") or {}
        layers = sorted(self.coefficients)
        if not layers or any(layer not in self.errors or layer not in norms for layer in layers):
            return None
        lost = math.fsum((self.errors[layer] * norms[layer]) ** 2 for layer in layers)
        return lost, math.fsum(norms[layer] ** 2 for layer in layers)

    @property
    def error(self) -> float | None:
        """The relative error of dW over all layers, the root of what `squares` has; 0 of an update that is zero."""
        squares = self.squares
        if squares is None:
            return None
        lost, whole = squares
        return math.sqrt(lost / whole) if whole else 0.0


@dataclass(frozen=True)
class ExpandedSkill:
    """A skill that was trained with temporary factors beside the basis; a merge absorbs them (the paper's phase 2)."""

    skill: Skill
    """Its part in the basis."""
    factors: Mapping[str, tuple[Tensor, Tensor]]
    """By layer: B_phi (n x phi) and A_phi (phi x d), scale folded in, so that dW = the skill's dW + B_phi @ A_phi."""


@dataclass(frozen=True)
class LayerMoments:
    """The second moments of everything that was ever fitted in one layer: additive, and free of any order."""

    b: Tensor
    """Sum of B B^T over the weighted factors, n x n, float64."""
    a: Tensor
    """Sum of A^T A, d x d, float64."""


@dataclass(frozen=True)
class SharedSubspace:
    """Bases by layer, skills by name, and how they were made.

    Layers are named as in the base model (`model.layers.0.self_attn.q_proj`), sorted; so are skills.
    """

    base_model: str
    layers: Mapping[str, LayerBasis]
    skills: Mapping[str, Skill] = field(default_factory=dict[str, Skill])
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The resolved settings of the fit, plain JSON."""
    history: tuple[Mapping[str, Any], ...] = ()
    """One entry per fit, merge and removal: what came, what each skill lost, the spectrum that was cut."""
    patterns: Mapping[str, str] = field(default_factory=dict[str, str])
    """Error pattern to skill, the router's map."""
    fan_in_fan_out: frozenset[str] = frozenset()
    """Layers whose base weight is stored d x n (Conv1D)."""
    moments: Mapping[str, LayerMoments] = field(default_factory=dict[str, "LayerMoments"])
    """By layer, where the settings ask for `moments="exact"`; empty otherwise."""
