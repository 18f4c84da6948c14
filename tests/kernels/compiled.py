"""Kernels compiled ahead of time for a device that is not here, with the specialisation that their launch has."""

# triton is untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false, reportPrivateUsage=false

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from triton import knobs
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource, compile, make_backend  # noqa: A004 - triton's name
from triton.runtime.jit import create_function_from_signature

from share_rs.kernels.gpu.launch import Launch


@dataclass(frozen=True)
class Compiled:
    """What the machine code of one kernel says."""

    registers: int
    stack: int
    shared: int
    spills: int
    """Instructions that move registers to local memory and back."""
    products: frozenset[str]
    """The instructions that multiply tiles: HMMA and HGMMA are those of the tensor cores (mma.sync and wgmma)."""


def compiled(launch: Launch, arch: int) -> Compiled:
    """The kernel of a launch for compute capability arch / 10; its tensors may be on the meta device, which counts as aligned."""
    kernel = launch.kernel
    target, backend, binder = _binder(kernel, arch)
    keywords = launch.keywords()
    keywords["debug"] = False
    bound, specialization, options = binder(**keywords)
    options, signature, constants, attributes = kernel._pack_args(backend, keywords, bound, specialization, options)
    source = ASTSource(kernel, signature, constants, attributes)
    with TemporaryDirectory() as folder, knobs.cache.scope():
        knobs.cache.dir = folder
        made: Any = compile(source, target=target, options=options.__dict__)
        cubin = Path(folder, "kernel.cubin")
        cubin.write_bytes(made.asm["cubin"])
        usage = _said(knobs.nvidia.cuobjdump.path, "-res-usage", str(cubin))
        code = _said(knobs.nvidia.nvdisasm.path, str(cubin))
    numbers = {name: int(value) for name, value in re.findall(r"(REG|STACK|SHARED):(\d+)", usage)}
    names = re.findall(r"^\s+/\*[0-9a-f]+\*/\s+(?:@!?U?P\w+ )?\s*([A-Z0-9]+)", code, re.MULTILINE)
    return Compiled(
        registers=numbers["REG"],
        stack=numbers["STACK"],
        shared=made.metadata.shared,
        spills=sum(name in {"STL", "LDL"} for name in names),
        products=frozenset(name for name in names if name.endswith("MMA")),
    )


@cache
def _binder(kernel: Any, arch: int) -> tuple[Any, Any, Any]:  # noqa: ANN401
    target = GPUTarget("cuda", arch, 32)
    backend = make_backend(target)
    return target, backend, create_function_from_signature(kernel.signature, kernel.params, backend)


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
