"""What the Result tab shows: plain data, filled by the wiring. Bytes, seconds, joules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from benchtop.domain.training import SamplePoint, TrainingRun
from benchtop.domain.training_verdict import TuningVerdict

Known = Literal["holdout", "train", "before", "unknown"]
"""What an answer proves: held out; learnt from; held out, and learnt from by an adapter that the run went on
from; held out, and nobody knows what that adapter had learnt."""
QUANTISATIONS = ("F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M")
"""What a merged model is offered in; the first changes nothing."""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A run that is over. ``verdict`` None: nobody judged yet; ``judging`` says in a sentence what is being
    measured for it, and ``trouble`` why it could not be.

    ``samples`` are the base's answers (step -1) and those of the best step; ``splits`` say of their prompts
    what they prove, of others nothing; ``earlier`` are the answers, by their prompts, of the adapter that the
    run began with. ``adapter`` is the path of the
    adapter's file, empty where nothing was kept; ``in_use``: it is attached in the conversation on show.
    ``rated_since`` counts what was rated or edited in chats since this run. ``parent`` is the adapter it
    began from: its name where it is ``parent_named``, else what became of it.
    """

    run: TrainingRun
    model_name: str = ""
    dataset_name: str = ""
    version_name: str = ""
    verdict: TuningVerdict | None = None
    judging: str = ""
    trouble: str = ""
    samples: tuple[SamplePoint, ...] = ()
    splits: Mapping[str, Known] = field(default_factory=dict)
    earlier: Mapping[str, str] = field(default_factory=dict)
    adapter: str = ""
    adapter_bytes: int = 0
    parent: str = ""
    parent_named: bool = False
    in_use: bool = False
    rated_since: int = 0
    price: float = 0.0
    currency: str = ""
