"""A base that transformers computes, with adapters of peft: for architectures that our own decoder does not
know. transformers_opening.py opens one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from benchtop.domain.errors import BadParameter
from benchtop.tuning.base_config import Untrainable
from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.preludes import AloneTableGelu

_NAME = "learnt"
"""What peft calls the adapter."""
_JOINED = {"attn_q": "attn_qkv", "attn_k": "attn_qkv", "attn_v": "attn_qkv"}
"""Matrices that some models have as one: who asks for a part has the whole changed."""
_JOINED_GATE = {"phi3": {"ffn_gate": "ffn_up"}}
_GELUS = ("GELUTanh", "NewGELUActivation")
"""transformers' classes of the tanh form of GELU."""


class PeftPair:
    """One of peft's adapters as the trainer knows them; see Pair."""

    def __init__(self, layer: Any) -> None:
        self._layer = layer
        self.a: nn.Parameter = layer.lora_A[_NAME].weight
        self.b: nn.Parameter = layer.lora_B[_NAME].weight

    @property
    def scale(self) -> float:
        """What their product is multiplied with."""
        return float(self._layer.scaling[_NAME])

    @scale.setter
    def scale(self, value: float) -> None:
        self._layer.scaling[_NAME] = value


class DenseHead:
    """The head of a model of transformers; see Head."""

    def __init__(self, linear: nn.Linear, cap: float) -> None:
        self._linear, self.cap = linear, cap

    @property
    def bias(self) -> torch.Tensor | None:
        """[vocabulary], or nothing."""
        return self._linear.bias

    def weights(self) -> torch.Tensor:
        """[vocabulary, width]."""
        return self._linear.weight.detach()

    def lasting_weights(self) -> torch.Tensor:
        """The same."""
        return self.weights()


