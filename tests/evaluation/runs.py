"""Synthetic runs: a manifest and lines, as a run would have written them."""

from dataclasses import dataclass, field

from share_rs.evaluation.manifest import Manifest
from share_rs.evaluation.record import Cell, Line, Record, source_hash

KOANS = ("bc_001", "bc_003", "rh_004", "tb_002", "tb_005")
HOSTILE = "</script><script>window.forged = true</script><img src=x onerror='window.forged = true'>"
BROKEN = "pub fn label(name: String) -> usize {\n    drop(name);\n    name.len()\n}\n"
RENDERED = "error[E0382]: borrow of moved value: `name`\n --> 3:5\n  |\n3 |     name.len()\n  |     ^^^^ moved above\n"
FIXED = "pub fn label(name: String) -> usize {\n    name.len()\n}\n"


def manifest(arms: dict[str, bool], *, repeats: int = 1, koans: tuple[str, ...] = KOANS, seed: int = 0) -> Manifest:
    """A manifest; `arms` maps each name to whether it is a control."""
    return {
        "format": 1,
        "settings": {"repeats": repeats, "attempts": 3, "seed": seed, "baseline": "copy" if "copy" in arms else None},
        "seeds": [seed + repeat for repeat in range(repeats)],
        "arms": [{"name": name, "control": control} for name, control in arms.items()],
        "koans": [
            {
                "id": koan,
                "family": koan[:2],
                "title": f"A title of {koan} & <others>",
                "content_hash": "c" * 64,
                "broken_hash": source_hash(BROKEN),
                "broken": BROKEN,
            }
            for koan in koans
        ],
        "versions": {
            "share_rs": "0.1.0",
            "rustc": {"host": "x86_64-unknown-linux-gnu", "release": "1.90.0"},
            "python": "3.11.0",
            "platform": "Linux",
        },
        "jail": "landlock7+seccomp+rlimits+nocaps",
    }


@dataclass
class Lines:
    """Collects the lines of a run, cell by cell."""

    lines: list[Line] = field(default_factory=list[Line])

    def cell(self, arm: str, koan: str, outcome: str, *, repeat: int = 0, source: str = BROKEN) -> "Lines":
        """One candidate and the end of its cell."""
        passed, infra = outcome == "pass", outcome == "infra_error"
        self.lines.append(record(arm, koan, outcome, repeat=repeat, source=source))
        self.lines.append(Cell(arm, koan, koan[:2], repeat, passed, passed or not infra, attempts=1, candidates=1))
        return self


def record(arm: str, koan: str, outcome: str, *, repeat: int = 0, source: str = BROKEN, sample: int = 0) -> Record:
    """One judged candidate."""
    failed = outcome == "compile_error"
    return Record(
        arm=arm,
        koan=koan,
        family=koan[:2],
        repeat=repeat,
        attempt=1,
        sample=sample,
        seed=repeat,
        outcome=outcome,
        passed=outcome == "pass",
        stage="borrowck" if failed else None,
        codes=["E0382"] if failed else [],
        detail="" if failed else "the probes saw what the reference gives",
        source_hash=source_hash(source),
        source=source,
        diagnostics=RENDERED if failed else "",
        cpu_seconds=0.25,
        cached=False,
        key="a" * 64,
        toolchain="rustc 1.90.0",
        jail="landlock7+seccomp+rlimits+nocaps",
    )
