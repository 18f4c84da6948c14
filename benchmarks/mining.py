"""Rows: how many of each family and pattern and how fast, what a cheat gets of them, whether any leaks, and whole crates.

`python benchmarks/mining.py [--rows N] [--minutes M] [--folder DIR] [--sample N] [--crates PATH... [--crate-minutes M]]`

The rows of an earlier run in the same folder are kept, and the run goes on behind them.
"""

import argparse
from pathlib import Path

from batched import batched
from leaked import leaked
from measure import Figure, publish
from mined import mined
from share_rs import Sandbox
from share_rs.mining.together import LIMITS
from supplied import cheated, supplied


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000, help="of each family")
    parser.add_argument("--minutes", type=float, help="of making rows")
    parser.add_argument("--folder", type=Path, default=Path("mining"), help="where the rows are kept")
    parser.add_argument("--sample", type=int, default=2000, help="programs checked together and alone")
    parser.add_argument("--crates", type=Path, nargs="*", default=[], help="folders of crates to be mined")
    parser.add_argument("--crate-minutes", type=float, help="of mining each crate")
    asked = parser.parse_args()
    folder: Path = asked.folder
    figures: dict[str, Figure] = {}
    with Sandbox(limits=LIMITS) as sandbox:
        sandbox.start()
        toolchain = sandbox.toolchain
        figures |= supplied(sandbox, folder / "rows.jsonl", asked.rows, asked.minutes)
        figures |= cheated(sandbox, folder / "rows.jsonl")
    figures |= leaked(folder / "rows.jsonl")
    figures |= batched(asked.sample)
    for crate in asked.crates:
        figures |= mined(crate, folder, asked.crate_minutes)
    publish("mining", {"rustc": toolchain.get("release")}, figures)


if __name__ == "__main__":
    main()
