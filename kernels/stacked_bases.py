"""The bases of many layers as one tensor, so that the coefficients of all of them are applied at once: b = beta eps_beta."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import pad

from share_rs.kernels.paths import chosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from share_rs.kernels.paths import Path

MULTIPLE = 16


class StackedBases:
    """Made once for a model; a copy of its bases, of the dtype of the first and on its device."""

    def __init__(self, bases: Sequence[Tensor]) -> None:
        """Stacks bases features x k, each with features and a k of its own.

        Raises:
            ValueError: there are none, or one is no matrix, or has another dtype or device than the first.
        """
        if not bases:
            raise ValueError("expected bases of at least one layer, got none")
        for place, basis in enumerate(bases):
            if basis.ndim != 2:  # noqa: PLR2004 - a matrix
                raise ValueError(f"expected basis {place} as features x k, got shape {tuple(basis.shape)}")
            if (basis.dtype, basis.device) != (bases[0].dtype, bases[0].device):
                raise ValueError(
                    f"expected basis {place} of {bases[0].dtype} on {bases[0].device}, as the first, got {basis.dtype} on {basis.device}"
                )
        self.sizes = [basis.shape[0] for basis in bases]
        self.k = [basis.shape[1] for basis in bases]
        self._widest = -(-max(self.k) // MULTIPLE) * MULTIPLE
        self._rows = torch.cat([pad(basis.detach(), (0, self._widest - basis.shape[1])) for basis in bases])
        counts = torch.tensor(self.sizes, device=self._rows.device)
        owners = torch.arange(len(bases), dtype=torch.int32, device=counts.device)
        self._owners = owners.repeat_interleave(counts, output_size=sum(self.sizes))

    @torch.no_grad()
    def collapse(self, coefficients: Sequence[Tensor], *, path: Path | None = None) -> tuple[Tensor, ...]:
        """Each basis times its coefficients k x p: features x p, in the dtype of the bases, as views of one tensor; no gradient.

        In one launch where the kernels run, which `path` asks for as in `dispatch_linear` (`plain` or `triton`).

        Raises:
            ValueError: another number of coefficients than of bases, or shapes that do not fit.
        """
        if len(coefficients) != len(self.k):
            raise ValueError(f"expected coefficients of {len(self.k)} bases, got {len(coefficients)}")
        p = coefficients[0].shape[-1]
        for place, (one, k) in enumerate(zip(coefficients, self.k, strict=True)):
            if one.shape != (k, p):
                raise ValueError(f"expected coefficients {place} as k x p = {(k, p)}, got shape {tuple(one.shape)}")
        if chosen(self._rows, self._rows, self._rows, path) == "triton":
            from share_rs.kernels.gpu.collapse import collapse_rows  # noqa: PLC0415 - Triton, where it can run

            bank = torch.stack([pad(one, (0, 0, 0, self._widest - one.shape[0])) for one in coefficients])
            return collapse_rows(self._rows, self._owners, bank.contiguous()).split(self.sizes)
        flat = self._rows.new_empty(self._rows.shape[0], p)
        for rows, out, one in zip(self._rows.split(self.sizes), flat.split(self.sizes), coefficients, strict=True):
            out.copy_(rows[:, : one.shape[0]] @ one.to(rows.dtype))
        return flat.split(self.sizes)
