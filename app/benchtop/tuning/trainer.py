"""What the trainer worker does when it is asked: probe, train, merge."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import torch

from benchtop.domain.errors import BenchtopError, WorkerError
from benchtop.domain.models import bytes_text
from benchtop.domain.teach_errors import TrainingNoMemory
from benchtop.domain.training import TrainingSettings
from benchtop.domain.training_memory import memory_advice
from benchtop.protocol.tuning_messages import (
    HoldoutRead,
    Kept,
    MergeAdapter,
    Merged,
    MergeProgress,
    Probe,
    Probed,
    Train,
    TrainingBegun,
    TrainingEnded,
    TrainingFailed,
    TrainStep,
)
from benchtop.protocol.wire import Message
from benchtop.tuning.adapter_file import read_adapter
from benchtop.tuning.checkpoints import RunFolder
from benchtop.tuning.memory_use import peak_bytes
from benchtop.tuning.probe import probe
from benchtop.tuning.training import Ended, Orders, Told, Training
from benchtop.tuning.turn_gate import TurnGate
from benchtop.tuning.workshop import Workshop, open_workshop

Send = Callable[[Message], None]


class TorchTrainer:
    """Serves requests on one thread; pause, stop and share may be called from another."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._share = False
        self._ordered: dict[str, Orders] = {}
        self._gate: TurnGate | None = None

    def pause(self, request_id: str) -> None:
        """End the run after the step at hand, to be gone on with."""
        self._orders(request_id).pause.set()
        self._end_waiting()

    def stop(self, request_id: str) -> None:
        """End the run after the step at hand, for good."""
        self._orders(request_id).stop.set()
        self._end_waiting()

    def share(self, share: bool) -> None:
        """Whether to go on while a model writes."""
        self._share = share
        if self._gate is not None:
            self._gate.share = share

    def serve(self, request: Message) -> None:
        """Answer one request, whatever comes of it."""
        request_id = getattr(request, "request_id", "")
        adapter = ""
        try:
            match request:
                case Train():
                    adapter = str(Path(request.folder) / "best.gguf")
                    self._train(request)
                case Probe():
                    self._probe(request)
                case MergeAdapter():
                    self._merge(request)
                case _:
                    detail = f"{type(request).__name__} is no request to a trainer."
                    raise WorkerError(role="trainer", detail=detail)
        except BenchtopError as error:
            kept = adapter if adapter and Path(adapter).is_file() else ""
            self._send(TrainingFailed.of(request_id, error, kept))
        except (MemoryError, RuntimeError) as error:  # torch says so when memory is short
            if isinstance(error, RuntimeError) and "memory" not in str(error):
                raise
            traceback.print_exc(file=sys.stderr)
            kept = adapter if adapter and Path(adapter).is_file() else ""
            self._send(TrainingFailed.of(request_id, _no_memory(request), kept))
        finally:
            self._ordered.pop(request_id, None)
            self._gate = None

    def _orders(self, request_id: str) -> Orders:
        return self._ordered.setdefault(request_id, Orders())

    def _end_waiting(self) -> None:
        if self._gate is not None:
            self._gate.ended.set()

    def _train(self, request: Train) -> None:
        shop = self._workshop(request)
        if request.share:
            self.share(True)
        name = request.request_id
        orders = self._orders(name)
        decoder = shop.decoder
        folder = RunFolder(Path(request.folder), shop.mark(request.base_sha256), request.facts)
        if request.start:
            read_adapter(Path(request.start), decoder)
        training = Training(decoder, shop.examples, shop.settings, folder)
        step = training.go_on()
        if orders.how:  # ordered before there was anybody who could wait
            self._end_waiting()
        self._send(begun_message(name, step, training.steps, training.parameters, shop))
        ended = training.run(told_to(self._send, name), orders)
        self._send(ended_message(name, ended, training.peak_memory))

    def _probe(self, request: Probe) -> None:
        shop = self._workshop(request)
        found = probe(
            shop.decoder, shop.examples, shop.settings, request.seconds, self._orders(request.request_id)
        )  # fmt: skip
        self._send(
            Probed(
                request.request_id, found.tokens_per_second, found.step_seconds, found.check_seconds,
                found.steps, found.memory_bytes, bool(shop.decoder.keeps_little), shop.threads,
                shop.device, found.first_steps, found.later_part,
            )
        )  # fmt: skip

    def _merge(self, request: MergeAdapter) -> None:
        from benchtop.tuning.merge import merge_adapters  # noqa: PLC0415

        name, target = request.request_id, Path(request.target)
        adapters = [(Path(path), scale) for path, scale in request.adapters]
        merge_adapters(
            Path(request.base), adapters, Path(request.library), target,
            lambda fraction: self._send(MergeProgress(name, fraction)),
        )  # fmt: skip
        self._send(Merged(name, str(target), target.stat().st_size))

    def _workshop(self, request: Train | Probe) -> Workshop:
        shop = open_workshop(request.base, request.tokens, request.library, request.settings)
        gate = TurnGate.of_environment(shop.threads, torch.set_num_threads)
        gate.share = self._share
        shop.decoder.gate = self._gate = gate
        return shop


def _no_memory(request: Message) -> TrainingNoMemory:
    import psutil  # noqa: PLC0415  (only when memory ran out)

    free = bytes_text(psutil.virtual_memory().available)
    base = Path(getattr(request, "base", "")).name
    advice = memory_advice(
        TrainingSettings.from_json(json.loads(getattr(request, "settings", "{}")))
    )
    need = f"more than {bytes_text(peak_bytes())}"
    return TrainingNoMemory(model=base, need=need, free=free, advice=advice)


def begun_message(
    request_id: str, step: int, steps: int, parameters: int, shop: Workshop
) -> TrainingBegun:
    """What is told before the first step."""
    little = bool(shop.decoder.keeps_little)
    return TrainingBegun(request_id, step, steps, parameters, shop.threads, little, shop.device)


def told_to(send: Send, request_id: str) -> Told:
    """What a run tells, as messages."""
    return Told(
        step=lambda *values: send(TrainStep(request_id, *values)),
        holdout=lambda *values: send(HoldoutRead(request_id, *values)),
        kept=lambda at, adapter: send(Kept(request_id, at, adapter)),
    )


def ended_message(request_id: str, ended: Ended, peak_memory: int) -> TrainingEnded:
    """What is told at the end."""
    p = ended.progress
    return TrainingEnded(
        request_id, ended.how, ended.adapter, p.step, p.best_step, p.loss, p.holdout_before,
        p.holdout_best, p.tokens, p.seconds, max(peak_memory, peak_bytes()),
    )  # fmt: skip
