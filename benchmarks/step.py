"""One training step on the CPU: a Share skill beside the frozen base and PEFT's LoRA, and the activations that each keeps.

`python benchmarks/step.py [--quick]`
"""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import argparse
import os
import statistics
from dataclasses import dataclass
from typing import Any

import peft
import torch
import transformers
from torch import Tensor

from interleaved import Work, interleaved, ratios
from measure import Figure, publish, spread
from qwen import TOLERANCE, K, P, R, Shape, base, lora, relative_errors, shared
from saved import SHAPE, TOKENS, saved_bytes

SAMPLES, LENGTH = 8, 256
VOCABULARY = 512
SHAPES = {
    "h256": Shape(hidden=256, intermediate=1376, layers=4, vocabulary=VOCABULARY, heads=4, key_value_heads=1),
    "h384": Shape(hidden=384, intermediate=2048, layers=2, vocabulary=VOCABULARY, heads=6, key_value_heads=1),
}
GOALS = {"h256": "<= 1.15", "h384": "<= 1.1"}


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    """In each, every contender makes one step, in turn."""
    warm: int
    """Rounds before the first that counts."""


FULL, QUICK = Size(41, 3), Size(7, 2)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    size = QUICK if parser.parse_args().quick else FULL
    torch.set_num_threads(1)
    figures: dict[str, Figure] = {}
    for name, shape in SHAPES.items():
        figures |= _steps(name, shape, size)
    versions = {"torch": torch.__version__, "peft": peft.__version__, "transformers": transformers.__version__}
    publish("step", versions, figures | _activations())


def _steps(name: str, shape: Shape, size: Size) -> dict[str, Figure]:
    draw = torch.Generator().manual_seed(3)
    ids = torch.randint(0, VOCABULARY, (SAMPLES, LENGTH), generator=draw)
    embedded = torch.randn(SAMPLES, LENGTH, shape.hidden, generator=draw)
    errors = relative_errors(shape, embedded[:1, :64], ids[:1, :64])
    wrong = {what: error for what, error in errors.items() if not error <= TOLERANCE}
    for what, error in wrong.items():
        print(f"{name}: {what} is off by {error:.2e}")
    frozen, skill, adapter = base(shape), shared(base(shape)), lora(base(shape))
    contenders = {
        "frozen": _step(frozen, embedded, ids),
        "share": _step(skill, embedded, ids),
        "lora": _step(adapter, embedded, ids),
    }
    seconds = interleaved(contenders, size.rounds, size.warm)
    load = os.getloadavg()[0]
    parameters = sum(one.numel() for one in frozen.parameters()) / 1e6
    setting = (
        f"one step's forward, backward and AdamW by the frozen model's forward and backward; {parameters:.1f} M parameters, "
        f"{SAMPLES * LENGTH} tokens, vocabulary {VOCABULARY}, float32, one thread, load {load:.1f}"
    )
    figures: dict[str, Figure] = {}
    for one, what, goal in (("share", f"k = {K}, p = {P}", GOALS[name]), ("lora", f"r = {R}", None)):
        found = ratios(seconds, one, "frozen")
        right = not wrong or one == "lora"
        label = "step" if one == "share" else "lora_step"
        against = f"{what}; {setting}; {spread(found)}"
        value = round(statistics.median(found), 4) if right else None
        figures[f"{label}_vs_frozen_{name}"] = Figure(value, "x", goal, against)
    milliseconds = statistics.median(seconds["frozen"]) * 1000
    figures[f"frozen_milliseconds_{name}"] = Figure(
        round(milliseconds, 1), "ms", None, "median; only the inputs need a gradient"
    )
    return figures


def _step(model: Any, embedded: Tensor, labels: Tensor) -> Work:  # noqa: ANN401 - a model of transformers
    """One step: the embeddings require a gradient, as where a model is trained from its text."""
    trained = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-3) if trained else None
    inputs = embedded.clone().requires_grad_()

    def step() -> None:
        inputs.grad = None
        model(inputs_embeds=inputs, labels=labels).loss.backward()
        if optimizer is not None:
            optimizer.step()
            optimizer.zero_grad()

    return step


def _activations() -> dict[str, Figure]:
    found = saved_bytes()
    against = (
        f"saved-tensor hooks, parameters and buffers apart; layers of d = {SHAPE.hidden} and {SHAPE.intermediate} on a bfloat16 base, "
        f"{TOKENS} tokens"
    )
    figures = {
        f"saved_bytes_{name}": Figure(round(value), "B per token and layer", None, against)
        for name, value in found.items()
    }
    ratio = round(found["share"] / found["frozen"], 4)
    return {"saved_bytes_vs_frozen": Figure(ratio, "x", "<= 1.01", f"share k = {K}, p = {P}; {against}"), **figures}


if __name__ == "__main__":
    main()
