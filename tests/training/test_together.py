"""Many skills in one training: what each would be if it were trained alone."""

# torch's own types are partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from share_rs.errors import RunError, TrainError
from share_rs.subspace import SharedSubspace, merge
from share_rs.training import TrainSettings, read_log, train, train_together, trained

from .runs import contents, weights
from .subspaces import subspace_of

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")

ROWS = {
    name: [
        {"prompt": f"repair {name} {number}" + ";" * (number % 5), "answer": f"let {name[:2]} = {number * factor};"}
        for number in range(count)
    ]
    for name, count, factor in (("borrow", 11, 1), ("match", 5, 1000), ("trait", 8, 7))
}


@pytest.fixture(scope="module")
def subspace(model: Path) -> SharedSubspace:
    return subspace_of(model, strength=0.1)


def settings(**given: Any) -> TrainSettings:  # noqa: ANN401 - what the settings take
    return TrainSettings.model_validate(
        {"method": "share", "lr": 1e-2, "epochs": 2, "batch_size": 4, "checkpoint_every": 2, **given}
    )


OWN = {
    "borrow": settings(p=2, seed=3, accumulation=2, schedule="cosine"),
    "match": settings(p=2, lr=3e-3, weight_decay=0.1, max_grad_norm=0.05, init="gaussian", epochs=2.5),
    "trait": settings(p=2, steps=7, batch_size=3, warmup=0.5, init="mean"),
}


@pytest.mark.parametrize("packing", [False, True])
def test_each_skill_is_what_it_would_be_alone(
    model: Path,
    subspace: SharedSubspace,
    tmp_path: Path,
    packing: bool,  # noqa: FBT001
) -> None:
    found = train_together(ROWS, model, tmp_path / "all", OWN, subspace, packing=packing)
    assert list(found) == sorted(ROWS)
    for name, folder in found.items():
        own = TrainSettings.model_validate({**OWN[name].model_dump(), "name": name})
        alone = train(ROWS[name], model, tmp_path / name, own, subspace)
        ours, due = weights(folder), weights(alone)
        assert ours.keys() == due.keys()
        for tensor, value in due.items():
            torch.testing.assert_close(ours[tensor], value, rtol=1e-3, atol=2e-5)
        config, same = (json.loads((one / "adapter_config.json").read_text("utf-8")) for one in (folder, alone))
        assert config.pop("initial_norm") == pytest.approx(same.pop("initial_norm"))
        assert config == same
        steps, others = (
            [event for event in read_log(one.parent) if event["event"] == "step"] for one in (folder, alone)
        )
        assert [event["step"] for event in steps] == [event["step"] for event in others]
        for one, other in zip(steps, others, strict=True):
            assert one["lr"] == pytest.approx(other["lr"])
            assert one["loss"] == pytest.approx(other["loss"], rel=1e-3)
            assert one["grad_norm"] == pytest.approx(other["grad_norm"], rel=1e-2)
        first, same = read_log(folder.parent)[0], read_log(alone.parent)[0]
        assert first == {**same, "update_norm": first["update_norm"]}
    assert not list((tmp_path / "all").glob("*.safetensors"))


def test_a_killed_training_goes_on_and_ends_with_the_same_bytes(
    model: Path, subspace: SharedSubspace, tmp_path: Path
) -> None:
    due = train_together(ROWS, model, tmp_path / "whole", OWN, subspace)

    def tell(done: int, _: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_together(ROWS, model, tmp_path / "cut", OWN, subspace, tell=tell)
    assert (tmp_path / "cut" / "together.safetensors").exists()
    found = train_together(ROWS, model, tmp_path / "cut", OWN, subspace)
    for name, folder in due.items():
        assert contents(found[name]) == contents(folder)
        log = [event for event in read_log(found[name].parent) if event["event"] != "resume"]
        assert log == read_log(folder.parent)
    assert train_together(ROWS, model, tmp_path / "cut", OWN, subspace) == found


def test_what_was_trained_together_merges_as_any_other_skill(
    model: Path, subspace: SharedSubspace, tmp_path: Path
) -> None:
    found = train_together(ROWS, model, tmp_path, settings(steps=2), subspace)
    merged = merge(subspace, [trained(folder) for folder in found.values()])
    assert set(ROWS) < set(merged.skills)


def test_skills_that_cannot_be_trained_together_are_refused(
    model: Path, subspace: SharedSubspace, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for given, message in (
        (
            {**OWN, "match": settings(p=3)},
            "p: expected the same for all skills of one training, got 2 for borrow and 3",
        ),
        ({**OWN, "match": settings(p=2, phi=1)}, "match: expected coefficients alone"),
        ({**OWN, "match": settings(method="lora")}, "match: expected coefficients alone"),
        ({"borrow": OWN["borrow"]}, "settings and rows of the same skills"),
    ):
        with pytest.raises(TrainError, match=message):
            train_together(ROWS, model, out, given, subspace)
    with pytest.raises(TrainError, match="rows of at least one skill"):
        train_together({}, model, out, settings(), subspace)
    with pytest.raises(TrainError, match="there are no rows"):
        train_together({**ROWS, "match": []}, model, out, settings(), subspace)
    assert not out.exists()
    train_together(ROWS, model, out, settings(steps=1), subspace)
    with pytest.raises(RunError, match="differs in"):
        train_together({name: ROWS[name] for name in ("borrow", "match")}, model, out, settings(steps=1), subspace)
