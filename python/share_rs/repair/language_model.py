"""A causal language model with its skills: prompts in, answers out, and which skill really gave each of them."""

from __future__ import annotations

import platform
import warnings
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import torch
from transformers import GenerationConfig

from share_rs.errors import ShareError
from share_rs.repair.active import ActiveSkill
from share_rs.repair.chat import encode_prompt
from share_rs.repair.generation import Drawn, GenerationSettings, Request, generate
from share_rs.subspace.adapter_config import CONFIG
from share_rs.training.base import base_hash, load_base, load_tokenizer

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from torch import nn

    from share_rs.repair.skills import Skills

REMEMBERED = 100_000
"""Answers kept: arms that ask one skill the same question, as `oracle` and `routed` do, ask the model once."""


@dataclass(frozen=True)
class Answer:
    """What the model said."""

    text: str
    skill: str | None
    """The label of the skill that was active, as the layers told; None for the base model alone."""
    cut: bool
    """Whether the answer was as long as it might be, and not at its end."""


class LanguageModel:
    """A folder of transformers, with the skills that are asked for attached and none of them merged.

    Raises:
        ShareError: the folder holds no causal language model in safetensors with a tokenizer, or a skill does not fit.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        settings: GenerationSettings | None = None,
        *,
        skills: Skills | None = None,
        labels: Sequence[str] = (),
        dtype: Literal["auto", "float32", "bfloat16"] = "auto",
        device: Literal["auto", "cpu"] = "auto",
        batch_size: int = 8,
    ) -> None:
        """`labels` are those of `skills` that are attached; `batch_size` is how many prompts are answered at once."""
        self.settings = settings or GenerationSettings()
        self.batch_size = batch_size
        self.skills = skills
        path = Path(folder)
        self._hash = base_hash(path)
        if (path / CONFIG).exists():
            raise ShareError(
                f"{path} holds an adapter ({CONFIG}) beside the model, which transformers would put into it unasked; "
                "expected the model alone, and adapters by --adapters"
            )
        self._tokenizer: Any = load_tokenizer(path)
        self._inner: Any = load_base(path, dtype, device).eval()
        self._eos = _ids(self._inner.generation_config.eos_token_id) | _ids(self._tokenizer.eos_token_id)
        self._pad = next(iter(sorted(_ids(self._tokenizer.pad_token_id)) or sorted(self._eos)), 0)
        # Penalties and temperatures that a folder recommends would be part of some arms' figures and unseen in all.
        self._inner.generation_config = GenerationConfig()
        self.context: int | None = getattr(self._inner.config.get_text_config(), "max_position_embeddings", None)
        self.labels = tuple(labels)
        self._model: Any = self._inner
        self._adapters: dict[str, str] = {}
        if skills is not None and labels:
            with warnings.catch_warnings():
                # PEFT 0.20 to 0.21 read a property that transformers 5.23 deprecates, in PeftModel.__init__.
                warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
                model, self._adapters = skills.attach(cast("nn.Module", self._inner), self.labels)
            self._model = model.eval().requires_grad_(requires_grad=False)
        self._active = ActiveSkill(self._inner, self._adapters)
        self._answers: OrderedDict[tuple[str | None, Request], Answer] = OrderedDict()

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What its answers depend on, as plain JSON; no path, and not the batch size."""
        parameter = next(iter(self._inner.parameters()))
        return {
            "hash": self._hash,
            "dtype": str(parameter.dtype).removeprefix("torch."),
            "device": parameter.device.type,
            "machine": platform.machine(),
            "chat_template": bool(self._tokenizer.chat_template),
            "generation": self.settings.model_dump(mode="json"),
            "skills": None if self.skills is None else self.skills.identity(self.labels),
            "versions": {name: version(name) for name in ("peft", "torch", "transformers")},
        }

    def encode(self, prompt: str) -> tuple[int, ...]:
        """The prompt's ids, through the chat template where there is one."""
        return tuple(encode_prompt(self._tokenizer, prompt))

    def room(self, ids: Sequence[int]) -> int:
        """How many tokens an answer to this prompt may have; none or fewer where the context does not hold it."""
        room = self.settings.max_new_tokens
        return room if self.context is None else min(room, self.context - len(ids))

    def answer(self, skill: str | None, requests: Sequence[Request]) -> list[Answer]:
        """The answers of one skill, in the order of the requests; None is the base model alone.

        Prompts that leave no room for an answer are not to be asked.

        Raises:
            ActiveSkillError: another skill than this one is active while the model generates.
            ShareError: a logit is not finite, or one prompt needs more memory than there is.
        """
        wanted = [(skill, _plain(request, self.settings)) for request in requests]
        new = sorted(
            {request for key, request in wanted if (key, request) not in self._answers},
            key=lambda request: (self.room(request.ids), len(request.ids), request.ids, request.key),
        )
        if new:
            self.activate(skill)
        for room, alike in groupby(new, key=lambda request: self.room(request.ids)):
            group = list(alike)
            for start in range(0, len(group), self.batch_size):
                self._generate(skill, group[start : start + self.batch_size], room)
        found = [self._answers[one] for one in wanted]
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return found

    def activate(self, skill: str | None) -> None:
        """Makes one of the attached skills the active one, or none.

        Raises:
            ShareError: it was not attached.
        """
        adapter = next((adapter for adapter, label in self._adapters.items() if label == skill), None)
        if adapter is not None:
            self._model.base_model.enable_adapter_layers()
            self._model.set_adapter(adapter)
        elif skill is not None:
            raise ShareError(f"expected one of the attached skills {', '.join(self.labels) or '(none)'}, got {skill}")
        elif self._adapters:
            self._model.base_model.disable_adapter_layers()

    def _generate(self, skill: str | None, batch: list[Request], room: int) -> None:
        try:
            with self._active.watched(self._inner, skill):
                drawn = generate(self._model, batch, self.settings, room, sorted(self._eos), self._pad)
        except torch.OutOfMemoryError:
            drawn = None
        # Outside of the handler, whose traceback would keep the batch's tensors alive.
        if drawn is not None:
            told = self._active.read()
            for request, one in zip(batch, drawn, strict=True):
                self._answers[skill, request] = Answer(self._text(one), told, one.cut)
            return
        if len(batch) == 1:
            raise ShareError(
                f"a prompt of {len(batch[0].ids)} tokens and {room} more do not fit into the memory of the device; "
                "try --dtype bfloat16, fewer --max-new-tokens or --device cpu"
            )
        half = len(batch) // 2
        self._generate(skill, batch[:half], room)
        self._generate(skill, batch[half:], room)

    def _text(self, drawn: Drawn) -> str:
        return self._tokenizer.decode(list(drawn.ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)


def _plain(request: Request, settings: GenerationSettings) -> Request:
    """A greedy answer depends on the prompt alone."""
    return request if settings.temperature > 0 else Request(request.ids, "")


def _ids(value: int | Sequence[int] | None) -> set[int]:
    if value is None:
        return set()
    return {value} if isinstance(value, int) else set(value)
