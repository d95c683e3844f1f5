"""What stands before a product and is cheaper to compute again than to keep: norms and gates.

Formulas: root mean square norm, Zhang and Sennrich 2019; SwiGLU and GEGLU, Shazeer 2020; the table of GELU,
ggml-cpu/vec.h (ggml_vec_gelu_f32 with GGML_GELU_FP16).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import torch
from torch.nn import functional

_GELU_COEFFICIENT = 0.044715
_SQRT_2_OVER_PI = math.sqrt(2.0 / math.pi)


class Prelude(ABC):
    """A function of ``takes`` tensors with its gradient, both without autograd."""

    takes: ClassVar[int] = 1

    @abstractmethod
    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        """What the product is made with."""

    @abstractmethod
    def backward(self, grad: torch.Tensor, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The gradient of each input; may write into ``grad``."""


class Plain(Prelude):
    """The input as it is."""

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return inputs[0]

    def backward(self, grad: torch.Tensor, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return (grad,)


class Norm(Prelude):
    """x w / sqrt(mean(x^2) + epsilon) over the last dimension, computed in 32-bit floats.

    ``weight`` does not learn. Call it to have the norm alone, with a gradient that keeps x only.
    """

    def __init__(self, weight: torch.Tensor, epsilon: float) -> None:
        self.weight, self.epsilon = weight, epsilon

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """``x`` normalised, for use outside a product."""
        found: torch.Tensor = _Alone.apply(self, x)  # type: ignore[no-untyped-call]
        return found

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        x = inputs[0].float()
        normal = torch.mul(x, self._inverse(x)).mul_(self.weight)
        return normal.to(inputs[0].dtype)

    def backward(self, grad: torch.Tensor, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = inputs[0].float()
        inverse = self._inverse(x)
        weighted = grad.float() * self.weight
        along = torch.linalg.vecdot(weighted, x).unsqueeze(-1)
        along.mul_(inverse.square()).div_(-x.shape[-1])
        return (weighted.addcmul_(x, along).mul_(inverse).to(inputs[0].dtype),)

    def _inverse(self, x: torch.Tensor) -> torch.Tensor:
        squares: torch.Tensor = torch.linalg.vecdot(x, x).unsqueeze(-1)
        return squares.div_(x.shape[-1]).add_(self.epsilon).rsqrt_()


class Gated(Prelude):
    """act(gate) * up, with SiLU or (``gelu``) the tanh form of GELU."""

    takes = 2

    def __init__(self, *, gelu: bool) -> None:
        self._gelu = gelu

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        gate, up = inputs
        return (table_gelu(gate) if self._gelu else functional.silu(gate)).mul_(up)

    def backward(self, grad: torch.Tensor, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        gate, up = inputs
        if self._gelu:
            act, slope = table_gelu(gate), _gelu_slope(gate)
        else:
            sigmoid = gate.sigmoid()
            act = gate * sigmoid
            slope = sigmoid.addcmul_(act, 1.0 - sigmoid)  # s (1 + g (1 - s))
        of_up = act.mul_(grad)
        return slope.mul_(up).mul_(grad), of_up


class _Alone(torch.autograd.Function):
    """A prelude of one input by itself."""

    @staticmethod
    def forward(ctx: Any, prelude: Prelude, x: torch.Tensor) -> torch.Tensor:
        ctx.prelude = prelude
        ctx.save_for_backward(x)
        return prelude.forward(x)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[None, torch.Tensor]:
        (x,) = ctx.saved_tensors
        return None, ctx.prelude.backward(grad, x)[0]


class AloneTableGelu(torch.autograd.Function):
    """``table_gelu`` by itself, with the gradient of the smooth one; only ``x`` is kept."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return table_gelu(x)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return _gelu_slope(x).mul_(grads[0])


def table_gelu(x: torch.Tensor) -> torch.Tensor:
    """The tanh form of GELU; on a processor from a table of 16-bit floats, as ggml computes it there."""
    if x.device.type != "cpu":
        return functional.gelu(x, approximate="tanh")
    coarse = functional.gelu(x.half().float(), approximate="tanh").half().float()
    return torch.where(x <= -10, 0.0, torch.where(x >= 10, x.float(), coarse)).to(x.dtype)


def _gelu_slope(x: torch.Tensor) -> torch.Tensor:
    """The derivative of 0.5 x (1 + tanh(u)) with u = sqrt(2/pi) (x + 0.044715 x^3)."""
    square = x.square()
    tanh = (square * _GELU_COEFFICIENT).add_(1.0).mul_(x).mul_(_SQRT_2_OVER_PI).tanh_()
    inner = square.mul_(3.0 * _GELU_COEFFICIENT).add_(1.0).mul_(_SQRT_2_OVER_PI)
    rest = (1.0 - tanh.square()).mul_(inner).mul_(x)
    return rest.add_(tanh).add_(1.0).mul_(0.5)
