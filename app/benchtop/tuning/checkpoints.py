"""A run's folder: what is needed to go on after a death, and the adapters on the way.

    checkpoint.pt       adapters, optimiser, counters; of the last checkpoint
    step-00000120.gguf  the adapter of a step whose holdout was read: of the last few, for samples
    best.gguf           the adapter of the best step so far

Each file is whole or not there. The adapters of a step are written before the checkpoint that names it: what
a death leaves is the checkpoint before, from which the same steps are made again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch

from benchtop.domain.teach_errors import CheckpointUnusable
from benchtop.tuning.adapter_file import write_adapter
from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.trainable_base import TrainableBase
from benchtop.tuning.whole_file import whole_file

CHECKPOINT = "checkpoint.pt"
BEST = "best.gguf"
VERSION = 2
KEPT_STEPS = 3
"""Adapters of steps that stay, for whoever is asking them for samples."""


Facts = Mapping[str, str | int | float]


@dataclass(slots=True)
class Progress:
    """How far a run is. Losses are nats per token; ``since_best`` counts checks without a better one;
    ``reference`` are the sums of losses of chosen and rejected answers before training, by example."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    loss: float = 0.0
    holdout_before: float | None = None
    holdout_best: float | None = None
    best_step: int = 0
    since_best: int = 0
    last_check: int = -1
    reference: dict[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunMark:
    """What a run is of: sums of the base, the tokens, the settings. Another mark, another run."""

    base: str
    tokens: str
    settings: str


class RunFolder:
    """The folder of one run; it is made when missing. ``facts`` go into the metadata of its adapters."""

    def __init__(self, path: Path, mark: RunMark, facts: Facts) -> None:
        self.path = path
        self._mark, self._facts = mark, facts
        path.mkdir(parents=True, exist_ok=True)

    @property
    def best(self) -> str:
        """The adapter of the best step, or empty."""
        return str(self.path / BEST) if (self.path / BEST).is_file() else ""

    def save(
        self, progress: Progress, decoder: TrainableBase, optimiser: torch.optim.Optimizer
    ) -> None:
        """Write the checkpoint; raises OSError, and the one before stays then."""
        state = {
            "version": VERSION,
            "mark": asdict(self._mark),
            "progress": asdict(progress),
            "adapters": _numbers(decoder),
            "optimiser": optimiser.state_dict(),
        }
        target = self.path / CHECKPOINT
        beside = target.with_suffix(".part")
        try:
            with beside.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        except (OSError, RuntimeError) as error:  # torch's writer wraps what the disk says
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise _disk_error(error) from error
        _sync(self.path)

    def load(self, decoder: TrainableBase, optimiser: torch.optim.Optimizer) -> Progress | None:
        """Put the last checkpoint back; None where there is none. Raises CheckpointUnusable."""
        file = self.path / CHECKPOINT
        if not file.is_file():
            return None
        try:
            state = torch.load(file, map_location="cpu", weights_only=True)
            problem = _problem(state, self._mark, decoder)
            if not problem:
                _put_back(decoder, state["adapters"])
                optimiser.load_state_dict(state["optimiser"])
                known = {one.name for one in fields(Progress)}
                return Progress(**{k: v for k, v in state["progress"].items() if k in known})
        except Exception as error:  # (whatever a damaged file makes torch raise)
            raise CheckpointUnusable(path=str(file), detail="it is damaged") from error
        raise CheckpointUnusable(path=str(file), detail=problem)

    def write_step(self, step: int, decoder: TrainableBase, plan: LoraPlan) -> Path:
        """The adapter as it is now, and room made of those long past. Raises OSError."""
        target = self.path / f"step-{step:08d}.gguf"
        write_adapter(target, decoder, plan, self._facts)
        for old in sorted(self.path.glob("step-*.gguf"))[:-KEPT_STEPS]:
            old.unlink(missing_ok=True)
        return target

    def keep_best(self, source: Path) -> None:
        """Make the adapter of a step the best one. Raises OSError."""
        with whole_file(self.path / BEST) as beside:
            shutil.copyfile(source, beside)


def _numbers(decoder: TrainableBase) -> dict[str, torch.Tensor]:
    found = {}
    for name, lora in decoder.adapters().items():
        found[f"{name}.a"] = lora.a.detach().cpu()
        found[f"{name}.b"] = lora.b.detach().cpu()
    return found


def _problem(state: Mapping[str, Any], mark: RunMark, decoder: TrainableBase) -> str:
    """Why this checkpoint is none of this run, as the end of a sentence; empty when it is."""
    if state["version"] != VERSION:
        return "another Benchtop wrote it"
    words = {
        "base": "it was made with another base model",
        "tokens": "it was made with other examples",
        "settings": "it was made with other settings",
    }
    for name, detail in words.items():
        if state["mark"][name] != getattr(mark, name):
            return detail
    here, there = _numbers(decoder), state["adapters"]
    if {n: t.shape for n, t in here.items()} != {n: t.shape for n, t in there.items()}:
        return "its adapters are of other sizes"
    return ""


def _put_back(decoder: TrainableBase, numbers: Mapping[str, Any]) -> None:
    with torch.no_grad():
        for name, lora in decoder.adapters().items():
            lora.a.copy_(numbers[f"{name}.a"])
            lora.b.copy_(numbers[f"{name}.b"])


def _disk_error(error: BaseException) -> OSError:
    """The OSError behind what torch raises."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, OSError):
            return at
        at = at.__context__
    return OSError(None, str(error).splitlines()[0])


def _sync(folder: Path) -> None:
    """Make the new name last through a power cut, where folders can be synced."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)
