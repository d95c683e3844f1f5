"""Products with the matrices of a base and their adapters, and the loss at the end, keeping little.

What a product is made from is often cheap to compute again: a norm from its input, a gated feed-forward from
its two halves. So a product takes a *prelude*, keeps what the prelude was given, and computes the
prelude again in the backward pass. Packed matrices are unpacked in each direction and kept in neither. The
gradients are those of y = h W^T + b + s (h A^T) B^T with W and b fixed (LoRA: Hu et al. 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from benchtop.tuning.lora import Lora
from benchtop.tuning.packed import PackedMatrix
from benchtop.tuning.preludes import Prelude
from benchtop.tuning.trainable_base import Head

_LOGITS = 1 << 24
"""So many logits are in memory at a time (64 MiB), over as many positions as that makes, but over no fewer
than _POSITIONS: products of fewer rows are slow."""
_POSITIONS = 64
_Grads = tuple[torch.Tensor | None, ...]


class Linear(nn.Module):
    """A matrix of the base, which stays as it is, with its bias and its adapter where it has one.

    On a processor it stays packed; ``unpack_to`` puts it on a GPU, whole.
    """

    cap = 0.0
    """As a head it caps no logits; see Head."""

    def __init__(self, matrix: PackedMatrix, bias: torch.Tensor | None = None) -> None:
        super().__init__()
        self.matrix = matrix
        self.lora: Lora | None = None
        self.bias: torch.Tensor | None
        self.dense: nn.Parameter | None
        self.register_buffer("bias", bias, persistent=False)
        self.register_parameter("dense", None)  # (FSDP shards parameters only)

    def unpack_to(self, device: torch.device, dtype: torch.dtype) -> None:
        """Keep it unpacked there from now on."""
        self.dense = nn.Parameter(self.matrix.dense(dtype).to(device), requires_grad=False)

    def weights(self) -> torch.Tensor:
        """[rows, columns], for use before any other matrix is asked for its weights."""
        return self.matrix.borrowed() if self.dense is None else self.dense

    def lasting_weights(self) -> torch.Tensor:
        """The same, to be kept."""
        return self.matrix.dense() if self.dense is None else self.dense


def products(
    prelude: Prelude, linears: Sequence[Linear], *inputs: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    """The products of several matrices with what ``prelude`` makes of ``inputs`` [..., columns], each
    [..., rows]."""
    pairs = [lora for linear in linears if (lora := linear.lora) is not None]
    loose = [part for lora in pairs for part in (lora.a, lora.b)]
    found: tuple[torch.Tensor, ...] = _Products.apply(prelude, tuple(linears), *inputs, *loose)  # type: ignore[no-untyped-call]
    return found


class _Products(torch.autograd.Function):
    """See the top of the file. The low parts h A^T of all adapters are computed as one product."""

    @staticmethod
    def forward(
        ctx: Any, prelude: Prelude, linears: tuple[Linear, ...], *tensors: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        inputs, loose = tensors[: prelude.takes], tensors[prelude.takes :]
        ctx.prelude, ctx.linears = prelude, linears
        hidden = prelude.forward(*inputs)
        shape = hidden.shape[:-1]
        flat = hidden.flatten(0, -2)
        low = flat @ _stacked(loose, flat.dtype).T if loose else None
        ctx.save_for_backward(*tensors, low)
        lows = iter(_split(low, loose))
        found = []
        for linear in linears:
            out = flat @ linear.weights().T
            if linear.bias is not None:
                out += linear.bias.to(out.dtype)
            if linear.lora is not None:
                out.addmm_(next(lows), linear.lora.b.to(out.dtype).T, alpha=linear.lora.scale)
            found.append(out.view(*shape, -1))
        return tuple(found)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[Any, ...]:
        *tensors, low = ctx.saved_tensors
        prelude: Prelude = ctx.prelude
        inputs, loose = tensors[: prelude.takes], tensors[prelude.takes :]
        flats = [grad.flatten(0, -2) for grad in grads]
        adapted = [
            (linear.lora, flat)
            for linear, flat in zip(ctx.linears, flats, strict=True)
            if linear.lora is not None
        ]
        stacked = _stacked(loose, flats[0].dtype) if loose else None
        low_grad = _low_gradient(adapted) if adapted else None
        needed = any(ctx.needs_input_grad[2 : 2 + prelude.takes])
        of_inputs: _Grads = (None,) * prelude.takes
        if needed:
            total = _hidden_gradient(ctx.linears, flats, low_grad, stacked)
            of_inputs = prelude.backward(total.view(*grads[0].shape[:-1], -1), *inputs)
        of_loose: list[torch.Tensor] = []
        if low_grad is not None:
            flat = prelude.forward(*inputs).flatten(0, -2)
            of_a = _split((flat.T @ low_grad), loose)
            for (lora, grad), part, one in zip(adapted, _split(low, loose), of_a, strict=True):
                of_loose.append(one.T.to(lora.a.dtype))
                of_loose.append((grad.T @ part).mul_(lora.scale).to(lora.b.dtype))
        return None, None, *of_inputs, *of_loose


def _low_gradient(adapted: Sequence[tuple[Lora, torch.Tensor]]) -> torch.Tensor:
    """The gradient of all low parts together, [tokens, ranks]."""
    return torch.cat([(grad @ lora.b.to(grad.dtype)) * lora.scale for lora, grad in adapted], 1)


def _hidden_gradient(
    linears: Sequence[Linear],
    flats: Sequence[torch.Tensor],
    low_grad: torch.Tensor | None,
    stacked: torch.Tensor | None,
) -> torch.Tensor:
    """The gradient of what the matrices were multiplied with, [tokens, columns]."""
    total: torch.Tensor | None = None
    for linear, grad in zip(linears, flats, strict=True):
        weights = linear.weights()
        total = grad @ weights if total is None else total.addmm_(grad, weights)
    assert total is not None
    if low_grad is not None and stacked is not None:
        total.addmm_(low_grad, stacked)
    return total


def _stacked(loose: Sequence[torch.Tensor], dtype: torch.dtype) -> torch.Tensor:
    """All A of (A, B, A, B, ...) under each other, [ranks, columns]."""
    return torch.cat([part.to(dtype) for part in loose[::2]])


def _split(low: torch.Tensor | None, loose: Sequence[torch.Tensor]) -> Sequence[torch.Tensor]:
    """[tokens, ranks] of all adapters, one for each."""
    return low.split([len(part) for part in loose[::2]], 1) if low is not None else ()


def capped(logits: torch.Tensor, head: Head) -> torch.Tensor:
    """The logits that a head makes of its products, in their own memory; see Head."""
    if head.bias is not None:
        logits += head.bias.to(logits.dtype)
    return logits.div_(head.cap).tanh_().mul_(head.cap) if head.cap else logits


def cap_slope(logits: torch.Tensor, head: Head) -> torch.Tensor:
    """What the cap of a head does to gradients, from the logits that it made."""
    return logits.div(head.cap).square_().neg_().add_(1.0)  # the derivative of tanh


def token_losses(hidden: torch.Tensor, targets: torch.Tensor, head: Head) -> torch.Tensor:
    """The loss in nats of each of ``targets`` [n] after ``hidden`` [n, width]; float32 [n]."""
    losses: torch.Tensor = _TokenLoss.apply(hidden, targets, head)  # type: ignore[no-untyped-call]
    return losses


class _TokenLoss(torch.autograd.Function):
    """-log softmax(h W^T)[target] of each row h. Its gradient, softmax(h W^T) W - W[target], is computed with
    the loss, some rows at a time: the logits of a whole batch over a large vocabulary are larger than all
    else together. Where a head caps its logits, the cap's slope stands between the softmax and W."""

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, targets: torch.Tensor, head: Head) -> torch.Tensor:
        weights = head.weights()
        losses = torch.empty(len(hidden), dtype=torch.float32, device=hidden.device)
        grads = torch.empty_like(hidden) if ctx.needs_input_grad[0] else None
        rows = max(1, min(max(_POSITIONS, _LOGITS // len(weights)), len(hidden)))
        room = hidden.new_empty(rows, len(weights))
        for at in range(0, len(hidden), rows):
            part, there = hidden[at : at + rows], targets[at : at + rows]
            logits = capped(torch.mm(part, weights.T, out=room[: len(part)]).float(), head)
            slope = cap_slope(logits, head) if head.cap and grads is not None else None
            wanted = logits.gather(-1, there[:, None])
            highest = logits.amax(-1, keepdim=True)
            total = logits.sub_(highest).exp_().sum(-1, keepdim=True)
            losses[at : at + rows] = (total.log() + highest - wanted).squeeze(-1)
            if grads is not None and slope is not None:
                shares = logits.div_(total)
                shares[torch.arange(len(part), device=shares.device), there] -= 1.0
                grads[at : at + rows] = shares.mul_(slope).to(weights.dtype) @ weights
            elif grads is not None:
                mean = (logits.to(weights.dtype) @ weights).div_(total)
                grads[at : at + rows] = mean - weights[there]
        if grads is not None:
            ctx.save_for_backward(grads)
        return losses

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (grads,) = ctx.saved_tensors
        return grads * grad[:, None].to(grads.dtype), None, None
