"""Contenders in turn, so that whatever else the machine does meets all of them: in both directions, and each round begins with another."""

# torch has partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import statistics
import time
from collections.abc import Callable, Mapping

import torch

Work = Callable[[], object]


def interleaved(
    contenders: Mapping[str, Work], rounds: int, warm: int = 3, device: str = "cpu"
) -> dict[str, list[float]]:
    """Seconds of every contender, round by round; on an accelerator from the first to the last of its kernels, by events."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    took = _by_events if device == "cuda" else _by_the_clock
    names = list(contenders)
    for number in range(warm + rounds):
        # Turned round and begun elsewhere, as what ran just before leaves its mark on caches and on the allocator.
        first = number % len(names)
        order = names[first:] + names[:first]
        for name in order if number % 2 else reversed(order):
            found = took(contenders[name])
            if number >= warm:
                seconds[name].append(found)
    return seconds


def ratios(seconds: Mapping[str, list[float]], of: str, by: str) -> list[float]:
    """One contender's time by another's, of the same rounds."""
    return [ours / theirs for ours, theirs in zip(seconds[of], seconds[by], strict=True)]


def median(seconds: Mapping[str, list[float]], of: str, by: str) -> float:
    """The median of `ratios`."""
    return statistics.median(ratios(seconds, of, by))


def replayed(work: Work, times: int = 1, warm: int = 3) -> Work:
    """The same kernels, some times over, from one CUDA graph: the time of the device alone, without the launches."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(warm):
            work()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(times):
            work()
    return graph.replay


def _by_the_clock(work: Work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _by_events(work: Work) -> float:
    first, last = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    torch.cuda.synchronize()
    first.record()
    work()
    last.record()
    torch.cuda.synchronize()
    return first.elapsed_time(last) / 1000
