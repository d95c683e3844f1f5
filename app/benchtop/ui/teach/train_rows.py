"""What the Train tab shows and asks for: plain data, filled by the wiring.

Sizes are bytes, times seconds, losses nats per token, energy joules. What is not known is 0, empty or None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from benchtop.domain.adapter_layout import AdapterLayout
from benchtop.domain.examples import Dataset
from benchtop.domain.training import (
    BesideChat,
    HoldoutPoint,
    SamplePoint,
    TrainingPlan,
    TrainingRun,
    TrainingSettings,
    TrainPoint,
)
from benchtop.domain.training_verdict import ShownVerdict

PROMPTS = 3
"""Prompts that are asked at every checkpoint."""
FEW_EXAMPLES = 10
ForecastState = Literal["unknown", "measuring", "known", "failed"]
ToolsState = Literal["ready", "missing", "installing", "failed"]
RunPhase = Literal[
    "queued", "measuring", "encoding", "loading", "training", "checking", "sampling", "waiting",
    "pausing", "stopping", "judging", "idle",
]  # fmt: skip
"""What a run does now. queued: another training has the machine; waiting: while a model writes in chat;
judging: after the last step, it is found out whether it helped; idle: nothing, as its state says."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model on this machine. ``detail`` is what stands beside its name ("135M · Q8_0"); ``trouble`` is a
    sentence on why it cannot be trained; ``layers`` is how many it has, ``width`` how many numbers a token is
    in it."""

    id: str
    name: str
    detail: str = ""
    layers: int = 0
    width: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class DatasetChoice:
    """A data set with what was found in it: examples with ``personal`` data, and ``pairs`` of a better and
    a worse answer. ``prompts`` are some of its questions, to ask while training: the first ``held_prompts``
    will be held out, the others are learnt, which of a large set is not known before (``split_known``).

    ``repeats`` of those to learn from say what others say, ``held_repeats`` of those held out do, and of
    ``faulty`` ones nothing can be learnt: a run leaves them out. ``looked_at``: only so many were looked
    through for all that; 0: all were.
    """

    dataset: Dataset
    personal: int = 0
    pairs: int = 0
    prompts: tuple[str, ...] = ()
    held_prompts: int = 0
    split_known: bool = True
    repeats: int = 0
    held_repeats: int = 0
    faulty: int = 0
    looked_at: int = 0

    @property
    def train(self) -> int:
        """Examples to learn from, as a person counts them."""
        return self.dataset.included - self.dataset.held_out

    @property
    def learnt(self) -> int:
        """Examples that a run learns from, each once."""
        return self.train - self.repeats - self.faulty


@dataclass(frozen=True, slots=True)
class AdapterChoice:
    """An adapter that can be gone on with, made for the model ``model_id``, in its own ``layout`` only;
    ``trouble`` is a sentence on why it cannot after all."""

    id: str
    name: str
    model_id: str
    detail: str = ""
    layout: AdapterLayout | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a preset will take. ``plan`` is known once a probe ran; ``free`` is the memory there is.

    ``trouble`` says in a sentence why it was not measured, or why it cannot be. ``fitting`` are settings
    that would fit where these do not, and ``fitting_memory`` what those take.
    """

    state: ForecastState = "unknown"
    plan: TrainingPlan | None = None
    free: int = 0
    trouble: str = ""
    fitting: TrainingSettings | None = None
    fitting_memory: int = 0

    @property
    def fits(self) -> bool:
        """Nothing says that memory would not do."""
        return self.plan is None or not self.free or self.plan.memory_bytes <= self.free


@dataclass(frozen=True, slots=True)
class TrainWish:
    """What a person wants trained. ``parent_id`` is the adapter to begin from, or empty."""

    model_id: str = ""
    dataset_id: str = ""
    settings: TrainingSettings = field(default_factory=TrainingSettings)
    prompts: tuple[str, ...] = ()
    parent_id: str = ""
    beside_chat: BesideChat = "wait"


@dataclass(frozen=True, slots=True)
class ToolsRow:
    """The training tools. ``progress`` runs from 0 to 1, None while nobody knows; ``words`` say what is
    being done. ``command`` does the same in a terminal."""

    state: ToolsState = "ready"
    bytes: int = 0
    folder: str = ""
    parts: tuple[str, ...] = ("torch", "numpy", "gguf")
    command: str = ""
    progress: float | None = None
    words: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A run as it is on show. ``planned`` are the seconds that were foretold. ``joules`` None: this machine
    tells no energy, for the reason ``unmeasurable``; ``price`` is that of a kWh in ``currency``."""

    run: TrainingRun
    model_name: str = ""
    dataset_name: str = ""
    phase: RunPhase = "idle"
    writer: str = ""
    memory: int = 0
    joules: float | None = None
    energy_scope: str = ""
    unmeasurable: str = ""
    price: float = 0.0
    currency: str = ""

    @property
    def going(self) -> bool:
        """It can be paused."""
        return self.run.state in {"preparing", "running"}


@dataclass(frozen=True, slots=True)
class RunCurves:
    """What a run left behind, in the order of its steps."""

    train: tuple[TrainPoint, ...] = ()
    holdout: tuple[HoldoutPoint, ...] = ()
    samples: tuple[SamplePoint, ...] = ()


@dataclass(frozen=True, slots=True)
class RunRow:
    """A line of the list of runs. ``verdict`` None: nobody judged yet; better_so_far: on what was held out;
    general questions were never asked, or nobody knows what it began with had learnt."""

    run: TrainingRun
    model_name: str = ""
    dataset_name: str = ""
    verdict: ShownVerdict | None = None
