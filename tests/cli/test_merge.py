"""`share-rs merge` and `share-rs remove`: who joins, who leaves, and what the others lose."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import yaml

from share_rs.cli.remove import remove
from share_rs.subspace import load

from .adapters import LAYERS, write_adapter
from .conftest import Call
from .test_fit import contents, fitted

QUIET = "--no-alternatives"


def done(call: Call, *arguments: str | Path) -> dict[str, Any]:
    said = call(*arguments, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


@pytest.fixture
def space(call: Call, made: Path, tmp_path: Path) -> Path:
    """Four skills whose adapters are at hand in `ads`, and nothing else in the folder."""
    for place in range(4):
        shutil.copytree(made / f"skill_{place}", tmp_path / "ads" / f"skill_{place}")
    fitted(call, "ads", "-o", "space", "--k", "6", "--p", "2", QUIET)
    return tmp_path / "space"


def test_a_merge_reads_no_old_adapter_and_says_what_each_skill_lost(call: Call, made: Path, space: Path) -> None:
    shutil.rmtree(space.parent / "ads")
    found = done(call, "merge", "space", made / "skill_4", made / "skill_5")
    assert list(found["skills"]) == [f"skill_{place}" for place in range(6)]
    assert found["merge"]["came"] == ["skill_4", "skill_5"]
    assert set(found["merge"]["lost"]) == set(found["skills"])
    assert found["skills"]["skill_0"]["bound"]
    assert not found["skills"]["skill_5"]["bound"]
    assert list(load(space).skills) == list(found["skills"])


def test_with_its_original_a_skill_does_not_drift(call: Call, made: Path, space: Path) -> None:
    found = done(call, "merge", "space", made / "skill_4", "--originals", "ads", "-o", "new")
    assert found["merge"]["originals"] == [f"skill_{place}" for place in range(4)]
    assert not any(skill["bound"] for skill in found["skills"].values())
    fresh = fitted(call, "ads", made / "skill_4", "-o", "fresh", "--k", "6", "--p", "2", QUIET)
    assert found["errors"]["total"] == pytest.approx(fresh["errors"]["total"], rel=1e-5)
    assert list(load(space).skills) == [f"skill_{place}" for place in range(4)], "the old folder is as it was"
    assert yaml.safe_load((space.parent / "new" / "fit.yaml").read_text())["k"] == 6


def test_an_adapter_of_other_layers_joins_where_that_is_meant(call: Call, space: Path) -> None:
    part = write_adapter(space.parent / "part", 9, target_modules=["q_proj"])
    refused = call("merge", "space", part)
    assert refused.code == 2
    assert "expected one, as in the subspace, got none" in refused.err
    found = done(call, "merge", "space", part, "--layers", "any")
    assert "not in every layer, and the base model in the others: part" in "\n".join(found["cautions"])


def test_the_settings_of_a_merge_come_from_a_file_over_those_of_the_subspace(
    call: Call, made: Path, space: Path
) -> None:
    part = write_adapter(space.parent / "part", 9, target_modules=["q_proj"])
    (space.parent / "mine.yaml").write_text("layers: any\nexplained_variance: 0.9\n")
    found = done(call, "merge", "space", part, "--config", "mine.yaml", "-o", "new")
    saved = yaml.safe_load((space.parent / "new" / "fit.yaml").read_text())
    assert saved == found["settings"]
    assert (saved["k"], saved["explained_variance"]) == (None, 0.9), "one rule for k"
    assert saved["p"] == 2, "what the file leaves out is the subspace's"
    refused = call("merge", "space", part, "--config", "mine.yaml", "--layers", "same", "-o", "other")
    assert refused.code == 2
    assert "expected one, as in the subspace, got none" in refused.err
    (space.parent / "bad.yaml").write_text("layer: any\n")
    named = call("merge", "space", made / "skill_4", "--config", "bad.yaml", "-o", "other")
    assert named.code == 2
    assert "bad.yaml: unknown key 'layer'; did you mean layers?" in named.err
    assert not (space.parent / "other").exists()


def test_the_table_tells_reconstructions_from_originals(call: Call, made: Path, space: Path) -> None:
    said = call("merge", space, made / "skill_4", "--originals", "ads/skill_1")
    assert said.code == 0, said.err
    lines = {line.split()[0]: line for line in said.out.split("lost at this merge")[1].splitlines() if "skill_" in line}
    assert lines["skill_0"].endswith("from its reconstruction")
    assert lines["skill_1"].endswith("from its original")
    assert lines["skill_4"].endswith("new")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["merge", "space", "ads/skill_0"], "skill_0"),
        (["merge", "space", "other"], "tiny/other"),
        (["merge", "space", "none"], "none"),
        (["merge", "none", "ads/skill_0"], "none"),
        (["merge", "ads", "other"], "subspace.json"),
        (["merge", "space"], "NEW"),
        (["merge", "space", "ads/skill_0", "--originals", "other"], "skill_0"),
        (["merge", "space", "fresh", "--originals", "fresh"], "original"),
        (["remove", "space", "nobody"], "nobody"),
        (["remove", "space", "skill_0", "--originals", "other"], "original"),
        (["remove", "space"], "NAME"),
        (["export", "space", "nobody", "-o", "lora"], "nobody"),
        (["export", "space", "skill_0", "-o", "ads"], "ads"),
        (["export", "space", "skill_0", "-o", "lora", "--rank", "1"], "rank"),
        (["export", "space", "skill_0", "-o", "lora", "--rank", "many"], "--rank"),
        (["inspect", "ads"], "subspace.json"),
        (["inspect", "none"], "none"),
    ],
)
def test_bad_input_is_named_and_nothing_is_touched(call: Call, space: Path, arguments: list[str], said: str) -> None:
    write_adapter(space.parent / "other", 4, base="tiny/other")
    write_adapter(space.parent / "fresh", 5)
    before = contents(space.parent)
    ended = call(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert contents(space.parent) == before


@pytest.mark.parametrize("arguments", [["inspect"], ["merge", "fresh"], ["remove", "skill_0"], ["export", "skill_0"]])
def test_a_subspace_half_written_damaged_or_newer_is_refused(call: Call, space: Path, arguments: list[str]) -> None:
    write_adapter(space.parent / "fresh", 5)
    verb, *rest = arguments
    command = [verb, "space", *rest, *(["-o", "lora"] if verb == "export" else [])]
    manifest = space / "subspace.json"
    text = manifest.read_text()
    for spoilt, said in (
        (json.dumps({**json.loads(text), "format": 99}), "newer share_rs"),
        (text[:50], "damaged"),
        (None, "half written"),
    ):
        if spoilt is None:
            manifest.unlink()
        else:
            manifest.write_text(spoilt)
        before = contents(space.parent)
        ended = call(*command)
        assert ended.code == 2
        assert said in ended.err
        assert contents(space.parent) == before


def test_a_removed_skill_is_gone_and_the_rest_is_as_it_was(call: Call, space: Path) -> None:
    before = load(space).skills["skill_0"].coefficients[LAYERS[0]].eps_beta.clone()
    found = done(call, "remove", "space", "skill_1", "skill_3")
    assert list(found["skills"]) == ["skill_0", "skill_2"]
    assert found["remove"]["exact"] is False
    assert load(space).skills["skill_0"].coefficients[LAYERS[0]].eps_beta.equal(before)
    said = call("remove", "space", "skill_0")
    assert "approximate: the bases are unchanged" in said.out


def test_with_exact_moments_and_its_original_a_removal_is_exact(call: Call, made: Path, tmp_path: Path) -> None:
    few = [made / "skill_0", made / "skill_1"]
    fitted(call, *few, made / "skill_2", "-o", "space", "--k", "5", "--moments", "exact", QUIET)
    said = call(
        "remove", "space", "skill_2", "--originals", made / "skill_2", "--originals", few[0], "--originals", few[1]
    )
    assert said.code == 0, said.err
    assert said.out.rstrip().endswith("exact")
    fitted(call, *few, "-o", "fresh", "--k", "5", "--moments", "exact", QUIET)
    left, fresh = load(tmp_path / "space"), load(tmp_path / "fresh")
    for layer, basis in fresh.layers.items():
        both = basis.beta.T @ left.layers[layer].beta
        assert float((both @ both.T).trace()) == pytest.approx(basis.beta.shape[1], abs=1e-4)


def test_a_removed_skill_takes_its_patterns_along(call: Call, space: Path) -> None:
    path = space / "patterns.toml"
    path.write_text('mismatched_types = "skill_0"\nuse_after_move = "skill_1"\n')
    said = call("remove", "space", "skill_1")
    assert said.code == 0, said.err
    assert "patterns without a skill now: use_after_move" in said.out
    assert dict(load(space).patterns) == {"mismatched_types": "skill_0"}


def test_verbs_that_change_one_folder_at_once_lose_no_change(space: Path) -> None:
    """Threads, for the lock is of an open file, not of a process."""
    start = Barrier(3)

    def without(name: str) -> None:
        start.wait()
        remove(space, [name])

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(without, ["skill_0", "skill_1", "skill_3"]))
    found = load(space)
    assert list(found.skills) == ["skill_2"]
    assert sorted(name for entry in found.history[1:] for name in entry["went"]) == ["skill_0", "skill_1", "skill_3"]
