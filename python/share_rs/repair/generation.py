"""How a model's answers are drawn: the settings, and one batch of prompts."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import torch
from pydantic import BaseModel, ConfigDict, Field, model_validator
from transformers import GenerationConfig, LogitsProcessor, LogitsProcessorList

from share_rs.errors import ShareError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor
    from typing_extensions import Self


class GenerationSettings(BaseModel):
    """How answers are drawn; another value of any of these is another run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_new_tokens: int = Field(default=1024, ge=1, description="Tokens of one answer; a longer one is cut.")
    samples: int = Field(default=1, ge=1, description="Answers to each prompt.")
    temperature: float = Field(default=0.0, ge=0, allow_inf_nan=False, description="0 takes the likeliest token.")
    top_p: float = Field(default=1.0, gt=0, le=1, description="Draws from the likeliest tokens of this total.")

    @model_validator(mode="after")
    def _drawn(self) -> Self:
        if self.samples > 1 and self.temperature == 0:
            raise ValueError(
                f"samples of a greedy answer are all the same: expected a temperature, got {self.samples=}"
            )
        return self


@dataclass(frozen=True)
class Request:
    """One answer that is wanted."""

    ids: tuple[int, ...]
    """The prompt."""
    key: str
    """What a sampled answer depends on besides the prompt; the draws of equal keys are equal, in any batch."""


@dataclass(frozen=True)
class Drawn:
    """The tokens of one answer."""

    ids: tuple[int, ...]
    """Without the token that ends it."""
    cut: bool
    """Whether it was as long as it might be, and not at its end."""


def generate(  # noqa: PLR0917 - the model, what is asked, how, and its tokens
    model: Any,  # noqa: ANN401 - of transformers or of peft
    requests: Sequence[Request],
    settings: GenerationSettings,
    budget: int,
    eos: Sequence[int],
    pad: int,
) -> list[Drawn]:
    """The answers to one batch of prompts, padded on the left.

    An answer depends on its own request: greedy ones on the prompt, up to the rounding of the sums of a batch, and
    sampled ones on prompt and key, for each row draws numbers of its own.

    Args:
        model: with `generate`; its own defaults for drawing are left out, but for what is in `settings`.
        requests: at least one.
        settings: temperature and top_p.
        budget: tokens of one answer.
        eos: ids that end an answer.
        pad: id for the padding.

    Raises:
        ShareError: a logit is NaN or infinite.
    """
    width = max(len(request.ids) for request in requests)
    rows = [[pad] * (width - len(request.ids)) + list(request.ids) for request in requests]
    masks = [[0] * (width - len(request.ids)) + [1] * len(request.ids) for request in requests]
    processors: list[LogitsProcessor] = [_Finite()]
    if settings.temperature > 0:
        draws = torch.stack([_draws(request.key, budget) for request in requests])
        processors.append(_Draw(draws, width, settings))
    with torch.inference_mode():
        found: Tensor = model.generate(
            input_ids=torch.tensor(rows, device=model.device),
            attention_mask=torch.tensor(masks, device=model.device),
            generation_config=GenerationConfig(
                max_new_tokens=budget, do_sample=False, eos_token_id=list(eos) or None, pad_token_id=pad
            ),
            logits_processor=LogitsProcessorList(processors),
        )
    return [_until(row, eos) for row in cast("Any", found)[:, width:].tolist()]


def _until(row: list[int], eos: Sequence[int]) -> Drawn:
    end = next((place for place, token in enumerate(row) if token in eos), None)
    return Drawn(tuple(row[:end]), cut=end is None)


def _draws(key: str, count: int) -> Tensor:
    """Numbers in [0, 1), one for each token, float64."""
    seed = int.from_bytes(sha256(key.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1
    return torch.rand(count, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


class _Finite(LogitsProcessor):
    """Stops where a model computes no numbers: the likeliest of NaNs would look like an answer."""

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:  # noqa: ARG002 - transformers' signature
        if not bool((scores < torch.inf).all()):
            raise ShareError(
                "the model's logits hold a NaN or an infinity; expected numbers. "
                "Try --dtype float32; where the base model alone is sound, the active skill is not"
            )
        return scores


class _Draw(LogitsProcessor):
    """Chooses each row's token by a number of its own: the first whose cumulated probability is above it."""

    def __init__(self, draws: Tensor, width: int, settings: GenerationSettings) -> None:
        self._draws = draws
        self._width = width
        self._settings = settings

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        wide = torch.float32 if scores.device.type == "mps" else torch.float64
        probabilities = torch.softmax(scores.to(wide) / self._settings.temperature, dim=-1)
        order = None
        if self._settings.top_p < 1:
            probabilities, order = torch.sort(probabilities, dim=-1, descending=True, stable=True)
            # What stands before a token decides whether it is in: the likeliest one always is.
            before = probabilities.cumsum(-1) - probabilities
            probabilities = probabilities.masked_fill(before >= self._settings.top_p, 0)
        total = probabilities.cumsum(-1)
        draws = self._draws[:, input_ids.shape[1] - self._width, None].to(total)
        chosen = torch.searchsorted(total, draws * total[:, -1:], right=True).clamp(max=total.shape[-1] - 1)
        if order is not None:
            chosen = order.gather(-1, chosen)
        return torch.full_like(scores, -torch.inf).scatter(-1, chosen, 0.0)
