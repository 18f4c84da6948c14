"""How a subspace is fitted: which directions are kept, what they are weighted by, and how many coefficients a skill has."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class FitSettings(BaseModel):
    """The settings of a fit; they are resolved and kept with the subspace.

    Of `explained_variance`, `target_error`, `k` and `budget`, one decides how many columns a basis has.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    explained_variance: float = Field(
        default=0.60,
        gt=0,
        le=1,
        description="Share of each side's energy that its basis holds. The paper's 0.60 leaves 63 % of a factor's norm out.",
    )
    target_error: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="Relative error of dW, over all skills of a layer, that the bases may cost.",
    )
    k: int | None = Field(default=None, ge=1, description="Columns of every basis, k_b = k_a = k.")
    budget: int | None = Field(
        default=None, ge=1, description="Bytes of all bases, float32, spent where a byte captures the most energy."
    )
    max_k: int | None = Field(default=None, ge=1, description="No basis has more columns than this.")
    p: int | None = Field(
        default=1, ge=1, description="Pseudo-rank of the coefficients; None is the rank of each adapter."
    )
    weighting: Literal["balanced", "delta", "unit"] = Field(
        default="balanced",
        description="Weight of a singular direction of dW in the moments: its singular value, the square of that, or 1.",
    )
    centring: Literal["none", "keep", "drop"] = Field(
        default="none",
        description="none: the basis that is best for reconstruction. keep: the mean column is the first column of the basis. "
        "drop: the mean is taken out and forgotten, as in the authors' code. keep and drop take the factors as they are.",
    )
    padding: Literal["stop", "random"] = Field(
        default="stop",
        description="Where k is more than the rank: stop there, or fill up with random orthogonal columns of energy 0.",
    )
    moments: Literal["reconstructed", "exact"] = Field(
        default="reconstructed",
        description="What a later merge works with: the skills' reconstructions, or second moments of all adapters, n^2 and d^2 "
        "numbers a layer.",
    )
    layers: Literal["same", "any"] = Field(
        default="same",
        description="same: adapters of different layers are refused. any: each layer is fitted from the adapters that have it, "
        "and the others leave it alone.",
    )
    replication: bool = Field(
        default=False,
        description="As the authors' code does it: drop the mean, k fixed (32 by default), p = r, and at a merge only the "
        "previous skill is projected anew.",
    )
    seed: int = Field(default=0, ge=0, description="Of random starts and of padding.")

    @model_validator(mode="after")
    def _one_rule(self) -> FitSettings:
        named = [name for name in ("target_error", "k", "budget") if getattr(self, name) is not None]
        if len(named) > 1:
            raise ValueError(f"expected one rule for k, got {' and '.join(named)}")
        if self.replication and (self.target_error is not None or self.budget is not None or self.moments == "exact"):
            raise ValueError(
                "replication has a fixed k and no exact moments; leave target_error, budget and moments out"
            )
        if self.moments == "exact" and self.centring != "none":
            raise ValueError("exact moments have no mean; expected centring='none' with them")
        return self

    def resolved(self) -> FitSettings:
        """The settings with what `replication` stands for written out."""
        if not self.replication:
            return self
        return self.model_copy(update={"centring": "drop", "k": self.k or 32, "p": None})
