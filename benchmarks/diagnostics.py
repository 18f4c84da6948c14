"""How well errors are sorted into patterns: on the koans, and on labelled examples of `rustc --explain`.

`python benchmarks/diagnostics.py [--quick]`
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable

from explained import Label, errors, labels
from measure import Figure, publish
from share_rs import Sandbox, classify, load_koans
from share_rs._native import find_toolchain

QUICK = 5
"""A quick run takes every fifth label."""


def main() -> None:
    """Prints the confusion matrices and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the examples")
    quick: bool = parser.parse_args().quick
    wanted = labels()[:: QUICK if quick else 1]
    toolchain = find_toolchain()
    with tempfile.TemporaryDirectory() as cache, Sandbox(cache_dir=cache) as sandbox:
        koans = _koans(sandbox)
        found = errors(wanted, sandbox)
    explained = [(label.pattern, classify(found[label]).pattern) for label in wanted if label in found]
    print(
        f"{len(explained)} of {len(wanted)} labelled examples show their own code first; skipped: {_skipped(wanted, found)}"
    )
    for title, pairs in (("koans", koans), ("rustc --explain", explained)):
        print(f"\nconfusion matrix, {title}: pattern, how many, how many right, what the others were taken for")
        _print_matrix(pairs)
    print()
    publish(
        "diagnostics", {"rustc": toolchain.get("release")}, {**_koan_figures(koans), **_explained_figures(explained)}
    )


Pairs = list[tuple[str, str | None]]
"""The label and what the classifier said, None where it abstained."""


def _koans(sandbox: Sandbox) -> Pairs:
    koans = load_koans()
    verdicts = sandbox.check((koan.broken, koan.edition, koan.allow_unsafe) for koan in koans)
    return [
        (koan.pattern, classify(verdict.diagnostics).pattern) for koan, verdict in zip(koans, verdicts, strict=True)
    ]


def _skipped(wanted: Iterable[Label], found: Iterable[Label]) -> str:
    shown = set(found)
    return " ".join(f"{label.code}/{label.ordinal}" for label in wanted if label not in shown) or "none"


def _right(pairs: Pairs) -> int:
    """An abstention says `unknown`, which is right for what is labelled so."""
    return sum(label == (said or "unknown") for label, said in pairs)


def _print_matrix(pairs: Pairs) -> None:
    for pattern in sorted({label for label, _ in pairs}):
        said = Counter(said or "unknown" for label, said in pairs if label == pattern)
        others = ", ".join(f"{name} {count}" for name, count in sorted(said.items()) if name != pattern)
        print(f"  {pattern:26}{said.total():4}{said[pattern]:4}  {others}".rstrip())


def _koan_figures(pairs: Pairs) -> dict[str, Figure]:
    against = f"the pattern that each of the {len(pairs)} koans names"
    return {"koans_right": Figure(_right(pairs), "koans", ">= 41", against)}


def _explained_figures(pairs: Pairs) -> dict[str, Figure]:
    total = len(pairs)
    named: Pairs = [(label, said) for label, said in pairs if said is not None]
    against = f"{total} hand-labelled examples of rustc --explain"
    shares = {
        "explain_accuracy": (_right(pairs), total, "right, an abstention counted as `unknown`"),
        "explain_accuracy_where_named": (_right(named), len(named), "right, of those that got a pattern"),
        "explain_coverage": (len(named), total, "that got a pattern"),
        "explain_abstention": (total - len(named), total, "that got none"),
    }
    figures = {
        name: Figure(round(count / of, 4) if of else None, "share", None, f"{count} of {of} {what}; {against}")
        for name, (count, of, what) in shares.items()
    }
    return {
        "explain_examples": Figure(
            total,
            "examples",
            ">= 150",
            "labelled by hand, without a look at the table; the table was mended since with a look at them (results/)",
        ),
        **figures,
    }


if __name__ == "__main__":
    main()
