"""Random operands of a layer, and what it computes, written out in float64 with the n x d update formed."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Layer:
    """One call of `share_linear`."""

    x: Tensor
    weight: Tensor
    bias: Tensor | None
    alpha: Tensor
    beta: Tensor
    eps_alpha: Tensor
    eps_beta: Tensor
    scale: float
    skill_ids: Tensor | None = None

    def arguments(self) -> tuple[Tensor, Tensor, Tensor | None, Tensor, Tensor, Tensor, Tensor, float, Tensor | None]:
        return (
            self.x,
            self.weight,
            self.bias,
            self.alpha,
            self.beta,
            self.eps_alpha,
            self.eps_beta,
            self.scale,
            self.skill_ids,
        )

    def to(self, dtype: torch.dtype) -> "Layer":
        names = ("x", "weight", "bias", "alpha", "beta", "eps_alpha", "eps_beta")
        values = {name: getattr(self, name) for name in names}
        return replace(self, **{name: value.to(dtype) for name, value in values.items() if value is not None})

    def requiring(self, *names: str) -> "Layer":
        """The same values, of which the named ones are leaves that require a gradient."""
        return replace(self, **{name: getattr(self, name).detach().clone().requires_grad_() for name in names})


def layer(
    leading: tuple[int, ...] = (2, 3),
    *,
    n: int = 7,
    d: int = 5,
    k_b: int = 3,
    k_a: int = 4,
    p: int = 2,
    skills: int = 0,
    ids: int = 1,
    bias: bool = True,
    scale: float = 1.7,
    seed: int = 0,
) -> Layer:
    """Bases with orthonormal columns; `skills` > 0 gives a bank and ids for the first `ids` leading sizes of x."""
    draw = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, dtype=torch.float64, generator=draw)

    bank = (skills,) if skills else ()
    return Layer(
        x=normal(*leading, d),
        weight=normal(n, d),
        bias=normal(n) if bias else None,
        alpha=torch.linalg.qr(normal(d, k_a)).Q,
        beta=torch.linalg.qr(normal(n, k_b)).Q,
        eps_alpha=normal(*bank, k_a, p),
        eps_beta=normal(*bank, k_b, p),
        scale=scale,
        skill_ids=torch.randint(-1, skills, leading[:ids], generator=draw) if skills else None,
    )


def written_out(one: Layer) -> Tensor:
    """W + dW for every row, in float64."""
    one = one.to(torch.float64)
    rows = one.x.reshape(-1, one.x.shape[-1])
    eps_alpha, eps_beta, ids = one.eps_alpha, one.eps_beta, one.skill_ids
    if ids is None:
        eps_alpha, eps_beta, ids = eps_alpha[None], eps_beta[None], torch.zeros((), dtype=torch.int64)
    each = ids.reshape(ids.shape + (1,) * (one.x.ndim - 1 - ids.ndim)).expand(one.x.shape[:-1]).reshape(-1)
    outputs = [
        row @ (one.weight + (one.scale * one.beta @ eps_beta[i] @ eps_alpha[i].T @ one.alpha.T if i >= 0 else 0.0)).T
        for row, i in zip(rows, each.tolist(), strict=True)
    ]
    y = torch.stack(outputs) if outputs else rows @ one.weight.T
    if one.bias is not None:
        y = y + one.bias
    return y.reshape(*one.x.shape[:-1], one.weight.shape[0])


def distance(found: Tensor, due: Tensor) -> float:
    """Relative error in Frobenius norm; infinite for NaN."""
    found, due = found.detach().double(), due.detach().double()
    error = float(torch.linalg.vector_norm(found - due) / torch.linalg.vector_norm(due).clamp(min=1e-30))
    return float("inf") if error != error else error  # noqa: PLR0124 - NaN alone differs from itself
