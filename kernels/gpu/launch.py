"""A kernel with its arguments, and how it starts; what is to be launched can be looked at without a device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch
import triton  # pyright: ignore[reportMissingTypeStubs] - it has none

if TYPE_CHECKING:
    from collections.abc import Mapping

    from share_rs.kernels.gpu.tiles import Tile

INTERPRETED: bool = triton.knobs.runtime.interpret  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType, reportAttributeAccessIssue]
"""Whether TRITON_INTERPRET was set when Triton was first imported."""


REGISTERS, FILE, WARP = 255, 65536, 32
"""The most of one thread, those of a multiprocessor, and threads of a warp (CUDA C++ Programming Guide, compute capabilities).

A kernel is allowed all there are: left to itself, ptxas 13 spills one or two where that lets one more block run.
"""


class Launch(NamedTuple):
    """One launch."""

    kernel: Any
    """What `triton.jit` made of a function."""
    grid: tuple[int, ...]
    arguments: Mapping[str, object]
    tile: Tile

    def keywords(self) -> dict[str, object]:
        """All that the kernel is called with: its arguments, its tile, how exact its products are, and the compiler's options.

        The interpreter's bfloat16 is a bit pattern to numpy: there every operand is cast before the first operation on it.
        """
        constants: dict[str, object] = {"ROWS": self.tile.rows, "FEATURES": self.tile.features, "UPCAST": INTERPRETED}
        constants["PRECISION"] = precision()
        names = self.kernel.arg_names
        return {
            **self.arguments,
            **{name: value for name, value in constants.items() if name in names},
            "num_warps": self.tile.warps,
            "num_stages": self.tile.stages,
            "maxnreg": min(REGISTERS, FILE // (WARP * self.tile.warps)),
            "enable_fp_fusion": True,  # named, because the default is about to change
        }


def precision() -> str:
    """How float32 products are formed, which is PyTorch's setting: exactly, or in TF32. For 16-bit operands it means nothing."""
    return "ieee" if torch.get_float32_matmul_precision() == "highest" else "tf32"


def run(launch: Launch) -> None:
    """Starts it on the device of its tensors, which need not be the current one."""
    if 0 in launch.grid:
        return
    device = next(value.device for value in launch.arguments.values() if isinstance(value, torch.Tensor))
    if device.type == "cuda" and device.index != torch.cuda.current_device():
        with torch.cuda.device(device):
            launch.kernel[launch.grid](**launch.keywords())
    else:
        launch.kernel[launch.grid](**launch.keywords())
