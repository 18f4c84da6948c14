"""What a GPU is asked: the layer at the shapes of Qwen2.5-1.5B, routing to a thousand skills, and a whole training step."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import statistics
from itertools import product
from typing import TYPE_CHECKING, Any

import torch

from interleaved import Work, interleaved, median, ratios, replayed
from layers import OURS, TOLERANCES, Layer, errors, forwards, operands, pass_of
from measure import Figure, spread
from qwen import Shape, base, lora, relative_errors, shared
from routing import forwards as routed_forwards
from routing import peft_forward, routing_errors
from share_rs.training.graphed import GraphedStep

if TYPE_CHECKING:
    from collections.abc import Callable

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
SAMPLES, LENGTH = 8, 1024
PREDICTIONS = {
    "share": "1.24 predicted: two more readings of x and of dy at 4.8 TB/s",
    "share_bordered": "1.16 predicted: the readings are saved",
    "routing": "flat in the number of skills predicted, PEFT linear in it",
}


def device_figures(rounds: int) -> dict[str, Figure]:
    """All of them; each with the time of the device alone (`replayed`) and with the host's."""
    return _layers(rounds) | _routing(rounds) | _step(rounds)


def _layers(rounds: int) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    block: dict[str, list[float]] = {}
    for (d, n), rows, k, p in product(SHAPES, ROWS, KS, PS):
        layer = Layer(d, n, k, p, rows, DTYPE, DEVICE)
        held = operands(layer)
        off = errors(layer, held)
        works = {name: pass_of(forward, held) for name, forward in forwards(layer, held).items()}
        for kind, wrap in (("eager", _same), ("replayed", replayed)):
            seconds = interleaved({name: wrap(work) for name, work in works.items()}, rounds, device=DEVICE)
            setting = f"d = {d}, n = {n}, T = {rows}, k = {k}, p = {p}, {DTYPE}, {kind}"
            for name in works:
                right = name not in OURS or off[name] <= TOLERANCES[DTYPE]
                error = f"; off by {off[name]:.0e}" if name in OURS else ""
                micro = statistics.median(seconds[name]) * 1e6
                figures[f"{name}_{d}x{n}_t{rows}_k{k}_p{p}_{kind}"] = Figure(
                    round(micro, 1) if right else None, "us", None, f"forward and backward; {setting}{error}"
                )
                if kind == "replayed" and (rows, k, p) == (GOAL_ROWS, 32, 1) and (d, n) in LINEARS:
                    count = LINEARS[d, n]
                    block.setdefault(name, [0.0] * rounds)
                    value = seconds[name] if right else [float("nan")] * rounds
                    block[name] = [total + count * one for total, one in zip(block[name], value, strict=True)]
    for name in block:
        if name != "frozen":
            value = median(block, name, "frozen")
            against = f"a block's seven linear layers by the frozen ones, T = {GOAL_ROWS}, k = 32, p = 1, replayed"
            prediction = PREDICTIONS.get(name, "")
            figures[f"block_{name}_vs_frozen"] = Figure(
                None if value != value else round(value, 3),  # noqa: PLR0124 - not a number: a layer was wrong
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
        seconds = interleaved(
            {name: replayed(work) for name, work in routed_forwards(layer, counts).items()}, rounds, device=DEVICE
        )
        peft = interleaved({f"peft_{count}": peft_forward(layer, count) for count in counts}, rounds, device=DEVICE)
        for name, taken in (seconds | peft).items():
            quoted = right or not name.startswith("routed")
            kind = "eager, as it looks at names" if name.startswith("peft") else "replayed"
            figures[f"{name}_t{rows}"] = Figure(
                round(statistics.median(taken) * 1e6, 1) if quoted else None,
                "us",
                None,
                f"forward of a layer, d = n = 1536, {DTYPE}, {kind}; {PREDICTIONS['routing']}",
            )
    return figures


def _step(rounds: int) -> dict[str, Figure]:
    """A whole step of a model of random weights: the same loss, attention and optimiser for all."""
    draw = torch.Generator().manual_seed(3)
    embedded = torch.randn(1, 64, SMALL.hidden, generator=draw)
    labels = torch.randint(0, SMALL.vocabulary, (1, 64), generator=draw)
    right = max(relative_errors(SMALL, embedded, labels).values()) <= 1e-4  # noqa: PLR2004 - as benchmarks/step.py
    ids = torch.randint(0, MODEL.vocabulary, (SAMPLES, LENGTH), generator=draw).to(DEVICE)
    batch = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": ids}
    made: dict[str, Callable[[], Any]] = {
        "share": lambda: shared(base(MODEL, DTYPE)).to(DEVICE),
        "share_graphed": lambda: shared(base(MODEL, DTYPE)).to(DEVICE),
        "lora": lambda: lora(base(MODEL, DTYPE)).to(DEVICE),
        "lora_narrow": lambda: lora(base(MODEL, DTYPE), autocast=False).to(DEVICE),
        "lora_compiled": lambda: torch.compile(lora(base(MODEL, DTYPE)).to(DEVICE)),
    }
    figures: dict[str, Figure] = {}
    seconds: dict[str, list[float]] = {}
    for name, make in made.items():  # one after another: five models and their activations do not fit at once
        model = make()
        trained = [one for one in model.parameters() if one.requires_grad]
        step = GraphedStep(model, trained, None, eager=name != "share_graphed")
        torch.cuda.reset_peak_memory_stats()
        seconds |= interleaved({name: _stepping(step, batch)}, rounds, device=DEVICE)
        tokens = SAMPLES * LENGTH / statistics.median(seconds[name])
        peak = torch.cuda.max_memory_allocated() / 2**30
        ours = name.startswith("share")
        figures[f"{name}_tokens_per_second"] = Figure(
            round(tokens) if right or not ours else None,
            "tokens/s",
            None,
            f"a step of Qwen2.5-1.5B's shapes, {SAMPLES} x {LENGTH} tokens, {DTYPE}, peak {peak:.1f} GiB",
        )
        del model, trained, step
        torch.cuda.empty_cache()
    value = statistics.median(seconds["lora"]) / statistics.median(seconds["share_graphed"])
    figures["step_vs_peft_default"] = Figure(
        round(value, 3) if right else None,
        "x",
        ">= 1.5",
        "rate of a graphed step of Share by that of PEFT's default LoRA",
    )
    return figures


def _stepping(step: GraphedStep, batch: dict[str, torch.Tensor]) -> Work:
    return lambda: step(batch, 1e-4)


def _same(work: Work) -> Work:
    return work
