"""Judges every Rust file of a folder as a repair of one koan: `python examples/verdicts.py KOAN FOLDER`."""

import sys
from collections import Counter
from pathlib import Path

from share_rs import Candidate, Sandbox, find_koan


def main() -> None:
    """Prints one line per file as its verdict comes, then how many there were of each outcome."""
    if len(sys.argv) != 3:  # noqa: PLR2004 - the script, the koan, the folder
        sys.exit(__doc__)
    koan = find_koan(sys.argv[1])
    files = sorted(Path(sys.argv[2]).glob("*.rs"))
    outcomes: Counter[str] = Counter()
    with Sandbox() as sandbox:
        for index, verdict in sandbox.iterate(Candidate(koan, file.read_bytes()) for file in files):
            outcomes[verdict.outcome] += 1
            print(f"{files[index].name}: {verdict.outcome}, {verdict.detail}")
    print(dict(outcomes.most_common()))


if __name__ == "__main__":
    main()
