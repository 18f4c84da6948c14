"""Generated programs compile, without a warning, and are the same for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs.mining.generate.program import EDITION, program
from share_rs.mining.generate.scenes import SCENES

if TYPE_CHECKING:
    from share_rs import Sandbox

FAMILIES = sorted(SCENES)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_seed_gives_one_program_and_another_seed_another(family: str) -> None:
    assert program(1, family, 0) == program(1, family, 0)
    assert len({program(seed, family, index).source for seed in range(3) for index in range(3)}) == 9


def test_nearly_every_program_compiles_without_a_warning(sandbox: Sandbox) -> None:
    made = [program(5, family, index) for family in FAMILIES for index in range(3)]
    verdicts = sandbox.check(
        ("#![deny(warnings)]\n" + one.source, EDITION, one.allow_unsafe, one.externs) for one in made
    )
    faults = [
        f"{one.family}/{one.scene}: {found.diagnostics[0].message}\n{one.source}"
        for one, found in zip(made, verdicts, strict=True)
        if found.outcome != "compiles"
    ]
    # A few are turned away when rows are made of them; many would hide that a scene never works.
    assert len(faults) <= len(made) // 20, "\n".join(faults)


def test_every_scene_makes_programs_that_compile(sandbox: Sandbox) -> None:
    proven: set[str] = set()
    for family, scenes in SCENES.items():
        made = [program(7, family, index) for index in range(6 * len(scenes))]
        firsts = {one.scene: one for one in reversed(made)}.values()
        verdicts = sandbox.check((one.source, EDITION, one.allow_unsafe, one.externs) for one in firsts)
        proven |= {
            f"{family}/{one.scene}" for one, found in zip(firsts, verdicts, strict=True) if found.outcome == "compiles"
        }
    every = {f"{family}/{scene.__name__}" for family, scenes in SCENES.items() for scene in scenes}
    assert every - proven == set()
