"""The compiled part of share_rs: koans, diagnostics, edits, and the sandbox. Everything here is re-exported by a typed module."""

from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, Literal, TypeAlias, final

from typing_extensions import Self

__version__: str
build_profile: Literal["debug", "release"]

Outcome: TypeAlias = Literal[
    "pass",
    "test_fail",
    "panic",
    "runtime_timeout",
    "runtime_oom",
    "runtime_signal",
    "output_limit",
    "compile_error",
    "compile_timeout",
    "compile_oom",
    "compiler_crash",
    "policy_reject",
    "infra_error",
]
Stage: TypeAlias = Literal["parse", "resolve", "typeck", "borrowck", "const_eval", "lint", "link", "unknown"]
Applicability: TypeAlias = Literal["machine_applicable", "maybe_incorrect", "has_placeholders", "unspecified"]

OUTCOMES: tuple[Outcome, ...]
EXTERNS: tuple[str, ...]
"""The crates that a program may use besides std, sorted: the sandbox has them in pinned versions."""

@final
class Span:
    """A range of the candidate's own text, or of a file of its crate.

    Bytes are 0-based and end-exclusive; lines and columns are 1-based, columns count characters.
    """

    file: str | None
    """The file, relative to the root of the crate's workspace; None where the program is one text."""
    byte_start: int
    byte_end: int
    line_start: int
    column_start: int
    line_end: int
    column_end: int
    is_primary: bool
    label: str | None
    replacement: str | None
    applicability: Applicability | None

@final
class Child:
    """A note or help of a diagnostic."""

    level: str
    message: str
    spans: list[Span]

@final
class Diagnostic:
    """One error of rustc, as data. `code` is None where rustc gives none."""

    level: str
    code: str | None
    message: str
    stage: Stage
    spans: list[Span]
    children: list[Child]
    def to_dict(self) -> dict[str, Any]: ...

def diagnostics_from_json(text: str) -> list[Diagnostic]:
    """The diagnostics of a JSON array as `to_dict` gives them. Raises ValueError where it is none."""

@final
class Classification:
    """What the router makes of a list of diagnostics. `pattern` is None where it abstains."""

    pattern: str | None
    confidence: float
    runner_up: str | None
    code: str | None
    stage: Stage
    rule: str | None

@final
class PatternTable:
    """The error patterns: the built-in table, or that extended by the TOML text of a user (ValueError where that is malformed)."""

    def __new__(cls, extension: str | None = None) -> Self: ...
    @property
    def patterns(self) -> dict[str, str]:
        """Name to one-line description, sorted by name."""
    def classify(self, diagnostics: Sequence[Diagnostic]) -> Classification: ...

def render(diagnostics: Sequence[Diagnostic], source: str) -> str:
    """The diagnostics as text, free of paths and of anything else that varies."""

@final
class Koan:
    """One koan, read from its folder. Raises KoanError, with every fault named, where the folder is not a koan."""

    id: str
    family: str
    title: str
    pattern: str
    codes: list[str]
    edition: str
    rounds: int
    allow_unsafe: bool
    externs: list[str]
    """The crates of `EXTERNS` that its programs may use, sorted."""
    broken: str
    fixed: str
    probes: str
    repairs: list[Repair]
    path: str
    content_hash: str
    def __new__(cls, path: str | PathLike[str]) -> Self: ...
    @staticmethod
    def of(
        koan_id: str,
        *,
        fixed: str,
        probes: str,
        broken: str = "",
        edition: str = "2024",
        allow_unsafe: bool = False,
        externs: Sequence[str] = ...,
        rounds: int = 8,
    ) -> Koan:
        """A koan that is not on disk. Raises KoanError, with every fault named, where its programs are not a koan's."""
    def called_signatures(self) -> list[str]: ...
    def cheats(self) -> dict[str, list[str]]:
        """The programs of the gate that must score zero: name to sources, in the gate's order."""

@final
class Repair:
    """A further repair of a koan that the gate tries: `right` says whether it must pass."""

    name: str
    right: bool
    source: str

@final
class Mutation:
    """A mutator applied at one place of a program: `edits`, byte ranges and what stands there instead, break it.

    `judge` says what `expected` holds: `codes` of the first error, parts of its `message`, or the clippy `lint` that a
    program has that compiles. `reach` is where it is reported: in the changed `body`, in the changed `item`, or, for
    `remote` ones, in another item that uses it. `item` is the bytes of the function, method or type that the first edit
    changes; related edits may lie elsewhere, but for mutations in a body.
    """

    family: str
    variant: str
    judge: Literal["codes", "message", "lint"]
    expected: list[str]
    reach: Literal["body", "item", "remote"]
    item: tuple[int, int]
    edits: list[tuple[int, int, str]]

def mutations(source: str) -> list[Mutation]:
    """Every mutation of a whole file, tests left out. Raises ValueError where it does not parse."""

