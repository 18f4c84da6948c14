"""Rows in one sequence: losses and gradients of the same rows padded."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any

import pytest
import torch
import transformers

from share_rs.errors import TrainError
from share_rs.training.head import plain_head, token_losses
from share_rs.training.masking import Collator, Example
from share_rs.training.packing import Packing, attending, packed, packing_of, spread

EXAMPLES = [
    Example((3, 4, 5), (6, 7)),
    Example((8,), (9, 10, 11, 12, 13, 14)),
    Example((3, 4, 5, 6), (1,)),
    Example((20, 21), (22, 23, 24, 25)),
]
SIZES: dict[str, Any] = {"vocab_size": 32, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4}
MODELS = {
    "Qwen2": {"num_key_value_heads": 2, "intermediate_size": 24},
    "Llama": {"num_key_value_heads": 4, "intermediate_size": 24},
    "Mistral": {"num_key_value_heads": 2, "intermediate_size": 24, "sliding_window": 3},
    "GPTNeoX": {"intermediate_size": 24},
}


def made(name: str, **more: Any) -> Any:  # noqa: ANN401 - a model of transformers
    torch.manual_seed(0)
    config = getattr(transformers, f"{name}Config")(**SIZES, **{**MODELS[name], **more})
    model = getattr(transformers, f"{name}ForCausalLM")(config).eval().double()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.mul_(10)
    return model


@pytest.mark.parametrize("packing", ["segments", "mask"])
@pytest.mark.parametrize("name", MODELS)
def test_losses_and_gradients_are_those_of_the_padded_rows(name: str, packing: Packing) -> None:
    if (name, packing) == ("Mistral", "mask"):
        pytest.skip("a mask that is given takes the place of the model's own window")
    model = made(name)
    collate = Collator(0)
    head = plain_head(model, collate(EXAMPLES[:1]))
    found: list[tuple[torch.Tensor, list[torch.Tensor]]] = []
    for way in (None, packing):
        model.zero_grad()
        with attending(model, way):
            losses = token_losses(model, packed(EXAMPLES, packing, torch.float64) if way else collate(EXAMPLES), head)
        losses.sum().backward()
        gradients = [one.grad.clone() for one in model.parameters() if one.grad is not None]
        if way:
            owner = spread(EXAMPLES, torch.arange(len(EXAMPLES)))[0, 1:]
            each = losses.new_zeros(len(EXAMPLES)).index_add(0, owner, losses[0])
        else:
            each = losses.sum(1)
        found.append((each.detach(), gradients))
    (due, slopes), (each, others) = found
    torch.testing.assert_close(each, due, rtol=1e-9, atol=1e-9)
    for one, other in zip(slopes, others, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-7, atol=1e-9)


def test_the_way_is_found_and_left_again() -> None:
    model = made("Mistral").train()
    before = model.config._attn_implementation
    head = plain_head(model, Collator(0)(EXAMPLES[:1]))
    assert packing_of(model, head, EXAMPLES, Collator(0)) == "segments"
    assert model.config._attn_implementation == before
    assert model.training
    eager = made("Qwen2", attn_implementation="eager")
    assert packing_of(eager, None, EXAMPLES, Collator(0)) == "mask"


def test_a_model_that_sees_its_sequence_otherwise_is_refused() -> None:
    torch.manual_seed(0)
    config = transformers.MambaConfig(vocab_size=32, hidden_size=16, num_hidden_layers=1, state_size=4)
    model: Any = transformers.MambaForCausalLM(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)
    with pytest.raises(TrainError, match="train it without packing"):
        packing_of(model, None, EXAMPLES, Collator(0))


def test_the_first_token_of_a_row_is_no_label_of_the_row_before() -> None:
    whole = [Example((), (5, 6)), Example((), (7, 8, 9))]
    labels = packed(whole, "mask")["labels"]
    assert labels.tolist() == [[-100, 6, -100, 8, 9]]
