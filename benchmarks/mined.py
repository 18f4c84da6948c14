"""A crate mined: rows, families, minutes, disk, mutations a minute, and whether its tree is as it was."""

import os
import re
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from crated import crated
from measure import Figure
from share_rs.crates import CrateSandbox
from share_rs.mining.crate import mine
from share_rs.mining.progress import Progress


def mined(crate: Path, folder: Path, minutes: float | None) -> dict[str, Figure]:
    """Mines one crate, in a folder for what the sandbox writes, whose size is the disk that it needs."""
    before = _tree(crate)
    temporary = os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory() as work:
        os.environ["TMPDIR"] = work
        started = time.perf_counter()
        with CrateSandbox(crate) as sandbox:
            opened = time.perf_counter() - started
            name = f"{sandbox.name} {sandbox.version}"
            texts = [(sandbox.root / one).read_bytes() for one in sandbox.sources if (sandbox.root / one).is_file()]
            done = mine(sandbox, sandbox.root, folder / f"{crate.name}.jsonl", minutes=minutes, report=_tell)
            rate = crated(sandbox, re.sub(r"\W", "_", crate.name))
            disk = sum(one.lstat().st_blocks * 512 for one in Path(work).rglob("*") if not one.is_symlink())
            workers = sandbox.workers
    if temporary is None:
        del os.environ["TMPDIR"]
    else:
        os.environ["TMPDIR"] = temporary
    lines = sum(text.count(b"\n") for text in texts)
    tried, total = done.next.get("crate", 0), sum(done.rows.values())
    against = f"{name}, {lines} lines of its library; {workers} workers"
    key = re.sub(r"\W", "_", crate.name)
    return rate | {
        f"{key}_rows": Figure(total, "rows", None, against),
        f"{key}_families": Figure(len(done.rows), "families", None, against),
        f"{key}_minutes": Figure(
            round(done.seconds / 60, 2),
            "min",
            None,
            f"for {tried} mutations, beside {opened:.1f} s of copying and building; {against}",
        ),
        f"{key}_mutations_per_minute": Figure(
            round(60 * tried / done.seconds) if done.seconds else None, "mutations/min", None, against
        ),
        f"{key}_disk": Figure(round(disk / 2**20), "MiB", None, f"copies and target folders; {against}"),
        f"{key}_tree_changed": Figure(
            int(_tree(crate) != before), "trees", "<= 0", "SHA-256 over the paths and bytes of all files"
        ),
    }


def _tree(root: Path) -> str:
    digest = sha256()
    for path in sorted(root.rglob("*")):
        digest.update(f"{path.relative_to(root)}\0{path.lstat().st_mode}\0".encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _tell(now: Progress) -> None:
    print(f"{sum(now.rows.values())} rows of {now.next['crate']} of {now.total} mutations", flush=True)
