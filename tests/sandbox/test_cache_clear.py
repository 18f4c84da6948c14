"""What `share-rs cache clear` removes: all that nobody uses."""

import os
import subprocess
import sys
from pathlib import Path

from share_rs import Candidate, Koan, Sandbox, _native

from .conftest import FIXED


def test_a_runtime_goes_when_no_sandbox_uses_it(koan: Koan, cache: Path) -> None:
    with Sandbox(cache_dir=cache) as sandbox:
        assert sandbox.run([Candidate(koan, FIXED)])[0].passed
        held = _native.cache_stats(cache)
        assert (held["runtimes"], held["runtimes_in_use"]) == (1, 1)
        assert held["runtime_bytes"] > 10_000
        removed = _native.cache_clear(cache)
        assert (removed["entries"], removed["runtimes"], removed["runtimes_in_use"]) == (held["entries"], 0, 1)
        assert sandbox.run([Candidate(koan, FIXED)])[0].passed, "it compiles with the runtime that stayed"
    removed = _native.cache_clear(cache)
    assert (removed["runtimes"], removed["runtimes_in_use"]) == (1, 0)
    assert removed["runtime_bytes"] == held["runtime_bytes"]
    assert set(_native.cache_stats(cache).values()) == {0}
    with Sandbox(cache_dir=cache) as sandbox:
        assert sandbox.run([Candidate(koan, FIXED)])[0].passed, "it is built anew"


def test_the_verb_says_what_it_removed_and_what_stayed(koan: Koan, cache: Path) -> None:
    def run(verb: str) -> str:
        command = [Path(sys.executable).with_name("share-rs"), "cache", verb]
        environment = {**os.environ, "SHARE_RS_CACHE": str(cache)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    with Sandbox(cache_dir=cache) as sandbox:
        assert sandbox.run([Candidate(koan, FIXED)])[0].passed
        assert " 1 runtime, " in run("stats")
        first, second = run("clear").splitlines()
        assert first.startswith(f"{cache} held 2 entries, ")
        assert first.endswith("; 0 runtimes, 0 bytes")
        assert second == "1 runtime stayed, in use; clear again when that run has ended"
    assert " held 0 entries, 0 bytes; 1 runtime, " in run("clear")
    assert run("stats") == f"{cache} holds 0 entries, 0 bytes; 0 runtimes, 0 bytes\n"
