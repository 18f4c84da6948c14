"""The other side of the comparison: `cargo test` on the same candidates, with the probes as ordinary tests.

Each probe becomes a `#[test]` that compares what it records with the reference's lines, which are written into the file.
The runtime that probes call is compiled once, before anything is timed, and handed to cargo's rustc by a flag: cargo pays
for the candidate and its tests only.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from measure import ROOT
from share_rs import Candidate, Koan, Sandbox

FRAME = """
/// One round of one probe, as text.
pub fn frame(name: &str, index: u64, round: u64, seed: u64, probe: Probe) -> String {
    let mut draw = Draw::new(seed, index, round);
    let mut record = Record { frame: format!("{name} {round}") };
    probe(&mut draw, &mut record);
    record.frame
}
"""
COMMANDS = {"cargo_test": ("cargo", "test", "--offline"), "cargo_test_lib": ("cargo", "test", "--offline", "--lib")}


class Twins:
    """Runs candidates under cargo, each in a fresh package below `folder`."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._tests: dict[str, str] = {}
        self._runtime = _runtime(folder)
        own = {"CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"}
        self._environment = {name: value for name, value in os.environ.items() if name not in own}

    def prepare(self, candidate: Candidate) -> None:
        """Records the reference's lines, so that this is not timed."""
        koan = candidate.koan
        if koan.id not in self._tests:
            verdict, transcript = self._sandbox.transcript(Candidate(koan, koan.fixed, candidate.seed))
            if not verdict.passed:
                raise RuntimeError(f"the reference of {koan.id} gets {verdict.outcome}: {verdict.detail}")
            self._tests[koan.id] = _tests(koan, transcript.decode(), candidate.seed)

    def judge(self, candidate: Candidate, command: str) -> tuple[str, float]:
        """`pass`, `fail` or `compile_error`, and the seconds that cargo took."""
        with tempfile.TemporaryDirectory(dir=self._folder) as package:
            source = candidate.source if isinstance(candidate.source, str) else candidate.source.decode()
            edition = candidate.koan.edition
            _write(Path(package, "src/lib.rs"), source + self._tests[candidate.koan.id])
            _write(Path(package, "Cargo.toml"), f'[package]\nname = "koan"\nversion = "0.0.0"\nedition = "{edition}"\n')
            flags = f'[build]\nrustflags = ["--extern", "probe={self._runtime}", "-Awarnings"]\n'
            _write(Path(package, ".cargo/config.toml"), flags)
            started = time.perf_counter()
            done = subprocess.run(
                COMMANDS[command], check=False, capture_output=True, text=True, cwd=package, env=self._environment
            )
            seconds = time.perf_counter() - started
        if done.returncode == 0:
            return "pass", seconds
        return "compile_error" if "could not compile" in done.stderr else "fail", seconds


def _runtime(folder: Path) -> Path:
    sources = folder / "probe"
    for path in (ROOT / "rust" / "probe").glob("*.rs"):
        _write(sources / path.name, path.read_text("utf-8") + (FRAME if path.name == "lib.rs" else ""))
    built = folder / "libprobe.rlib"
    rustc = ("rustc", "--edition", "2024", "--crate-type", "rlib", "--crate-name", "probe", "-Awarnings", "-o")
    subprocess.run([*rustc, built, sources / "lib.rs"], check=True, cwd=folder)
    return built


def _tests(koan: Koan, transcript: str, seed: int) -> str:
    """A module with one test for each probe; a transcript's line begins with the probe's name and the round."""
    frames: dict[str, list[str]] = {}
    for line in transcript.splitlines():
        name = line.split(" ", 1)[0]
        if name != "end":
            frames.setdefault(name, []).append(line)
    lists = {name: ", ".join(f'r####"{line}"####' for line in lines) for name, lines in frames.items()}
    tests = [
        f"#[test]\nfn twin_{name}() {{\n"
        f"let expected: [&str; {len(lines)}] = [{lists[name]}];\n"
        "for (round, line) in expected.iter().enumerate() {\n"
        f'assert_eq!(::probe::frame("{name}", {index}, round as u64, {seed}, {name}), *line);\n}}\n}}\n'
        for index, (name, lines) in enumerate(frames.items())
    ]
    return f"\n#[cfg(test)]\nmod twins {{\n{koan.probes}\n{''.join(tests)}}}\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
