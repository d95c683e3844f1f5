"""Heads that cap their logits or have a bias: losses, anchors and gradients against plain autograd."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from benchtop.tuning.losses import Anchors, _Divergence, as_base
from benchtop.tuning.products import token_losses
from benchtop.tuning.transformers_base import DenseHead
from benchtop.tuning.transformers_opening import open_transformers
from unit.tuning.teaching_sets import example
from unit.tuning.transformers_kit import PLAN


@pytest.mark.parametrize("cap", [0.0, 1.5])
@pytest.mark.parametrize("bias", [False, True])
def test_a_head_may_cap_its_logits_and_have_a_bias(cap: float, bias: bool) -> None:
    torch.manual_seed(1)
    head = DenseHead(torch.nn.Linear(12, 50, bias=bias).requires_grad_(False), cap)
    hidden, then = (torch.randn(7, 12) * 3 for _ in range(2))
    hidden.requires_grad_()
    targets = torch.randint(0, 50, (7,))

    def logits(of: torch.Tensor) -> torch.Tensor:
        made = torch.nn.functional.linear(of, head.weights(), head.bias)
        return cap * torch.tanh(made / cap) if cap else made

    weights = torch.rand(7)
    ours = token_losses(hidden, targets, head)
    plain = torch.nn.functional.cross_entropy(logits(hidden), targets, reduction="none")
    torch.testing.assert_close(ours, plain, rtol=0, atol=1e-5)
    (one,) = torch.autograd.grad((ours * weights).sum(), hidden)
    (other,) = torch.autograd.grad((plain * weights).sum(), hidden)
    torch.testing.assert_close(one, other, rtol=0, atol=1e-5)

    divergence = _Divergence.apply(hidden, then, head)
    sure = logits(then).log_softmax(-1)
    far = (sure.exp() * (sure - logits(hidden).log_softmax(-1))).sum(-1)
    torch.testing.assert_close(divergence, far, rtol=0, atol=1e-5)
    (one,) = torch.autograd.grad((divergence * weights).sum(), hidden)
    (other,) = torch.autograd.grad((far * weights).sum(), hidden)
    torch.testing.assert_close(one, other, rtol=0, atol=1e-5)


def test_anchors_hold_it_to_the_answers_of_the_base(others: dict[str, Path]) -> None:
    base = open_transformers(others["gemma2"])
    one = example(4, "anchor")
    base.add_adapters(PLAN, 1)
    anchors = Anchors(base, [one])
    assert float(anchors.losses([0]).detach().abs().max()) < 1e-5
    tokens, (start, end) = torch.tensor([one.ids]), one.spans[0]
    with torch.no_grad():
        then = base.logits(tokens)[0, start - 1 : end - 1].log_softmax(-1)
        for pair in base.adapters().values():
            pair.b.normal_(0.0, 0.05, generator=torch.Generator().manual_seed(2))
        now = base.logits(tokens)[0, start - 1 : end - 1].log_softmax(-1)
        with as_base(base):
            assert torch.equal(base.logits(tokens)[0, start - 1 : end - 1].log_softmax(-1), then)
    wanted = (then.exp() * (then - now)).sum(-1)
    assert float(wanted.max()) > 1e-3
    torch.testing.assert_close(anchors.losses([0]).detach(), wanted, rtol=1e-3, atol=1e-5)
