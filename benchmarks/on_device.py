"""What a GPU is asked: the layer at the shapes of Qwen2.5-1.5B, a thousand skills in a batch, a training step, and many skills in one."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import math
import statistics
import subprocess
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import torch
from torch import Tensor

from interleaved import Work, interleaved, median, ratios, replayed
from layers import OURS, TOLERANCES, Layer, errors, forward_of, forwards, operands, pass_of
from measure import Figure, spread
from qwen import TOLERANCE, Shape, base, lora, relative_errors, shared
from routing import forwards as routed_forwards
from routing import grouped_lora, peft_forward, resident, routing_errors
from share_rs.training.graphed import GraphedStep
from share_rs.training.head import plain_head
from together import stepping, steps_differ

DEVICE, DTYPE = "cuda", torch.bfloat16
LINEARS = {(1536, 1536): 2, (1536, 256): 2, (1536, 8960): 2, (8960, 1536): 1}
"""d and n of a block's seven linear layers, and how many there are of each."""
SHAPES = (*LINEARS, (4096, 4096))
ROWS, KS, PS = (1024, 2048, 4096, 8192, 16384), (32, 64), (1, 4, 8)
GOAL_ROWS = 8192
GOALS = {"share": "<= 1.24", "share_bordered": "<= 1.16"}
COUNTS = (1, 2, 8, 64, 256, 1000)
BATCHES = (16, 64, 256, 8192)
"""Rows of a decoded token each, and of a prompt."""
MODEL = Shape(hidden=1536, intermediate=8960, layers=28, vocabulary=151_936, heads=12, key_value_heads=2)
SMALL = Shape(hidden=256, intermediate=1376, layers=2, vocabulary=512, heads=4, key_value_heads=1)
LENGTH = 1024
SAMPLES = (8, 2)
"""Rows of a step, of `LENGTH` tokens each."""
SKILLS = (1, 2, 4, 8, 16)
STEPS = 3
PREDICTIONS = {
    "share": "1.24 predicted: two more readings of x and of dy at 4.8 TB/s",
    "share_bordered": "1.16 predicted: the readings are saved",
    "routing": "flat in the number of skills predicted, PEFT linear in it",
}


def device_figures(rounds: int, parts: Sequence[str]) -> dict[str, Figure]:
    """Those of some parts, of the names of `PARTS`."""
    figures: dict[str, Figure] = {}
    for part in parts:
        figures |= PARTS[part](rounds)
    return figures


