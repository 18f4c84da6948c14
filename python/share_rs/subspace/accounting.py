"""What a shared subspace costs beside one LoRA per skill: numbers and bytes, with the basis counted and without.

Letters: `n` out features, `d` in features, `r` LoRA rank, `N` skills, `k_b` and `k_a` basis sizes, `p` pseudo-rank, `phi`
columns of temporary factors. A layer's basis has k_b n + k_a d numbers, a skill (k_b + k_a) p, an adapter r (n + d)
(arXiv:2602.06043, sections 3 and 4). Its headline ratios count coefficients alone; here both are always told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from share_rs.errors import SubspaceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from share_rs.subspace.space import SharedSubspace

FLOAT32 = 4
"""Bytes of a number on disk, and in an adapter that PEFT trains by default."""


@dataclass(frozen=True)
class LayerCost:
    """The sizes of one layer, of which all costs follow."""

    n: int
    d: int
    k_b: int
    k_a: int
    p: int
    r: int
    """Of the LoRA that it is compared with."""

    @property
    def basis(self) -> int:
        """Numbers of the two bases."""
        return self.k_b * self.n + self.k_a * self.d

    @property
    def coefficients(self) -> int:
        """Numbers that one skill adds."""
        return (self.k_b + self.k_a) * self.p

    @property
    def adapter(self) -> int:
        """Numbers of one LoRA adapter of rank r."""
        return self.r * (self.n + self.d)

    def temporaries(self, phi: int) -> int:
        """Numbers of the paper's temporary factors and of their coefficients: phi (n + d + 2 p)."""
        return phi * (self.n + self.d + 2 * self.p)


@dataclass(frozen=True)
class Account:
    """Numbers (parameters) of all layers together; bytes are `number_bytes` times as many."""

    N: int
    basis: int
    coefficients: int
    """Of one skill: the marginal cost, without its head."""
    adapter: int
    """Of one LoRA adapter, without its head."""
    heads: int
    """Of all skills together: either way they are stored in full."""
    temporaries: int
    """While one skill is trained; gone after the merge."""
    number_bytes: int = FLOAT32

    @property
    def total(self) -> int:
        """Everything that is stored for N skills: basis, coefficients, heads."""
        return self.basis + self.N * self.coefficients + self.heads

    @property
    def adapters_total(self) -> int:
        """Everything that N adapters store."""
        return self.N * self.adapter + self.heads

    @property
    def marginal_ratio(self) -> float:
        """Adapter over coefficients: the headline, in which the basis is not counted and which no finite N reaches."""
        return self.adapter / self.coefficients if self.coefficients else math.inf

    def amortised_ratio(self, skills: int | None = None) -> float:
        """Numbers of `skills` adapters (N by default) over basis and coefficients of as many skills, heads left out."""
        count = self.N if skills is None else skills
        stored = self.basis + count * self.coefficients
        return count * self.adapter / stored if stored else math.inf

    @property
    def break_even(self) -> int | None:
        """The fewest skills for which basis and coefficients are no more than the adapters; None where there are none."""
        saved = self.adapter - self.coefficients
        return None if saved <= 0 else max(1, -(-self.basis // saved))

    @property
    def trainable(self) -> int:
        """Numbers that are trained for one new skill, its head left out."""
        return self.coefficients + self.temporaries

    @property
    def peak_training_bytes(self) -> int:
        """Basis, coefficients and temporaries, with a gradient and Adam's two moments for what is trained; no activations."""
        return self.number_bytes * (self.basis + 4 * self.trainable)

    @property
    def adapter_training_bytes(self) -> int:
        """The same for one LoRA adapter."""
        return self.number_bytes * 4 * self.adapter

    def bytes_of(self, numbers: int) -> int:
        """The bytes of so many numbers."""
        return numbers * self.number_bytes


def account_layers(
    layers: Iterable[LayerCost], skills: int, *, heads: int = 0, phi: int = 0, number_bytes: int = FLOAT32
) -> Account:
    """The account of any sizes, without tensors: the papers' and a plan's.

    Args:
        layers: the sizes of each adapted layer.
        skills: N.
        heads: numbers in the heads of all skills together.
        phi: columns of temporary factors while a skill is trained; 0 for coefficients alone.
        number_bytes: bytes of a number.

    Raises:
        SubspaceError: a size is negative, or there is no layer.
    """
    costs = list(layers)
    if not costs:
        raise SubspaceError("expected the sizes of at least one layer, got none")
    if min(skills, heads, phi) < 0:
        raise SubspaceError(f"expected no negative sizes, got N={skills}, heads={heads}, phi={phi}")
    return Account(
        N=skills,
        basis=sum(cost.basis for cost in costs),
        coefficients=sum(cost.coefficients for cost in costs),
        adapter=sum(cost.adapter for cost in costs),
        heads=heads,
        temporaries=sum(cost.temporaries(phi) for cost in costs),
        number_bytes=number_bytes,
    )


def account(
    subspace: SharedSubspace, *, r: int | None = None, phi: int = 0, names: Sequence[str] | None = None
) -> Account:
    """The account of a subspace as it is stored, float32.

    Args:
        subspace: the subspace; where its skills differ in p, the mean of what they store is rounded up.
        r: rank of the adapters that it is compared with; by default the largest p, which is what an export has.
        phi: columns of temporary factors while a skill is trained.
        names: the skills that are counted; all by default.

    Raises:
        SubspaceError: no layer, a negative size, or a name that is no skill.
    """
    chosen = sorted(subspace.skills) if names is None else list(names)
    missing = [name for name in chosen if name not in subspace.skills]
    if missing:
        raise SubspaceError(f"expected names of skills, got {missing[0]!r}; there are {sorted(subspace.skills)}")
    skills = [subspace.skills[name] for name in chosen]
    costs: list[LayerCost] = []
    stored = 0
    for layer, basis in subspace.layers.items():
        (n, d), k_b, k_a = basis.shape, basis.beta.shape[1], basis.alpha.shape[1]
        ranks = [skill.coefficients[layer].p for skill in skills if layer in skill.coefficients]
        stored += sum(ranks) * (k_b + k_a)
        largest = max(ranks, default=1)
        costs.append(LayerCost(n, d, k_b, k_a, largest, largest if r is None else r))
    heads = sum(tensor.numel() for skill in skills for tensor in skill.head.values())
    whole = account_layers(costs, len(skills), heads=heads, phi=phi)
    if not skills:
        return whole
    return Account(
        N=whole.N,
        basis=whole.basis,
        coefficients=-(-stored // len(skills)),
        adapter=whole.adapter,
        heads=whole.heads,
        temporaries=whole.temporaries,
    )
