"""A frozen linear layer, or a Conv1D, with the skills of a shared subspace."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

from share_rs.errors import SubspaceError
from share_rs.kernels import dispatch_linear, share_delta
from share_rs.tuner.layer import Chosen, Pending, ShareLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peft.utils.quantization_utils import QuantizationBackend
    from torch import Tensor

    from share_rs.subspace.space import LayerBasis
    from share_rs.tuner.routing import Routing


class ShareLinear(nn.Module, ShareLayer):
    """See `ShareLayer`; the update is applied beside the base weight and not added to it, unless `merge` is called."""

    def __init__(
        self,
        base_layer: nn.Module,
        basis: LayerBasis | Pending,
        *,
        layer: str,
        hash_: str | None,
        routing: Routing,
        persistent: bool,
        backend: QuantizationBackend | None = None,
    ) -> None:
        super().__init__()
        self.hold(base_layer, basis, layer=layer, hash_=hash_, routing=routing, persistent=persistent)
        self.quantization_backend = backend
        self.merge_residual: float | None = None
        """What the last merge lost to rounding: the norm of (W' - W - dW) by that of dW; None where nothing is merged."""
        self._unmerged: Tensor | None = None
        self._quantised: Tensor | None = None
        """The quantised weight itself as it was, where that is one tensor."""

    def forward(self, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:  # noqa: ANN401 - the base layer's
        """The base layer's output for x (..., d), and the update of the active adapters, or of each row's own skill."""
        if self.disable_adapters:
            if self.merged:
                self.unmerge()
            return self.base_layer(x, *args, **kwargs)
        chosen, ids = self._choice(x)
        if chosen is None:
            return self.base_layer(x, *args, **kwargs)
        if self.pending and not torch.compiler.is_compiling():
            self.settle()
        base = cast("Any", self.base_layer)
        if not args and not kwargs and _is_plain(base):
            return dispatch_linear(
                x,
                base.weight,
                base.bias,
                self.basis_alpha,
                self.basis_beta,
                chosen.eps_alpha,
                chosen.eps_beta,
                chosen.scale,
                ids,
                fan_in_fan_out=self.fan_in_fan_out,
            )
        y: Tensor = base(x, *args, **kwargs)
        if self.quantization_backend is not None:
            y = self.quantization_backend.maybe_clone_base_result(y)
        delta = share_delta(x, self.basis_alpha, self.basis_beta, chosen.eps_alpha, chosen.eps_beta, chosen.scale, ids)
        return y + delta.to(y.dtype)

    def _choice(self, x: Tensor) -> tuple[Chosen | None, Tensor | None]:
        if self.routing.ids is None:
            return (None if self.merged else self.chosen(self.active_adapters)), None
        if self.merged:
            raise SubspaceError(
                f"layer {self.layer}: a skill per sample needs the base weights as they were, but {', '.join(self.merged_adapters)} "
                "is merged into them; call unmerge_adapter() first"
            )
        parts = self.routing.parts
        if parts is not None:
            chosen = parts[self.layer]
            if chosen.eps_alpha.device != x.device:  # a model that is spread over devices
                chosen = Chosen(chosen.eps_alpha.to(x.device), chosen.eps_beta.to(x.device), chosen.scale)
            return chosen, self.routing.of(x, self.layer)
        chosen = self.bank(self.routing.names)
        return chosen, None if chosen is None else self.routing.of(x, self.layer)

    def merge(self, safe_merge: bool = False, adapter_names: Sequence[str] | None = None) -> None:  # noqa: FBT001, FBT002 - PEFT's
        """Adds dW to the base weight, computed in float32 at least and rounded once; `merge_residual` says what that lost.

        The weight as it was is kept until `unmerge`, which gives it back exactly.

        Args:
            safe_merge: refuse a result that is not finite, and leave the weight as it was.
            adapter_names: which adapters, default the active ones; those already merged are passed over.

        Raises:
            SubspaceError: the base weight is quantised and cannot be written, or the result is not finite and `safe_merge` is set.
        """
        names = self.active_adapters if adapter_names is None else adapter_names
        names = [name for name in names if self.has(name) and name not in self.merged_adapters]
        if not names:
            return
        before = self._writable_weight()
        delta = torch.stack([self.get_delta_weight(name) for name in names]).sum(0).to(before.device)
        after = (before.to(delta.dtype) + delta).to(before.dtype)
        if safe_merge and not after.isfinite().all():
            raise SubspaceError(
                f"layer {self.layer}: merging {', '.join(names)} gives a weight that is not finite; nothing was changed in it"
            )
        if self._unmerged is None:
            self._unmerged = before
            self._quantised = cast("Any", self.get_base_layer()).weight if self._swaps_quantised() else None
        self.set_base_weight(after)
        self.merged_adapters.extend(names)
        origin = self._unmerged.to(delta)
        total = torch.stack([self.get_delta_weight(name) for name in self.merged_adapters]).sum(0).to(delta)
        error = torch.linalg.vector_norm(self.get_base_weight().to(delta) - origin - total)
        norm = torch.linalg.vector_norm(total)
        self.merge_residual = float(error / norm) if norm > 0 else 0.0

    def unmerge(self) -> None:
        """Gives the base weight back as it was before the first merge, bit for bit; by bitsandbytes and HQQ it is quantised again."""
        if self._unmerged is None:
            return
        if self._quantised is None:
            weight = self.get_base_weight()
            self.set_base_weight(self._unmerged.to(weight))
        else:
            cast("Any", self.get_base_layer()).weight = self._quantised
        self._unmerged = self._quantised = None
        self.merge_residual = None
        self.merged_adapters.clear()

    def _swaps_quantised(self) -> bool:
        """Whether a merge puts a new tensor in the place of the quantised one, which can then be put back itself."""
        return self.quantization_backend is not None and self.quantization_backend.backend_name == "torchao"

    def _writable_weight(self) -> Tensor:
        """The base weight as a plain tensor that `set_base_weight` takes back.

        Raises:
            SubspaceError: there is no such way to it.
        """
        backend = self.quantization_backend
        try:
            if backend is not None and backend.supports_merge:
                return self.get_base_weight()
        except NotImplementedError:  # of a kind that the backend can compute with and not unpack
            pass
        if backend is None:
            weight: Tensor = self.get_base_weight()
            if type(weight) is torch.Tensor and weight.dtype.is_floating_point:
                return weight
            got = f"a {type(weight).__name__} of {weight.dtype}, quantised in a way that PEFT cannot write"
        else:
            got = f"one quantised by {backend.backend_name}"
            if backend.backend_name == "torchao":
                got += " that cannot be unpacked, or not packed again without transformers' TorchAoConfig"
        raise SubspaceError(
            f"layer {self.layer}: expected a base weight that can be written, got {got}; keep the skill unmerged, which costs it no "
            "precision, or export it as a plain LoRA with save_as_lora of peft.tuners.lora.conversion"
        )

    def __repr__(self) -> str:
        return "sharelora." + super().__repr__()


def _is_plain(layer: nn.Module) -> bool:
    """Whether a layer computes x W^T + bias and nothing else, so that its product may be taken over."""
    if type(layer) not in {nn.Linear, Conv1D}:
        return False
    own = cast("Any", layer)  # there is no public way to ask for hooks
    hooked = own._forward_hooks or own._forward_pre_hooks or hasattr(layer, "_hf_hook")  # noqa: SLF001
    weight = own.weight
    return not hooked and weight.dtype.is_floating_point and type(weight.data) is torch.Tensor
