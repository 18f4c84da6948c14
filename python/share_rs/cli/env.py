"""`share-rs env`: what a bug report needs."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

import typer

from share_rs import __version__, _native
from share_rs.cli.output import Json, print_json
from share_rs.errors import JailError, KoanError, ToolchainError
from share_rs.koan import BUNDLED
from share_rs.sandbox import default_cache

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

PACKAGES = (
    "pydantic rich scipy typer jinja2 matplotlib torch transformers peft accelerate safetensors triton".split()  # noqa: SIM905 - reads better
)


@app.command()
def env(*, json: Json = False) -> None:
    """Prints versions, the toolchain and the layers of the jail; exit code 3 where something is lacking."""
    try:
        toolchain, lacking = _native.find_toolchain(os.environ.get("SHARE_RS_RUSTC")), None
    except ToolchainError as error:
        toolchain, lacking = None, error
    jail = _native.jail_status()
    if refusal := jail.get("refusal"):
        lacking = lacking or JailError(refusal)
    found: dict[str, Any] = {
        "share_rs": __version__,
        "build": _native.build_profile,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpus": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
        "toolchain": toolchain,
        "jail": jail,
        "cache": {"directory": str(default_cache()), **_native.cache_stats(default_cache())},
        "koans": _koans(),
        "packages": {name: _version(name) for name in PACKAGES},
    }
    if json:
        print_json(found)
    else:
        for name, value in found.items():
            typer.echo(f"{name:10} {_words(value)}")
    if lacking:
        raise lacking


def _koans() -> int:
    try:
        return len(_native.discover(BUNDLED))
    except KoanError:
        return 0


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _words(value: object) -> str:
    if not isinstance(value, dict):
        return "missing" if value is None else str(value)
    known = cast("dict[str, object]", value)
    return ", ".join(f"{key} {word}" for key, word in known.items() if word not in {None, ""}) or "none"