class TransformersBase(nn.Module):
    """A model of transformers; see TrainableBase.

    ``names`` are those of its modules in the file, without ".weight", by their own names.
    """

    def __init__(self, model: Any, architecture: str, names: Mapping[str, str]) -> None:
        super().__init__()
        self.model, self._architecture, self._names = model, architecture, names
        self.keeps_little = False
        self.gate: Callable[[], None] | None = None
        cap = getattr(model.config, "final_logit_softcapping", None) or 0.0
        self.head = DenseHead(model.get_output_embeddings(), float(cap))
        self.layers: Sequence[nn.Module] = _layers(model)
        for layer in self.layers:
            layer.forward = _gated(self, layer)
        _compute_gelu_as_ggml(model)
        self.requires_grad_(False)
        self.eval()  # no dropout

    @property
    def architecture(self) -> str:
        """Its name in GGUF."""
        return self._architecture

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.head.weights().device

    @property
    def vocabulary_size(self) -> int:
        """Different tokens."""
        return len(self.head.weights())

    def add_adapters(self, plan: LoraPlan, seed: int) -> None:
        """See TrainableBase; the numbers are drawn as for our own decoder (peft's would come from torch's
        common source of chance)."""
        from peft import LoraConfig, inject_adapter_in_model  # noqa: PLC0415  (slow to import)

        wanted = self._wanted(plan)
        if not wanted:
            known = dict.fromkeys(name.split(".", 2)[2] for name in self._matrices().values())
            asked, allowed = ", ".join(plan.targets), ", ".join(known)
            raise BadParameter(name="targets", value=asked, allowed=allowed)
        is_conv = type(self.model.get_submodule(wanted[0])).__name__ == "Conv1D"
        config = LoraConfig(
            r=plan.rank,
            lora_alpha=plan.alpha,  # type: ignore[arg-type]  # it divides it by the rank, and no more
            target_modules=wanted,
            lora_dropout=0.0,
            bias="none",
            fan_in_fan_out=is_conv,
        )
        inject_adapter_in_model(config, self.model, adapter_name=_NAME)
        draw = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for pair in self.adapters().values():
                bound = pair.a.shape[1] ** -0.5
                pair.a.copy_(torch.empty(pair.a.shape).uniform_(-bound, bound, generator=draw))
                pair.b.zero_()
        self.eval()

    def adapters(self) -> dict[str, PeftPair]:
        """See TrainableBase."""
        return {
            self._names[name]: PeftPair(module)
            for name, module in self.model.named_modules()
            if name in self._names and _NAME in getattr(module, "lora_A", ())
        }

    def to_gpu(self, device: torch.device, dtype: torch.dtype = torch.bfloat16) -> None:
        """See TrainableBase; norms and biases are ``dtype`` too."""
        for parameter in self.parameters():
            kept = torch.float32 if parameter.requires_grad else dtype
            parameter.data = parameter.data.to(device, kept)
        for module in self.modules():
            for name, buffer in module.named_buffers(recurse=False):
                setattr(module, name, buffer.to(device))  # (positions stay 32-bit floats)

    @property
    def begun_bytes(self) -> int:
        """None are kept: transformers gives no way to begin in the middle."""
        return 0

    def begun(self, tokens: torch.Tensor) -> torch.Tensor:
        """Nobody asks."""
        raise NotImplementedError

    def forward(self, tokens: torch.Tensor, begun: torch.Tensor | None = None) -> torch.Tensor:
        """See TrainableBase."""
        assert begun is None
        made: torch.Tensor = self.model.base_model(tokens, use_cache=False)[0]
        return made

    def logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """[batch, tokens, vocabulary], as transformers makes them."""
        made: torch.Tensor = self.model(tokens, use_cache=False).logits
        return made

    def _wanted(self, plan: LoraPlan) -> list[str]:
        """The modules that the plan asks for, from the first layer to the last."""
        joined = _JOINED | _JOINED_GATE.get(self._architecture, {})
        targets = {*plan.targets, *(joined[one] for one in plan.targets if one in joined)}
        first = plan.first_layer(len(self.layers))
        found = []
        for own, name in self._matrices().items():
            _, layer, kind = name.split(".", 2)
            if int(layer) >= first and kind in targets:
                found.append(own)
        return found

    def _matrices(self) -> dict[str, str]:
        """The matrices of layers that can have adapters: their names in the file by their own."""
        of_attention = ("attn_q", "attn_k", "attn_v", "attn_qkv", "attn_output")
        known = (*of_attention, "ffn_gate", "ffn_up", "ffn_down")
        found = {}
        for own, module in self.model.named_modules():
            name = self._names.get(own, "")
            is_matrix = getattr(module, "weight", None) is not None and module.weight.dim() == 2
            if is_matrix and name.startswith("blk.") and name.split(".", 2)[2] in known:
                found[own] = name
        return found


def _layers(model: Any) -> list[nn.Module]:
    """The blocks, from the first to the last."""
    for module in model.base_model.children():
        if isinstance(module, nn.ModuleList) and len(module) == model.config.num_hidden_layers:
            return list(module)
    raise Untrainable("transformers has its layers elsewhere")


class _TableGelu(nn.Module):
    """GELU as ggml computes it on a processor."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = AloneTableGelu.apply(x)  # type: ignore[no-untyped-call]
        return found


def _compute_gelu_as_ggml(model: nn.Module) -> None:
    for name, module in list(model.named_modules()):
        if type(module).__name__ in _GELUS:
            model.set_submodule(name, _TableGelu())


def _gated(base: TransformersBase, layer: nn.Module) -> Callable[..., Any]:
    """The forward pass of a layer that waits when it is told to, and keeps little."""
    plain = layer.forward

    def wait(_grad: Any = None) -> None:
        if base.gate is not None:
            base.gate()

    def forward(x: torch.Tensor, *more: Any, **words: Any) -> Any:
        wait()
        learns = any(parameter.requires_grad for parameter in layer.parameters())
        differs = torch.is_grad_enabled() and (x.requires_grad or learns)
        if base.keeps_little and differs:
            made = checkpoint(
                plain, x, *more, use_reentrant=False, preserve_rng_state=False, **words
            )
        else:
            made = plain(x, *more, **words)
        first = made if isinstance(made, torch.Tensor) else made[0]
        if first.requires_grad:
            first.register_hook(wait)
        return made

    return forward
