"""One batch of prompts, and how tokens are drawn."""

# pyright: reportPrivateUsage=false

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from share_rs.errors import ShareError
from share_rs.repair.generation import GenerationSettings, Request, _Draw, generate

GREEDY, WARM = GenerationSettings(), GenerationSettings(temperature=1.0)

logits = st.lists(st.floats(-30, 30), min_size=2, max_size=9)
draws = st.floats(0, 1, exclude_max=True)


class Scripted:
    """Stands where a model's `generate` does, to see what it is given."""

    device = torch.device("cpu")

    def __init__(self, tail: list[list[int]]) -> None:
        self.tail = tail
        self.seen: dict[str, Any] = {}

    def generate(self, **given: Any) -> torch.Tensor:  # noqa: ANN401 - as a model's
        self.seen = given
        return torch.cat([given["input_ids"], torch.tensor(self.tail)], 1)


def chosen(scores: list[float], draw: float, settings: GenerationSettings) -> int:
    processor = _Draw(torch.tensor([[draw]], dtype=torch.float64), 1, settings)
    found = processor(torch.zeros(1, 1, dtype=torch.int64), torch.tensor([scores], dtype=torch.float64))
    assert int((found > -torch.inf).sum()) == 1
    return int(found.argmax())


@given(logits, draws, st.floats(0.1, 3))
def test_a_token_is_drawn_as_often_as_its_probability_says(scores: list[float], draw: float, heat: float) -> None:
    token = chosen(scores, draw, GenerationSettings(temperature=heat))
    edges = torch.softmax(torch.tensor(scores, dtype=torch.float64) / heat, 0).cumsum(0) / 1
    before = float(edges[token - 1]) if token else 0.0
    assert before - 1e-12 <= draw * float(edges[-1]) < float(edges[token]) + 1e-12


@given(logits, draws, st.floats(0.05, 0.95))
def test_top_p_draws_only_from_the_likeliest_tokens_of_that_total(scores: list[float], draw: float, top: float) -> None:
    token = chosen(scores, draw, GenerationSettings(temperature=1, top_p=top))
    probabilities = torch.softmax(torch.tensor(scores, dtype=torch.float64), 0)
    above = float(probabilities[probabilities > probabilities[token]].sum())
    assert above < top + 1e-12


@given(logits, draws)
def test_a_cold_draw_is_the_likeliest_token(scores: list[float], draw: float) -> None:
    token = chosen(scores, draw, GenerationSettings(temperature=1e-4))
    assert scores[token] >= max(scores) - 0.01


def test_prompts_are_padded_on_the_left_and_hidden_from_attention() -> None:
    model = Scripted([[5, 6], [7, 2]])
    generate(model, [Request((1, 3, 4), ""), Request((9,), "")], GREEDY, 2, [2], 0)
    assert model.seen["input_ids"].tolist() == [[1, 3, 4], [0, 0, 9]]
    assert model.seen["attention_mask"].tolist() == [[1, 1, 1], [0, 0, 1]]


def test_an_answer_ends_at_any_of_the_ending_tokens_and_is_cut_where_there_is_none() -> None:
    model = Scripted([[5, 2, 0, 0], [5, 6, 7, 8], [4, 9, 9, 2], [2, 0, 0, 0]])
    found = generate(model, [Request((1,), "")] * 4, GREEDY, 4, [2, 4], 0)
    assert [(one.ids, one.cut) for one in found] == [
        ((5,), False),
        ((5, 6, 7, 8), True),
        ((), False),
        ((), False),
    ]


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_logits_that_are_no_numbers_are_named_and_never_an_answer(value: float) -> None:
    model = Scripted([[5]])
    generate(model, [Request((1,), "")], WARM, 1, [2], 0)
    scores = torch.zeros(1, 9)
    scores[0, 3] = value
    with pytest.raises(ShareError, match="NaN or an infinity"):
        model.seen["logits_processor"](torch.zeros(1, 1, dtype=torch.int64), scores)


def test_equal_keys_draw_equal_numbers_and_others_do_not() -> None:
    model = Scripted([[5]] * 3)
    scores = torch.zeros(3, 5000)
    generate(model, [Request((1,), "a"), Request((1,), "b"), Request((1,), "a")], WARM, 1, [2], 0)
    found = model.seen["logits_processor"](torch.zeros(3, 1, dtype=torch.int64), scores).argmax(-1).tolist()
    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"samples": 2}, "expected a temperature"),
        ({"temperature": -1}, "greater than or equal to 0"),
        ({"temperature": float("nan")}, "finite"),
        ({"top_p": 0}, "greater than 0"),
        ({"max_new_tokens": 0}, "greater than or equal to 1"),
        ({"beams": 4}, "Extra inputs"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        GenerationSettings(**settings)
