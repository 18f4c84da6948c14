"""`share-rs eval`: every solver, on all koans."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, Field, ValidationInfo, field_validator
from rich.console import Console

from share_rs import Koan, Sandbox, load_koans
from share_rs.cli.config import Config, resolve, write_config
from share_rs.cli.extras import needs
from share_rs.cli.output import Json, Trusted, Workers, print_json, progress, say
from share_rs.evaluation import EvaluationSettings, evaluate, summary_table
from share_rs.repair import Copy, Reference, Rustfix, Suggestions, cheats
from share_rs.repair.formats import FORMATS

if TYPE_CHECKING:
    from share_rs.evaluation import Summary
    from share_rs.repair import Solver
    from share_rs.repair.arms import ModelArms
    from share_rs.repair.skills import Skills

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

Part = TypeVar("Part", bound=BaseModel)

Names = list[str] | None
Folder = Path | None
Text = str | None
Whole = int | None
Real = float | None
Switch = bool | None

MODEL_FLAGS = (
    *("subspace", "adapters", "dtype", "device", "batch_size", "samples", "temperature", "top_p", "max_new_tokens"),
    *("hints", "one_shot", "answer"),
)
KNOWN = {
    "dtype": ("auto", "float32", "bfloat16"),
    "device": ("auto", "cpu"),
    "answer": tuple(FORMATS),
}
LOADED = {"dtype": "auto", "device": "auto", "batch_size": 8}
"""How a model is loaded, where nothing else is asked for."""
ANSWER = "whole"
VERB, CONFIG = "share-rs eval", "eval.yaml"
"""Beside run.json, which names no folder: what `--config` takes to ask for the same run again."""


class EvalSettings(EvaluationSettings):
    """What `--config` may hold: all that decides what is asked of whom, and not where it is written or how it is jailed."""

    arms: list[str] | None = Field(default=None, description="Names or globs; all where there are none.")
    koans: list[str] | None = Field(default=None, description="Ids, globs or folders; all that are bundled by default.")
    model: Path | None = Field(
        default=None, description="A causal language model; without it the fields below are none."
    )
    subspace: Path | None = Field(default=None, description="Its shared subspace.")
    adapters: Path | None = Field(default=None, description="LoRA folders in its place.")
    dtype: str | None = Field(default=None, description="Of the model's weights.")
    device: str | None = Field(default=None, description="Where it runs.")
    batch_size: int | None = Field(default=None, ge=1, description="Prompts answered at once.")
    max_new_tokens: int | None = Field(
        default=None, ge=1, description="As in GenerationSettings; so are the next three."
    )
    samples: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    top_p: float | None = Field(default=None, gt=0, le=1)
    hints: bool | None = Field(default=None, description="Whether prompts describe the error pattern.")
    one_shot: bool | None = Field(default=None, description="Whether a solved example stands before each task.")
    answer: str | None = Field(default=None, description="The format of answers.")

    @field_validator("dtype", "device", "answer")
    @classmethod
    def _known(cls, value: str | None, info: ValidationInfo) -> str | None:
        known = KNOWN[info.field_name or ""]
        if value is not None and value not in known:
            raise ValueError(f"expected one of {', '.join(known)}")
        return value

    def part(self, model: type[Part]) -> Part:
        """The fields that other settings have, under their defaults where these have none."""
        own = {name: getattr(self, name) for name in model.model_fields}
        return model.model_validate({name: value for name, value in own.items() if value is not None})


@app.command("eval")
def eval_(
    *,
    arms: Annotated[Names, typer.Option(help="Names or globs of arms, such as 'cheat:*'; repeat it for more.")] = None,
    koans: Annotated[Names, typer.Option(help="Ids or globs of koans, or a folder of your own; repeat it.")] = None,
    config: Config = None,
    repeats: Annotated[
        Whole, typer.Option(min=1, help="How often each arm sees each koan, with another seed: 1.")
    ] = None,
    attempts: Annotated[Whole, typer.Option(min=1, help="Rounds per koan; later ones see the feedback: 3.")] = None,
    seed: Annotated[
        Whole, typer.Option(min=0, max=(1 << 63) - 1, help="Of the inputs that the programs are called with: 0.")
    ] = None,
    out: Annotated[
        Folder, typer.Option("--out", "-o", metavar="DIR", help="The run's folder; that of a killed run resumes it.")
    ] = None,
    workers: Workers = None,
    baseline: Annotated[
        Text, typer.Option(help="The arm that the others are compared with: base, or copy without a model.")
    ] = None,
    model: Annotated[Folder, typer.Option(metavar="DIR", help="A causal language model; adds the arm base.")] = None,
    subspace: Annotated[
        Folder,
        typer.Option(metavar="DIR", help="Its shared subspace; adds mean, averaged, skill:NAME, oracle, routed."),
    ] = None,
    adapters: Annotated[
        Folder, typer.Option(metavar="DIR", help="A folder of LoRA folders, perhaps with patterns.toml, in its place.")
    ] = None,
    dtype: Annotated[Text, typer.Option(help="auto, float32 or bfloat16; auto is what the model's files say.")] = None,
    device: Annotated[Text, typer.Option(help="auto or cpu; auto takes an accelerator where there is one.")] = None,
    batch_size: Annotated[Whole, typer.Option(min=1, help="Prompts that the model answers at once: 8.")] = None,
    samples: Annotated[Whole, typer.Option(help="Answers to each prompt: 1.")] = None,
    temperature: Annotated[Real, typer.Option(help="0, the likeliest token; above it, answers are drawn.")] = None,
    top_p: Annotated[Real, typer.Option(help="Draws from the likeliest tokens of this total: 1.")] = None,
    max_new_tokens: Annotated[Whole, typer.Option(help="Tokens of one answer: 1024.")] = None,
    hints: Annotated[Switch, typer.Option(help="Describes the error pattern in the prompt.")] = None,
    one_shot: Annotated[Switch, typer.Option(help="Puts one solved example before each task.")] = None,
    answer: Annotated[
        Text, typer.Option(help="How a repair is written: whole, or as edits: lines, diff, search_replace.")
    ] = None,
    trusted: Trusted = False,
    json: Json = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Writes no report.html.")] = False,
) -> None:
    """Evaluates the reference, copy, the cheats, rustfix, search over suggestions, and with --model a language model.

    Exit code 1 where the reference fails, a cheat passes, or the sandbox itself failed.
    """
    flags = dict(locals())
    started = time.monotonic()
    settings = _settings(flags, config)
    found, folders = _koans(settings.koans or [])
    run = out or Path("runs") / datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    asked = _model_arms(settings, found)
    with Sandbox(workers=workers, trusted=trusted, hidden=folders) as sandbox:
        solvers = _solvers(found, sandbox)
        chosen = _chosen(solvers, asked, settings.arms or [])
        sandbox.start()
        solvers = [solver for solver in solvers if solver.name in chosen]
        if asked is not None:
            solvers += _model_solvers(settings, asked, [name for name in asked.names if name in chosen])
        with progress("evaluating") as tell:
            asks = settings.part(EvaluationSettings)
            summary = evaluate(asks, solvers, found, sandbox, run, tell, report=False if no_report else None)
    write_config(
        settings.model_copy(update={"baseline": asks.resolved(list(summary.arms)).baseline}), run / CONFIG, VERB
    )
    seconds = time.monotonic() - started
    report = run / "report.html"
    if json:
        written = str(report) if report.is_file() else None
        print_json({**summary.to_dict(), "directory": str(run), "report": written, "seconds": round(seconds, 3)})
    else:
        console = Console()
        # A pipe or a file has no width, and rich's guess of 80 columns would cut the figures.
        console.width = console.width if console.is_terminal else max(console.width, 120)
        console.print(summary_table(summary))
    say(f"{report if report.is_file() else run} after {seconds:.1f} s")
    raise typer.Exit(1 if _fell_short(summary) else 0)


def _solvers(koans: Sequence[Koan], sandbox: Sandbox) -> "list[Solver]":
    return [Reference(koans), Copy(), *cheats(koans), Rustfix(sandbox), Suggestions(sandbox)]


def _chosen(solvers: "list[Solver]", asked: "ModelArms | None", patterns: list[str]) -> set[str]:
    """The arms that any pattern matches; without one, all that there can be."""
    names = [solver.name for solver in solvers] + (asked.names if asked else [])
    chosen = _matching(patterns, names, "arm")
    if asked is not None and not patterns:
        for name, reason in asked.lacking().items():
            say(f"without the arm {name}: {reason}")
            chosen.discard(name)
    return chosen


def _settings(flags: Mapping[str, object], config: Path | None) -> EvalSettings:
    """The file's under the flags, with all that says how a model is asked written out.

    Raises:
        typer.BadParameter: a setting of the model without a model, two kinds of skills, or as `resolve`.
    """
    given = {name: flags[name] for name in EvalSettings.model_fields}
    if given["subspace"] is not None and given["adapters"] is not None:
        raise typer.BadParameter("--subspace and --adapters both give skills; give one of them")
    settings = resolve(EvalSettings, config, given, rivals=("subspace", "adapters"))
    if settings.subspace is not None and settings.adapters is not None:
        raise typer.BadParameter(f"{config}: subspace and adapters both give skills; give one of them")
    if settings.model is None:
        idle = next((name for name in MODEL_FLAGS if getattr(settings, name) is not None), None)
        if idle is not None:
            named = f"{config}: {idle}" if given[idle] is None else f"--{idle.replace('_', '-')}"
            raise typer.BadParameter(f"{named} says how a model is asked; give --model DIR too")
        return settings
    needs("torch", "transformers", "peft")
    from share_rs.repair.generation import GenerationSettings  # noqa: PLC0415 - brings torch

    drawn = resolve(
        GenerationSettings, None, {name: getattr(settings, name) for name in GenerationSettings.model_fields}
    )
    loaded = {name: getattr(settings, name) or default for name, default in LOADED.items()}
    prompts = {
        "hints": bool(settings.hints),
        "one_shot": bool(settings.one_shot),
        "answer": settings.answer or ANSWER,
    }
    return settings.model_copy(update={**loaded, **drawn.model_dump(), **prompts})


def _model_arms(settings: EvalSettings, koans: Sequence[Koan]) -> "ModelArms | None":
    """The arms of the model that is asked for, before anything of it is loaded.

    Raises:
        ShareError: the subspace or the adapters are unsound.
    """
    if settings.model is None:
        return None
    from share_rs.repair.arms import ModelArms  # noqa: PLC0415 - brings torch

    return ModelArms(_skills(settings), koans)


def _skills(settings: EvalSettings) -> "Skills | None":
    if settings.subspace is not None:
        from share_rs.repair.shared import SubspaceSkills  # noqa: PLC0415 - brings torch

        return SubspaceSkills(settings.subspace)
    if settings.adapters is not None:
        from share_rs.repair.lora import LoraSkills  # noqa: PLC0415 - brings torch

        return LoraSkills(settings.adapters)
    return None


def _model_solvers(settings: EvalSettings, asked: "ModelArms", names: list[str]) -> "list[Solver]":
    """The solvers of these arms; the model is loaded where there is one."""
    from transformers.utils import logging  # noqa: PLC0415 - brings torch

    from share_rs.repair.generation import GenerationSettings  # noqa: PLC0415 - brings torch
    from share_rs.repair.language_model import LanguageModel  # noqa: PLC0415 - brings torch
    from share_rs.repair.model import PromptSettings  # noqa: PLC0415 - brings torch

    if not names or settings.model is None:
        return []
    folder, drawn = settings.model, settings.part(GenerationSettings)
    # Its bars would stand between ours.
    logging.disable_progress_bar()
    say(f"loading {folder}")
    prompts = PromptSettings(
        hints=bool(settings.hints), one_shot=bool(settings.one_shot), answer=settings.answer or ANSWER
    )
    loaded: dict[str, Any] = {name: getattr(settings, name) for name in LOADED}

    def load(labels: Sequence[str]) -> LanguageModel:
        return LanguageModel(folder, drawn, skills=asked.skills, labels=labels, **loaded)

    return [*asked.solvers(names, load, prompts)]


def _koans(patterns: list[str]) -> tuple[list[Koan], list[Path]]:
    """The koans that are asked for, and the folders of the user's own among them."""
    folders = [Path(pattern) for pattern in patterns if Path(pattern).is_dir()]
    globs = [pattern for pattern in patterns if not Path(pattern).is_dir()]
    found = [koan for folder in folders for koan in load_koans(folder)]
    if globs or not folders:
        bundled = load_koans()
        names = _matching(globs, [koan.id for koan in bundled], "koan")
        found += [koan for koan in bundled if koan.id in names]
    return found, [folder.resolve() for folder in folders]


def _matching(patterns: list[str], names: list[str], what: str) -> set[str]:
    """The names that any pattern matches; all where there is no pattern."""
    chosen: set[str] = set() if patterns else set(names)
    for pattern in (part for text in patterns for part in text.split(",")):
        matched = {name for name in names if fnmatchcase(name, pattern)}
        if not matched:
            raise typer.BadParameter(f"no {what} matches {pattern!r}; expected some of {' '.join(names)}")
        chosen |= matched
    return chosen


def _fell_short(summary: "Summary") -> bool:
    reference = summary.arms.get("reference")
    return (
        summary.infra_errors > 0
        or (reference is not None and reference.passed < reference.total)
        or any(arm.passed > 0 for name, arm in summary.arms.items() if name.startswith("cheat:"))
    )
