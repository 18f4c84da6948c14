"""Copy, the reference and the cheats: what bounds every figure."""

from share_rs import Koan, load_koans
from share_rs.repair import Copy, Reference, Solver, Task, cheats


def tasks(koans: list[Koan], attempts: tuple[()] = ()) -> list[Task]:
    return [
        Task(koan.id, koan.family, koan.broken, koan.edition, koan.allow_unsafe, [], "", None, attempts, 0)
        for koan in koans
    ]


def names(solvers: list[Solver]) -> list[str]:
    return [solver.name for solver in solvers]


def test_copy_proposes_the_broken_program_itself() -> None:
    koans = load_koans()
    assert Copy().propose(tasks(koans)) == [[koan.broken] for koan in koans]
    assert not Copy().control


def test_the_reference_proposes_the_repair_of_each_koan_and_is_a_control() -> None:
    koans = load_koans()
    solver = Reference(koans)
    assert solver.propose(tasks(koans)) == [[koan.fixed] for koan in koans]
    assert solver.control


def test_every_cheat_is_an_arm_of_its_own_in_the_order_of_the_gate() -> None:
    koans = load_koans()
    solvers = cheats(koans)
    kinds = list(dict.fromkeys(kind for koan in koans for kind in koan.cheats()))
    assert names([*solvers]) == [f"cheat:{kind}" for kind in kinds]
    assert all(solver.control for solver in solvers)


def test_a_cheat_proposes_all_programs_of_its_kind_for_that_koan() -> None:
    koans = load_koans()
    for solver in cheats(koans):
        kind = solver.name.removeprefix("cheat:")
        assert solver.propose(tasks(koans)) == [koan.cheats().get(kind, []) for koan in koans]


def test_a_cheat_has_nothing_for_a_koan_that_it_was_not_made_for() -> None:
    first, second, *_ = load_koans()
    for solver in cheats([first]):
        assert solver.propose(tasks([second])) == [[]]
