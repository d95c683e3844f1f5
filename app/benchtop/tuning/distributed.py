"""One training run on several processes, cards or machines:

    torchrun --standalone --nproc-per-node 2 -m benchtop.tuning.distributed RUN_FOLDER [--fsdp]

It goes on with a run that the window or `benchtop tune` began, whose folder holds all of it. The first
process alone writes there, and tells on stderr what the trainer worker tells, a JSON line each; the last
line is of what each process holds: the sum of its adapters, and numbers of the base's layers, unpacked. With
--fsdp these layers are spread over the processes, for a base that does not fit one device; each still has
the whole embedding, the head and the adapters.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import torch
import torch.distributed as dist

from benchtop.domain.errors import BenchtopError, FileUnreadable
from benchtop.domain.file_sums import file_sha256
from benchtop.domain.teach_errors import BaseNotSpread, CheckpointUnusable
from benchtop.protocol.tuning_messages import Train
from benchtop.protocol.wire import Message, WireError, decode, encode
from benchtop.tuning.adapter_file import read_adapter
from benchtop.tuning.checkpoints import Progress, RunFolder
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.process_crew import Place, ProcessCrew, held_numbers, sharded
from benchtop.tuning.quiet_libraries import quiet_libraries
from benchtop.tuning.trainable_base import TrainableBase
from benchtop.tuning.trainer import begun_message, ended_message, told_to
from benchtop.tuning.training import Orders, Training
from benchtop.tuning.workshop import Workshop, open_workshop

REQUEST = "request.json"
_HOW_TO_START = (
    "This part of a training is started by torchrun: torchrun --standalone --nproc-per-node 2 "
    "-m benchtop.tuning.distributed RUN_FOLDER"
)
_OTHERS_ENDED = (
    "Another process of this training ended, and this one with it: start it again, and it goes on from its "
    "last checkpoint."
)
_NO_MEMORY = (
    "The training ran out of memory on {device}: spread the base over more devices with --fsdp, or begin "
    "a run with fewer tokens a part."
)

_FEW_CARDS = (
    "There are too few graphics cards for {count} processes on this machine: start it with "
    "--nproc-per-node {cards}."
)
Made = TypeVar("Made")


class _ReadFolder(RunFolder):
    """A run's folder for those that do not write there."""

    def save(
        self, progress: Progress, decoder: TrainableBase, optimiser: torch.optim.Optimizer
    ) -> None:
        pass

    def write_step(self, step: int, decoder: TrainableBase, plan: LoraPlan) -> Path:
        return self.path

    def keep_best(self, source: Path) -> None:
        pass


def read_request(folder: Path) -> Train:
    """What the run was asked for; raises CheckpointUnusable and FileUnreadable."""
    file = folder / REQUEST
    try:
        values = json.loads(file.read_bytes())
        line = json.dumps({**values, "type": "Train", "folder": str(folder)}).encode()
        request = decode(line)
    except FileNotFoundError as error:
        detail = f"it holds no {REQUEST}, which Benchtop writes when a run begins"
        raise CheckpointUnusable(path=str(folder), detail=detail) from error
    except OSError as error:
        detail = error.strerror or str(error)
        raise FileUnreadable(path=str(file), detail=detail) from error
    except (WireError, ValueError, TypeError, RecursionError) as error:
        raise CheckpointUnusable(path=str(folder), detail=f"its {REQUEST} is damaged") from error
    assert isinstance(request, Train)
    return request


