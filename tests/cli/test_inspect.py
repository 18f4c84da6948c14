"""`share-rs inspect` and `share-rs export`: what is in a subspace, seen and taken out."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import torch

from share_rs.subspace import load, skill_factors

from .adapters import LAYERS, Tiny, delta
from .conftest import Call, Run
from .test_fit import contents, fitted


@pytest.fixture
def space(call: Call, made: Path, tmp_path: Path) -> Path:
    fitted(call, made, "-o", "space", "--k", "7", "--p", "3", "--no-alternatives")
    (tmp_path / "space" / "patterns.toml").write_text('use_after_move = "skill_1"\n')
    return tmp_path / "space"


def test_the_document_holds_spectra_sizes_errors_costs_and_the_pattern_map(call: Call, space: Path) -> None:
    before = contents(space)
    said = call("inspect", space, "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    subspace = load(space)
    for layer, basis in subspace.layers.items():
        assert found["spectra"][layer]["b"] == [float(one) for one in basis.spectrum_b]
        assert found["layers"][layer]["k_a"] == basis.alpha.shape[1]
    assert all(0 < skill["error"] < 1 for skill in found["skills"].values())
    assert found["account"]["coefficients_per_skill"] == sum(
        (basis.beta.shape[1] + basis.alpha.shape[1]) * 3 for basis in subspace.layers.values()
    )
    assert found["account"]["adapter"] == sum(4 * sum(basis.shape) for basis in subspace.layers.values())
    assert found["patterns"] == {"use_after_move": "skill_1"}
    assert "mismatched_types" in found["unmapped"]
    assert "use_after_move" not in found["unmapped"]
    assert found["history"][0]["event"] == "fit"
    assert contents(space) == before


def test_the_account_tells_what_training_a_skill_holds_with_temporaries_and_without(call: Call, space: Path) -> None:
    layers = load(space).layers.values()
    basis = sum(one.beta.numel() + one.alpha.numel() for one in layers)
    coefficients = sum(3 * (one.beta.shape[1] + one.alpha.shape[1]) for one in layers)
    for phi, temporaries in ((0, 0), (2, sum(2 * (sum(one.shape) + 2 * 3) for one in layers))):
        found = json.loads(call("inspect", space, "--phi", str(phi), "--json").out)["account"]
        assert found["temporaries"] == temporaries
        assert found["trainable"] == coefficients + temporaries
        assert found["peak_training_bytes"] == 4 * basis + 16 * (coefficients + temporaries)
        assert found["adapter_training_bytes"] == 16 * sum(4 * sum(one.shape) for one in layers)
        said = call("inspect", space, "--phi", str(phi)).out
        assert f"{found['trainable']:,} numbers" in said
        assert (f"{temporaries:,} numbers of it temporary" in said) == (phi > 0)


def test_the_text_names_patterns_with_and_without_a_skill(call: Call, space: Path) -> None:
    said = call("inspect", space)
    assert said.code == 0, said.err
    mapped, unmapped = said.out.split("without a skill: ")
    assert "use_after_move" in mapped.splitlines()[-1]
    assert "mismatched_types" in unmapped


def test_the_plots_are_svg_and_the_same_bytes_each_time(run: Run, space: Path) -> None:
    for folder in ("one", "two"):
        done = run("inspect", space, "--plots", folder, "--json")
        assert done.returncode == 0, done.stderr.decode()
    drawn = contents(space.parent / "one")
    assert sorted(drawn) == ["errors.svg", "sizes.svg", "spectra.svg"]
    assert drawn == contents(space.parent / "two")
    assert all(ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg" for svg in drawn.values())  # noqa: S314 - ours


def test_an_ambiguous_pattern_map_is_refused(call: Call, space: Path) -> None:
    (space / "patterns.toml").write_text('use_after_move = "skill_1"\nuse_after_move = "skill_2"\n')
    said = call("inspect", space)
    assert said.code == 2
    assert "ambiguous" in said.err


@pytest.mark.parametrize("rank", [[], ["--rank", "5"], ["--rank", "vllm"]])
def test_an_exported_skill_is_what_stock_peft_loads(call: Call, space: Path, tmp_path: Path, rank: list[str]) -> None:
    said = call("export", space, "skill_2", "-o", "lora", *rank, "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["layers"] == LAYERS
    config = json.loads((tmp_path / "lora" / "adapter_config.json").read_text())
    assert config["r"] == {"": 3, "5": 5, "vllm": 8}[rank[-1] if rank else ""]
    for layer in LAYERS:
        b, a = skill_factors(load(space), "skill_2", layer)
        assert torch.allclose(delta(tmp_path / "lora", layer), b @ a, atol=1e-5)
    assert Tiny()(torch.ones(1, 12)).shape == (1, 3)


def test_an_export_says_what_it_is(call: Call, space: Path) -> None:
    said = call("export", space, "skill_2", "-o", "deep/lora")
    assert said.out == "deep/lora is skill_2 as a LoRA adapter of tiny/base: 4 layers, p = 3\n"
