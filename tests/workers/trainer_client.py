"""A plain client of the trainer worker for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchtop.domain.training import TrainingSettings
from benchtop.protocol.tuning_messages import (
    HoldoutRead,
    Kept,
    Train,
    TrainingBegun,
    TrainingEnded,
    TrainingFailed,
    TrainStep,
)
from benchtop.protocol.wire import Message
from benchtop.services.ggml_library import ggml_library
from workers.worker_client import WorkerClient

SHORT = TrainingSettings(
    rank=4, alpha=8.0, steps=8, batch_tokens=64, part_tokens=48, learning_rate=5e-3, check_every=2,
    patience=0, threads=1, general=1.0, general_weight=1.0,
)  # fmt: skip
ONE_STEP = replace(SHORT, steps=1)
LONG = replace(SHORT, steps=100_000, check_every=5)


@dataclass
class Run:
    """The answers to one Train, up to its last one."""

    messages: list[Message] = field(default_factory=list)

    def of(self, kind: type[Any]) -> list[Any]:
        return [message for message in self.messages if isinstance(message, kind)]

    @property
    def begun(self) -> TrainingBegun:
        found: TrainingBegun = self.of(TrainingBegun)[0]
        return found

    @property
    def ended(self) -> TrainingEnded:
        last = self.messages[-1]
        if isinstance(last, TrainingFailed):
            raise last.error()
        assert isinstance(last, TrainingEnded)
        return last

    @property
    def failed(self) -> TrainingFailed:
        last = self.messages[-1]
        assert isinstance(last, TrainingFailed), last
        return last

    @property
    def steps(self) -> list[int]:
        return [one.step for one in self.of(TrainStep)]

    @property
    def losses(self) -> list[float]:
        return [one.loss for one in self.of(TrainStep)]

    @property
    def holdout(self) -> dict[int, float]:
        return {one.step: one.loss for one in self.of(HoldoutRead)}

    @property
    def kept(self) -> list[int]:
        return [one.step for one in self.of(Kept)]

    def adapter(self) -> bytes:
        return Path(self.ended.adapter).read_bytes()


class TrainerClient(WorkerClient):
    """A trainer worker; the arguments are those of WorkerClient."""

    def __init__(
        self,
        log: Path,
        environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        super().__init__("trainer", log, {"OMP_NUM_THREADS": "1", **(environment or {})}, prefix)

    def begin(self, request: Train) -> Run:
        """Send it; the answers come with gather()."""
        self.send(request)
        return Run()

    def gather(self, run: Run, until: type[Any] | None = None) -> Run:
        """Read on to the end, or to the first answer of a kind."""
        while True:
            message = self.next()
            run.messages.append(message)
            if isinstance(message, until or (TrainingEnded, TrainingFailed)):
                return run
            assert not isinstance(message, TrainingEnded | TrainingFailed), message

    def train(self, request: Train) -> Run:
        """Send a request and gather its answers to the end."""
        return self.gather(self.begin(request))


def train_request(
    base: Path, tokens: Path, folder: Path, settings: TrainingSettings = SHORT, **changes: Any
) -> Train:
    """A request; ``changes`` are other fields of it."""
    made = Train(
        "run", str(base), "sum of the base", str(tokens), ggml_library(), str(folder),
        json.dumps(settings.to_json(), sort_keys=True), facts={"general.name": "a test"},
    )  # fmt: skip
    return replace(made, **changes)
