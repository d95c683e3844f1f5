"""Several processes that train one adapter together, under torchrun.

Gradients are added up once in a step by torch's DistributedDataParallel. A base that does not fit one
device is sharded by FSDP2's fully_shard; then all of them wait for each other at every layer.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import psutil
import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor
from torch.nn.parallel import DistributedDataParallel

from benchtop.domain.training import TrainingSettings
from benchtop.tuning.crew import Crew, Work
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.trainable_base import TrainableBase

_HOW = ("", "paused", "stopped")


@dataclass(frozen=True, slots=True)
class Place:
    """Where this process stands among the others, as torchrun tells in the environment. ``local`` counts on
    this machine."""

    rank: int
    count: int
    local: int
    local_count: int

    @classmethod
    def of_environment(cls) -> Place:
        """Raises KeyError without torchrun."""
        names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
        return cls(*(int(os.environ[name]) for name in names))

    @property
    def device(self) -> torch.device:
        """A GPU of its own, or the processor."""
        return (
            torch.device("cuda", self.local) if torch.cuda.is_available() else torch.device("cpu")
        )

    def threads(self, settings: TrainingSettings) -> int:
        """This process's share of the machine (torchrun would give each one thread)."""
        cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
        return max(1, (settings.threads or cores) // self.local_count)


class ProcessCrew(Crew):
    """All processes of the default group; ``in_step`` where weights are sharded."""

    def __init__(self, place: Place, *, in_step: bool) -> None:
        self._place, self.in_step = place, in_step
        self._summing: DistributedDataParallel | None = None

    def shares(self, work: Sequence[Work]) -> list[tuple[Work, bool]]:
        rank, count = self._place.rank, self._place.count
        mine = [(one, True) for one in work[rank::count]]
        if self.in_step and len(mine) * count < len(work):
            mine.append((work[-1], False))
        return mine

    def added(self, values: Sequence[float]) -> list[float]:
        if not values:
            return []
        every = torch.tensor(values, dtype=torch.float64, device=self._place.device)
        dist.all_reduce(every)
        found: list[float] = every.tolist()
        return found

    def add_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        if self._summing is None:
            self._summing = DistributedDataParallel(_Nothing(parameters))
            self._summing.register_comm_hook(None, lambda _, bucket: _sum(bucket))
        # DDP adds up what this pass and those before it left in .grad. It adds a zero of its own, so that
        # a process without a share of this step takes part as well.
        self._summing().backward()

    def agreed(self, how: str) -> str:
        found = torch.tensor(_HOW.index(how), device=self._place.device)
        dist.all_reduce(found, dist.ReduceOp.MAX)
        return _HOW[int(found)]

    def told(self, value: Any) -> list[Any]:
        """What each of the processes tells all."""
        every: list[Any] = [None] * self._place.count
        dist.all_gather_object(every, value)
        return every


class _Nothing(torch.nn.Module):
    """Zero, whatever the parameters are: a backward pass through it changes no gradient."""

    def __init__(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        super().__init__()
        self.every = torch.nn.ParameterList(parameters)

    def forward(self) -> torch.Tensor:
        return torch.stack([one.sum() for one in self.every]).sum() * 0.0


def _sum(bucket: Any) -> torch.futures.Future[torch.Tensor]:
    """What DDP does with a torch.distributed.GradBucket: its own way takes the mean, but the losses of a step
    are parts of the whole step's loss already."""
    work = dist.all_reduce(bucket.buffer(), async_op=True)
    future: torch.futures.Future[torch.Tensor] = work.get_future().then(
        lambda done: done.value()[0]
    )
    return future


def sharded(decoder: Decoder, device: torch.device, dtype: torch.dtype, count: int) -> None:
    """Unpack the base onto the devices of all processes, layer by layer, a part of each on each."""
    mesh = init_device_mesh(device.type, (count,))
    adapters = set(decoder.parameters())
    shard = partial(fully_shard, mesh=mesh, reshard_after_forward=True, ignored_params=adapters)
    decoder.to_gpu(device, dtype, shard)
    rest = {one for one in decoder.parameters() if not isinstance(one, DTensor)}
    fully_shard(decoder, mesh=mesh, ignored_params=rest)  # the root, which only calls the layers


def held_numbers(decoder: TrainableBase) -> int:
    """How many numbers of its layers' matrices lie unpacked in this process."""
    every = (one for layer in decoder.layers for one in layer.parameters())
    frozen = [one for one in every if not one.requires_grad]
    return sum((one.to_local() if isinstance(one, DTensor) else one).numel() for one in frozen)
