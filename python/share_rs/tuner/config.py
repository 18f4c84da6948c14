"""The config of the PEFT method SHARELORA: which subspace, which coefficients to begin with, which layers."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from peft import PeftConfig

from share_rs.errors import SubspaceError
from share_rs.subspace.space import SharedSubspace, Skill
from share_rs.tuner.register import peft_type

STARTS = ("zero", "gaussian", "mean", "nearest")
"""The values of `init` that are no names of skills."""
_IMPORT = "import share_rs.tuner  # registers SHARELORA with PEFT"
_CARD = f"""
## Loading

This adapter is of a PEFT method that PEFT does not ship. Before it is loaded:

```python
{_IMPORT}
```
"""


class Held:
    """What a config carries in memory, a subspace and perhaps a skill that is not in it; copies of the config carry the same."""

    def __init__(self, subspace: SharedSubspace, skill: Skill | None = None) -> None:
        self.subspace = subspace
        self.skill = skill

    def __deepcopy__(self, memo: dict[int, object]) -> Held:
        return self


@dataclass
class ShareConfig(PeftConfig):
    """How adapters on a shared subspace are made.

    What was resolved or found when the adapter was made is filled in: `basis_hash`, `shapes`, `p`, `scale`, the `sigma` of a gaussian
    start, and `initial_norm`, the norm of dW before any training; all of it is in `model.peft_config[NAME]` and in the saved file.

    Raises:
        SubspaceError: a value is not usable; the message says which, what was expected and what was given.
    """

    subspace: SharedSubspace | os.PathLike[str] | str | None = field(
        default=None,
        metadata={
            "help": "The folder of a SharedSubspace. A SharedSubspace itself is accepted too; it is not written to the "
            "config, so such an adapter can only be loaded again if its basis is saved with it."
        },
    )
    basis_hash: str | None = field(
        default=None,
        metadata={
            "help": "The hash of the bases, filled in when they are found. A subspace with another one is refused."
        },
    )
    skill: str | None = field(
        default=None,
        metadata={"help": "The skill of the subspace whose coefficients are loaded; None: begin with `init`."},
    )
    p: int | None = field(
        default=None,
        metadata={"help": "The pseudo-rank p of the coefficients (k x p). None: that of the skill, else 1."},
    )
    scale: float | None = field(default=None, metadata={"help": "The scale s of dW. None: that of the skill, else 1."})
    init: str = field(
        default="zero",
        metadata={
            "help": "What training begins with. zero: dW = 0 with a live gradient (where p >= 2, half of the columns have "
            "eps_beta = 0 and the others eps_alpha = 0). gaussian: both factors from N(0, sigma^2). mean: the mean dW of all "
            "skills, its core cut to rank p. nearest: the skill whose dW is nearest to that mean. Else: the name of a skill."
        },
    )
    sigma: float | None = field(
        default=None,
        metadata={
            "help": "The standard deviation of what is drawn. None: 0.01 for gaussian, filled in when the adapter is made; 1/sqrt(k) "
            "for the live factors of zero, whose columns then have a length of about 1."
        },
    )
    seed: int = field(default=0, metadata={"help": "What is drawn depends on this and on the layer's name only."})
    save_basis: bool = field(
        default=True,
        metadata={
            "help": "Whether the bases are saved with the adapter. False saves their hash and the subspace's folder, from which "
            "they are then loaded: a skill of kilobytes instead of megabytes."
        },
    )
    target_modules: set[str] | list[str] | str | None = field(
        default=None,
        metadata={
            "help": "Names of modules or a regular expression. None: all layers that the subspace has a basis for."
        },
    )
    exclude_modules: set[str] | list[str] | str | None = field(
        default=None, metadata={"help": "Names of modules or a regular expression; they are left as they are."}
    )
    layers_to_transform: list[int] | int | None = field(
        default=None, metadata={"help": "Indices of the model's layers; the others are left as they are."}
    )
    layers_pattern: list[str] | str | None = field(
        default=None, metadata={"help": "The name of the list of layers that `layers_to_transform` counts in."}
    )
    modules_to_save: list[str] | None = field(
        default=None, metadata={"help": "Modules that are trained in full and saved with the adapter, such as a head."}
    )
    fan_in_fan_out: bool = field(
        default=False,
        metadata={
            "help": "Whether weights are stored d x n. Set where a Conv1D is adapted; not possible for a Linear."
        },
    )
    shapes: dict[str, list[int]] | None = field(
        default=None, metadata={"help": "k_b and k_a of each adapted layer, filled in when the bases are found."}
    )

    initial_norm: float | None = field(
        default=None,
        metadata={
            "help": "The norm of dW over all layers that the adapter began with, filled in when it is made; it is saved with it."
        },
    )

    def __post_init__(self) -> None:
        """Checks the values; JSON has lists where PEFT wants sets."""
        super().__post_init__()
        self.peft_type = peft_type()
        self.held: Held | None = None
        self.saved = self.shapes is not None
        """Whether this is the config of an adapter that was saved: one that was only used before has these filled in later."""
        if isinstance(self.subspace, SharedSubspace):
            self.held = Held(self.subspace)
            self.subspace = None
        elif self.subspace is not None:
            self.subspace = os.fspath(self.subspace)
        for name in ("target_modules", "exclude_modules"):
            value = getattr(self, name)
            setattr(self, name, set(value) if isinstance(value, list | tuple) else value)
        self._check()

    @property
    def folder(self) -> str | None:
        """The folder of the subspace, if it is one on disk."""
        return cast("str | None", self.subspace)

    def _check(self) -> None:
        if self.p is not None and not _is_whole(self.p, 1):
            raise SubspaceError(f"expected a pseudo-rank p of at least 1, got p={self.p!r}")
        for name, low in (("scale", -math.inf), ("sigma", 0.0)):
            value = getattr(self, name)
            nothing = name == "scale" and value == 0  # whatever is trained would do nothing
            if value is not None and (nothing or not (_is_number(value) and math.isfinite(value) and value >= low)):
                raise SubspaceError(
                    f"expected a finite number for {name}{' >= 0' if not low else ' other than 0'}, got {value!r}"
                )
        if not _is_name(self.init):
            raise SubspaceError(
                f"expected init to be one of {', '.join(STARTS)} or the name of a skill, got {self.init!r}"
            )
        if self.skill is not None and self.init != "zero":
            raise SubspaceError(f"expected either skill or init, got skill={self.skill!r} and init={self.init!r}")
        if not _is_whole(self.seed, 0):
            raise SubspaceError(f"expected a seed of at least 0, got {self.seed!r}")
        if self.layers_to_transform is not None and isinstance(self.target_modules, str):
            raise SubspaceError("layers_to_transform needs target_modules as a list of names or None, got a pattern")
        if self.layers_pattern is not None and self.layers_to_transform is None:
            raise SubspaceError(
                "layers_pattern says where layers_to_transform counts, but layers_to_transform is not given"
            )
        if not self.save_basis and self.subspace is None:
            raise SubspaceError(
                "save_basis=False needs subspace=FOLDER, from which the basis is loaded again: save the subspace first"
            )

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain JSON, sets sorted."""
        found: dict[str, Any] = super().to_dict()
        return {name: sorted(value) if isinstance(value, set) else value for name, value in found.items()}

    def save_pretrained(self, save_directory: str, **kwargs: Any) -> None:  # noqa: ANN401 - PEFT's
        """Writes the config, and into PEFT's model card which import loads the adapter: without it PEFT knows no SHARELORA."""
        super().save_pretrained(save_directory, **kwargs)
        # PEFT writes the card beside the adapter called default, and one folder up for others.
        for card in (Path(save_directory, "README.md"), Path(save_directory).parent / "README.md"):
            text = card.read_text("utf-8") if card.is_file() else ""
            if "library_name: peft" in text and _IMPORT not in text:
                card.write_text(text.rstrip() + "\n" + _CARD, "utf-8")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)
