"""Muon: the optimiser of the weight matrices.

`torch.optim.Muon` takes one matrix at a time and always iterates in bfloat16, which crawls on processors
without bfloat16 arithmetic. This one can stay in float32, and stacks matrices of one shape, so that a
step is a few large products.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

# The quintic iteration's coefficients from Keller Jordan's Muon: they push every singular value towards one.
QUINTIC = (3.4445, -4.7750, 2.0315)


def orthogonalise(stack: Tensor, rounds: int, *, half: bool) -> Tensor:
    """Bring the singular values of each matrix of a (n, rows, columns) stack close to one."""
    a, b, c = QUINTIC
    stack = stack / (stack.norm(dim=(1, 2), keepdim=True) + 1e-7)
    stack = stack.bfloat16() if half else stack
    for _ in range(rounds):
        gram = stack @ stack.mT
        stack = a * stack + (b * gram + c * (gram @ gram)) @ stack
    return stack.float()


class Muon(torch.optim.Optimizer):
    """Momentum, then orthogonalisation, then a step of one size for every direction of the matrix."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.01,
        rounds: int = 5,
        *,
        half: bool = False,
    ) -> None:
        defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
        defaults |= {"rounds": rounds, "half": half}
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        """Apply one update to every matrix that has a gradient."""
        for group in self.param_groups:
            for members in self._by_shape(group).values():
                self._update(group, members)

    def _by_shape(
        self, group: dict[str, Any]
    ) -> dict[tuple[int, ...], list[tuple[Tensor, Tensor]]]:
        """Pair each matrix with its (wide) Nesterov momentum, gathered by shape."""
        found: dict[tuple[int, ...], list[tuple[Tensor, Tensor]]] = {}
        for weight in group["params"]:
            if weight.grad is None:
                continue
            state = self.state[weight]
            if "buffer" not in state:
                state["buffer"] = torch.zeros_like(weight)
            buffer = state["buffer"].lerp_(weight.grad, 1 - group["momentum"])
            update = weight.grad.lerp(buffer, group["momentum"])
            wide = update if weight.shape[0] <= weight.shape[1] else update.T
            found.setdefault(tuple(weight.shape), []).append((weight, wide))
        return found

    def _update(self, group: dict[str, Any], members: list[tuple[Tensor, Tensor]]) -> None:
        stack = torch.stack([update for _, update in members])
        updates = orthogonalise(stack, group["rounds"], half=group["half"])
        for (weight, _), update in zip(members, updates, strict=True):
            rows, columns = weight.shape
            scale = max(1.0, rows / columns) ** 0.5
            weight.mul_(1 - group["lr"] * group["weight_decay"])
            weight.add_(update if rows <= columns else update.T, alpha=-group["lr"] * scale)
