"""Settings are one method's, and every default is written out before the run."""

from typing import Any

import pytest
from pydantic import ValidationError

from share_rs.training import TrainSettings


def test_the_defaults_of_the_method_are_written_out() -> None:
    lora = TrainSettings().resolved("a")
    assert (lora.name, lora.rank, lora.alpha, lora.lr, lora.targets) == ("a", 8, 16.0, 2e-4, ("all-linear",))
    assert (lora.p, lora.init, lora.phi, lora.scale) == (None, None, None, None)
    share = TrainSettings(method="share", name="b", p=3).resolved("a")
    assert (share.name, share.p, share.init, share.lr, share.phi, share.phi_mode) == ("b", 3, "zero", 5e-3, None, None)
    assert TrainSettings(rank=4).resolved("a").alpha == 8.0


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"method": "share", "phi": 2},
        {"method": "share", "init": "gaussian"},
        {"method": "share", "init": "skill", "start": "x"},
        {"method": "share", "init": "nearest", "p": 2},
        {"method": "share", "replication": True},
    ],
)
def test_resolved_settings_are_settings_that_resolve_to_themselves_and_survive_json(given: dict[str, Any]) -> None:
    resolved = TrainSettings(**given).resolved("a")
    assert resolved.resolved("b") == resolved
    assert TrainSettings.model_validate_json(resolved.model_dump_json()) == resolved


def test_replication_stands_for_what_the_authors_code_does() -> None:
    first = TrainSettings(method="share", replication=True).resolved("a")
    assert (first.p, first.init, first.phi, first.phi_mode, first.scale) == (8, "uniform", 2, "additive", 1.0)
    assert TrainSettings(method="share", replication=True).resolved("a", 4).p == 4
    assert TrainSettings(method="share").resolved("a", 4).p == 1
    later = TrainSettings(method="share", replication=True, start="before", p=2).resolved("a", 4)
    assert (later.p, later.init, later.start) == (2, "skill", "before")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"p": 1, "phi": 1}, "p and phi: only for method share, this is lora"),
        ({"method": "share", "rank": 4}, "rank: only for method lora, this is share"),
        ({"method": "share", "sigma": 0.1}, "sigma is of init = gaussian"),
        ({"method": "share", "probe_rows": 3}, "probe_rows is of init = nearest"),
        ({"method": "share", "init": "skill"}, "start names the skill of init = skill"),
        ({"method": "share", "start": "x"}, "start names the skill of init = skill"),
        ({"method": "share", "phi_mode": "slice"}, "give phi, or leave them out"),
        ({"method": "share", "phi": 1, "phi_mode": "slice", "init": "mean"}, "no place for a skill's"),
        ({"method": "share", "phi": 0}, "greater than or equal to 1"),
        ({"name": "a.b"}, "should match pattern"),
        ({"name": "../a"}, "should match pattern"),
        ({"replication": True}, "replication: only for method share"),
        ({"method": "share", "replication": True, "phi_mode": "slice", "start": "x"}, "no place for a skill's"),
        ({"learning_rate": 1}, "Extra inputs are not permitted"),
        ({"targets": ()}, "at least 1 item"),
        ({"lr": float("nan")}, "finite number"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TrainSettings(**given)


def test_a_file_whose_stem_is_no_name_asks_for_one() -> None:
    with pytest.raises(ValidationError, match="should match pattern"):
        TrainSettings().resolved("my rows.v2")
