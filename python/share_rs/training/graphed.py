"""A training step of one shape, recorded once as a CUDA graph and replayed: the host starts one thing and not thousands.

A step of a 1.5B model has some 3,000 launches at 5 to 10 microseconds of the host each; at few tokens it waits for them.
"""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from share_rs.errors import TrainError
from share_rs.training.head import token_losses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor, nn

    from share_rs.training.head import Head

WARM = 3
"""Steps before a recording, as PyTorch's manual has it: lazily made workspaces must be there."""


class GraphedStep:
    """Forward, backward, clipping and AdamW for batches of one shape.

    On a CPU, and where it is asked for, the same operations run as they come: their results are those of a replay to rounding.
    What a step depends on lies in tensors that stay: inputs, learning rate, parameters, the optimiser's state.
    """

    def __init__(
        self,
        model: nn.Module,
        trained: Sequence[nn.Parameter],
        head: Head | None,
        *,
        max_grad_norm: float = 1.0,
        weight_decay: float = 0.0,
        eager: bool = False,
    ) -> None:
        """Makes the optimiser; the graph is recorded at the first batch.

        Args:
            model: in the mode it is trained in.
            trained: its parameters that are trained.
            head: as `plain_head` found it.
            max_grad_norm: gradients are clipped to this norm.
            weight_decay: of AdamW.
            eager: never record.
        """
        self._model, self._trained, self._head, self._most = model, list(trained), head, max_grad_norm
        device = self._trained[0].device
        self._graph: torch.cuda.CUDAGraph | None = None
        self._recording = device.type == "cuda" and not eager
        self._rate = torch.zeros((), device=device)
        self._optimizer = torch.optim.AdamW(
            self._trained,
            lr=self._rate if self._recording else 0.0,
            weight_decay=weight_decay,
            capturable=self._recording,
        )
        self._batch: dict[str, Tensor] = {}
        self._told = torch.zeros(2, device=device)

    def __call__(self, batch: Mapping[str, Tensor], lr: float) -> Tensor:
        """One step.

        Args:
            batch: as `token_losses` takes it; of the shapes of the first one.
            lr: learning rate.

        Returns:
            Loss (the mean over supervised tokens) and norm of its gradient before clipping, float32 on the device; the next step
            overwrites them.

        Raises:
            TrainError: a batch of other shapes, where a graph is recorded.
        """
        if not self._recording:
            for group in self._optimizer.param_groups:
                group["lr"] = lr
            self._batch = dict(batch)
            self._step()
            return self._told
        self._take(batch)
        self._rate.fill_(lr)
        if self._graph is None:
            self._record()
            self._rate.fill_(lr)
        assert self._graph is not None  # noqa: S101 - it was recorded
        self._graph.replay()
        return self._told

    def _take(self, batch: Mapping[str, Tensor]) -> None:
        shapes = {name: tuple(one.shape) for name, one in batch.items()}
        known = {name: tuple(one.shape) for name, one in self._batch.items()}
        if known and shapes != known:
            raise TrainError(f"expected batches of one shape, {known}, as the graph was recorded for, got {shapes}")
        device = self._rate.device
        if not known:
            self._batch = {name: one.to(device, copy=True) for name, one in batch.items()}
        for name, one in batch.items():
            self._batch[name].copy_(one, non_blocking=True)

    def _record(self) -> None:
        """Some steps that change nothing in the end, then the graph."""
        before = [one.detach().clone() for one in self._trained]
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        self._rate.zero_()
        with torch.cuda.stream(side):
            for _ in range(WARM):
                self._step()
        torch.cuda.current_stream().wait_stream(side)
        with torch.no_grad():
            for one, value in zip(self._trained, before, strict=True):
                one.copy_(value)
            for state in self._optimizer.state.values():
                for value in state.values():
                    value.zero_()
        self._optimizer.zero_grad(set_to_none=True)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._step()

    def _step(self) -> None:
        self._optimizer.zero_grad(set_to_none=True)
        losses = token_losses(self._model, self._batch, self._head)
        supervised = (self._batch["labels"][:, 1:] != -100).sum()  # noqa: PLR2004 - PyTorch's ignore_index
        loss = losses.sum() / supervised
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self._trained, self._most)
        self._optimizer.step()
        with torch.no_grad():
            self._told.copy_(torch.stack([loss.detach().float(), norm.float()]))
