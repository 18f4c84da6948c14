"""`--config FILE.yaml`: settings from a file, flags over them, and the settings that a verb ran with as such a file.

A verb gives each of its settings a flag of the same name whose default is None, for "not given":

    settings = resolve(FitSettings, config, {"k": k, "p": p})
    write_config(settings, out / "fit.yaml", "share-rs fit")
"""

import json
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import typer

from share_rs.cli.extras import needs

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE.yaml", help="Settings from a file; flags that are given override them."),
]

Settings = TypeVar("Settings", bound="BaseModel")

NOTHING = object()
"""The value of a flag that says "none" where the file may say something."""


def resolve(
    model: type[Settings],
    config: Path | None,
    flags: Mapping[str, object],
    *,
    rivals: Collection[str] = (),
    under: Mapping[str, Any] | None = None,
) -> Settings:
    """The settings of a verb: the model's defaults, under the file's values, under the flags that are not None.

    Args:
        model: what is resolved.
        config: a YAML file.
        flags: values by the names of the model's fields; None for a flag that was not given.
        rivals: fields of which one decides: a flag for one takes the place of the file's value for another, and either of
            what lies under them.
        under: values below those of the file, as of a subspace that was fitted with some.

    Raises:
        typer.BadParameter: the file cannot be read, is no mapping, or has an unknown or a repeated key; or a value is
            not one that the model takes. The file or the flag is named.
    """
    values: dict[str, Any] = dict(under or {})
    given = {name: None if value is NOTHING else value for name, value in flags.items() if value is not None}
    for upper in (read_config(config, list(model.model_fields)) if config else {}, given):
        if any(name in upper for name in rivals):
            values = {name: value for name, value in values.items() if name not in rivals}
        values |= upper
    from pydantic import ValidationError  # noqa: PLC0415 - 0.1 s, and only a verb that runs has settings

    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise typer.BadParameter(_reasons(error, config, given)) from None


def read_config(config: Path, known: list[str]) -> dict[str, Any]:
    """The values of a YAML file by their names in `known`; an empty file has none.

    Raises:
        typer.BadParameter: as `resolve`.
    """
    try:
        text = config.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"cannot read {config}: {getattr(error, 'strerror', None) or error}") from error
    found = _parsed(text, config)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{config}: expected `name: value` lines, got a {type(found).__name__}")
    values = cast("dict[object, Any]", found)
    for name in values:
        if name not in known:
            near = get_close_matches(str(name), known, 1)
            hint = f"did you mean {near[0]}?" if near else f"expected some of {', '.join(known)}"
            raise typer.BadParameter(f"{config}: unknown key {name!r}; {hint}")
    return {str(name): value for name, value in values.items()}


def write_config(settings: "BaseModel", path: Path, verb: str) -> None:
    """Writes settings as a file that `--config` of the same verb takes, in one step; equal settings give equal bytes.

    JSON values are YAML, so the bench, which is installed without pyyaml, writes its settings too.
    """
    values = settings.model_dump(mode="json")
    body = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(f"# The settings of `{verb}`; it takes them again with --config.\n{body}", encoding="utf-8")
    partial.replace(path)


def _parsed(text: str, config: Path) -> object:
    needs("yaml")
    import yaml  # noqa: PLC0415 - an extra

    class Loader(yaml.SafeLoader):
        """YAML as people write it: a repeated key is an error, and 1e-4 is a number, which YAML 1.1 takes for text."""

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - yaml's signature
            names = [self.construct_object(key, deep=True) for key, _ in node.value]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            for place, name in enumerate(cast("list[object]", names)):
                if name in names[:place]:
                    raise yaml.MarkedYAMLError(problem=f"key {name!r} stands there twice", problem_mark=node.start_mark)
            return super().construct_mapping(node, deep)

    number = re.compile(r"[-+]?(?:\d[\d_]*)?\.?\d+[eE][-+]?\d+")
    Loader.add_implicit_resolver("tag:yaml.org,2002:float", number, list("-+.0123456789"))  # pyright: ignore[reportUnknownMemberType]
    try:
        return yaml.load(text, Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        why = " ".join(str(error).replace('in "<unicode string>", ', "at ").split())
        raise typer.BadParameter(f"{config} is not YAML that can be read: {why}") from None
    except TypeError:
        raise typer.BadParameter(f"{config}: expected plain names as keys") from None


def _reasons(error: "ValidationError", config: Path | None, given: Mapping[str, object]) -> str:
    """What is wrong with which value, one clause each, with where the value came from."""
    reasons: list[str] = []
    for fault in error.errors(include_url=False):
        place = [str(part) for part in fault["loc"]]
        what = fault["msg"].removeprefix("Value error, ")
        if not place:
            reasons.append(what)
        elif place[0] in given:
            reasons.append(f"--{place[0].replace('_', '-')}: {what}, got {fault['input']!r}")
        else:
            reasons.append(f"{config}: {'.'.join(place)}: {what}, got {fault['input']!r}")
    return "; ".join(dict.fromkeys(reasons))
