"""What a training run is asked to do."""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
"""A skill's name is a folder, and a key of modules, where PyTorch allows no dot."""

_LORA: dict[str, Any] = {"rank": 8, "rslora": False, "dropout": 0.0, "targets": ("all-linear",), "lr": 2e-4}
_SHARE: dict[str, Any] = {"p": 1, "init": "zero", "scale": 1.0, "lr": 5e-3, "save_basis": True}
_PHI: dict[str, Any] = {"phi_mode": "residual", "phi_lr": 2e-4}
_REPLICATION: dict[str, Any] = {"phi": 2, "phi_mode": "additive"}
REPLICATION_P = 8
"""Of a replication on a subspace that holds no skills."""
_SIGMA = 0.01
_PROBE_ROWS = 8


class TrainSettings(BaseModel):
    """The settings of one run; another value of any of them is another run.

    What belongs to the other method stays None; `resolved` writes the defaults out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str | None = Field(
        default=None,
        pattern=NAME,
        description="The skill's name and its folder; by default the stem of the rows' file.",
    )
    method: Literal["lora", "share"] = Field(
        default="lora", description="An adapter, or coefficients of a shared subspace."
    )
    seed: int = Field(default=0, ge=0, lt=1 << 32, description="Of the adapter's start and of the order of the rows.")
    epochs: float = Field(default=3.0, gt=0, description="Passes over the rows.")
    steps: int | None = Field(default=None, ge=1, description="Optimiser steps; takes the place of epochs.")
    batch_size: int = Field(default=8, ge=1, description="Rows in one forward pass.")
    accumulation: int = Field(default=1, ge=1, description="Forward passes for one optimiser step.")
    lr: float | None = Field(default=None, gt=0, description="Highest learning rate: 2e-4 for lora, 5e-3 for share.")
    schedule: Literal["linear", "cosine", "constant"] = Field(
        default="linear", description="How the learning rate falls after the warm-up."
    )
    warmup: float = Field(default=0.06, ge=0, lt=1, description="Part of the steps in which the learning rate rises.")
    weight_decay: float = Field(default=0.0, ge=0, description="AdamW's decay.")
    max_grad_norm: float = Field(default=1.0, gt=0, description="Gradients are clipped to this norm.")
    max_length: int = Field(default=1024, ge=2, description="Tokens of prompt and answer; a row is never cut.")
    invalid: Literal["refuse", "skip"] = Field(default="refuse", description="What happens to rows that are none.")
    too_long: Literal["refuse", "skip"] = Field(default="skip", description="What happens to rows above max_length.")
    checkpoint_every: int = Field(
        default=50, ge=1, description="Steps between two checkpoints, from which a run resumes."
    )
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        default="auto", description="Of the frozen base; auto is what its files say. What is trained is float32."
    )
    device: Literal["auto", "cpu"] = Field(default="auto", description="auto takes an accelerator where there is one.")
    gradient_checkpointing: bool = Field(default=False, description="Less memory for a second forward pass.")

    rank: int | None = Field(default=None, ge=1, description="lora: r, by default 8.")
    alpha: float | None = Field(default=None, gt=0, description="lora: the scale is alpha/r; by default 2r.")
    rslora: bool | None = Field(default=None, description="lora: the scale is alpha/sqrt(r) instead.")
    dropout: float | None = Field(default=None, ge=0, lt=1, description="lora: on what enters A.")
    targets: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="lora: module names or their last parts; by default all linear layers."
    )

    p: int | None = Field(default=None, ge=1, description="share: pseudo-rank, by default 1.")
    init: Literal["zero", "gaussian", "uniform", "mean", "nearest", "skill"] | None = Field(
        default=None,
        description="share: the start. zero: dW = 0 with a live gradient; gaussian: both factors N(0, sigma^2); uniform: both "
        "U(-0.5, 0.5), the authors' code; mean: the mean of the skills; nearest: the skill of lowest loss on the first "
        "probe_rows rows; skill: the one named by start.",
    )
    start: str | None = Field(default=None, description="share: the skill that init = skill begins from.")
    sigma: float | None = Field(default=None, gt=0, description="share: of init = gaussian, by default 0.01.")
    probe_rows: int | None = Field(
        default=None, ge=1, description="share: rows that init = nearest looks at, by default 8."
    )
    scale: float | None = Field(default=None, gt=0, description="share: s in dW, by default 1.")
    save_basis: bool | None = Field(
        default=None,
        description="share: whether the skill's folder holds the bases; if not, it names the subspace's. By default it does.",
    )
    phi: int | None = Field(
        default=None, ge=1, description="share: columns of temporary factors, at most k/4; by default there are none."
    )
    phi_mode: Literal["slice", "residual", "additive"] | None = Field(
        default=None,
        description="share: slice trains copies of the first phi columns of each basis (the paper); residual, the "
        "default, adds phi columns orthogonal to it; additive adds any, begun at U(-0.5, 0.5) (the authors' code).",
    )
    phi_lr: float | None = Field(
        default=None, gt=0, description="share: highest learning rate of the temporary factors, by default 2e-4."
    )
    replication: bool | None = Field(
        default=None,
        description="share: as the authors' code trains: p as the skills of the subspace have it, or 8 where it holds none; "
        "coefficients begun at U(-0.5, 0.5) or at the skill named by start, the one before; phi = 2, additive. What is given "
        "beside it stays.",
    )

    @model_validator(mode="before")
    @classmethod
    def _replicated(cls, fields: Any) -> Any:  # noqa: ANN401 - what a caller gives, checked afterwards
        if not isinstance(fields, dict):
            return fields
        given = {key: value for key, value in cast("dict[str, Any]", fields).items() if value is not None}
        if not given.get("replication") or given.get("method") != "share":
            return cast("dict[str, Any]", fields)
        begun = {"init": "skill" if "start" in given else "uniform"}
        return {**_REPLICATION, **begun, **given}

    @model_validator(mode="after")
    def _of_one_method(self) -> TrainSettings:
        foreign = {
            "lora": (
                *("p", "init", "start", "sigma", "probe_rows", "scale", "save_basis", "phi", "phi_mode", "phi_lr"),
                "replication",
            ),
            "share": ("rank", "alpha", "rslora", "dropout", "targets"),
        }[self.method]
        given = [name for name in foreign if getattr(self, name) is not None]
        other = "share" if self.method == "lora" else "lora"
        if given:
            raise ValueError(f"{' and '.join(given)}: only for method {other}, this is {self.method}; leave it out")
        if (self.start is not None) != (self.init == "skill"):
            raise ValueError("start names the skill of init = skill; give both or neither")
        if self.sigma is not None and self.init != "gaussian":
            raise ValueError(f"sigma is of init = gaussian, got init = {self.init}; leave sigma out")
        if self.probe_rows is not None and self.init != "nearest":
            raise ValueError(f"probe_rows is of init = nearest, got init = {self.init}; leave probe_rows out")
        if self.phi is None and (self.phi_mode is not None or self.phi_lr is not None):
            raise ValueError("phi_mode and phi_lr are of temporary factors; give phi, or leave them out")
        if self.phi is not None and self.save_basis is False:
            raise ValueError(
                "save_basis = False is for skills without phi: with temporary factors a LoRA leaves, and no basis"
            )
        if self.phi_mode == "slice" and self.init in ("mean", "nearest", "skill"):
            raise ValueError(
                f"phi_mode = slice has phi coefficients a side and no place for a skill's, got init = {self.init}; "
                "expected zero or gaussian, or phi_mode = residual"
            )
        return self

    def resolved(self, name: str, p: int | None = None) -> TrainSettings:
        """The settings with every default of the method written out.

        Args:
            name: of the skill, where the settings have none.
            p: the largest of the subspace's skills, which a replication follows; None where there are no skills.
        """
        defaults: dict[str, Any] = {"name": name, **(_LORA if self.method == "lora" else _SHARE)}
        if self.method == "lora":
            defaults["alpha"] = 2.0 * (self.rank or _LORA["rank"])
        if self.replication:
            defaults["p"] = p or REPLICATION_P
        if self.phi is not None:
            defaults |= _PHI
        if self.init == "gaussian":
            defaults["sigma"] = _SIGMA
        if self.init == "nearest":
            defaults["probe_rows"] = _PROBE_ROWS
        given = self.model_dump()
        merged = {**given, **{key: value for key, value in defaults.items() if given[key] is None}}
        return type(self).model_validate(merged)
