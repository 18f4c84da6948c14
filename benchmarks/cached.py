"""A process of its own that judges what is in the cache: `python benchmarks/cached.py CACHE COUNT FAILING LEFT_OUT`.

Prints the seconds that `run` took, start-up included, and how many verdicts came from the cache.
"""

import sys
import time

from candidates import distinct
from share_rs import Sandbox


def main() -> None:
    """Makes the candidates, then times the one call."""
    cache, count, failing, left_out = sys.argv[1:]
    without = {int(index) for index in left_out.split(",") if index}
    made = distinct(int(count), frozenset(failing.split(",")))
    candidates = [candidate for index, candidate in enumerate(made) if index not in without]
    with Sandbox(cache_dir=cache) as sandbox:
        started = time.perf_counter()
        verdicts = sandbox.run(candidates)
        seconds = time.perf_counter() - started
    print(seconds, sum(verdict.cached for verdict in verdicts))


if __name__ == "__main__":
    main()
