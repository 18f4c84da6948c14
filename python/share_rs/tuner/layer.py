"""What a layer holds: one basis, and the coefficients of every adapter."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import torch
from peft.tuners.tuners_utils import BaseTunerLayer
from torch import nn
from transformers.pytorch_utils import Conv1D

from share_rs.errors import SubspaceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from share_rs.subspace.space import Coefficients, LayerBasis
    from share_rs.tuner.routing import Routing

BASES = ("basis_beta", "basis_alpha")
"""Without the method's prefix: transformers gives every key that has it the adapter's name, finds no such buffer, and drops it."""


class Chosen(NamedTuple):
    """Coefficients to apply: k x p for all rows, or a bank N x k x p."""

    eps_alpha: Tensor
    eps_beta: Tensor
    scale: float


class Pending(NamedTuple):
    """A basis that is still to come, from the file of the adapter: k_b and k_a."""

    k_b: int
    k_a: int


class ShareLayer(BaseTunerLayer):
    """The part of an adapted layer that is the same for every kind of base layer.

    The bases `basis_beta` (n x k_b) and `basis_alpha` (d x k_a) are buffers, there once whatever the number of adapters, in the dtype
    and on the device of the base weight. `sharelora_eps_beta` and `sharelora_eps_alpha` hold the coefficients by adapter (k x p).
    """

    adapter_layer_names = ("sharelora_eps_beta", "sharelora_eps_alpha")
    other_param_names = ("scales",)
    base_layer: nn.Module
    basis_beta: Tensor
    basis_alpha: Tensor

    def hold(
        self,
        base_layer: nn.Module,
        basis: LayerBasis | Pending,
        *,
        layer: str,
        hash_: str | None,
        routing: Routing,
        persistent: bool,
    ) -> None:
        """Called once, by the constructor, after that of `nn.Module`.

        Args:
            base_layer: n x d, frozen.
            basis: of the same n and d.
            layer: the name of the layer in the subspace.
            hash_: of the subspace's bases.
            routing: shared by all layers of the model.
            persistent: whether the basis is part of the state dict.
        """
        module = cast("Any", self)
        module.base_layer = base_layer
        module.sharelora_eps_beta = nn.ParameterDict({})
        module.sharelora_eps_alpha = nn.ParameterDict({})
        self.scales: dict[str, float] = {}
        self.layer = layer
        self.basis_hash = hash_
        self.routing = routing
        self.pending = isinstance(basis, Pending)
        self.fan_in_fan_out = isinstance(base_layer, Conv1D)
        """Whether the base weight is stored d x n."""
        self.merged_adapters: list[str] = []
        self._disable_adapters = False
        device, dtype = self.basis_place()
        if isinstance(basis, Pending):
            n, d = features(base_layer)
            beta = torch.full((n, basis.k_b), torch.nan, dtype=dtype, device=device)
            alpha = torch.full((d, basis.k_a), torch.nan, dtype=dtype, device=device)
        else:
            beta, alpha = (one.detach().to(device, dtype, copy=True) for one in (basis.beta, basis.alpha))
        module.register_buffer("basis_beta", beta.contiguous(), persistent=persistent)
        module.register_buffer("basis_alpha", alpha.contiguous(), persistent=persistent)

    def basis_place(self) -> tuple[torch.device, torch.dtype]:
        """Where the basis belongs: beside the base weight, in its dtype; float32 where that is an integer one."""
        device, dtype = cast("Any", self)._get_base_layer_device_and_dtype(self.get_base_layer())  # noqa: SLF001 - inherited
        if device is None or device.type == "meta":
            device = torch.device("cpu")
        if dtype is None or not dtype.is_floating_point or dtype.itemsize == 1:
            dtype = torch.float32
        return device, dtype

    def update_layer(
        self, adapter_name: str, coefficients: Coefficients, scale: float, *, inference_mode: bool = False
    ) -> None:
        """Adds an adapter, or overwrites it.

        Raises:
            SubspaceError: the coefficients do not fit the basis.
        """
        due = self.basis_beta.shape[1], self.basis_alpha.shape[1]
        got = coefficients.eps_beta.shape[0], coefficients.eps_alpha.shape[0]
        if due != got or coefficients.eps_beta.shape[1:] != coefficients.eps_alpha.shape[1:]:
            raise SubspaceError(
                f"layer {self.layer}, adapter {adapter_name}: expected coefficients k_b x p and k_a x p with k_b = {due[0]} and "
                f"k_a = {due[1]}, got {tuple(coefficients.eps_beta.shape)} and {tuple(coefficients.eps_alpha.shape)}"
            )
        device, dtype = self.basis_beta.device, self.basis_beta.dtype
        module = cast("Any", self)
        for held, value in (
            (module.sharelora_eps_beta, coefficients.eps_beta),
            (module.sharelora_eps_alpha, coefficients.eps_alpha),
        ):
            held[adapter_name] = nn.Parameter(value.detach().to(device, dtype, copy=True).contiguous())
        self.scales[adapter_name] = scale
        self.set_adapter(self.active_adapters, inference_mode=inference_mode)

    def has(self, adapter_name: str) -> bool:
        """Whether the adapter changes this layer."""
        return adapter_name in cast("Any", self).sharelora_eps_beta

    def coefficients(self, adapter_name: str) -> Chosen:
        """Those of one adapter, k x p: the parameters themselves."""
        module = cast("Any", self)
        return Chosen(
            module.sharelora_eps_alpha[adapter_name], module.sharelora_eps_beta[adapter_name], self.scales[adapter_name]
        )

    def chosen(self, names: Sequence[str]) -> Chosen | None:
        """The sum of several adapters: side by side they are one of pseudo-rank p_1 + p_2 + ...; None if there are none."""
        found = [self.coefficients(name) for name in names if self.has(name)]
        if len(found) <= 1:
            return found[0] if found else None
        return Chosen(
            torch.cat([one.eps_alpha for one in found], 1),
            torch.cat([one.eps_beta * one.scale for one in found], 1),
            1.0,
        )

    def bank(self, names: Sequence[str]) -> Chosen | None:
        """The adapters stacked, N x k x p with the largest p; zero where one does not change this layer. None if none does."""
        found = {name: self.coefficients(name) for name in names if self.has(name)}
        if not found:
            return None
        p = max(one.eps_alpha.shape[1] for one in found.values())
        some = next(iter(found.values()))
        absent = Chosen(
            some.eps_alpha.new_zeros(some.eps_alpha.shape[0], p),
            some.eps_beta.new_zeros(some.eps_beta.shape[0], p),
            1.0,
        )
        each = [found.get(name, absent) for name in names]
        return Chosen(
            torch.stack([_padded(one.eps_alpha, p) for one in each]),
            torch.stack([_padded(one.eps_beta * one.scale, p) for one in each]),
            1.0,
        )

    def get_delta_weight(self, adapter_name: str) -> Tensor:
        """The update s beta eps_beta eps_alpha^T alpha^T of one adapter, in float32 at least, in the orientation of the base weight."""
        self.settle()
        eps_alpha, eps_beta, scale = self.coefficients(adapter_name)
        dtype = torch.promote_types(self.basis_beta.dtype, torch.float32)
        beta, alpha = self.basis_beta.to(dtype), self.basis_alpha.to(dtype)
        delta = (beta @ eps_beta.detach().to(dtype)) @ (alpha @ eps_alpha.detach().to(dtype)).T * scale
        return delta.T.contiguous() if self.fan_in_fan_out else delta

    def awaits_basis(self) -> bool:
        """Whether the basis is still to be read from the adapter's file."""
        if self.pending:
            self.pending = not bool(self.basis_beta.isfinite().all() and self.basis_alpha.isfinite().all())
        return self.pending

    def settle(self) -> None:
        """Looks, before the first use, whether the basis that was to come has come.

        Raises:
            SubspaceError: it has not.
        """
        if self.awaits_basis():
            raise SubspaceError(
                f"layer {self.layer}: the basis was to be read from the adapter's adapter_model.safetensors, which had none or "
                "was not loaded; load the adapter with from_pretrained or load_adapter, or give ShareConfig a subspace"
            )

    def supports_lora_conversion(self, adapter_name: str = "default") -> bool:  # noqa: ARG002 - PEFT's
        """A skill is a LoRA of rank p with B = s beta eps_beta and A = eps_alpha^T alpha^T."""
        return True

    def _move_adapter_to_device_of_base_layer(self, adapter_name: str, device: torch.device | None = None) -> None:
        """The basis comes along: after a load with `low_cpu_mem_usage` it has the dtype of the file."""
        cast("Any", super())._move_adapter_to_device_of_base_layer(adapter_name, device)  # noqa: SLF001 - inherited
        place, dtype = self.basis_place()
        for name in BASES:
            setattr(self, name, getattr(self, name).to(device or place, dtype))


def features(layer: nn.Module) -> tuple[int, int]:
    """The sizes n and d of a base layer."""
    if isinstance(layer, Conv1D):
        d, n = cast("Any", layer).weight.shape
        return n, d
    return cast("Any", layer).out_features, cast("Any", layer).in_features


def _padded(coefficients: Tensor, p: int) -> Tensor:
    return nn.functional.pad(coefficients, (0, p - coefficients.shape[1]))
