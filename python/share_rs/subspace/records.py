"""What is told of a skill and of what happened to a subspace: fields that code reads have a type, and others may be there.

A field of another type would be met where it is used, by an error that names neither file nor field.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Loss = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


class Origin(_Record):
    """Where a skill came from: the fields of adapters, of training runs and of what was made of other skills."""

    kind: str = ""
    adapter: str = ""
    sha256: Hash = ""
    rank: Annotated[int, Field(ge=1)] = 1
    norms: dict[str, Loss] = {}
    """Of dW by layer, in Frobenius norm."""
    errors: str = ""
    """`bound` where the skill's errors are no more than that."""
    drift: list[Loss] = []
    task_type: str | None = None
    modules_to_save: list[str] = []

    method: str = ""
    basis_hash: str | None = None
    init: str = ""
    start: str | None = None
    seed: Count = 0
    p: Annotated[int, Field(ge=1)] | None = None
    sigma: Number | None = None
    phi: Annotated[int, Field(ge=1)] | None = None
    phi_mode: str | None = None
    replication: bool | None = None
    rows: str = ""
    model: str = ""
    steps: Count = 0
    loss: Number = 0.0
    finetuned: str = ""
    skills: list[str] = []
    """Of which it is the mean."""


class Event(_Record):
    """An entry of a history."""

    event: str
    came: list[str] = []
    note: str = ""
    originals: list[str] = []
    lost: dict[str, Loss] = {}
    """By skill, relative to what was projected."""
    tail: dict[str, Annotated[list[Loss], Field(min_length=2, max_length=2)]] = {}
    """The energies beyond beta and alpha, by layer."""
    skills: list[str] = []
    went: list[str] = []
    exact: bool = False
    reason: str = ""
