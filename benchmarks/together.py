"""Eight skills in one batch beside one after another: a training step of a small Qwen2, at most 64 tokens a skill.

`python benchmarks/together.py [--quick]`
"""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import argparse
import os
import statistics
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import peft
import torch
import transformers
from torch import Tensor

from interleaved import interleaved, ratios
from measure import Figure, publish, spread
from qwen import K, P, Shape, base, shared
from share_rs.training.head import plain_head, token_losses
from share_rs.training.masking import Collator, Example
from share_rs.training.packing import attending, packed, packing_of
from share_rs.training.steps import Limits, Steps
from share_rs.tuner import SkillBank
from share_rs.tuner.layer import ShareLayer

SKILLS, LONGEST, ANSWER = 8, 64, 16
SHAPES = {
    "1m": Shape(hidden=128, intermediate=512, layers=4, vocabulary=512, heads=4, key_value_heads=2),
    "5m": Shape(hidden=256, intermediate=1376, layers=4, vocabulary=512, heads=4, key_value_heads=1),
}
ROUNDS, QUICK = 41, 7
LR, MOST = 1e-3, 1.0
TOLERANCE = 1e-4


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    rounds = QUICK if parser.parse_args().quick else ROUNDS
    torch.set_num_threads(1)
    versions = {"torch": torch.__version__, "peft": peft.__version__, "transformers": transformers.__version__}
    publish("together", versions, many_skills(rounds))


def many_skills(rounds: int) -> dict[str, Figure]:
    """Rows a second of all skills together by those of one after another, for each size of model."""
    figures: dict[str, Figure] = {}
    for name, shape in SHAPES.items():
        figures |= _many(name, shape, rounds)
    return figures


def _many(name: str, shape: Shape, rounds: int) -> dict[str, Figure]:
    rows = _rows(shape, SKILLS)
    together, bank = _together(shape, rows)
    alone = [_alone(shape, row) for row in rows]
    error = _error(bank, [model for model, _ in alone], together, [step for _, step in alone])
    contenders = {"together": together, "alone": lambda: [step() for _, step in alone], **_frozen(shape, rows)}
    seconds = interleaved(contenders, rounds)
    found, ceiling = ratios(seconds, "alone", "together"), ratios(seconds, "frozen_alone", "frozen_together")
    right = error <= TOLERANCE
    if not right:
        print(f"{name}: the steps differ by {error:.2e}")
    parameters = sum(one.numel() for one in base(shape).parameters()) / 1e6
    tokens = sum(len(row.ids) for row in rows)
    against = (
        f"forward, backward, clipping and AdamW of {SKILLS} skills, one row each, {tokens} tokens in all, in one batch, by the same "
        f"with one skill after another; {parameters:.1f} M parameters, k = {K}, p = {P}, float32, one thread, load "
        f"{os.getloadavg()[0]:.1f}; steps differ by {error:.1e}; {spread(found)}"
    )
    rate = SKILLS / statistics.median(seconds["together"])
    return {
        f"many_skills_rows_per_second_{name}": Figure(
            round(statistics.median(found), 2) if right else None, "x", ">= 2", against
        ),
        f"frozen_rows_per_second_{name}": Figure(
            round(statistics.median(ceiling), 2),
            "x",
            None,
            f"the same ratio of the frozen model's forward and backward alone, which no way to train skills can change; {spread(ceiling)}",
        ),
        f"rows_per_second_{name}": Figure(round(rate) if right else None, "rows/s", None, "together, median"),
    }


def steps_differ(shape: Shape, skills: int, device: str) -> float:
    """How far two steps of some skills in one batch are from those of each alone, in float32, as `_error` has it; nothing is packed."""
    rows = _rows(shape, skills)
    together, bank = _together(shape, rows, device=device, packs=False)
    alone = [_alone(shape, row, device) for row in rows]
    return _error(bank, [model for model, _ in alone], together, [step for _, step in alone])


def stepping(shape: Shape, skills: int, length: int, dtype: torch.dtype, device: str) -> Callable[[], object]:
    """A step of some skills together, with one row each of which every token but the first is supervised."""
    draw = torch.Generator().manual_seed(4)
    drawn: list[list[int]] = torch.randint(0, shape.vocabulary, (skills, length), generator=draw).tolist()
    rows = [Example(tuple(ids[:1]), tuple(ids[1:])) for ids in drawn]
    return _together(shape, rows, dtype=dtype, device=device, packs=False)[0]


