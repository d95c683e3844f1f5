"""The messages between the window (or a command) and the trainer worker.

    Probe         -> Probed          | TrainingFailed
    Train         -> TrainingBegun, TrainStep..., HoldoutRead..., Kept..., TrainingEnded | TrainingFailed
    Pause, GoOn, StopTraining, Share -> (no answer of their own)
    MergeAdapter  -> MergeProgress..., Merged | TrainingFailed

A trainer serves one request after another. Examples reach it as tokens in a file, which the engine of the
same base made (services/token_files.py), so that the trainer needs no tokenizer and training reads what
inference reads. All that must outlive the trainer lies in the run's folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchtop.domain.errors import BenchtopError, Fact, rebuild_error


@dataclass(frozen=True, slots=True)
class Probe:
    """Train for about ``seconds`` and throw it away: how fast is it here, and what memory does it take?

    ``settings`` are those of domain/training.py as JSON text; ``library`` is ggml's shared library.
    """

    request_id: str
    base: str
    tokens: str
    library: str
    settings: str
    seconds: float = 20.0
    memory_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Probed:
    """``step_seconds`` is the mean of a step, of ``steps`` in all; ``memory_bytes`` the peak of the trainer.
    ``save_memory`` tells how it was reached. ``first_steps`` and ``later_part`` are those of TrainingPlan."""

    request_id: str
    tokens_per_second: float
    step_seconds: float
    check_seconds: float
    steps: int
    memory_bytes: int
    save_memory: bool
    threads: int
    device: str = "cpu"
    first_steps: int = 0
    later_part: float = 1.0


@dataclass(frozen=True, slots=True)
class Train:
    """Train an adapter for ``base`` on ``tokens``, or go on where ``folder`` says it was left.

    ``start`` is an adapter to begin with, or empty. ``facts`` go into the metadata of the adapter.
    ``memory_bytes`` is what it may take (0: what is free). ``base_sha256`` is told for a folder that is gone
    on with: another base is refused.
    """

    request_id: str
    base: str
    base_sha256: str
    tokens: str
    library: str
    folder: str
    settings: str
    start: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    memory_bytes: int = 0
    share: bool = False


@dataclass(frozen=True, slots=True)
class TrainingBegun:
    """``step`` is 0, or where it goes on; ``device`` is cpu or the name of a GPU."""

    request_id: str
    step: int
    steps: int
    parameters: int
    threads: int
    save_memory: bool
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class TrainStep:
    """A step was made; see TrainPoint."""

    request_id: str
    step: int
    loss: float
    rate: float
    tokens: int
    seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class HoldoutRead:
    """The holdout was read; see HoldoutPoint."""

    request_id: str
    step: int
    loss: float
    best: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is needed to go on is on the disk, and the adapter of this step at ``adapter``."""

    request_id: str
    step: int
    adapter: str


@dataclass(frozen=True, slots=True)
class TrainingEnded:
    """``how`` is done, early (the holdout got no better), stopped or paused; ``adapter`` is that of the
    best step, empty when none was kept."""

    request_id: str
    how: str
    adapter: str
    step: int
    best_step: int
    loss: float
    holdout_before: float | None
    holdout_after: float | None
    tokens: int
    seconds: float
    peak_memory_bytes: int


@dataclass(frozen=True, slots=True)
class TrainingFailed:
    """A request failed; ``adapter`` is the last good step's where there is one."""

    request_id: str
    kind: str
    facts: Mapping[str, Fact]
    adapter: str = ""

    @classmethod
    def of(cls, request_id: str, error: BenchtopError, adapter: str = "") -> TrainingFailed:
        """The message that carries ``error``."""
        return cls(request_id, type(error).__name__, error.facts, adapter)

    def error(self) -> BenchtopError:
        """The error that was sent."""
        return rebuild_error(self.kind, dict(self.facts))


@dataclass(frozen=True, slots=True)
class Pause:
    """Keep a checkpoint after the step at hand and end the request; Train goes on from it."""

    request_id: str


@dataclass(frozen=True, slots=True)
class StopTraining:
    """End after the step at hand, with the best step kept."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Share:
    """Whether training goes on while a model writes (``share``), with fewer threads, or waits."""

    share: bool


@dataclass(frozen=True, slots=True)
class MergeAdapter:
    """Write ``base`` with adapters added into its weights to ``target``, in 16-bit floats (or 32-bit for
    what the base has in 32)."""

    request_id: str
    base: str
    adapters: tuple[tuple[str, float], ...]
    library: str
    target: str


@dataclass(frozen=True, slots=True)
class MergeProgress:
    """How far merging is, from 0 to 1."""

    request_id: str
    fraction: float


@dataclass(frozen=True, slots=True)
class Merged:
    """The file is whole, at ``path``."""

    request_id: str
    path: str
    bytes: int


TuningRequest = Probe | Train | Pause | StopTraining | Share | MergeAdapter
TuningAnswer = (
    Probed | TrainingBegun | TrainStep | HoldoutRead | Kept | TrainingEnded | TrainingFailed
    | MergeProgress | Merged
)  # fmt: skip
TuningMessage = TuningRequest | TuningAnswer
TUNING_MESSAGES: tuple[type[TuningMessage], ...] = (
    Probe, Probed, Train, TrainingBegun, TrainStep, HoldoutRead, Kept, TrainingEnded, TrainingFailed,
    Pause, StopTraining, Share, MergeAdapter, MergeProgress, Merged,
)  # fmt: skip
