"""Whose coefficients each row takes, as the kernels see it: two banks, and an id for every few rows or none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

if TYPE_CHECKING:
    from torch import Tensor


class Skills(NamedTuple):
    """`into` takes the coordinates z of a row (k_in numbers) to p numbers h = z into, `out` those to v = h out^T (k_out)."""

    into: Tensor
    """N x k_in x p; of any strides."""
    out: Tensor
    """N x k_out x p."""
    ids: Tensor | None
    """M integers (int64, of any shape), each for T / M consecutive rows; below 0 is the base layer. None: all rows take skill 0.

    The very tensor that the caller gave, where it can be: what is found for it (`chunks`) is then found once for all layers.

    The kernels take an id of N or more for N - 1, so that none makes them read outside of the banks.
    """

    @classmethod
    def of(cls, eps_alpha: Tensor, eps_beta: Tensor, skill_ids: Tensor | None) -> Skills:
        """From the coefficients of `share_linear`, k x p or N x k x p."""
        if skill_ids is None:
            return cls(eps_alpha[None], eps_beta[None], None)
        return cls(eps_alpha, eps_beta, skill_ids.to(torch.int64).contiguous())

    @property
    def turned(self) -> Skills:
        """As the backward pass needs it: from the coordinates of dy to those of dx."""
        return Skills(self.out, self.into, self.ids)

    def arguments(self, rows: int) -> dict[str, object]:
        """What a kernel is given of it, for T rows."""
        ids = self.ids
        return {
            "into": self.into,
            "out": self.out,
            "ids": ids,
            "rows": rows,
            "rows_per_id": 1 if ids is None else rows // max(ids.numel(), 1),
            "skills": self.into.shape[0],
            "p": self.into.shape[2],
            "k_in": self.into.shape[1],
            "k_out": self.out.shape[1],
            "into_skill": self.into.stride(0),
            "into_k": self.into.stride(1),
            "into_p": self.into.stride(2),
            "out_skill": self.out.stride(0),
            "out_k": self.out.stride(1),
            "out_p": self.out.stride(2),
        }
