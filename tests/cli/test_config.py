"""`--config`: the file under the flags, the names that are not settings, and the file that a verb leaves."""

from pathlib import Path
from typing import Any, Literal

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import Self

from share_rs.cli.config import NOTHING, resolve, write_config


class Cut(BaseModel):
    """The settings of a verb that is not there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    k: int | None = Field(default=None, ge=1)
    rate: float = Field(default=0.6, gt=0, le=1)
    weighting: Literal["balanced", "delta"] = "balanced"
    padding: bool = False

    @model_validator(mode="after")
    def one_rule(self) -> Self:
        if self.k is not None and self.padding and self.k > 100:
            raise ValueError("padding takes at most k = 100")
        return self


CUTS = st.builds(
    Cut,
    k=st.none() | st.integers(1, 100),
    rate=st.floats(1e-300, 1.0),
    weighting=st.sampled_from(["balanced", "delta"]),
    padding=st.booleans(),
)


def written(folder: Path, text: str) -> Path:
    path = folder / "cut.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@given(settings=CUTS)
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, settings: Cut) -> None:
    path = tmp_path_factory.getbasetemp() / "round.yaml"
    write_config(settings, path, "share-rs cut")
    assert resolve(Cut, path, {}) == settings
    first = path.read_bytes()
    write_config(settings, path, "share-rs cut")
    assert path.read_bytes() == first


def test_a_flag_stands_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    path = written(tmp_path, "k: 8\nweighting: delta\n")
    found = resolve(Cut, path, {"k": 3, "weighting": None, "rate": None})
    assert (found.k, found.weighting, found.rate) == (3, "delta", 0.6)


def test_a_flag_can_take_a_value_of_the_file_away(tmp_path: Path) -> None:
    assert resolve(Cut, written(tmp_path, "k: 8\n"), {"k": NOTHING}).k is None


def test_a_flag_takes_the_place_of_its_rivals_in_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "k: 8\nweighting: delta\n")
    found = resolve(Cut, path, {"rate": 0.9}, rivals=["k", "rate"])
    assert (found.k, found.rate, found.weighting) == (None, 0.9, "delta")
    assert resolve(Cut, path, {"weighting": "balanced"}, rivals=["k", "rate"]).k == 8


def test_what_lies_under_the_file_is_under_it_and_gives_way_to_its_rivals(tmp_path: Path) -> None:
    path, under = written(tmp_path, "k: 8\n"), {"rate": 0.9, "weighting": "delta"}
    found = resolve(Cut, path, {}, under=under)
    assert (found.k, found.rate, found.weighting) == (8, 0.9, "delta")
    found = resolve(Cut, path, {}, under=under, rivals=["k", "rate"])
    assert (found.k, found.rate, found.weighting) == (8, 0.6, "delta")


@pytest.mark.parametrize(("text", "rate"), [("rate: 1e-4", 1e-4), ("rate: 5E-1", 0.5), ("rate: .5", 0.5), ("", 0.6)])
def test_a_number_is_a_number_however_it_is_written(tmp_path: Path, text: str, rate: float) -> None:
    assert resolve(Cut, written(tmp_path, text), {}).rate == rate


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kk: 3", "cut.yaml: unknown key 'kk'; did you mean k?"),
        ("zeal: 3", "cut.yaml: unknown key 'zeal'; expected some of k, rate, weighting, padding"),
        ("1: 3", "unknown key 1"),
        ("k: 0", "cut.yaml: k: "),
        ("k: three", "got 'three'"),
        ("weighting: none", "weighting"),
        ("k: 3\nk: 4", "'k' stands there twice"),
        ("- k", "expected `name: value` lines, got a list"),
        ("k", "got a str"),
        ("k: [", "cut.yaml is not YAML"),
        ("? [k]\n: 3", "cut.yaml"),
        ("k: !!python/object/apply:os.system ['true']", "cut.yaml is not YAML"),
        ("k: 101\npadding: yes", "padding takes at most k = 100"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(typer.BadParameter) as caught:
        resolve(Cut, written(tmp_path, text), {})
    assert said in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(("flags", "said"), [({"k": 0}, "--k: "), ({"rate": 2.0}, "--rate: ")])
def test_a_bad_flag_is_named_as_it_is_typed(flags: dict[str, Any], said: str) -> None:
    with pytest.raises(typer.BadParameter) as caught:
        resolve(Cut, None, flags)
    assert caught.value.message.startswith(said)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"cannot read .*none\.yaml: No such file"):
        resolve(Cut, tmp_path / "none.yaml", {})
