"""What a CPU is asked: the layer of four widths, a thousand skills in one batch, and the bytes that a forward pass keeps."""

# torch and peft have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import os
import statistics

import torch

from interleaved import interleaved, median, ratios
from layers import OURS, TOLERANCES, Layer, errors, forwards, operands, pass_of
from measure import Figure, spread
from routing import forwards as routed_forwards
from routing import passes, peft_forward, routing_errors
from saved import TOKENS, saved_bytes

K, P, ROWS = 32, 1, 2048
GOALS = {256: 1.40, 512: 1.20, 896: 1.15, 1536: 1.10}
"""Of `layer_D`: facts of the first measurements, 1.34, 1.15, 1.08 and 1.07."""
SKILLS, ROUTED_WIDTH = 1000, 1536


def cpu_figures(rounds: int) -> dict[str, Figure]:
    """All of them, on one thread."""
    torch.set_num_threads(1)
    figures: dict[str, Figure] = {}
    for width in GOALS:
        figures |= layer_figures(width, rounds)
    return figures | routing_figures(rounds) | saved_figures()


def layer_figures(width: int, rounds: int) -> dict[str, Figure]:
    """Each contender's forward and backward by that of the frozen layer, d = n = width."""
    layer = Layer(width, width, K, P, ROWS)
    held = operands(layer)
    off = errors(layer, held)
    contenders = {name: pass_of(forward, held) for name, forward in forwards(layer, held).items()}
    seconds = interleaved(contenders, rounds)
    setting = f"d = n = {width}, k = {K}, p = {P}, T = {ROWS}, float32, one thread, load {os.getloadavg()[0]:.1f}"
    figures: dict[str, Figure] = {}
    for name in contenders:
        if name == "frozen":
            continue
        right = name not in OURS or off[name] <= TOLERANCES[torch.float32]
        label = f"layer_{width}" if name == "share" else f"{name}_layer_{width}"
        error = f"off by {off[name]:.0e}; " if name in OURS else ""
        figures[label] = Figure(
            round(median(seconds, name, "frozen"), 3) if right else None,
            "x",
            f"<= {GOALS[width]:.2f}" if name == "share" else None,
            f"forward and backward by those of the frozen layer; {setting}; {error}{spread(ratios(seconds, name, 'frozen'))}",
        )
    return figures


def routing_figures(rounds: int) -> dict[str, Figure]:
    """A mixed batch: the time with a thousand skills by that with one."""
    layer = Layer(ROUTED_WIDTH, ROUTED_WIDTH, K, P, ROWS)
    off = routing_errors(layer, SKILLS)
    right = off <= TOLERANCES[torch.float32]
    counts = (1, SKILLS)
    alone = interleaved(routed_forwards(layer, counts) | {"peft": peft_forward(layer, SKILLS)}, rounds)
    trained = interleaved(passes(layer, counts), rounds)
    many = f"routed_{SKILLS}"
    setting = (
        f"d = n = {ROUTED_WIDTH}, k = {K}, p = {P}, T = {ROWS} with {SKILLS} skills in any order, float32, one thread, load "
        f"{os.getloadavg()[0]:.1f}; off by {off:.0e}"
    )

    def figure(seconds: dict[str, list[float]], of: str, by: str, goal: str | None, what: str) -> Figure:
        value = round(median(seconds, of, by), 3) if right else None
        return Figure(value, "x", goal, f"{what}; {setting}; {spread(ratios(seconds, of, by))}")

    one, fastest = "the routed form with one skill", "the fastest form of one skill"
    return {
        "skills_1000_vs_1": figure(alone, many, "routed_1", "<= 1.05", f"forward, by {one}"),
        "skills_1000_vs_fastest": figure(alone, many, "collapsed", "<= 1.15", f"forward, by {fastest}"),
        "skills_1000_vs_1_trained": figure(trained, many, "routed_1", "<= 1.05", f"forward and backward, by {one}"),
        "skills_1000_vs_fastest_trained": figure(
            trained, many, "collapsed", "<= 1.15", f"forward and backward, by {fastest}"
        ),
        "peft_adapter_names_vs_share": figure(
            alone,
            "peft",
            many,
            None,
            f"forward of as many LoRA adapters of rank 16 by adapter_names, by that of {SKILLS} skills",
        ),
        "skills_1000_milliseconds": Figure(
            round(statistics.median(alone[many]) * 1000, 1) if right else None, "ms", None, f"forward; {setting}"
        ),
    }


def saved_figures() -> dict[str, Figure]:
    """Bytes kept for the backward pass by those of the frozen model."""
    found = saved_bytes()
    against = f"per token and layer of Qwen2.5-1.5B's shapes, bfloat16, {TOKENS} tokens, parameters and buffers apart"
    return {
        f"{name}_saved_bytes_vs_frozen": Figure(
            round(value / found["frozen"], 4), "x", "<= 1.01" if name == "share" else None, against
        )
        for name, value in found.items()
        if name != "frozen"
    }
