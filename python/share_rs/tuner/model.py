"""The tuner: puts Share layers in the place of the targeted ones, and routes a batch to its skills."""

# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import torch
from peft.tuners.tuners_utils import BaseTuner, _maybe_include_all_linear_layers  # pyright: ignore[reportPrivateUsage]

from share_rs.errors import SubspaceError
from share_rs.tuner import start
from share_rs.tuner.bases import subspace_of
from share_rs.tuner.begin import Beginning
from share_rs.tuner.config import Held
from share_rs.tuner.heads import head_modules, put_head
from share_rs.tuner.layer import BASES, Pending, ShareLayer
from share_rs.tuner.linear import ShareLinear
from share_rs.tuner.norms import delta_norms
from share_rs.tuner.register import PREFIX
from share_rs.tuner.routing import Routing, has_heads, heads_follow, routing_of, skill_names, use_skills
from share_rs.tuner.saving import bases_of, check_bases, renamed, without_bases
from share_rs.tuner.targets import check_target, default_targets, is_transposed, quantization_backend, renamed_targets
from share_rs.tuner.weighted import check_combination, combined

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from torch import Tensor, nn

    from share_rs.subspace.space import SharedSubspace
    from share_rs.tuner.config import ShareConfig

_log = logging.getLogger(__name__)
INPUTS = ("inputs", "input_ids", "inputs_embeds", "input_features", "input_values", "pixel_values")
"""The arguments of transformers whose first dimension is the batch."""


