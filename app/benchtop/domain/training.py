"""A training run: what is asked for, what was seen on the way, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from benchtop.domain.errors import BadParameter

TARGETS = (
    "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down",
)  # fmt: skip
"""The matrices of a layer by their names in GGUF; llama.cpp attaches adapters to each of them."""
TRAINABLE = ("llama", "qwen2", "qwen3", "gemma3")
"""Architectures that the trainer computes, by their names in GGUF."""
TRAINABLE_BY_TRANSFORMERS = (
    "phi3", "gemma2", "starcoder2", "stablelm", "gpt2", "nemotron", "falcon", "lfm2",
)  # fmt: skip
"""Those that transformers computes for it, unpacked (the extra `peft`): tests hold each against llama.cpp."""
PEFT_TOOLS = ("transformers", "peft", "accelerate")
"""What these need besides torch, numpy and gguf, by the names they are imported with."""
PRESETS = ("quick", "balanced", "thorough")
PresetName = Literal["quick", "balanced", "thorough"]
RunState = Literal["preparing", "running", "paused", "done", "stopped", "failed"]
"""paused: by a person or because its process died, to be gone on with; stopped: a person ended it and what
was best so far is kept; failed: it ended by itself, with a reason."""
BesideChat = Literal["wait", "share"]
"""What training does while a model writes: it waits, or both go on with fewer threads."""
ENDED = ("done", "stopped", "failed")


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How an adapter is trained (LoRA: Hu et al. 2021; DPO: Rafailov et al. 2023).

    ``epochs`` is how often each example is seen, in at least ``least_steps``; ``steps``, when not 0, is used
    in their place.
    ``batch_tokens`` is how many tokens one step learns from, at most, and never more than a fifth of all:
    examples of like length together, cut into parts of ``part_tokens`` that are in memory at once.
    ``context_length`` cuts longer examples at a turn. ``learning_rate`` is reached after ``warmup`` (a part
    of all steps) and falls by a cosine to ``final_rate`` of it. ``check_every`` steps the holdout is read;
    after ``patience`` checks without a better one training ends (0: never). ``save_memory`` None: when memory
    is short. ``keep_between_passes``: what the layers that do not learn make of an example stays in memory
    from pass to pass (tuning/passes.py). ``threads`` 0: as many as are best here. ``preference`` uses
    rejected answers, with ``preference_beta``. ``word_dropout`` is the part of a person's words that is left
    out, other ones each time (tuning/passes.py has an exception), so that other wordings are understood as
    well. ``general`` is how many tokens of general use are read for each token learnt from, to hold the model
    to the base's own answers there with the weight ``general_weight``.
    """

    preset: str = "balanced"
    rank: int = 16
    alpha: float = 32.0
    targets: tuple[str, ...] = TARGETS
    last_layers: int = 0
    epochs: float = 4.0
    steps: int = 0
    least_steps: int = 100
    batch_tokens: int = 2_048
    part_tokens: int = 1_024
    context_length: int = 1_024
    learning_rate: float = 7e-4
    warmup: float = 0.06
    final_rate: float = 0.1
    weight_decay: float = 0.0
    clip: float = 1.0
    check_every: int = 0
    patience: int = 3
    seed: int = 1
    save_memory: bool | None = None
    keep_between_passes: bool = True
    threads: int = 0
    preference: bool = False
    preference_beta: float = 0.1
    word_dropout: float = 0.25
    general: float = 1.0
    general_weight: float = 5.0

    def checked(self) -> TrainingSettings:
        """This object, or BadParameter naming the first value outside its range."""
        for name, (low, high) in SETTING_RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:  # NaN is in no range
                raise BadParameter(name=name, value=f"{value:g}", allowed=f"{low:g} to {high:g}")
        wrong = [name for name in self.targets if name not in TARGETS]
        if wrong or not self.targets:
            named = ", ".join(wrong) or "nothing"
            raise BadParameter(name="targets", value=named, allowed=", ".join(TARGETS))
        return self

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"targets": list(self.targets)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TrainingSettings:
        """The inverse of to_json; unknown names are ignored, missing ones take their default."""
        known = {f.name for f in fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        if "targets" in kept:
            kept["targets"] = tuple(kept["targets"])
        return cls(**kept)


SETTING_RANGES: dict[str, tuple[float, float]] = {
    "rank": (1, 512),
    "alpha": (0.1, 4_096),
    "last_layers": (0, 1_000),
    "epochs": (0.05, 1_000),
    "steps": (0, 1_000_000),
    "least_steps": (1, 1_000_000),
    "batch_tokens": (16, 1_048_576),
    "part_tokens": (16, 131_072),
    "context_length": (16, 131_072),
    "learning_rate": (1e-8, 1.0),
    "warmup": (0.0, 0.9),
    "final_rate": (0.0, 1.0),
    "weight_decay": (0.0, 10.0),
    "clip": (0.001, 1_000),
    "check_every": (0, 100_000),
    "patience": (0, 1_000),
    "seed": (0, 2**31 - 1),
    "threads": (0, 512),
    "preference_beta": (0.001, 10.0),
    "word_dropout": (0.0, 0.9),
    "general": (0.0, 10.0),
    "general_weight": (0.0, 100.0),
}
"""Lowest and highest accepted value of each number, both included."""


def preset_settings(name: str, layers: int, width: int = 0) -> TrainingSettings:
    """The settings of a preset for a model of so many layers and so many numbers a token (0: unknown);
    ValueError for an unknown one.

    "quick" changes the last third of the layers (at least 8, all where there are fewer): enough for a first
    impression, and half as fast again; more than twice as fast where examples are met eight times or more
    (tuning/passes.py).
    """
    plain = replace(TrainingSettings(), preset=name, learning_rate=usual_rate(width))
    if name == "quick":
        last = max(8, layers // 3)
        return replace(
            plain,
            rank=8,
            alpha=16.0,
            last_layers=last if last < layers else 0,
            epochs=2.0,
            general=0.5,
        )
    if name == "balanced":
        return replace(plain, epochs=4.0, least_steps=300)
    if name == "thorough":
        return replace(plain, rank=32, alpha=64.0, epochs=8.0, least_steps=600, patience=4)
    raise ValueError(f"no preset {name}")


def usual_rate(width: int) -> float:
    """A learning rate for a model of this width: small models learn with larger ones. From 0.002 at 256,
    which the starter learns best with, to 0.00025 at 4,096, near the 0.0002 that is usual for adapters there
    (Dettmers et al. 2023, QLoRA, table 9)."""
    return round(2e-3 * float((256 / (width or 1_024)) ** 0.75), 6)


@dataclass(frozen=True, slots=True)
class TrainPoint:
    """One step: its loss in nats per token (mean over what was learnt from), the learning rate, and the
    tokens read in it (padding left out) in ``seconds`` of wall-clock. ``memory_bytes`` is the resident
    memory of the trainer, ``joules`` what the run took up to here (None: nothing here tells)."""

    step: int
    loss: float
    rate: float
    tokens: int
    seconds: float
    memory_bytes: int = 0
    joules: float | None = None


@dataclass(frozen=True, slots=True)
class HoldoutPoint:
    """The loss on the holdout after ``step`` steps (0: before training), in nats per token of the answers."""

    step: int
    loss: float
    best: bool = False


@dataclass(frozen=True, slots=True)
class SamplePoint:
    """What was answered to a chosen prompt after ``step`` steps; step -1 is the base itself."""

    step: int
    place: int
    prompt: str
    text: str


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What a probe on this machine foretells. ``seconds`` and ``memory_bytes`` of the whole run;
    ``tokens_per_second`` while training; ``steps`` in all, ``tokens`` are read in one pass over ``train``
    examples, the longest of which has ``longest``; ``holdout`` examples kept apart; ``cut`` of them were
    longer than the context. Steps after the first ``first_steps`` take ``later_part`` of the time of these
    (tuning/passes.py); 0: all are alike.

    Of the data set ``repeats`` examples say what another one says, and ``skipped`` ones can teach nothing.
    ``learnt_before`` are held out and were learnt from by an adapter that this run goes on from, or one
    inside its base, so that they are not read; ``start_unknown``: nobody here knows what that adapter had
    learnt."""

    seconds: float = 0.0
    memory_bytes: int = 0
    tokens_per_second: float = 0.0
    steps: int = 0
    tokens: int = 0
    longest: int = 0
    train: int = 0
    holdout: int = 0
    cut: int = 0
    pairs: int = 0
    save_memory: bool = False
    threads: int = 0
    first_steps: int = 0
    later_part: float = 1.0
    repeats: int = 0
    skipped: int = 0
    learnt_before: int = 0
    start_unknown: bool = False


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What came of a run. Losses are nats per token on the holdout, of the trainer's own; ``best_step`` is
    the step that was kept. ``energy_joules`` None: not measurable here. ``verdict`` is a TuningVerdict
    (domain/training_verdict.py) as JSON values, None until the model itself was asked; ``general_run`` is
    the suite run that asks both for their general ability, or empty. ``against_parent`` is the change on the
    holdout from the adapter that the run began with (before, after, low, high, tokens, examples)."""

    loss: float = 0.0
    holdout_before: float | None = None
    holdout_after: float | None = None
    best_step: int = 0
    steps: int = 0
    tokens: int = 0
    seconds: float = 0.0
    tokens_per_second: float = 0.0
    peak_memory_bytes: int = 0
    energy_joules: float | None = None
    energy_scope: str = ""
    stopped_early: bool = False
    verdict: Mapping[str, Any] | None = None
    general_run: str = ""
    against_parent: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """``model`` are the facts of the base as it was (id, name, path, sha256, architecture, quantisation,
    licence, layers). ``parent_id`` is the run whose adapter it began with. Times are seconds since 1970, UTC.
    """

    id: str
    name: str
    model: Mapping[str, Any]
    dataset_id: str
    version_id: str
    settings: TrainingSettings
    state: RunState = "preparing"
    error: str = ""
    parent_id: str = ""
    plan: TrainingPlan = TrainingPlan()
    result: TrainingResult | None = None
    step: int = 0
    steps: int = 0
    adapter_id: str = ""
    created: float = 0.0
    finished: float | None = None
    deleted: float | None = None

    @property
    def start_unknown(self) -> bool:
        """It began with an adapter, or a base with one inside, and nobody here knows what that had learnt."""
        began = self.result is not None and self.result.against_parent is not None
        return self.plan.start_unknown or (began and not self.parent_id)