def items(source: str) -> list[tuple[tuple[int, int], int, int | None]]:
    """Every item of a whole file, tests left out: its bytes as `Mutation.item` has them, and where something can be planted.

    First where one more attribute can stand, on a line of its own; then where one more statement can stand before all others
    of its body, None without one and where constants may call it. Raises ValueError where it does not parse.
    """

def skeleton(source: str) -> str:
    """The symbols of a program or of a part of one, one item a line, sorted.

    Names are numbered in each line, literals merged by kind, integer types merged; comments, layout, imports, visibility
    and lint levels are gone. Equal for a copy under other names, with other literals or integer types, or with its items in another order.
    Raises ValueError where it does not lex.
    """

def near_copies(
    first: Sequence[str], second: Sequence[str], *, size: int, least: int, share: float
) -> list[tuple[int, int, float]]:
    """Places in `first` and `second` of near copies, the nearest for each of `first`, and how near they are.

    That is the fraction of the smaller one's shingles, at least `least`, that the other has: at least `share`. Shingles
    are the distinct runs of `size` symbols of the skeleton, names numbered anew in each. What does not lex has none.
    Exact. Raises ValueError for size 0.
    """

@final
class Window:
    """A file of which some text is elided, with an exact map. A comment stands for what is left out: `/* … */` or a line `// …`.

    All offsets are in UTF-8 bytes; edits are as `apply_edits` takes them.
    """

    text: str
    """What is shown."""
    kept: list[tuple[int, int]]
    """The ranges of the file that are shown, in order."""
    def to_file(self, edits: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        """Edits of `text` as edits of the file. Raises ValueError where one touches elided text or copies its mark."""
    def from_file(self, edits: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        """Edits of the file as edits of `text`. Raises ValueError where one touches elided text."""
    def diagnostics(self, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Diagnostics of the file as those of `text`, without spans and suggestions of what is not shown."""

def window(
    source: str,
    item: tuple[int, int],
    *,
    budget: int,
    remote: Sequence[tuple[int, int]] = ...,
    spans: Sequence[tuple[int, int]] = ...,
) -> Window:
    """What a repair of `item` needs of a file, in at most `budget` bytes where the items asked for are not longer.

    Whole: the items around `item` and `remote`, and those around `spans`, bytes of diagnostics, as far as they fit.
    Signatures, nearest first: what those name. A file that fits is shown as it is. Raises ValueError where it does not
    parse, or a range does not lie in it.
    """

def discover(root: str | PathLike[str]) -> list[str]:
    """The koan folders at or below `root`, sorted. Raises KoanError where there are none."""

def scaffold(koan_id: str) -> dict[str, str]:
    """File name to text of a new koan that passes the gate as it stands."""

def canonical(source: str) -> str:
    """The tokens of a program without layout, comments and trailing commas, derives sorted. Raises ValueError where it does not lex."""

def apply_edits(source: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """Replaces byte ranges. Raises ValueError where edits overlap or lie out of range."""

def machine_applicable(diagnostics: Sequence[Diagnostic], source: str) -> str | None:
    """The source with rustc's machine-applicable suggestions applied; None where there are none."""

def suggestions(diagnostics: Sequence[Diagnostic], source: str) -> list[list[tuple[int, int, str]]]:
    """Every suggestion of rustc as a list of edits, in rustc's order; derives for one type also grouped."""

@final
class Verdict:
    """What the sandbox found. Only `pass` is a pass; `infra_error` is never scored."""

    koan: str | None
    """The koan's id; None for a check without probes."""
    outcome: Outcome | Literal["compiles"]
    """`compiles` is given by `check` and `lint` only."""
    passed: bool
    stage: Stage | None
    codes: list[str]
    """The codes of the diagnostics in rustc's order, the empty string where one has none."""
    diagnostics: list[Diagnostic]
    """rustc's errors; where `lint` gives `compiles`, the warnings of the lint."""
    truncated: bool
    """rustc said more than the sandbox reads."""
    detail: str
    """One sentence, free of paths and of any byte of the probes."""
    frames_equal: int
    frames_total: int
    seed: int
    cached: bool
    cpu_seconds: float
    wall_seconds: float
    jail: str
    """The layers in force, for example `landlock7+seccomp+rlimits+nocaps`, or `trusted`."""
    toolchain: str
    """rustc's version line."""
    key: str
    """The content-addressed key of the verdict, 64 hexadecimal digits."""
    def to_dict(self) -> dict[str, Any]: ...

@final
class Verdicts(Iterator[tuple[int, Verdict]]):
    """Index of the candidate and its verdict, as they come."""

    def __iter__(self) -> Verdicts: ...
    def __next__(self) -> tuple[int, Verdict]: ...
    def close(self) -> None: ...

@final
class Sandbox:
    """A pool of jailed workers."""

    def __new__(
        cls,
        *,
        python: str,
        workers: int | None = None,
        cache_dir: str | PathLike[str] | None = None,
        cache_bytes: int = ...,
        trusted: bool = False,
        rustc: str | PathLike[str] | None = None,
        hidden: Sequence[str | PathLike[str]] = ...,
        limits: Mapping[str, float] | None = None,
    ) -> Self: ...
    def start(self) -> None:
        """Finds the toolchain, builds the runtime, starts the workers, runs the self-test. Raises ToolchainError or JailError."""
    def judge(self, candidates: Sequence[tuple[Koan, bytes, int]]) -> Verdicts:
        """Verdicts of (koan, candidate, seed), as they come."""
    def check(self, sources: Sequence[tuple[bytes, str, bool, Sequence[str]]]) -> Verdicts:
        """Compiles (source, edition, allow_unsafe, externs) as a library, without probes."""
    def lint(self, sources: Sequence[tuple[bytes, str, str]]) -> Verdicts:
        """Compiles (source, edition, lint) as a library with clippy."""
    def transcript(self, koan: Koan, source: bytes, seed: int) -> tuple[Verdict, bytes]:
        """Runs one program and returns what its probes printed: for koan authors and tests, never for prompts."""
    def close(self) -> None: ...
    @property
    def workers(self) -> int: ...
    @property
    def toolchain(self) -> dict[str, str]:
        """release, commit, host, sysroot-free version lines; empty before `start`."""
    @property
    def jail(self) -> str: ...

CrateStep: TypeAlias = Literal["lib", "lint", "check", "build", "test", "cover"]

@final
class CrateVerdict:
    """What became of a candidate for a crate."""

    outcome: Outcome | Literal["compiles"]
    """`compiles` where no tests were asked for, `pass` and `test_fail` where they were."""
    step: CrateStep
    judge: Literal["compiler", "tests"]
    """What vouches for the outcome. A candidate runs its own tests, and can make them say what it likes."""
    stage: Stage | None
    codes: list[str]
    """The error codes in rustc's order, the empty string where an error has none."""
    diagnostics: list[Diagnostic]
    """rustc's errors; their spans name files relative to the workspace root. Of the step `lint`, where it compiles, warnings."""
    truncated: bool
    detail: str
    passed_tests: list[str]
    """Of the tests that pass in the original, those that are said to pass: `lib path::name`, `bin NAME path`, `test NAME path`."""
    failed_tests: list[str]
    """Of the tests that pass in the original, those that fail or are not reported."""
    marks: list[tuple[int, str]]
    """Numbers that the text marked, each with a test that ran it and passed; empty but for the step `cover`."""
    cpu_seconds: float
    wall_seconds: float
    jail: str
    toolchain: str
    def to_dict(self) -> dict[str, Any]: ...

@final
class CrateVerdicts(Iterator[tuple[int, CrateVerdict]]):
    """Index of the candidate and its verdict, as they come."""

    def __iter__(self) -> CrateVerdicts: ...
    def __next__(self) -> tuple[int, CrateVerdict]: ...
    def close(self) -> None: ...

@final
class Crate:
    """A crate that builds, with workers that try candidates."""

    name: str
    version: str
    licence: str | None
    edition: str
    lib: str
    kinds: list[str]
    lib_file: str
    sources: list[str]
    folder: str
    left_out: list[str]
    locked_here: bool
    workers: int
    jail: str
    toolchain: str
    def __new__(
        cls,
        path: str | PathLike[str],
        *,
        python: str,
        workers: int | None = None,
        rustc: str | PathLike[str] | None = None,
        hidden: Sequence[str | PathLike[str]] = ...,
        package: str | None = None,
        features: Sequence[str] = ...,
        offline: bool = False,
        limits: Mapping[str, float] | None = None,
    ) -> Self: ...
    def submit(self, patches: Sequence[Mapping[str, bytes]], step: str) -> CrateVerdicts:
        """Verdicts of candidates, each its files by name, as they come."""
    def lint(self, patches: Sequence[Mapping[str, bytes]], lints: Sequence[str]) -> CrateVerdicts:
        """The same for the step `lint`: clippy on the library, for lints by their full names."""
    def baseline(self) -> tuple[list[str], list[str], list[str]] | None:
        """Names of the original's tests: passed twice, failed twice, and those that differ; None before the first test."""
    def close(self) -> None:
        """Ends the workers and removes the copies."""

def jail_status() -> dict[str, Any]:
    """Which layers this machine offers: `{"landlock_abi": 7, "seccomp": True, ...}`; starts nothing."""

def find_toolchain(rustc: str | PathLike[str] | None = None) -> dict[str, str]:
    """Raises ToolchainError where none is found."""

def cache_stats(cache_dir: str | PathLike[str]) -> dict[str, int]:
    """Entries and bytes of verdicts; runtimes and runtime_bytes of what the sandbox built."""

def cache_clear(cache_dir: str | PathLike[str]) -> dict[str, int]:
    """Removes every entry, and the runtimes that no sandbox uses; returns what was removed, and runtimes_in_use."""

def worker_main(fd: int) -> None:
    """The body of a worker process; not for users."""

def set_exceptions(
    *,
    koan: type[Exception],
    toolchain: type[Exception],
    jail: type[Exception],
    package: type[Exception],
    share: type[Exception],
) -> None: ...
