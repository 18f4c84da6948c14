"""The sandbox: many candidates in, verdicts out."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, final

from share_rs import _native
from share_rs._native import EXTERNS, OUTCOMES, Koan, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from os import PathLike
    from types import TracebackType

    from typing_extensions import Self

    from share_rs._native import Verdicts

__all__ = ["EXTERNS", "OUTCOMES", "Candidate", "Sandbox", "Source", "Verdict", "default_cache"]

Source: TypeAlias = "tuple[str | bytes, str, bool] | tuple[str | bytes, str, bool, Sequence[str]]"
"""A program, its edition, whether it may be unsafe, and the crates of `EXTERNS` that it may use."""


@dataclass(frozen=True)
class Candidate:
    """A program that may repair a koan."""

    koan: Koan
    source: str | bytes
    """Text, or bytes of any kind: what is no program gets a verdict too."""
    seed: int = 0
    """Of the inputs that the probes draw, 0 to 2**64 - 1."""


@final
class Sandbox:
    """A pool of jailed workers, to be used in a `with` statement.

    Args:
        workers: how many; the CPUs that this process may use by default.
        cache_dir: where verdicts are kept; `default_cache()` by default.
        cache_bytes: the most bytes of verdicts; the oldest leave first.
        trusted: no jail, for programs that the user wrote. Every verdict records it.
        rustc: the compiler; `SHARE_RS_RUSTC` or the one on PATH by default.
        hidden: folders that no candidate may read, besides this package's own.
        limits: ceilings by name: `compile_cpu`, `compile_wall`, `run_cpu`, `run_wall` in seconds,
            `compile_memory`, `run_memory` in MiB, `source`, `diagnostics`, `output` in KiB.

    Raises:
        ShareError: for an unknown limit or no worker.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        cache_dir: str | PathLike[str] | None = None,
        cache_bytes: int = 1 << 30,
        trusted: bool = False,
        rustc: str | PathLike[str] | None = None,
        hidden: Iterable[str | PathLike[str]] = (),
        limits: Mapping[str, float] | None = None,
    ) -> None:
        package = Path(__file__).parent
        self._native = _native.Sandbox(
            python=sys.executable,
            workers=available_cores() if workers is None else workers,
            cache_dir=cache_dir or default_cache(),
            cache_bytes=cache_bytes,
            trusted=trusted,
            rustc=rustc or os.environ.get("SHARE_RS_RUSTC"),
            hidden=[package, (package / "koans").resolve(), *hidden],
            limits=limits,
        )

    def __enter__(self) -> Self:
        """Returns the sandbox itself; workers start with the first candidate that is not in the cache."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends every worker."""
        self.close()

    def start(self) -> None:
        """Finds the toolchain and the layers of the jail now instead of with the first candidate.

        Raises:
            ToolchainError: where there is no rustc, or it cannot compile; the message tells the remedy.
            JailError: where this machine lacks a layer; the message tells the remedy.
        """
        self._native.start()

    def run(self, candidates: Iterable[Candidate]) -> list[Verdict]:
        """The verdicts in the order of the candidates. Equal ones are compiled once.

        Raises:
            ToolchainError, JailError: as `start`.
            ShareError: where a koan lies in a folder that the candidates' compiler may read.
        """
        candidates = list(candidates)
        found = dict(self.iterate(candidates))
        return [found[index] for index in range(len(candidates))]

    def iterate(self, candidates: Iterable[Candidate]) -> Iterator[tuple[int, Verdict]]:
        """Index and verdict of each candidate, as they come; closing the iterator stops the rest.

        Raises what `run` raises.
        """
        verdicts = self.judge([(candidate.koan, encoded(candidate.source), candidate.seed) for candidate in candidates])
        try:
            yield from verdicts
        finally:
            verdicts.close()

    def judge(self, candidates: Sequence[tuple[Koan, bytes, int]]) -> Verdicts:
        """Index and verdict of each (koan, program, seed), as they come: what `run` and `iterate` stand on."""
        return self._native.judge(candidates)

    def check(self, sources: Iterable[Source]) -> list[Verdict]:
        """Compiles each (source, edition, allow_unsafe) as a library, without probes; a fourth part names crates.

        The outcome is `compiles` where rustc finds no error. A program may use the crates of `EXTERNS` that it names, and
        no others. They are built when the first program asks for one, once for each toolchain: cargo fetches pinned
        versions, and their build scripts and macros run in the jail alone, under Ctrl-C and without the network.

        Raises:
            ToolchainError, JailError: as `start`, and where the toolchain lacks cargo.
            ShareError: for a crate that is not among `EXTERNS`, or one that cannot be fetched.
        """
        wanted = [_checked(source) for source in sources]
        found = dict(self._native.check(wanted))
        return [found[index] for index in range(len(wanted))]

    def lint(self, sources: Iterable[tuple[str | bytes, str, str]]) -> list[Verdict]:
        """Compiles each (source, edition, lint) as a library with clippy, and looks for that one lint.

        The outcome is `compiles` where rustc finds no error; `diagnostics` then holds the warnings of the lint, and is
        empty where clippy does not find it. The lint goes by its full name, `clippy::map_clone`. It is forced
        (`--force-warn`), so that no `allow`, `expect` or `forbid` of the program hides it, and what the program denies of
        other clippy lints is no error. No `clippy.toml` and no variable of the caller is read, and a program that sets
        `clippy::msrv`, which would silence it, is a `policy_reject`. Code that a macro of the program writes is judged as
        clippy judges it, which is seldom: silence alone proves nothing of who hides code. Unsafe code is looked at like any
        other, for nothing of it runs.

        Raises:
            ToolchainError, JailError: as `start`, and where the toolchain lacks clippy.
            ShareError: where clippy has no lint of that name.
        """
        wanted = [(encoded(source), edition, lint) for source, edition, lint in sources]
        found = dict(self._native.lint(wanted))
        return [found[index] for index in range(len(wanted))]

    def transcript(self, candidate: Candidate) -> tuple[Verdict, bytes]:
        """Runs one program past the cache and returns what its probes recorded: for authors, never for prompts."""
        return self._native.transcript(candidate.koan, encoded(candidate.source), candidate.seed)

    def close(self) -> None:
        """Ends every worker; a closed sandbox starts again when it is used."""
        self._native.close()

    @property
    def workers(self) -> int:
        """How many candidates are judged at once."""
        return self._native.workers

    @property
    def toolchain(self) -> dict[str, str]:
        """What `rustc -vV` says; empty before the first use."""
        return self._native.toolchain

    @property
    def jail(self) -> str:
        """The layers in force, or `trusted`; empty before the first use."""
        return self._native.jail


def default_cache() -> Path:
    """`SHARE_RS_CACHE`, or `share_rs` in the user's cache folder (XDG Base Directory Specification)."""
    own = os.environ.get("SHARE_RS_CACHE")
    if own:
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "share_rs"


def available_cores() -> int | None:
    """The CPUs that this process may use; None, for the binary to count, where the system does not tell."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else None


def encoded(source: str | bytes) -> bytes:
    """A program's bytes; a lone surrogate, which is no program, is kept for rustc to refuse."""
    return source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source


def _checked(source: Source) -> tuple[bytes, str, bool, Sequence[str]]:
    text, edition, allow_unsafe, *crates = source
    return encoded(text), edition, allow_unsafe, crates[0] if crates else ()
