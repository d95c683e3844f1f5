"""The training loop: fixed steps, seeded data, a checkpoint after every shard of conversations."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from . import tokenizer as vocabularies
from .corpus import dialogues, shard_seed
from .decoder import Decoder
from .muon import Muon
from .settings import Plan, Shape
from .tokenizer import ChatEncoder, Encoded

# Shards of the training data are numbered from 0; these two are never trained on.
VOCABULARY_SHARD, VALIDATION_SHARD = -1, -2


@dataclass
class Progress:
    """Where a run stands. It is what a checkpoint keeps beside the weights."""

    step: int = 0
    shard: int = 0
    tokens: int = 0
    seconds: float = 0.0
    validation: float = 0.0


def rate(plan: Plan, step: int) -> float:
    """The share of the full learning rate at a step: up, level, down in a straight line."""
    done = step / plan.steps
    falling = 1 - (done - plan.hold_share) / (1 - plan.hold_share)
    return min(1.0, (step + 1) / plan.warm_up_steps) * min(1.0, max(plan.final_rate_share, falling))


def batches(data: list[Encoded], tokens: int, rng: random.Random) -> list[list[Encoded]]:
    """Conversations of like length together, at most `tokens` positions in a batch, batches shuffled."""
    ordered = sorted(data, key=lambda e: len(e.ids) + rng.random() * 8)
    made: list[list[Encoded]] = []
    current: list[Encoded] = []
    for item in ordered:
        longest = max([len(item.ids), *(len(e.ids) for e in current)])
        if current and longest * (len(current) + 1) > tokens:
            made.append(current)
            current = []
        current.append(item)
    made.append(current)
    rng.shuffle(made)
    return made


def pad(batch: list[Encoded]) -> tuple[Tensor, Tensor]:
    """Ids and loss weights as (batch, time). Padding stands at the end and weighs nothing."""
    longest = max(len(e.ids) for e in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    weights = torch.zeros(len(batch), longest)
    for row, item in enumerate(batch):
        ids[row, : len(item.ids)] = torch.tensor(item.ids)
        weights[row, : len(item.ids)] = torch.tensor(item.weights)
    return ids, weights


def loss_on_answers(model: Decoder, batch: list[Encoded], *, half: bool) -> Tensor:
    """The mean loss on the assistant's words; `half` multiplies matrices in bfloat16."""
    ids, weights = pad(batch)
    counted = weights[:, 1:] > 0
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        logits = model.logits(model.hidden(ids)[:, :-1][counted])
    return functional.cross_entropy(logits.float(), ids[:, 1:][counted])


class Trainer:
    """Holds the model, its optimisers and the data of one run."""

    def __init__(self, plan: Plan, shape: Shape, work: Path) -> None:
        torch.set_num_threads(plan.threads)
        torch.manual_seed(plan.seed)
        self.plan, self.work = plan, work
        work.mkdir(parents=True, exist_ok=True)
        self.tokenizer = self._tokenizer()
        self.shape = replace(shape, vocabulary=self.tokenizer.get_vocab_size())
        self.encoder = ChatEncoder(self.tokenizer, shape.context)
        self.model = Decoder(self.shape)
        self.optimisers: list[torch.optim.Optimizer] = [
            Muon(
                self.model.matrices(),
                lr=plan.matrix_rate,
                weight_decay=plan.weight_decay,
                half=plan.half_precision,
            ),
            torch.optim.AdamW(
                self.model.others(), lr=plan.other_rate, betas=(0.9, 0.95), weight_decay=0.0
            ),
        ]
        self.progress = Progress()
        self.held_out = self._encode(VALIDATION_SHARD, plan.validation_dialogues)

    def _tokenizer(self) -> Tokenizer:
        seed = shard_seed(self.plan.seed, VOCABULARY_SHARD)
        made = vocabularies.train(
            dialogues(self.plan.vocabulary_dialogues, seed), self.plan.vocabulary
        )
        vocabularies.save(made, self.work / "tokenizer.json")
        return made

    def _encode(self, shard: int, count: int) -> list[Encoded]:
        seed = shard_seed(self.plan.seed, shard)
        return [self.encoder.encode(d) for d in dialogues(count, seed)]

    def run(self) -> Progress:
        """Train to the last step."""
        self._restore()
        while self.progress.step < self.plan.steps:
            for batch in self._shard():
                self._step(batch)
                if self.progress.step == self.plan.steps:
                    break
            self.progress.shard += 1
            self.progress.validation = self.validate()
            self._say("shard done")
            self._keep()
        return self.progress

    def _shard(self) -> Iterator[list[Encoded]]:
        """The batches of the next piece of data. No conversation is seen twice."""
        data = self._encode(self.progress.shard, self.plan.shard_dialogues)
        order = random.Random(shard_seed(self.plan.seed, self.progress.shard) + "/order")
        data += self.encoder.drill(order)
        if self.progress.shard < self.plan.repeat_shards:
            data += self.encoder.repeats(order, self.plan.repeats)
        yield from batches(data, self.plan.tokens_per_step, order)

    def _step(self, batch: list[Encoded]) -> None:
        began = time.monotonic()
        self._set_rates()
        loss = loss_on_answers(self.model, batch, half=self.plan.half_precision)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.plan.clip_norm)
        for optimiser in self.optimisers:
            optimiser.step()
        self.model.zero_grad(set_to_none=True)
        self.progress.step += 1
        self.progress.tokens += sum(len(e.ids) for e in batch)
        self.progress.seconds += time.monotonic() - began
        if self.progress.step % 50 == 0:
            self._say(f"loss {loss.item():.3f}")

    def _set_rates(self) -> None:
        share = rate(self.plan, self.progress.step)
        for optimiser, full in zip(
            self.optimisers, (self.plan.matrix_rate, self.plan.other_rate), strict=True
        ):
            for group in optimiser.param_groups:
                group["lr"] = full * share

    @torch.no_grad()
    def validate(self) -> float:
        """The loss on the assistant's words of conversations never trained on."""
        rows = self.held_out
        parts = [
            loss_on_answers(self.model, rows[i : i + 30], half=False).item()
            for i in range(0, len(rows), 30)
        ]
        return sum(parts) / len(parts)

    def _say(self, what: str) -> None:
        p = self.progress
        speed = p.tokens / max(p.seconds, 1e-9)
        print(
            f"{p.seconds:6.0f} s  step {p.step}/{self.plan.steps}  shard {p.shard}  tokens {p.tokens}"
            f"  {speed:.0f}/s  validation {p.validation:.4f}  {what}",
            flush=True,
        )

    def _keep(self) -> None:
        state: dict[str, Any] = {
            "plan": self.plan,
            "progress": self.progress,
            "model": self.model.state_dict(),
            "optimisers": [o.state_dict() for o in self.optimisers],
        }
        partial = self.work / "checkpoint.part"
        torch.save(state, partial)
        partial.replace(self.work / "checkpoint.pt")

    def _restore(self) -> None:
        path = self.work / "checkpoint.pt"
        if not path.exists():
            return
        # Our own file, written by `_keep`: it holds dataclasses, so plain tensors are not enough.
        state = torch.load(path, weights_only=False)
        if state["plan"] != self.plan:
            raise SystemExit(f"{path} belongs to another plan; remove it or choose another --work")
        self.progress = state["progress"]
        self.model.load_state_dict(state["model"])
        for optimiser, kept in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