class _Run:
    """What one process does."""

    def __init__(self, folder: Path, place: Place, *, fsdp: bool) -> None:
        self._path, self._place, self._fsdp = folder, place, fsdp
        self._crew = ProcessCrew(place, in_step=fsdp)
        self._orders = Orders()

    def __call__(self) -> None:
        """Train; raises what Training raises, and SystemExit(1) when any of them could not begin."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            signal.signal(getattr(signal, name), lambda *_: self._orders.pause.set())
        request, shop = self._by_all(self._open)
        shop = replace(shop, device=self._put(shop.decoder))
        self._train(request, shop, self._by_all(lambda: self._begun(request, shop)))

    def _by_all(self, make: Callable[[], Made]) -> Made:
        """What ``make`` makes, once all have made theirs: nobody may wait for one that could not."""
        problem = ""
        try:
            made = make()
        except BenchtopError as error:
            problem = str(error)
        problems = [one for one in dict.fromkeys(self._crew.told(problem)) if one]
        if problems:
            if self._place.rank == 0:
                _say(*problems)
            raise SystemExit(1)
        return made

    def _open(self) -> tuple[Train, Workshop]:
        request = read_request(self._path)
        if self._place.local == 0:
            _check_base(request)
        shop = open_workshop(
            request.base, request.tokens, request.library, request.settings,
            threads_of=self._place.threads, place=lambda _decoder: "",
        )  # fmt: skip
        if self._fsdp and not isinstance(shop.decoder, Decoder):
            raise BaseNotSpread(path=request.base)
        if request.start:
            read_adapter(Path(request.start), shop.decoder)
        return request, shop

    def _begun(self, request: Train, shop: Workshop) -> Training:
        kind = RunFolder if self._place.rank == 0 else _ReadFolder
        folder = kind(self._path, shop.mark(request.base_sha256), request.facts)
        training = Training(shop.decoder, shop.examples, shop.settings, folder, self._crew)
        training.go_on()
        return training

    def _train(self, request: Train, shop: Workshop, training: Training) -> None:
        step = training.progress.step
        state = (step, training.steps, request.settings, shop.examples.sum, _sum_of(shop.decoder))
        if len(set(self._crew.told(state))) > 1:
            detail = "it is not the same on all machines"
            raise CheckpointUnusable(path=str(self._path), detail=detail)
        name = request.request_id
        self._tell(begun_message(name, step, training.steps, training.parameters, shop))
        ended = training.run(told_to(self._tell, name), self._orders)
        held = self._crew.told((_sum_of(shop.decoder), held_numbers(shop.decoder)))
        self._tell(ended_message(name, ended, training.peak_memory))
        if self._place.rank == 0:
            sums, numbers = zip(*held, strict=True)
            _say(json.dumps({"type": "Held", "adapter_sha256": sums, "unpacked_numbers": numbers}))

    def _put(self, decoder: TrainableBase) -> str:
        """A GPU each, or the processor of each; the name."""
        device = self._place.device
        on_gpu = device.type == "cuda"
        dtype = torch.bfloat16 if on_gpu else torch.float32
        if self._fsdp and isinstance(decoder, Decoder):
            sharded(decoder, device, dtype, self._place.count)
        elif on_gpu:
            decoder.to_gpu(device, dtype)
        return torch.cuda.get_device_name(device) if on_gpu else "cpu"

    def _tell(self, message: Message) -> None:
        if self._place.rank == 0:
            _say(encode(message).decode("ascii").rstrip())


def main(words: Sequence[str] | None = None) -> int:
    """The exit status: 0 at the end or when paused, 1 with a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="benchtop.tuning.distributed", description=_HOW_TO_START)
    parser.add_argument("run_folder", type=Path, help="the folder of a run that was begun")
    help_text = "spread the base's layers over the processes"
    parser.add_argument("--fsdp", action="store_true", help=help_text)
    options = parser.parse_args(words)
    quiet_libraries()
    try:
        place = Place.of_environment()
    except (KeyError, ValueError):
        _say(_HOW_TO_START)
        return 2
    if place.local_count == place.count:  # between processes of one machine nothing leaves it
        loopback = "lo0" if sys.platform == "darwin" else "lo"
        os.environ.setdefault("GLOO_SOCKET_IFNAME", loopback)
    device, cards = place.device, torch.cuda.device_count()
    if cards and place.local_count > cards:
        _say(_FEW_CARDS.format(cards=cards, count=place.local_count))
        return 1
    if cards:
        torch.cuda.set_device(device)
    try:
        dist.init_process_group("nccl" if cards else "gloo")
        _Run(options.run_folder.absolute(), place, fsdp=options.fsdp)()
    except BenchtopError as error:
        if place.rank == 0:  # only it writes; all others see the same numbers
            _say(str(error))
        return 1
    except (MemoryError, RuntimeError) as error:
        _say(_sentence_of(error, device))
        return 1
    dist.destroy_process_group()
    return 0


def _sentence_of(error: BaseException, device: torch.device) -> str:
    """What torch says when memory is short, or when another process has gone; raises any other error."""
    text = str(error)
    if isinstance(error, MemoryError) or "memory" in text:
        return _NO_MEMORY.format(device=device)
    if isinstance(error, dist.DistError) or "gloo" in text:
        return _OTHERS_ENDED
    raise error


def _check_base(request: Train) -> None:
    """Raises CheckpointUnusable for another base than the run began with."""
    try:
        now = file_sha256(request.base)
    except OSError as error:
        detail = error.strerror or str(error)
        raise FileUnreadable(path=request.base, detail=detail) from error
    if now != request.base_sha256:
        detail = f"{request.base} is another file than the model it began with"
        raise CheckpointUnusable(path=request.folder, detail=detail)


def _sum_of(decoder: TrainableBase) -> str:
    """The SHA-256 of all adapters' numbers."""
    digest = hashlib.sha256()
    for lora in decoder.adapters().values():
        for part in (lora.a, lora.b):
            digest.update(part.detach().cpu().numpy().tobytes())
    return digest.hexdigest()


def _say(*lines: str) -> None:
    with suppress(OSError):  # a terminal that was closed ends no training
        for line in lines:
            sys.stderr.write(line + "\n")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
