"""The account: the headline ratios of the papers, with the basis counted and not."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from share_rs.errors import SubspaceError
from share_rs.subspace import Coefficients, LayerBasis, SharedSubspace, Skill
from share_rs.subspace.accounting import LayerCost, account, account_layers

ROBERTA = [LayerCost(n=768, d=768, k_b=32, k_a=32, p=8, r=32)] * 24
"""Query and value of RoBERTa-base's 12 layers, as in the paper's GLUE table."""
QWEN_1_5B = [(1536, 1536), (256, 1536), (256, 1536), (1536, 1536)] * 28
"""The shapes n x d of q, k, v, o in each of 28 layers."""


def test_the_papers_hundredfold_is_96_and_counts_no_basis() -> None:
    found = account_layers(ROBERTA, 6)
    assert (found.adapter, found.coefficients) == (1_179_648, 12_288)
    assert found.marginal_ratio == 96
    assert found.amortised_ratio() == pytest.approx(5.65, abs=0.01)


def test_the_papers_281_fold_is_six_skills_of_coefficients_beside_81_6_megabytes() -> None:
    found = account_layers(ROBERTA, 6)
    coefficients = found.bytes_of(6 * found.coefficients)
    assert coefficients == 294_912
    ratio = 81.6e6 / coefficients
    assert ratio == pytest.approx(281, rel=0.02), "the paper divides by 0.29 MB"
    assert found.bytes_of(found.basis) == pytest.approx(4.72e6, rel=0.002)
    assert found.bytes_of(6 * found.adapter) == pytest.approx(28.3e6, rel=0.002)


def test_mistral_breaks_even_after_17_adapters_and_saves_tenfold_at_500() -> None:
    layers = [LayerCost(n=4096, d=4096, k_b=256, k_a=256, p=16, r=16)]
    found = account_layers(layers, 500)
    assert found.break_even == 18, "17.07 adapters cost what the basis does"
    assert found.amortised_ratio() == pytest.approx(10.6, abs=0.1)


def test_the_authors_layer_trains_3616_numbers_with_phi_2() -> None:
    # 2 k r + phi (n + d) + 2 phi r, with r in the place of p.
    (layer,) = [LayerCost(n=768, d=768, k_b=32, k_a=32, p=8, r=8)]
    assert layer.coefficients + layer.temporaries(2) == 3_616


def test_the_prior_systems_76_6_fold_is_103_or_26_and_3_9_with_the_basis() -> None:
    small = account_layers([LayerCost(n, d, 14, 174, 1, 8) for n, d in QWEN_1_5B], 59)
    assert (small.adapter, small.coefficients) == (2_179_072, 21_056)
    assert small.marginal_ratio == pytest.approx(103, abs=0.6)
    trained = account_layers([LayerCost(n, d, 14, 174, 4, 8) for n, d in QWEN_1_5B], 59)
    assert trained.coefficients == 84_224
    assert trained.marginal_ratio == pytest.approx(26, abs=0.2)
    assert small.basis == pytest.approx(31.3e6, rel=0.01)
    assert small.amortised_ratio() == pytest.approx(3.9, abs=0.1)


SIZES = st.integers(1, 64)
LAYERS = st.lists(
    st.builds(LayerCost, n=SIZES, d=SIZES, k_b=SIZES, k_a=SIZES, p=SIZES, r=SIZES), min_size=1, max_size=4
)


@given(LAYERS, st.integers(1, 500))
def test_the_break_even_is_the_first_number_of_skills_that_costs_no_more(layers: list[LayerCost], skills: int) -> None:
    found = account_layers(layers, skills)
    even = found.break_even
    if even is None:
        assert found.amortised_ratio(10**6) < 1
    else:
        assert found.amortised_ratio(even) >= 1
        assert even == 1 or found.amortised_ratio(even - 1) < 1


@given(LAYERS, st.integers(1, 500))
def test_more_skills_amortise_more_and_never_reach_the_marginal_ratio(layers: list[LayerCost], skills: int) -> None:
    found = account_layers(layers, skills)
    assert found.amortised_ratio(skills) < found.amortised_ratio(skills + 1) < found.marginal_ratio


def space(ranks: dict[str, int]) -> SharedSubspace:
    basis = LayerBasis(torch.eye(7)[:, :3], torch.eye(5)[:, :2], torch.ones(3), torch.ones(2), 3.0, 2.0)
    skills = {
        name: Skill(
            name, {"q": Coefficients(torch.ones(3, p), torch.ones(2, p))}, head={"score.weight": torch.ones(4, 7)}
        )
        for name, p in ranks.items()
    }
    return SharedSubspace("base", {"q": basis}, skills)


def test_a_subspace_is_counted_tensor_by_tensor_heads_too() -> None:
    found = account(space({"one": 1, "two": 2}), phi=1)
    assert found.basis == 7 * 3 + 5 * 2
    assert found.coefficients == 8, "5 and 10 numbers: 7.5 on the mean, rounded up"
    assert found.heads == 2 * 28
    assert found.adapter == 2 * 12, "an export has the largest p as its rank"
    assert found.temporaries == 7 + 5 + 4


def test_training_holds_the_basis_and_four_numbers_for_each_that_is_trained() -> None:
    found = account(space({"one": 1}), phi=1)
    basis, coefficients = 7 * 3 + 5 * 2, 3 + 2
    temporaries = (7 + 5) + (1 + 1)
    assert found.temporaries == temporaries, "a column on each side, and p = 1 coefficients for each"
    assert found.trainable == coefficients + temporaries
    # The number, its gradient, Adam's two moments: 4 bytes each.
    assert found.peak_training_bytes == 4 * basis + (4 + 4 + 4 + 4) * (coefficients + temporaries) == 428
    assert found.adapter_training_bytes == (4 + 4 + 4 + 4) * (7 + 5)
    plain = account(space({"one": 1}))
    assert (plain.temporaries, plain.trainable) == (0, 5)
    assert plain.peak_training_bytes == 4 * 31 + 16 * 5


def test_half_as_many_bytes_a_number_are_half_the_peak() -> None:
    sizes = [account_layers(ROBERTA, 6, phi=2, number_bytes=count) for count in (2, 4)]
    assert 2 * sizes[0].peak_training_bytes == sizes[1].peak_training_bytes
    assert 2 * sizes[0].adapter_training_bytes == sizes[1].adapter_training_bytes


def test_a_name_that_is_no_skill_is_refused() -> None:
    with pytest.raises(SubspaceError, match=r"'three'.*one"):
        account(space({"one": 1}), names=["three"])


def test_sizes_without_a_layer_or_below_zero_are_refused() -> None:
    with pytest.raises(SubspaceError, match="at least one layer"):
        account_layers([], 3)
    with pytest.raises(SubspaceError, match="phi=-1"):
        account_layers(ROBERTA, 3, phi=-1)
