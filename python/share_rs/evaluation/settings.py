"""What a run is asked to do."""

from pydantic import BaseModel, ConfigDict, Field


class EvaluationSettings(BaseModel):
    """The settings of one run; another value of any of them is another run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repeats: int = Field(default=1, ge=1, description="How often each arm sees each koan, each time with another seed.")
    attempts: int = Field(default=3, ge=1, description="Rounds per koan; from the second on, the feedback is at hand.")
    seed: int = Field(default=0, ge=0, lt=1 << 63, description="Seed of the first repeat; repeat i has seed + i.")
    baseline: str | None = Field(
        default=None,
        description="The arm that the others are compared with; by default `base` where it takes part, else `copy`.",
    )

    def seeds(self) -> list[int]:
        """One seed per repeat, for the solver and for the inputs of the probes."""
        return [self.seed + repeat for repeat in range(self.repeats)]

    def resolved(self, arms: list[str]) -> "EvaluationSettings":
        """The settings with the default baseline written out.

        Raises:
            ValueError: the named baseline takes no part in the run.
        """
        if self.baseline is None:
            found = next((arm for arm in ("base", "copy") if arm in arms), None)
            return self.model_copy(update={"baseline": found})
        if self.baseline not in arms:
            raise ValueError(f"the baseline {self.baseline!r} is not an arm of this run; expected one of {arms}")
        return self
