"""Weights that are stored d x n, as GPT-2's are: every method trains, and the update has the right orientation."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from share_rs.subspace import Adapter, Coefficients, LayerBasis, SharedSubspace, Skill
from share_rs.training import read_log, train

from .models import byte_tokenizer
from .runs import ROWS, run, settings
from .subspaces import orthonormal


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gpt2")
    tokenizer = byte_tokenizer()
    end = cast("Any", tokenizer).eos_token_id
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_embd=32,
        n_layer=1,
        n_head=4,
        n_positions=256,
        initializer_range=0.2,
        eos_token_id=end,
        bos_token_id=end,
    )
    cast("Any", GPT2LMHeadModel(config)).save_pretrained(folder)
    cast("Any", tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def adapter(gpt2: Path, tmp_path_factory: pytest.TempPathFactory) -> Adapter:
    return Adapter.open(run(gpt2, tmp_path_factory.mktemp("lora") / "run", steps=3))


@pytest.fixture(scope="module")
def subspace(adapter: Adapter) -> SharedSubspace:
    generator = torch.Generator().manual_seed(0)
    energies = torch.ones(8, dtype=torch.float64)
    layers: dict[str, LayerBasis] = {}
    coefficients: dict[str, Coefficients] = {}
    for layer in adapter.layers:
        n, d = adapter.shape(layer)
        beta, alpha = orthonormal(n, 8, generator), orthonormal(d, 8, generator)
        layers[layer] = LayerBasis(beta, alpha, energies, energies, 8.0, 8.0)
        coefficients[layer] = Coefficients(
            torch.randn(8, 2, generator=generator), torch.randn(8, 2, generator=generator)
        )
    skills = {"old": Skill("old", coefficients)}
    return SharedSubspace("gpt2", layers, skills, fan_in_fan_out=adapter.fan_in_fan_out)


def test_an_adapter_says_how_the_weights_are_stored(adapter: Adapter) -> None:
    assert adapter.fan_in_fan_out == set(adapter.layers)
    assert adapter.shape("transformer.h.0.attn.c_attn") == (96, 32)


@pytest.mark.parametrize("given", [{}, {"init": "nearest"}, {"phi": 2}, {"phi": 2, "phi_mode": "slice"}])
def test_coefficients_and_temporaries_train(
    gpt2: Path, subspace: SharedSubspace, tmp_path: Path, given: dict[str, Any]
) -> None:
    folder = train(ROWS, gpt2, tmp_path / "run", settings(method="share", p=2, steps=20, lr=3e-2, **given), subspace)
    losses = [event["loss"] for event in read_log(tmp_path / "run") if event["event"] == "step"]
    assert sum(losses[-3:]) < sum(losses[:3])
    assert json.loads((folder / "adapter_config.json").read_text())["fan_in_fan_out"]
