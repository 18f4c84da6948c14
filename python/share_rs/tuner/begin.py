"""What one adapter begins with, by its config: a skill of the subspace, or a start for training."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.errors import SubspaceError
from share_rs.tuner import start
from share_rs.tuner.config import STARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from share_rs.subspace.space import Coefficients, SharedSubspace, Skill
    from share_rs.tuner.config import ShareConfig


class Beginning:
    """Resolves a config against its subspace: p, the scale and the sigma of a gaussian start are written back to it.

    Args:
        config: of the adapter.
        space: its subspace; None where bases and coefficients are still to be read from the adapter's file.

    Raises:
        SubspaceError: a skill that the config names is not there.
    """

    def __init__(self, config: ShareConfig, space: SharedSubspace | None) -> None:
        self.config = config
        self.space = space
        self.saved = config.saved
        """Whether the config is of an adapter that was saved, from this model or from one that this is the body of."""
        self.skill = self._source()
        self.whole = config.skill is not None and self.skill is not None
        """Whether the adapter is that skill itself, and not only begins with it."""
        p = max((one.p for one in self.skill.coefficients.values()), default=1) if self.skill else 1
        config.p = p if config.p is None else config.p
        scale = self.skill.scale if self.skill else 1.0
        config.scale = scale if config.scale is None else config.scale
        if config.init == "gaussian" and config.sigma is None:
            config.sigma = start.GAUSSIAN_SIGMA

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that are adapted where the config names none."""
        if self.space is None:
            return tuple(self.config.shapes or {})
        return tuple(sorted(self.skill.coefficients if self.whole and self.skill else self.space.layers))

    @property
    def head(self) -> Mapping[str, Tensor]:
        """The full tensors that the skill brings."""
        return self.skill.head if self.whole and self.skill else {}

    def coefficients(self, layer: str, k_b: int, k_a: int) -> tuple[Coefficients, float]:
        """Coefficients of p columns for a layer, float32, and the scale."""
        config = self.config
        p, scale = config.p or 1, 1.0 if config.scale is None else config.scale
        draw = start.generator_of(config.seed, layer)
        if self.space is not None and config.skill is None and config.init == "gaussian":
            return start.gaussian(k_b, k_a, p, draw, config.sigma), scale
        found = self._found(layer, p, scale)
        if found is None:
            return start.zero(k_b, k_a, p, draw, config.sigma), scale
        return (found if found.p == p else start.widened(found, p, draw, config.sigma)), scale

    def _found(self, layer: str, p: int, scale: float) -> Coefficients | None:
        if self.skill is not None:
            own = self.skill.coefficients.get(layer)
            # A start keeps the skill's dW, whatever the scale; a skill itself takes the scale that it is given.
            kept = self.skill.scale if self.whole else scale
            if own is None or (own.p <= p and kept == self.skill.scale):
                return own
            return start.truncated(start.core(self.skill, layer), min(p, own.p), kept)
        if self.space is not None and self.config.init == "mean":
            mean = start.mean_core(self.space.skills, layer)
            found = None if mean is None else start.truncated(mean, p, scale)
            return (
                None
                if found is None
                else start.widened(found, p, start.generator_of(self.config.seed, layer), self.config.sigma)
            )
        return None

    def _source(self) -> Skill | None:
        """The skill that the coefficients are taken from; None where they are drawn, averaged, or still to be read."""
        config, space = self.config, self.space
        if config.held is not None and config.held.skill is not None:
            return config.held.skill
        name = config.skill or (config.init if config.init not in {"zero", "gaussian", "mean"} else None)
        if space is None:
            return None
        if config.init in {"mean", "nearest"} and not space.skills:
            raise SubspaceError(
                f"init={config.init!r} needs skills in the subspace, which has none; use zero or gaussian"
            )
        if name == "nearest":
            return space.skills[start.nearest_to_mean(space.skills, tuple(space.layers))]
        if name is not None and name not in space.skills:
            if config.saved:  # then the coefficients come from the adapter's own file
                return None
            names = ", ".join(sorted(space.skills)) or "none"
            starts = f", or init one of {', '.join(STARTS)}" if config.skill is None else ""
            raise SubspaceError(f"expected a skill of the subspace ({names}){starts}, got {name!r}")
        return None if name is None else space.skills[name]
