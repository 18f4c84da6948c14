"""The folder of finished layers: one fit at a time is in it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from share_rs.cli.work import work_folder
from share_rs.errors import SubspaceError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_fit_of_one_output_waits_and_then_has_a_folder_of_its_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[bool] = []
    entered = threading.Event()

    def second() -> None:
        with work_folder(tmp_path / "out") as work:
            entered.set()
            seen.append(any(work.iterdir()))
            (work / "layer").touch()

    with work_folder(tmp_path / "out") as work:
        (work / "layer").touch()
        other = threading.Thread(target=second)
        other.start()
        while not caplog.records:
            assert not entered.wait(0.01)
    other.join()
    assert seen == [False]
    assert "waiting for another process" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_no_folder_behind_and_a_stop_keeps_it(tmp_path: Path) -> None:
    with pytest.raises(SubspaceError), work_folder(tmp_path / "new" / "out"):
        raise SubspaceError("no")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(KeyboardInterrupt), work_folder(tmp_path / "new" / "out"):
        raise KeyboardInterrupt
    assert [path.name for path in (tmp_path / "new").iterdir()] == [".out.fit"]
