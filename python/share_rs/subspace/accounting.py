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
    """The sizes of one layer, of which all costs follow; whole numbers, and every cost is a count of numbers, not of bytes.

    Nothing is checked here: `account_layers` refuses what is negative (arXiv:2602.06043, section 3).
    """

    n: int
    """Out features: rows of beta (n x k_b) and of B (n x r)."""
    d: int
    """In features: rows of alpha (d x k_a), columns of A (r x d)."""
    k_b: int
    """Columns of beta."""
    k_a: int
    """Columns of alpha."""
    p: int
    """Pseudo-rank: columns of eps_beta (k_b x p) and of eps_alpha (k_a x p)."""
    r: int
    """Rank of the LoRA that it is compared with."""

    @property
    def basis(self) -> int:
        """Numbers of the two bases: k_b n + k_a d."""
        return self.k_b * self.n + self.k_a * self.d

    @property
    def coefficients(self) -> int:
        """Numbers that one skill adds: (k_b + k_a) p."""
        return (self.k_b + self.k_a) * self.p

    @property
    def adapter(self) -> int:
        """Numbers of one LoRA adapter of rank r: r (n + d)."""
        return self.r * (self.n + self.d)

    def temporaries(self, phi: int) -> int:
        """Numbers of the paper's temporary factors and of their coefficients: phi (n + d + 2 p).

        Args:
            phi: columns of B_phi (n x phi) and rows of A_phi (phi x d); 0 where a skill trains coefficients alone.
        """
        return phi * (self.n + self.d + 2 * self.p)


@dataclass(frozen=True)
class Account:
    """What all layers cost together, made by `account` and `account_layers`, which check what they are given.

    Whole counts of numbers (parameters), unless their own line says skills or bytes; the ratios are floats without a unit.
    Bytes are `number_bytes` times the numbers: a head counts as if it were of that dtype too.
    """

    N: int
    """Skills."""
    basis: int
    """Of beta and alpha in all layers: the sum of k_b n + k_a d, stored once."""
    coefficients: int
    """Of one skill: the sum of (k_b + k_a) p, the marginal cost, without its head."""
    adapter: int
    """Of one LoRA adapter: the sum of r (n + d), without its head."""
    heads: int
    """Of all skills together: either way they are stored in full."""
    temporaries: int
    """While one skill is trained: the sum of phi (n + d + 2 p), gone after the merge."""
    number_bytes: int = FLOAT32
    """Bytes of a number: 4 of float32, in which bases and coefficients are stored."""

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
        """Adapter over coefficients: the headline, in which the basis is not counted and which no finite N reaches.

        Infinite where a skill has no coefficients.
        """
        return self.adapter / self.coefficients if self.coefficients else math.inf

    def amortised_ratio(self, skills: int | None = None) -> float:
        """Numbers of `skills` adapters (N by default) over basis and coefficients of as many skills, heads left out.

        Infinite where nothing is stored.
        """
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
        """Bytes of basis, coefficients and temporaries, with a gradient and Adam's two moments for what is trained.

        number_bytes (basis + 4 (coefficients + temporaries)); the base model, a head and activations are left out.
        """
        return self.number_bytes * (self.basis + 4 * self.trainable)

    @property
    def adapter_training_bytes(self) -> int:
        """The same for one LoRA adapter: 4 number_bytes times its numbers."""
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
        number_bytes: bytes of a number, 4 of float32.

    Returns:
        The sums over all layers.

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

    Returns:
        Counts of numbers, of which a byte count takes four each.

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
