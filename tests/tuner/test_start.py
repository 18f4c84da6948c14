# torch has partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from share_rs.kernels import share_linear
from share_rs.subspace import Coefficients, Skill
from share_rs.tuner import start

sizes = st.integers(1, 8)


def skill(name: str, *layers: str, seed: int = 0, k_b: int = 3, k_a: int = 4, p: int = 2, scale: float = 1.0) -> Skill:
    draw = torch.Generator().manual_seed(seed)
    return Skill(
        name,
        {one: Coefficients(torch.randn(k_b, p, generator=draw), torch.randn(k_a, p, generator=draw)) for one in layers},
        scale=scale,
    )


@given(k_b=sizes, k_a=sizes, p=st.integers(1, 5), seed=st.integers(0, 1000))
def test_zero_is_a_zero_update_whose_gradient_lives_from_the_first_step(k_b: int, k_a: int, p: int, seed: int) -> None:
    draw = torch.Generator().manual_seed(seed)
    found = start.zero(k_b, k_a, p, draw)
    assert torch.equal(found.eps_beta @ found.eps_alpha.T, torch.zeros(k_b, k_a))
    eps_beta, eps_alpha = (one.clone().requires_grad_() for one in (found.eps_beta, found.eps_alpha))
    n, d = k_b + 2, k_a + 3
    alpha, beta = (
        torch.linalg.qr(torch.randn(d, k_a, generator=draw)).Q,
        torch.linalg.qr(torch.randn(n, k_b, generator=draw)).Q,
    )
    x, due = torch.randn(6, d, generator=draw), torch.randn(6, n, generator=draw)
    weight = torch.randn(n, d, generator=draw)
    norms: list[tuple[float, float]] = []
    for _ in (1, 2):
        y = share_linear(x, weight, None, alpha, beta, eps_alpha, eps_beta)
        gradients: tuple[Tensor, ...] = torch.autograd.grad((y - due).square().sum(), [eps_beta, eps_alpha])
        norms.append((float(gradients[0].norm()), float(gradients[1].norm())))
        with torch.no_grad():
            eps_beta -= 0.01 * gradients[0]
            eps_alpha -= 0.01 * gradients[1]
    (beta_1, alpha_1), (beta_2, alpha_2) = norms
    assert beta_1 > 1e-4
    assert (alpha_1 > 1e-4) == (p >= 2)
    assert min(beta_2, alpha_2) > 1e-6


def test_both_factors_zero_would_never_move() -> None:
    zeros = [torch.zeros(3, 1, requires_grad=True), torch.zeros(4, 1, requires_grad=True)]
    y = share_linear(
        torch.randn(2, 5), torch.randn(7, 5), None, torch.eye(5)[:, :4], torch.eye(7)[:, :3], zeros[1], zeros[0]
    )
    assert all(float(one.norm()) == 0 for one in torch.autograd.grad(y.square().sum(), zeros))


def test_gaussian_has_the_sigma_that_was_asked_for() -> None:
    for sigma in (None, 0.5):
        found = start.gaussian(200, 300, 4, torch.Generator().manual_seed(0), sigma)
        for one in (found.eps_beta, found.eps_alpha):
            assert float(one.std()) == pytest.approx(0.01 if sigma is None else sigma, rel=0.1)
        norm = float((found.eps_beta @ found.eps_alpha.T).norm())
        assert norm == pytest.approx((0.01 if sigma is None else sigma) ** 2 * math.sqrt(200 * 300 * 4), rel=0.2)


@given(k_b=sizes, k_a=sizes, p=st.integers(1, 9), scale=st.sampled_from([1.0, -0.5, 3.0]), seed=st.integers(0, 99))
def test_a_truncated_core_is_the_best_of_its_rank(k_b: int, k_a: int, p: int, scale: float, seed: int) -> None:
    matrix = torch.randn(k_b, k_a, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    found = start.truncated(matrix, p, scale)
    error = (scale * found.eps_beta.double() @ found.eps_alpha.double().T - matrix).norm()
    tail = torch.linalg.svdvals(matrix)[p:].square().sum().sqrt()
    assert float(error) == pytest.approx(float(tail), abs=1e-5)


def test_the_mean_core_counts_a_skill_without_the_layer_as_zero_and_folds_each_scale() -> None:
    one, two = skill("one", "x", "y", seed=1, scale=2.0), skill("two", "x", seed=2)
    mean = start.mean_core({"one": one, "two": two}, "x")
    assert mean is not None
    assert torch.allclose(2 * mean, start.core(one, "x") + start.core(two, "x"))
    half = start.mean_core({"one": one, "two": two}, "y")
    assert half is not None
    assert torch.allclose(2 * half, start.core(one, "y"))
    assert start.mean_core({"two": two}, "y") is None


def test_the_nearest_skill_is_the_one_that_a_written_out_distance_names() -> None:
    skills = {name: skill(name, "x", "y", seed=seed) for seed, name in enumerate(("c", "a", "b"))}
    due: dict[str, float] = {}
    for name, own in skills.items():
        due[name] = 0.0
        for layer in ("x", "y"):
            mean = torch.stack([start.core(one, layer) for one in skills.values()]).mean(0)
            due[name] += float((start.core(own, layer) - mean).norm() ** 2)
    assert start.nearest_to_mean(skills, ("x", "y")) == min(due, key=lambda name: due[name])


@given(had=st.integers(1, 4), more=st.integers(0, 4), dead=st.booleans())
def test_more_columns_leave_the_update_as_it_is_and_can_all_learn(had: int, more: int, dead: bool) -> None:  # noqa: FBT001
    draw = torch.Generator().manual_seed(0)
    found = Coefficients(torch.randn(3, had, generator=draw), torch.randn(4, had, generator=draw))
    if dead:
        found.eps_beta[:, 0] = 0
        found.eps_alpha[:, 0] = 0
    wide = start.widened(found, had + more, draw, None)
    assert wide.p == had + more
    assert torch.allclose(wide.eps_beta @ wide.eps_alpha.T, found.eps_beta @ found.eps_alpha.T, atol=1e-6)
    assert not ((wide.eps_beta == 0).all(0) & (wide.eps_alpha == 0).all(0)).any()


def test_what_a_layer_draws_depends_on_its_name_and_the_seed_only() -> None:
    def drawn(seed: int, layer: str) -> Tensor:
        return start.zero(3, 4, 1, start.generator_of(seed, layer)).eps_alpha

    assert torch.equal(drawn(1, "x"), drawn(1, "x"))
    assert not torch.equal(drawn(1, "x"), drawn(2, "x"))
    assert not torch.equal(drawn(1, "x"), drawn(1, "y"))
