"""Tensors in safetensors files: named by their content when written, mapped into memory when read."""

from __future__ import annotations

import os
from contextlib import contextmanager
from hashlib import sha256
from stat import S_IMODE
from typing import TYPE_CHECKING, Any, cast

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file  # pyright: ignore[reportUnknownVariableType] - its PathLike has no parameter

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from torch import Tensor

    from share_rs.errors import ShareError

HASH_LETTERS = 12
"""Letters of a content hash in a file's name; the manifest holds all 64."""
_PICKLE_OR_ZIP = (b"\x80", b"PK\x03\x04")


def write_tensors(folder: Path, stem: str, tensors: Mapping[str, Tensor]) -> tuple[str, str]:
    """Writes `STEM-<hash>.safetensors` and gives its name and SHA-256; equal tensors give equal bytes and an equal name.

    Raises:
        OSError: the file cannot be written.
    """
    temporary = folder / f".{stem}.{os.getpid()}.tmp"
    try:
        save_tensors(temporary, tensors)
        digest = file_hash(temporary)
        name = f"{stem}-{digest[:HASH_LETTERS]}.safetensors"
        sync(temporary)
        temporary.replace(folder / name)
    finally:
        temporary.unlink(missing_ok=True)
    return name, digest


def save_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Writes a safetensors file under the name that is given, for whom the umask lets read it.

    Raises:
        OSError: the file cannot be written.
    """
    # safetensors renames a file of mode 0600, which nobody else could load. What the umask makes of a new file is seen in one:
    # to read the umask itself means to set it, for all threads.
    path.touch()
    mode = S_IMODE(path.stat().st_mode)
    # A copy each: safetensors refuses tensors that share memory, as tied heads do.
    own = {name: _own(tensors[name]) for name in sorted(tensors)}
    save_file(own, path, metadata={"format": "pt"})
    path.chmod(mode)


def write_text(path: Path, text: str) -> None:
    """Writes a file to a temporary name and renames it, so that a reader sees the old text or the new one.

    Raises:
        OSError: the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, "utf-8")
        sync(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Hands a file to the disk, so that a rename cannot outlive what it names."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


class TensorFile:
    """An open safetensors file: names, shapes and dtypes at once, tensors when they are asked for."""

    def __init__(self, path: Path, handle: Any) -> None:  # noqa: ANN401 - safetensors' handle has no type of its own
        self.path = path
        self._handle = handle
        self.names: frozenset[str] = frozenset(cast("list[str]", handle.keys()))

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor, from the header alone."""
        return tuple(self._handle.get_slice(name).get_shape())

    def dtype(self, name: str) -> str:
        """The dtype of a tensor as safetensors names it (`F32`, `BF16`), from the header alone."""
        return str(self._handle.get_slice(name).get_dtype())

    def tensor(self, name: str) -> Tensor:
        """A tensor whose memory is the file's until it is written to."""
        return cast("Tensor", self._handle.get_tensor(name))


@contextmanager
def open_tensors(path: Path, error: type[ShareError]) -> Generator[TensorFile]:
    """A safetensors file.

    Raises:
        ShareError: of the class that was given: there is no such file, it is no safetensors file, or it is cut short.
    """
    try:
        with path.open("rb") as file:
            start = file.read(9)
    except OSError as fault:
        raise error(f"{path}: expected a safetensors file, but it cannot be read: {fault.strerror}") from fault
    # Safetensors begins with the length of its header in eight bytes, which may look like anything, and a brace.
    if start[8:] != b"{" and start.startswith(_PICKLE_OR_ZIP):
        raise error(
            f"{path}: expected safetensors, got a pickle; a pickle can run code, so it is not opened. "
            f"Save the weights again as safetensors."
        )
    try:
        with cast("AbstractContextManager[Any]", safe_open(path, framework="pt")) as handle:
            yield TensorFile(path, handle)
    except SafetensorError as fault:
        raise error(
            f"{path}: expected a whole safetensors file, got one that is damaged or cut short ({fault})"
        ) from fault


def _own(tensor: Tensor) -> Tensor:
    return torch.empty(tensor.shape, dtype=tensor.dtype).copy_(tensor.detach())
