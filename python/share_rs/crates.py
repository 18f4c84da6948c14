"""Crates of the user: many candidates, each a few files of the crate with other text, are checked, built and tested at once.

The original is copied and never written. cargo runs outside of the jail only to find the workspace, to lock versions and to
download; build scripts, procedural macros and tests run inside, where the toolchain and the sources of dependencies are
read-only, and there is neither a network nor a credential. Each worker has a copy and a target folder of its own, put back to
what the unbroken crate built before every candidate, so that none meets another's files.

A verdict by tests is weaker than one by values: a candidate's code runs in the process that says which tests passed, and can
make it say anything. It is labelled `tests` for that reason, and only tells apart candidates that do not cheat.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, final

from share_rs import _native
from share_rs._native import CrateVerdict
from share_rs.errors import CrateError
from share_rs.sandbox import available_cores, encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from os import PathLike
    from types import TracebackType

    from typing_extensions import Self

    from share_rs._native import CrateStep

__all__ = ["Baseline", "CrateSandbox", "CrateVerdict", "Patch"]


@dataclass(frozen=True)
class Patch:
    """A candidate: paths relative to the workspace root, and what stands in these files instead.

    A file that is not there is added. Files below `.cargo`, and `Cargo.lock`, cannot be replaced: the verdict is `policy_reject`.
    """

    files: Mapping[str, str | bytes]


@dataclass(frozen=True)
class Baseline:
    """How the original's own tests fare in two runs: only those that pass twice judge candidates."""

    passed: tuple[str, ...]
    failed: tuple[str, ...]
    """Failed twice: perhaps they want a network, which the jail has not."""
    flaky: tuple[str, ...]