def condition() -> str | None:
    """Temperature, clock and power of the device, as nvidia-smi tells them; None where it is not there."""
    try:
        asked = ("--query-gpu=temperature.gpu,clocks.sm,power.draw", "--format=csv,noheader")
        return subprocess.run(("nvidia-smi", *asked), check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def _layers(rounds: int) -> dict[str, Figure]:
    """With the host's time (`eager`), that of the device alone for inputs that left its cache (`cold`) or not (`hot`), and `forward`.

    What does not depend on k and p is measured for the first of them alone.
    """
    figures: dict[str, Figure] = {}
    block: dict[str, list[float]] = {}
    for (d, n), rows, k, p in product(SHAPES, ROWS, KS, PS):
        torch.compiler.reset()  # else the ninth module of a class is left as it is
        layer = Layer(d, n, k, p, rows, DTYPE, DEVICE)
        held = operands(layer)
        off = errors(layer, held)
        first = (k, p) == (KS[0], PS[0])
        chosen = {
            name: forward
            for name, forward in forwards(layer, held).items()
            if first or name == "frozen" or name in OURS
        }
        works = {name: pass_of(forward, held) for name, forward in chosen.items()}
        ahead = {name: forward_of(forward, held) for name, forward in chosen.items()}
        peaks = {name: _peak(work) for name, work in works.items()}
        sets = len(held.inputs)
        for kind, measured, times in (
            ("eager", works, 0),
            ("cold", works, sets),
            ("hot", works, 1),
            ("forward", ahead, sets),
        ):
            seconds = _timed(measured, times, rounds)
            what = "forward alone, cold" if kind == "forward" else f"forward and backward, {kind}"
            setting = f"d = {d}, n = {n}, T = {rows}, k = {k}, p = {p}, {DTYPE}"
            for name in measured:
                right = name not in OURS or off[name] <= TOLERANCES[DTYPE]
                error = f"; off by {off[name]:.0e}" if name in OURS else ""
                error += f"; at most {peaks[name] / 2**20:.1f} MiB beside the operands"
                micro = statistics.median(seconds[name]) * 1e6
                figures[f"{name}_{d}x{n}_t{rows}_k{k}_p{p}_{kind}"] = Figure(
                    round(micro, 1) if right else None, "us", None, f"{what}; {setting}{error}"
                )
                if kind == "cold" and first and rows == GOAL_ROWS and (d, n) in LINEARS:
                    count = LINEARS[d, n]
                    block.setdefault(name, [0.0] * rounds)
                    value = seconds[name] if right else [float("nan")] * rounds
                    block[name] = [total + count * one for total, one in zip(block[name], value, strict=True)]
    for name in block:
        if name != "frozen":
            value = median(block, name, "frozen")
            against = (
                f"a block's seven linear layers by the frozen ones, T = {GOAL_ROWS}, k = {KS[0]}, p = {PS[0]}, cold"
            )
            prediction = PREDICTIONS.get(name, "")
            figures[f"block_{name}_vs_frozen"] = Figure(
                None if math.isnan(value) else round(value, 3),  # a layer was wrong
                "x",
                GOALS.get(name),
                f"{against}; {spread(ratios(block, name, 'frozen'))}; {prediction}",
            )
    return figures


def _routing(rounds: int) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for rows in BATCHES:
        layer = Layer(1536, 1536, 32, 1, rows, DTYPE, DEVICE)
        counts = tuple(count for count in COUNTS if count <= rows)
        right = all(routing_errors(layer, count) <= TOLERANCES[DTYPE] * 2 for count in counts)
        works = {name: replayed(work) for name, work in routed_forwards(layer, counts).items()}
        works |= {f"grouped_lora_{count}": replayed(grouped_lora(layer, count)) for count in counts}
        works |= {f"peft_{count}": peft_forward(layer, count) for count in counts}
        for name, taken in interleaved(works, rounds, device=DEVICE).items():
            quoted = right or not name.startswith(("routed", "collapsed"))
            kind = "eager, as it looks at names" if name.startswith("peft") else "replayed"
            held = resident(layer, name) / 2**20
            figures[f"{name}_t{rows}"] = Figure(
                round(statistics.median(taken) * 1e6, 1) if quoted else None,
                "us",
                None,
                f"forward of a layer, d = n = 1536, {DTYPE}, {kind}, {held:.2f} MiB beside W; {PREDICTIONS['routing']}",
            )
    return figures


def _step(rounds: int) -> dict[str, Figure]:
    """A whole step of a model of random weights: the same loss, attention and optimiser for all, and no row is padded."""
    draw = torch.Generator().manual_seed(3)
    embedded = torch.randn(1, 64, SMALL.hidden, generator=draw)
    labels = torch.randint(0, SMALL.vocabulary, (1, 64), generator=draw)
    off = max(relative_errors(SMALL, embedded, labels, DEVICE).values())
    graphed_off = max(off, _graphed_error(labels.to(DEVICE)))
    made: dict[str, Callable[[], Any]] = {
        "share": lambda: shared(base(MODEL, DTYPE, DEVICE)),
        "share_compiled": lambda: shared(base(MODEL, DTYPE, DEVICE)),
        "share_graphed": lambda: shared(base(MODEL, DTYPE, DEVICE)),
        "lora": lambda: lora(base(MODEL, DTYPE, DEVICE)),
        "lora_narrow": lambda: lora(base(MODEL, DTYPE, DEVICE), autocast=False),
        "lora_compiled": lambda: lora(base(MODEL, DTYPE, DEVICE)),
    }
    figures: dict[str, Figure] = {}
    for samples in SAMPLES:
        ids = torch.randint(0, MODEL.vocabulary, (samples, LENGTH), generator=draw).to(DEVICE)
        tokens = samples * LENGTH
        seconds: dict[str, list[float]] = {}
        for name, make in made.items():  # one after another, so that each one's peak is its own
            torch.compiler.reset()
            model = make()
            head = plain_head(model, {"input_ids": ids[:1]})
            if name.endswith("compiled"):
                (head.body if head else model).compile()
            step = GraphedStep(model, _trained(model), head, eager=name != "share_graphed")
            torch.cuda.reset_peak_memory_stats()
            seconds |= interleaved({name: _stepping(step, {"input_ids": ids, "labels": ids})}, rounds, device=DEVICE)
            peak = torch.cuda.max_memory_allocated() / 2**30
            error = {"share": off, "share_compiled": off, "share_graphed": graphed_off}.get(name, 0.0)
            said = f"; off by {error:.0e} in a small model" if name.startswith("share") else ""
            figures[f"{name}_tokens_per_second_t{tokens}"] = Figure(
                round(tokens / statistics.median(seconds[name])) if error <= TOLERANCE else None,
                "tokens/s",
                None,
                f"a step of Qwen2.5-1.5B's shapes, {samples} x {LENGTH} tokens, {DTYPE}, peak {peak:.1f} GiB{said}",
            )
            del model, head, step
            torch.cuda.empty_cache()
        value = statistics.median(seconds["lora"]) / statistics.median(seconds["share_graphed"])
        figures[f"step_vs_peft_default_t{tokens}"] = Figure(
            round(value, 3) if graphed_off <= TOLERANCE else None,
            "x",
            ">= 1.5" if tokens == GOAL_ROWS else None,
            "rate of a graphed step of Share by that of PEFT's default LoRA",
        )
    return figures


def _graphed_error(ids: Tensor) -> float:
    """The largest relative difference of what some recorded steps and the same unrecorded ones make of the coefficients."""
    ends: list[Tensor] = []
    for eager in (False, True):
        model = shared(base(SMALL, device=DEVICE), init="gaussian")
        trained = _trained(model)
        start = _flat(trained)
        step = GraphedStep(model, trained, plain_head(model, {"input_ids": ids}), eager=eager)
        for _ in range(STEPS):
            step({"input_ids": ids, "labels": ids}, 1e-2)
        ends.append(_flat(trained) - start)
    return float(torch.linalg.vector_norm(ends[0] - ends[1]) / torch.linalg.vector_norm(ends[1]))


def _skills(rounds: int) -> dict[str, Figure]:
    """Some skills of 1,024 tokens each in one batch, beside one after another, of Share and of PEFT."""
    off = steps_differ(SMALL, max(SKILLS), DEVICE)
    figures: dict[str, Figure] = {}
    for count in SKILLS:
        seconds: dict[str, list[float]] = {}
        together = stepping(MODEL, count, LENGTH, DTYPE, DEVICE)
        seconds |= interleaved({"together": together}, rounds, device=DEVICE)
        del together
        for name, adapted in (("alone", shared), ("lora_alone", lora)):
            model = adapted(base(MODEL, DTYPE, DEVICE))
            ids = torch.randint(0, MODEL.vocabulary, (1, LENGTH), device=DEVICE)
            step = GraphedStep(model, _trained(model), plain_head(model, {"input_ids": ids}), eager=True)
            one = _stepping(step, {"input_ids": ids, "labels": ids})
            # Every skill costs the same: one model stands for all of them, each after the other.
            seconds |= interleaved({name: _times(one, count)}, rounds, device=DEVICE)
            del model, step, one
        torch.cuda.empty_cache()
        for name, taken in seconds.items():
            right = off <= TOLERANCE or name == "lora_alone"
            figures[f"skills_{count}_{name}"] = Figure(
                round(count * LENGTH / statistics.median(taken)) if right else None,
                "tokens/s",
                None,
                f"{count} skills of {LENGTH} tokens each, a step of all; Qwen2.5-1.5B's shapes, {DTYPE}, eager; "
                f"steps of a small model differ by {off:.0e}",
            )
    return figures


def _timed(works: dict[str, Work], times: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of one pass; eager where `times` is 0, else from a graph of so many."""
    wrapped = {name: replayed(work, times) if times else work for name, work in works.items()}
    seconds = interleaved(wrapped, rounds, device=DEVICE)
    return {name: [one / max(times, 1) for one in taken] for name, taken in seconds.items()}


def _peak(work: Work) -> int:
    """The most bytes of the device that one pass takes beside what was there before, its gradients among them."""
    work()
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    work()
    torch.cuda.synchronize()
    return torch.cuda.max_memory_allocated() - before


def _trained(model: Any) -> list[torch.nn.Parameter]:  # noqa: ANN401 - PEFT's
    return [one for one in model.parameters() if one.requires_grad]


def _flat(parameters: list[torch.nn.Parameter]) -> Tensor:
    return torch.cat([one.detach().double().flatten() for one in parameters])


def _stepping(step: GraphedStep, batch: dict[str, Tensor]) -> Work:
    return lambda: step(batch, 1e-4)


def _times(work: Work, count: int) -> Work:
    def works() -> None:
        for _ in range(count):
            work()

    return works


PARTS: dict[str, Callable[[int], dict[str, Figure]]] = {
    "layers": _layers,
    "routing": _routing,
    "step": _step,
    "skills": _skills,
}
