"""How well each way of storing some adapters gives them back when all may use the same number of float32 numbers."""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from oracle import Factors, factors, relative_errors
from ours import fitted, given_back, numbers, on_random_basis, replicated
from peers import Lorashare, Vlora
from share_rs.subspace.linalg import qr, svd

Errors = dict[str, tuple[float, float]]
"""Total error and mean per skill, by way of storing."""


def at_equal_bytes(paths: Sequence[Path], layer: str, k: int, rank: int) -> tuple[Errors, dict[str, int]]:
    """The errors of each way, and how many numbers it stores; the first, p = r with k columns, sets the limit."""
    true = [factors(path, layer) for path in paths]
    width = true[0][0].shape[0] + true[0][1].shape[1]
    errors: Errors = {}
    stored: dict[str, int] = {}

    def add(name: str, count: int, back: Callable[[Path], tuple[Tensor, Tensor]]) -> None:
        errors[name] = relative_errors([(one, back(path)) for one, path in zip(true, paths, strict=True)])
        stored[name] = count

    exact = fitted(paths, k, rank)
    limit = numbers(exact)
    add(f"share_k{k}_p{rank}", limit, lambda path: given_back(exact, path.name, layer))
    for p in (rank // 2, rank // 4):
        wider = limit // (width + 2 * len(paths) * p)
        cut = fitted(paths, wider, p)
        add(f"share_k{wider}_p{p}", numbers(cut), lambda path, cut=cut: given_back(cut, path.name, layer))
    theirs = replicated(paths, k)
    add(f"replication_k{k}", numbers(theirs), lambda path: given_back(theirs, path.name, layer))
    drawn = on_random_basis(exact, paths, rank, seed=11)
    add(f"random_k{k}_p{rank}", numbers(drawn), lambda path: given_back(drawn, path.name, layer))
    lorashare = Lorashare(list(paths), k)
    add(f"lorashare_k{k}", lorashare.numbers(), lambda path: lorashare.factors(path.name, layer))
    # One component costs width * r numbers and two per adapter; the mean costs width * r.
    fits = max((limit - width * rank) // (width * rank + 2 * len(paths)), 1)
    vlora = Vlora(list(paths), fits)
    add(f"vlora_k{fits}", vlora.numbers(), lambda path: vlora.factors(path.name, layer))
    kept = best_triplets(true, limit // width)
    add("truncated_svd", sum(b.shape[1] for b, _ in kept) * width, lambda path: kept[paths.index(path)])
    return errors, stored


def best_triplets(true: Sequence[Factors], count: int) -> list[Factors]:
    """Truncated SVDs of each adapter, the `count` largest singular triplets of all kept: the least total error there is.

    An adapter that gets none is given back as zero.
    """
    parts = [_triplets(b, a) for b, a in true]
    values = torch.cat([s for _, s, _ in parts])
    least = float(values.sort(descending=True).values[min(count, len(values)) - 1])
    ranks = [int((s >= least).sum()) for _, s, _ in parts]
    return [(u[:, :rank] * s[:rank], vh[:rank]) for rank, (u, s, vh) in zip(ranks, parts, strict=True)]


def _triplets(b: Tensor, a: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    left, upper = qr(b)
    right, lower = qr(a.T)
    u, s, vh = svd(upper @ lower.T)
    return left @ u, s, vh @ right.T