def _rows(shape: Shape, count: int) -> list[Example]:
    draw = torch.Generator().manual_seed(4)
    return [_row(shape.vocabulary, draw) for _ in range(count)]


def _row(vocabulary: int, draw: torch.Generator) -> Example:
    length = int(torch.randint(LONGEST // 2, LONGEST + 1, (), generator=draw))
    ids: list[int] = torch.randint(0, vocabulary, (length,), generator=draw).tolist()
    return Example(tuple(ids[:-ANSWER]), tuple(ids[-ANSWER:]))


def _together(
    shape: Shape,
    rows: list[Example],
    *,
    dtype: torch.dtype = torch.float32,
    device: str = "cpu",
    packs: bool = True,
) -> tuple[Callable[[], object], SkillBank]:
    model = shared(base(shape, dtype, device), init="gaussian")
    bank = SkillBank(model)
    first = bank.skill("default")
    bank.remove("default")
    for number in range(len(rows)):
        bank.insert(replace(first, name=str(number)))
    limits = Limits(dict.fromkeys(bank.ids, 0.0), dict.fromkeys(bank.ids, MOST))
    collate = Collator(0)
    head = plain_head(model, {name: one.to(device) for name, one in collate(rows[:1]).items()})
    packing = packing_of(model, head, rows, collate) if packs else None
    steps = Steps(model, bank, limits, collate, head, packing=packing)
    batches = {str(number): [[row]] for number, row in enumerate(rows)}
    rates = dict.fromkeys(batches, LR)
    return (lambda: steps.step(batches, rates)), bank


def _frozen(shape: Shape, rows: list[Example]) -> dict[str, Callable[[], object]]:
    """What is left of both without any skill: forward and backward of the model itself, packed and row by row."""
    model = base(shape)
    model.enable_input_require_grads()
    collate = Collator(0)
    head = plain_head(model, collate(rows[:1]))
    packing = packing_of(model, head, rows, collate)
    whole = packed(rows, packing) if packing else collate(rows)
    batches = [collate([row]) for row in rows]

    def together() -> None:
        with attending(model, packing):
            token_losses(model, whole, head).sum().backward()

    def alone() -> None:
        for batch in batches:
            token_losses(model, batch, head).sum().backward()

    return {"frozen_together": together, "frozen_alone": alone}


def _alone(shape: Shape, row: Example, device: str = "cpu") -> tuple[Any, Callable[[], object]]:
    """A model with one adapter, the fastest form of one skill."""
    model = shared(base(shape, device=device), init="gaussian")
    batch = {name: one.to(device) for name, one in Collator(0)([row]).items()}
    head = plain_head(model, batch)
    trained = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=LR, weight_decay=0.0)

    def step() -> object:
        (token_losses(model, batch, head).sum() / len(row.answer)).backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, MOST)
        optimizer.step()
        optimizer.zero_grad()
        return norm

    return model, step


def _error(
    bank: SkillBank, models: list[Any], together: Callable[[], object], alone: list[Callable[[], object]]
) -> float:
    """The largest relative difference of what two steps add to each skill's coefficients."""
    before = [bank.skill(str(number)) for number in range(len(models))]
    for _ in range(2):
        together()
        for step in alone:
            step()
    worst = 0.0
    for number, model in enumerate(models):
        due: list[Tensor] = []
        found: list[Tensor] = []
        after = bank.skill(str(number)).coefficients
        for layer in model.modules():
            if isinstance(layer, ShareLayer):
                own, start = layer.coefficients("default"), before[number].coefficients[layer.layer]
                due += [
                    (own.eps_alpha.detach() - start.eps_alpha).flatten(),
                    (own.eps_beta.detach() - start.eps_beta).flatten(),
                ]
                now = after[layer.layer]
                found += [(now.eps_alpha - start.eps_alpha).flatten(), (now.eps_beta - start.eps_beta).flatten()]
        difference = torch.linalg.vector_norm(torch.cat(found) - torch.cat(due))
        worst = max(worst, float(difference / torch.linalg.vector_norm(torch.cat(due))))
    return worst


if __name__ == "__main__":
    main()