class ShareModel(BaseTuner):
    """What `get_peft_model(model, ShareConfig(...))` puts around a model; PEFT's interface.

    Nothing is kept here that the layers need: they hold their basis themselves, so that `inject_adapter_in_model`, and with it
    `load_adapter` and `add_adapter` of transformers, take this method too.
    """

    prefix = PREFIX
    tuner_layer_cls = ShareLayer
    target_module_mapping: dict[str, list[str]] = {}  # noqa: RUF012 - PEFT's attribute; the subspace knows its layers

    def inject_adapter(self, model: nn.Module, adapter_name: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - PEFT's
        """Adds an adapter: PEFT's work, then the skill's head.

        What training begins with is in the config (`sigma`, `initial_norm`), and in the log of `share_rs.tuner` at the level INFO.

        Raises:
            SubspaceError: the adapter does not fit this model or its other adapters; nothing was changed.
        """
        config = cast("ShareConfig", self.peft_config[adapter_name])
        if "." in adapter_name:
            raise SubspaceError(
                f"expected an adapter's name without dots, as PEFT needs it, got {adapter_name!r}: rename the skill"
            )
        super().inject_adapter(model, adapter_name, *args, **kwargs)
        if self.beginning.head:
            put_head(model, adapter_name, self.beginning.head, saved=self.beginning.saved)
        self._report(model, adapter_name, config)
        del self.beginning

    def _report(self, model: nn.Module, adapter_name: str, config: ShareConfig) -> None:
        layers = [module for module in model.modules() if isinstance(module, ShareLayer) and module.has(adapter_name)]
        if any(layer.pending or layer.coefficients(adapter_name).eps_beta.device.type == "meta" for layer in layers):
            return
        norm = sum(one**2 for one in delta_norms(model, adapter_name).values()) ** 0.5
        if not self.beginning.saved:
            config.initial_norm = norm
        drawn = f", sigma {'1/sqrt(k)' if config.sigma is None else config.sigma}, seed {config.seed}"
        begun = f"skill {config.skill}" if config.skill else f"init {config.init}{drawn}"
        _log.info("adapter %s: %d layers, %s, p %s, norm of dW %.3g", adapter_name, len(layers), begun, config.p, norm)

    def _prepare_adapter_config(self, peft_config: Any, model_config: dict[str, Any]) -> ShareConfig:  # noqa: ANN401, ARG002
        """Finds the bases and the targets, and checks all of them before the first layer is replaced."""
        present = next((one.basis_hash for one in self.model.modules() if isinstance(one, ShareLayer)), None)
        space = subspace_of(peft_config, present)
        self.beginning = Beginning(peft_config, space)
        layers = self._shapes(peft_config, space)
        if peft_config.target_modules is None:
            peft_config.target_modules = default_targets(peft_config, self.model, self.beginning.layers)
        elif not isinstance(peft_config.target_modules, str):
            peft_config.target_modules = renamed_targets(peft_config, self.model)
        # PEFT turns "all-linear" into names too, but only after this.
        _maybe_include_all_linear_layers(peft_config, self.model)
        self._check_targets(peft_config, layers)
        if self.beginning.head:
            peft_config.modules_to_save = sorted(
                {*(peft_config.modules_to_save or []), *head_modules(self.beginning.head)}
            )
        return peft_config

    def _cast_adapter_dtype(self, adapter_name: str, autocast_adapter_dtype: bool = True) -> None:  # noqa: FBT001, FBT002 - PEFT's
        """PEFT casts by making parameters anew, which can all be trained; those that were frozen stay so."""
        layers = [
            module for module in self.model.modules() if isinstance(module, ShareLayer) and module.has(adapter_name)
        ]
        trained = [[one.requires_grad for one in layer.coefficients(adapter_name)[:2]] for layer in layers]
        super()._cast_adapter_dtype(adapter_name, autocast_adapter_dtype)
        for layer, flags in zip(layers, trained, strict=True):
            for one, flag in zip(layer.coefficients(adapter_name)[:2], flags, strict=True):
                one.requires_grad_(flag)

    def _check_targets(self, config: ShareConfig, layers: Mapping[str, tuple[int, int] | None]) -> None:
        modules = dict(self.model.named_modules())
        adapted = tuple(f"{name}." for name, module in modules.items() if isinstance(module, ShareLayer))
        transposed: list[bool] = []
        owners: dict[str, str] = {}
        for name, module in modules.items():
            if name and not name.startswith(adapted) and self._check_target_module_exists(config, name):
                layer = check_target(name, module, modules[name.rpartition(".")[0]], layers)
                owner = owners.setdefault(layer, name)
                if owner != name:
                    raise SubspaceError(
                        f"expected one module of the model for the layer {layer} of the subspace, got {owner} and {name}: a skill "
                        "would change a module that it was never for; name the right ones, in full, in target_modules"
                    )
                transposed.append(is_transposed(module))
        if config.fan_in_fan_out and transposed and not any(transposed):
            raise SubspaceError(
                "fan_in_fan_out=True means weights stored d x n, but all targets store n x d: leave it out"
            )
        config.fan_in_fan_out = any(transposed)

    def _shapes(self, config: ShareConfig, space: SharedSubspace | None) -> dict[str, tuple[int, int] | None]:
        """The sizes n and d by layer, as far as they are known."""
        if space is not None:
            return {name: basis.shape for name, basis in space.layers.items()}
        there = {one.layer: None for one in self.model.modules() if isinstance(one, ShareLayer)}
        return {**there, **dict.fromkeys(config.shapes or {})}

    def _create_and_replace(  # noqa: PLR0917 - PEFT's
        self,
        peft_config: Any,  # noqa: ANN401 - a ShareConfig
        adapter_name: str,
        target: nn.Module,
        target_name: str,
        parent: nn.Module,
        current_key: str,
        parameter_name: str | None = None,  # noqa: ARG002
    ) -> None:
        layer = check_target(current_key, target, parent, self._shapes(peft_config, self.beginning.space))
        new = None
        if not isinstance(target, ShareLayer):
            space = self.beginning.space
            new = ShareLinear(
                target,
                Pending(*(peft_config.shapes or {})[layer]) if space is None else space.layers[layer],
                layer=layer,
                hash_=peft_config.basis_hash,
                routing=self._routing(),
                persistent=peft_config.save_basis,
                backend=quantization_backend(target, self.model),
            )
            target = new.train(target.training)
        elif peft_config.save_basis:
            for name in BASES:  # an adapter that is saved with its basis needs it in the state dict
                target._non_persistent_buffers_set.discard(name)  # noqa: SLF001 - as register_buffer(persistent=...)
        k_b, k_a = target.basis_beta.shape[1], target.basis_alpha.shape[1]
        coefficients, scale = self.beginning.coefficients(layer, k_b, k_a)
        target.update_layer(adapter_name, coefficients, scale, inference_mode=peft_config.inference_mode)
        peft_config.shapes = dict(sorted({**(peft_config.shapes or {}), layer: [k_b, k_a]}.items()))
        if new is not None:
            if adapter_name not in self.active_adapters:
                new.requires_grad_(False)
            self._replace_module(parent, target_name, new, new.base_layer)

    def _routing(self) -> Routing:
        try:
            return routing_of(self.model)
        except SubspaceError:
            return Routing()

    @contextmanager
    def _enable_peft_forward_hooks(self, *args: Any, **kwargs: Any) -> Generator[None]:  # noqa: ANN401 - PEFT's
        """PEFT opens this around every forward and generate, with their arguments."""
        ids: Tensor | None = kwargs.get("skill_ids")
        names: Sequence[str] | None = kwargs.get("adapter_names")
        if ids is not None and names is not None:
            raise SubspaceError("expected either skill_ids or adapter_names, got both")
        skills = names if ids is None else ids
        if skills is None:
            yield
            return
        with ExitStack() as stack:
            stack.enter_context(use_skills(self.model, skills))
            self._check_batch(args, kwargs)
            if has_heads(self.model):
                stack.enter_context(heads_follow(self.model, skill_names(self.model, skills)))
            yield

    def add_weighted_adapter(
        self,
        adapters: Sequence[str],
        weights: Sequence[float],
        adapter_name: str,
        combination_type: str = "cat",
        svd_rank: int | None = None,
    ) -> None:
        """Adds the sum of w dW of some adapters as one adapter of scale 1; it is not made active.

        Args:
            adapters: their names.
            weights: w of each.
            adapter_name: of the sum.
            combination_type: `cat`, exact, with the sum of their p; or `svd`, the best sum of `svd_rank` columns.
            svd_rank: p of the sum with `svd`; None: the largest p among them.

        Raises:
            SubspaceError: another combination, an unknown adapter, a name that is taken, not as many weights as adapters.
        """
        check_combination(adapters, weights, list(self.peft_config), combination_type)
        if adapter_name in self.peft_config:
            raise SubspaceError(
                f"expected a new name for the sum, got {adapter_name!r}, which is an adapter of this model"
            )
        configs = [cast("ShareConfig", self.peft_config[name]) for name in adapters]
        widths = [config.p or 1 for config in configs]
        p = sum(widths) if combination_type == "cat" else svd_rank or max(widths)
        layers = {name for name, one in self.model.named_modules() if _has_any(one, adapters)}
        config = replace(
            configs[0],
            p=p,
            scale=1.0,
            skill=None,
            init="zero",
            sigma=None,
            target_modules=layers,
            modules_to_save=None,
            initial_norm=None,
        )
        config.held = configs[0].held and Held(configs[0].held.subspace)
        self.peft_config[adapter_name] = config
        try:
            self.inject_adapter(self.model, adapter_name)
        except Exception:
            del self.peft_config[adapter_name]
            raise
        for module in self.model.modules():
            if isinstance(module, ShareLayer) and module.has(adapter_name):
                found = combined(module, adapters, weights, None if combination_type == "cat" else p)
                module.update_layer(adapter_name, start.filled(found, p), 1.0, inference_mode=config.inference_mode)

    def forward(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the base model's
        """The base model's."""
        self._check_batch(args, kwargs)
        return self.model(*args, **kwargs)

    def _check_batch(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """As many ids as samples: a layer alone could not tell a mistake from beams."""
        ids = routing_of(self.model).ids
        if ids is None:
            return
        given = {**kwargs, "": args[0] if args else None}
        for name in ("", *INPUTS):
            batch = given.get(name)
            if isinstance(batch, torch.Tensor) and batch.ndim and batch.shape[0] != ids.shape[0]:
                raise SubspaceError(
                    f"expected a skill for each of the {batch.shape[0]} samples of the batch, got {ids.shape[0]}; "
                    "-1 (or __base__) stands for the base model"
                )

    @classmethod
    def _get_adapter_state_dict(
        cls,
        model: nn.Module,
        config: Any,  # noqa: ANN401 - a ShareConfig
        adapter_name: str,
        state_dict: dict[str, Tensor],
        unwanted_adapter_names: list[str],
    ) -> dict[str, Tensor]:
        found = super()._get_adapter_state_dict(model, config, adapter_name, state_dict, unwanted_adapter_names)
        return without_bases(found) | (bases_of(model, adapter_name, state_dict) if config.save_basis else {})

    @classmethod
    def _remap_adapter_state_dict_for_load(
        cls,
        model: nn.Module,
        config: Any,  # noqa: ANN401 - a ShareConfig
        adapter_name: str,
        state_dict: dict[str, Tensor],
    ) -> dict[str, Tensor]:
        own = renamed(model, adapter_name, state_dict)
        found = super()._remap_adapter_state_dict_for_load(model, config, adapter_name, own)
        check_bases(model, adapter_name, found)
        return found


def _has_any(module: nn.Module, adapters: Sequence[str]) -> bool:
    return isinstance(module, ShareLayer) and any(module.has(name) for name in adapters)
