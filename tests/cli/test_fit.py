"""`share-rs fit`: the subspace on disk, the figures, the settings, and a fit that is killed."""

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from torch import Tensor

from share_rs.subspace import FitSettings, load, skill_factors
from share_rs.subspace.work import Work

from .adapters import LAYERS, delta, write_adapter
from .conftest import COMMAND, Call, Run


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fitted(call: Call, *arguments: str | Path) -> dict[str, Any]:
    done = call("fit", *arguments, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_folder_of_adapters_becomes_one_subspace_with_its_figures(run: Run, made: Path, tmp_path: Path) -> None:
    done = run("fit", made, "-o", "space", "--json")
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert list(found["skills"]) == [f"skill_{place}" for place in range(6)]
    assert list(found["layers"]) == LAYERS
    assert all(layer["held_b"] >= 0.6 and layer["held_a"] >= 0.6 for layer in found["layers"].values())
    assert 0 < found["errors"]["total"] < 1
    assert found["account"]["skills"] == 6
    assert found["basis_hash"] == json.loads((tmp_path / "space" / "subspace.json").read_text())["basis_hash"]
    shares = {(row["share"], row["p"]): row for row in found["alternatives"]["rows"]}
    assert set(shares) == {(share, p) for share in (0.6, 0.8, 0.9, 0.95) for p in (1, 4)}
    assert shares[0.6, 1]["mean"] == pytest.approx(found["errors"]["mean"], rel=1e-6)
    assert shares[0.6, 1]["total"] == pytest.approx(found["errors"]["total"], rel=1e-6)
    assert b"63% relative error" in done.stderr


def test_the_stated_error_of_a_skill_is_that_of_its_update(call: Call, made: Path, tmp_path: Path) -> None:
    found = fitted(call, made, "-o", "space", "--k", "5", "--p", "3", "--no-alternatives")
    subspace = load(tmp_path / "space")
    lost = whole = 0.0
    for layer in LAYERS:
        true = delta(made / "skill_2", layer)
        b, a = skill_factors(subspace, "skill_2", layer)
        lost, whole = lost + float((true - b @ a).square().sum()), whole + float(true.square().sum())
    assert found["skills"]["skill_2"]["error"] == pytest.approx((lost / whole) ** 0.5, rel=1e-4)
    assert found["alternatives"] is None


def test_the_tables_name_every_layer_skill_and_cost(call: Call, made: Path) -> None:
    done = call("fit", made, "-o", "space", "--weighting", "delta")
    assert done.code == 0, done.err
    for word in [*LAYERS, "skill_5", "mean", "total", "basis", "as adapters", "smaller than the adapters from", "95%"]:
        assert word in done.out
    assert "\x1b" not in done.out + done.err


def test_every_setting_has_its_flag_and_the_help_its_default(call: Call) -> None:
    shown = " ".join(call("fit", "--help").out.split())
    for name, field in FitSettings.model_fields.items():
        assert f"--{name.replace('_', '-')}" in shown
        if field.default not in (None, False, 0.60):
            assert f": {field.default}." in shown


def test_fitting_again_writes_the_same_bytes_however_the_adapters_are_named(
    call: Call, made: Path, tmp_path: Path
) -> None:
    fitted(call, made, "-o", "space", "--no-alternatives")
    first = contents(tmp_path / "space")
    fitted(call, made, "-o", "space", "--no-alternatives")
    assert contents(tmp_path / "space") == first
    each = [made / f"skill_{place}" for place in (3, 1, 0, 5, 4, 2)]
    fitted(call, *each, made / "skill_1", "-o", "other", "--no-alternatives")
    assert contents(tmp_path / "other") == first


def test_the_settings_come_from_a_file_under_the_flags_and_are_saved_as_one(
    call: Call, made: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text("k: 3\np: 2\nweighting: unit\n")
    fitted(call, made, "-o", "space", "--config", "mine.yaml", "--p", "r", "--no-alternatives")
    saved = yaml.safe_load((tmp_path / "space" / "fit.yaml").read_text())
    assert (saved["k"], saved["p"], saved["weighting"]) == (3, None, "unit")
    assert set(saved) == set(FitSettings.model_fields)
    fitted(call, made, "-o", "again", "--config", "space/fit.yaml", "--no-alternatives")
    assert contents(tmp_path / "again") == contents(tmp_path / "space")
    found = fitted(call, made, "-o", "other", "--config", "mine.yaml", "--explained-variance", "1", "--no-alternatives")
    assert found["settings"]["k"] is None
    assert found["errors"]["total"] > 0.1, "p = 2 of 4 is from the file still"


def test_with_all_of_the_energy_and_p_the_rank_nothing_is_lost(call: Call, made: Path) -> None:
    found = fitted(call, made, "-o", "space", "--explained-variance", "1", "--p", "r", "--no-alternatives")
    assert found["errors"]["total"] < 1e-12


def test_one_adapter_is_fitted_and_said_to_share_nothing(call: Call, made: Path) -> None:
    found = fitted(call, made / "skill_0", "-o", "space", "--no-alternatives")
    assert any("one adapter only: the basis is that of skill_0 alone" in one for one in found["cautions"])


def test_random_columns_are_counted_and_their_layers_named(call: Call, made: Path) -> None:
    found = fitted(
        call, made / "skill_0", made / "skill_1", "-o", "space", "--k", "10", "--padding", "random", "--no-alternatives"
    )
    # Two adapters of rank 4 have 8 directions a side, and v_proj's side of B no room for more.
    padded = "layers.0.q_proj (4), layers.0.v_proj (2), layers.1.q_proj (4), layers.1.v_proj (2)"
    assert f"12 of 76 columns of the bases are random and hold no energy of the adapters: {padded}" in found["cautions"]
    kept = fitted(
        call, made, "-o", "other", "--k", "5", "--padding", "random", "--centring", "keep", "--no-alternatives"
    )
    assert not any("random" in one for one in kept["cautions"]), "a mean column has energy 0 too"


def test_an_untrained_adapter_a_copy_and_a_missing_layer_are_told(call: Call, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "skill_0", tmp_path / "ads" / "skill_0")
    shutil.copytree(made / "skill_0", tmp_path / "ads" / "twin")
    write_adapter(tmp_path / "ads" / "part", 9, target_modules=["q_proj"])
    write_adapter(tmp_path / "ads" / "idle", 8)
    rewrite(tmp_path / "ads" / "idle", lambda name, tensor: tensor * (0 if "lora_B" in name else 1))
    refused = call("fit", "ads", "-o", "space")
    assert refused.code == 2
    assert "part" in refused.err
    assert "layers = any" in refused.err
    found = fitted(call, "ads", "-o", "space", "--no-alternatives", "--layers", "any")
    cautions = "\n".join(found["cautions"])
    assert "skill_0 and twin are one adapter under several names" in cautions
    assert "untrained, dW = 0: idle" in cautions
    assert "not in every layer, and the base model in the others: part" in cautions
    assert found["skills"]["idle"]["error"] == 0.0


def test_a_target_error_that_p_does_not_allow_is_exit_code_1(call: Call, made: Path) -> None:
    short = call("fit", made, "-o", "space", "--target-error", "0.05", "--no-alternatives")
    assert short.code == 1
    assert "p = 1 costs the rest" in short.err
    assert call("fit", made, "-o", "space", "--target-error", "0.05", "--p", "r", "--no-alternatives").code == 0
    for flags, cause in (
        (("--centring", "drop"), "the mean that is dropped costs the rest; give another --centring"),
        (("--max-k", "2"), "max_k = 2 ends the bases early; give a larger --max-k"),
    ):
        # Of one adapter alone, the columns around their mean have a direction less.
        short = call(
            "fit", made / "skill_0", "-o", "space", "--target-error", "0.05", "--p", "r", "--no-alternatives", *flags
        )
        assert short.code == 1
        assert cause in short.err
        assert "--p" not in short.err


def rewrite(adapter: Path, change: Callable[[str, Tensor], Tensor]) -> None:
    from safetensors.torch import load_file, save_file  # pyright: ignore[reportUnknownVariableType] # noqa: PLC0415 - beside torch

    path = adapter / "adapter_model.safetensors"
    tensors = {name: change(name, tensor).contiguous() for name, tensor in load_file(path).items()}
    save_file(tensors, path)


def transposed(folder: Path) -> None:
    rewrite(folder, lambda name, tensor: tensor.T if "0.q_proj.lora_A" in name else tensor)


def with_nan(folder: Path) -> None:
    rewrite(folder, lambda name, tensor: torch.full_like(tensor, torch.nan) if "1.v_proj.lora_B" in name else tensor)


def with_infinity(folder: Path) -> None:
    rewrite(folder, lambda name, tensor: torch.full_like(tensor, torch.inf) if "1.v_proj.lora_B" in name else tensor)


def truncated(folder: Path) -> None:
    path = folder / "adapter_model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def empty_weights(folder: Path) -> None:
    (folder / "adapter_model.safetensors").write_bytes(b"")


def pickled(folder: Path) -> None:
    (folder / "adapter_model.safetensors").unlink()
    torch.save({"a": torch.zeros(1)}, folder / "adapter_model.bin")


def without_config(folder: Path) -> None:
    (folder / "adapter_config.json").unlink()


def configured(**values: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "adapter_config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}))

    return change


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(transposed, ["layers.0.q_proj", "4 x d", "12 x 4"], id="transposed"),
        pytest.param(with_nan, ["layers.1.v_proj", "NaN"], id="NaN"),
        pytest.param(with_infinity, ["layers.1.v_proj", "infinity"], id="infinity"),
        pytest.param(truncated, ["adapter_model.safetensors", "cut short"], id="cut short"),
        pytest.param(empty_weights, ["adapter_model.safetensors"], id="empty file"),
        pytest.param(pickled, ["adapter_model.bin", "pickle"], id="pickle"),
        pytest.param(without_config, ["adapter_config.json"], id="no configuration"),
        pytest.param(configured(r=0), ["adapter_config.json", "rank of at least 1", "0"], id="rank 0"),
        pytest.param(configured(use_dora=True), ["DoRA"], id="DoRA"),
        pytest.param(configured(bias="all"), ["bias"], id="bias"),
        pytest.param(configured(peft_type="IA3"), ["peft_type", "IA3"], id="another method"),
        pytest.param(
            configured(base_model_name_or_path="other/base"), ["tiny/base", "other/base"], id="another base model"
        ),
    ],
)
def test_a_bad_adapter_is_named_and_nothing_is_touched(
    call: Call, made: Path, tmp_path: Path, spoil: Callable[[Path], None], said: list[str]
) -> None:
    shutil.copytree(made / "skill_0", tmp_path / "ads" / "skill_0")
    shutil.copytree(made / "skill_1", tmp_path / "ads" / "spoilt")
    spoil(tmp_path / "ads" / "spoilt")
    before = contents(tmp_path)
    done = call("fit", "ads", "-o", "new/space")
    assert done.code == 2, done.err
    assert "Traceback" not in done.err
    assert len(done.err.strip().splitlines()) == 1
    for word in ["spoilt", *said]:
        assert word in done.err
    assert done.out == ""
    assert contents(tmp_path) == before
    assert not (tmp_path / "new").exists()


def test_layers_of_two_sizes_are_named(call: Call, made: Path, tmp_path: Path) -> None:
    write_adapter(tmp_path / "odd", 3)
    rewrite(tmp_path / "odd", lambda name, tensor: tensor[:, :10] if "0.q_proj.lora_A" in name else tensor)
    done = call("fit", made, "odd", "-o", "space")
    assert done.code == 2
    for word in ("odd", "layers.0.q_proj", "12 x 12", "12 x 10"):
        assert word in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none", "-o", "space"], "none: expected an adapter's folder"),
        (["empty", "-o", "space"], "empty: expected adapter_config.json"),
        (["file", "-o", "space"], "got a file"),
        (["a/skill", "b/skill", "-o", "space"], "both named skill"),
        (["a/skill"], "'--out' / '-o'"),
        (["-o", "space"], "ADAPTERS"),
        (["a/skill", "-o", "space", "--k", "0"], "--k: "),
        (["a/skill", "-o", "space", "--k", "3", "--budget", "5"], "one rule for k, got --k and --budget"),
        (["a/skill", "-o", "space", "--p", "many"], "--p: "),
        (["a/skill", "-o", "space", "--config", "bad.yaml"], "bad.yaml: unknown key 'kay'"),
        (["a/skill", "-o", "file"], "file: expected a folder to write to"),
        (["a/skill", "-o", "taken"], "taken: expected an empty folder or a shared subspace"),
    ],
)
def test_a_bad_command_is_named_and_nothing_is_touched(
    call: Call, made: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    for folder in ("empty", "taken", "a", "b"):
        (tmp_path / folder).mkdir()
    (tmp_path / "file").write_text("mine")
    (tmp_path / "taken" / "thesis.txt").write_text("mine")
    (tmp_path / "bad.yaml").write_text("kay: 3")
    shutil.copytree(made / "skill_0", tmp_path / "a" / "skill")
    shutil.copytree(made / "skill_1", tmp_path / "b" / "skill")
    before = contents(tmp_path)
    done = call("fit", *arguments)
    assert done.code == 2
    assert said in " ".join(done.err.replace("│", " ").split())
    assert "Traceback" not in done.err
    assert contents(tmp_path) == before
    assert not (tmp_path / "space").exists()


STOPPED = """
import os, signal
from share_rs.subspace.work import Work
write = Work.write
def once(self, layer, *rest):
    write(self, layer, *rest)
    if layer == {layer!r}:
        os.kill(os.getpid(), signal.{signal})
Work.write = once
from share_rs.cli import main
main()
"""
"""Sends itself a signal as soon as a layer is finished."""


def stopped(folder: Path, environment: dict[str, str], how: str, layer: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [COMMAND[0], "-c", STOPPED.format(layer=layer, signal=how), "fit", "ads", "-o", "space", "--no-alternatives"],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        timeout=100,
    )


def test_a_killed_fit_leaves_the_old_subspace_and_goes_on(
    call: Call, made: Path, tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted(call, made / "skill_5", "-o", "space", "--no-alternatives")
    old = contents(tmp_path / "space")
    for place in range(3):
        shutil.copytree(made / f"skill_{place}", tmp_path / "ads" / f"skill_{place}")
    killed = stopped(tmp_path, environment, "SIGKILL", LAYERS[1])
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert contents(tmp_path / "space") == old

    again: list[str] = []
    write = Work.write

    def watched(self: Work, layer: str, *rest: Any) -> None:  # noqa: ANN401 - whatever a finished layer is
        again.append(layer)
        write(self, layer, *rest)

    monkeypatch.setattr(Work, "write", watched)
    fitted(call, "ads", "-o", "space", "--no-alternatives")
    assert again == LAYERS[2:]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ads", "space"]
    fitted(call, "ads", "-o", "fresh", "--no-alternatives")
    assert contents(tmp_path / "space") == contents(tmp_path / "fresh")


def test_an_interrupt_is_130_and_keeps_what_is_finished(
    made: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    shutil.copytree(made / "skill_0", tmp_path / "ads" / "skill_0")
    done = stopped(tmp_path, environment, "SIGINT", LAYERS[0])
    assert done.returncode == 130, done.stderr
    assert b"Traceback" not in done.stderr
    assert len(list((tmp_path / ".space.fit").iterdir())) == 1
    assert not (tmp_path / "space").exists()
