"""What a training run came to, read from its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from share_rs.errors import RunError
from share_rs.training.run import LOG, read_log, read_manifest

if TYPE_CHECKING:
    import os


def summary(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Skill, method, rows, steps, parameters, the first and the last loss, and how it started, as plain JSON.

    Raises:
        RunError: the folder is no training run, or one that has made no step.
    """
    manifest, events = read_manifest(folder), read_log(folder)
    steps = [event for event in events if event["event"] == "step"]
    starts = [event for event in events if event["event"] == "start"]
    if not steps or not starts:
        raise RunError(f"{folder} has made no step: {LOG} holds none")
    start = {name: value for name, value in starts[0].items() if name not in {"event", "step"}}
    return {
        "skill": manifest["settings"]["name"],
        "method": manifest["settings"]["method"],
        **start,
        "steps": steps[-1]["step"],
        "loss": {"first": steps[0]["loss"], "last": steps[-1]["loss"]},
    }
