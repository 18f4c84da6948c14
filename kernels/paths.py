"""Which way a layer is computed, why, and how to choose another.

`plain`: PyTorch's own products, as the specification has them. `triton`: the kernels of `share_rs.kernels.gpu`, launched directly.
`operator`: `torch.ops.share_rs.linear`, which runs the kernels where they can run.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, cast, get_args

import torch

if TYPE_CHECKING:
    from collections.abc import Generator

    from torch import Tensor

Path = Literal["plain", "triton", "operator"]
PATHS: tuple[str, ...] = get_args(Path)
VARIABLE = "SHARE_RS_KERNELS"
"""The environment variable that names a path for the whole process."""
DTYPES = (torch.float16, torch.bfloat16, torch.float32)
LARGEST_K = 128
"""Of either basis; beyond, a row's coordinates no longer fit into the registers of a few warps."""
MOST_ROWS = 2**31 - 1
"""A row's number is divided in 32 bits: in 64 bits it is a call, for which registers are spilled."""
OLDEST = 8
"""Major compute capability: the first with bfloat16, and the oldest that the kernels are compiled for in the tests."""

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
TRITON = find_spec("triton") is not None
_logger = logging.getLogger("share_rs.kernels")
_told: set[tuple[str, str]] = set()
_forced: Path | None = None


@contextmanager
def use_path(path: Path) -> Generator[None]:
    """While it is open, every layer of the process is computed this way; the environment's SHARE_RS_KERNELS is overruled.

    Raises:
        ValueError: there is no such path.
    """
    global _forced  # noqa: PLW0603 - a context variable would break a graph that is compiled
    before = _forced
    _forced = known(path)
    try:
        yield
    finally:
        _forced = before


def known(path: str) -> Path:
    """The path of this name.

    Raises:
        ValueError: there is none.
    """
    if path not in PATHS:
        raise ValueError(f"expected a path of {', '.join(PATHS)}, got {path!r}")
    return cast("Path", path)


def chosen(x: Tensor, alpha: Tensor, beta: Tensor, path: Path | None) -> Path:
    """The path for a call; what was asked for by the argument, the context or the environment, or else the fastest that can run.

    Raises:
        ValueError: the kernels were asked for and cannot run; the message says why.
    """
    asked = path or _forced or _FROM_ENVIRONMENT
    missing = obstacle(x, alpha, beta)
    if asked == "triton" and missing is not None:
        raise ValueError(f"expected operands that the Triton kernels take, as they were asked for; got {missing}")
    if asked == "triton" and torch.compiler.is_compiling():
        found, why = "operator", "a graph is compiled"
    elif asked is not None:
        found, why = known(asked), "it was asked for"
    elif missing is not None:
        found, why = "plain", missing
    elif not x.is_cuda:
        found, why = "plain", "Triton interprets here, which is for tests"
    elif torch.compiler.is_compiling():
        found, why = "operator", "a graph is compiled"
    else:
        found, why = "triton", "a device is present"
    if not torch.compiler.is_compiling() and (found, why) not in _told:
        _told.add((found, why))
        _logger.info("share layers: path %s, because %s", found, why)
    return found


def obstacle(x: Tensor, alpha: Tensor, beta: Tensor) -> str | None:
    """Why the kernels cannot run on these operands; None if they can. That Triton can be imported is not enough: a device decides."""
    k = max(alpha.shape[1], beta.shape[1])
    missing = _missing(x.device)
    if missing is not None:
        return missing
    if x.dtype not in DTYPES:
        return f"x of {x.dtype}"
    if k > LARGEST_K:
        return f"a basis of {k} columns, more than {LARGEST_K}"
    if x.shape[:-1].numel() > MOST_ROWS:
        return f"x of {x.shape[:-1].numel()} rows, more than {MOST_ROWS}"
    return None


def _missing(device: torch.device) -> str | None:
    if device.type != "cuda" and not (INTERPRETED and device.type == "cpu"):
        return f"x on {device.type}, where there is no accelerator"
    if not TRITON:
        return "no installed triton"
    if torch.version.hip is not None:
        return "a ROCm device, for which no kernel was ever compiled"
    if device.type == "cuda" and torch.cuda.get_device_capability(device)[0] < OLDEST:
        return f"a device of a compute capability below {OLDEST}.0"
    return None


_FROM_ENVIRONMENT: Path | None = known(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None