@final
class CrateSandbox:
    """A crate that builds in the jail, to be used in a `with` statement. Making one copies, fetches and builds it.

    Args:
        path: the folder of a crate, or of a workspace; all of its workspace is copied, without target folders and `.git`.
        package: the package, where the folder is that of a workspace with several libraries.
        workers: how many candidates are tried at once, each with a copy and a target folder; the CPUs that this process may
            use by default.
        features: features to switch on besides the default ones.
        offline: download nothing; what the crate needs must be in the Cargo home.
        rustc: the compiler, beside which cargo lies; `SHARE_RS_RUSTC` or the one on PATH by default.
        hidden: folders that no candidate may read, besides this package's own.
        limits: ceilings by name: `check_wall`, `build_wall`, `test_wall`, `cpu` in seconds, `memory` (of each process),
            `all_memory`, `file`, `disk`, `tree` in MiB, `diagnostics`, `output` in KiB, `processes`, `files` in numbers.

    Without a lock file versions are chosen for the copy (`locked_here`), which another day may choose differently.

    Raises:
        CrateError: where the crate cannot be used: no Cargo.toml, no lib target, it does not build, it needs nightly, a path
            dependency lies outside of the workspace, the lock file is out of date, `.cargo/config.toml` names a program, a
            build script misbehaves, the tree is too large.
        ToolchainError: where there is no rustc, no cargo or no linker.
        JailError: where this machine lacks a layer of the jail.
        ShareError: for an unknown limit or no worker.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        package: str | None = None,
        workers: int | None = None,
        features: Sequence[str] = (),
        offline: bool = False,
        rustc: str | PathLike[str] | None = None,
        hidden: Iterable[str | PathLike[str]] = (),
        limits: Mapping[str, float] | None = None,
    ) -> None:
        own = Path(__file__).parent
        self._path = Path(path).absolute()
        self._native = _native.Crate(
            Path(path),
            python=sys.executable,
            workers=available_cores() if workers is None else workers,
            rustc=rustc or os.environ.get("SHARE_RS_RUSTC"),
            hidden=[own, (own / "koans").resolve(), *hidden],
            package=package,
            features=features,
            offline=offline,
            limits=limits,
        )

    def __enter__(self) -> Self:
        """Returns the sandbox itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends every worker and removes the copies."""
        self.close()

    def run(self, patches: Iterable[Patch], step: CrateStep = "test") -> list[CrateVerdict]:
        """The verdicts in the order of the candidates.

        `check`: `cargo check` of the library and the programs; `build`: `cargo build` of them; `test`: the tests of the
        library, of the programs and in `tests/`, without doctests, judged by those that pass in the original; `cover`: these
        tests one after the other, with what the text marks while they run, see `share_rs.mining.coverage`; `lib`: rustc on the
        library alone, see `checks`.

        Raises:
            CrateError: where the original does not go as far, or none of its tests passes twice.
            ShareError: where the sandbox was closed.
            ValueError: for an unknown step.
        """
        patches = list(patches)
        found = dict(self.iterate(patches, step))
        return [found[index] for index in range(len(patches))]

    def iterate(self, patches: Iterable[Patch], step: CrateStep = "test") -> Iterator[tuple[int, CrateVerdict]]:
        """Index and verdict of each candidate, as they come; closing the iterator stops the rest. Raises what `run` raises."""
        wanted = [{name: encoded(text) for name, text in patch.files.items()} for patch in patches]
        verdicts = self._native.submit(wanted, step)
        try:
            yield from verdicts
        finally:
            verdicts.close()

    def checks(self, files: Iterable[Mapping[str, str | bytes]]) -> list[CrateVerdict]:
        """Compiles the library once for each mapping of file to text, without cargo: the fast way to try many edits.

        rustc is called as cargo calls it, from the incremental cache of the unbroken crate, and makes metadata only, so that
        what lints and borrowck say is there and what the linker would say is not. Files in `sources` count, others do not.
        Diagnostics name files and bytes of the given text. Raises what `run` raises.
        """
        return self.run([Patch(texts) for texts in files], "lib")

    def lints(self, files: Iterable[Mapping[str, str | bytes]], lints: Sequence[str]) -> list[CrateVerdict]:
        """Looks for some lints of clippy in the library, once for each mapping of file to text, as `checks` compiles it.

        The verdict is `compiles` with a warning for each place that one of the lints names, whatever levels the crate sets for
        it; other lints are silent.

        Args:
            files: as `checks` has them.
            lints: full names, such as `clippy::map_clone`; all are looked for in each.

        Raises:
            ToolchainError: where the toolchain has no clippy.
            ShareError: for a name that clippy does not know, or none, or where the sandbox was closed.
        """
        wanted = [{name: encoded(text) for name, text in texts.items()} for texts in files]
        verdicts = self._native.lint(wanted, lints)
        try:
            found = dict(verdicts)
        finally:
            verdicts.close()
        return [found[index] for index in range(len(wanted))]

    def baseline(self) -> Baseline:
        """How the original's own tests fare, which are run where they were not yet. Raises what `run` raises."""
        found = self._native.baseline()
        if found is None:
            self.run([Patch({})], "test")
            found = self._native.baseline()
        if found is None:
            message = (
                "expected the tests of the crate to have run, got none: see whether its tests run with `cargo test`"
            )
            raise CrateError(message)
        passed, failed, flaky = found
        return Baseline(tuple(passed), tuple(failed), tuple(flaky))

    def close(self) -> None:
        """Ends every worker and removes the copies. A closed sandbox cannot be used again."""
        self._native.close()

    @property
    def name(self) -> str:
        """The package."""
        return self._native.name

    @property
    def version(self) -> str:
        """The package's version."""
        return self._native.version

    @property
    def licence(self) -> str | None:
        """The licence expression (SPDX), or `file:` and a file's name; None where the manifest names neither."""
        return self._native.licence

    @property
    def edition(self) -> str:
        """The edition of the library, for example `2021`."""
        return self._native.edition

    @property
    def lib_file(self) -> str:
        """The library's first file, relative to the workspace root."""
        return self._native.lib_file

    @property
    def root(self) -> Path:
        """The folder of the original's workspace, which `sources` are relative to."""
        around = (self._path, *self._path.parents)
        return next((folder for folder in around if (folder / self.lib_file).is_file()), self._path)

    @property
    def sources(self) -> list[str]:
        """The `.rs` files that rustc reads for the library, sorted: code that is cfg'd out as a whole file is not among them."""
        return self._native.sources

    @property
    def left_out(self) -> list[str]:
        """Links that lead out of the workspace, which the copy lacks."""
        return self._native.left_out

    @property
    def locked_here(self) -> bool:
        """Whether there was no lock file, so that versions were chosen for the copy."""
        return self._native.locked_here

    @property
    def workers(self) -> int:
        """How many candidates are tried at once."""
        return self._native.workers

    @property
    def jail(self) -> str:
        """The layers in force; `mounts` among them where the rest of the machine is mounted read-only."""
        return self._native.jail

    @property
    def toolchain(self) -> str:
        """The version line of rustc."""
        return self._native.toolchain
