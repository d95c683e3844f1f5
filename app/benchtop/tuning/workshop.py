"""All that a training needs before its first step: a base with fresh adapters, and what it learns from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from benchtop.domain.errors import FileUnreadable
from benchtop.domain.teach_errors import TooFewExamples
from benchtop.domain.training import TrainingSettings
from benchtop.tuning.base_model import open_base
from benchtop.tuning.checkpoints import RunMark
from benchtop.tuning.packed import Unpacker
from benchtop.tuning.schedule import fitted
from benchtop.tuning.trainable_base import TrainableBase
from benchtop.tuning.training import lora_plan
from benchtop.tuning.training_set import TrainingSet, highest_token, read_training_set


@dataclass(frozen=True, slots=True)
class Workshop:
    """``settings`` as they fit the examples; ``asked`` is the sum of those that were asked for."""

    decoder: TrainableBase
    examples: TrainingSet
    settings: TrainingSettings
    threads: int
    device: str
    asked: str

    def mark(self, base_sha256: str) -> RunMark:
        """What a run with this is of."""
        return RunMark(base_sha256, self.examples.sum, self.asked)


def on_one_device(decoder: TrainableBase) -> str:
    """Put a decoder on the GPU where there is one; the name of where it computes."""
    if not torch.cuda.is_available():
        return "cpu"
    decoder.to_gpu(torch.device("cuda"), torch.bfloat16)
    return torch.cuda.get_device_name()


def usual_threads(settings: TrainingSettings) -> int:
    """As many as are asked for, or as torch thinks best."""
    return settings.threads or torch.get_num_threads()


def open_workshop(
    base: str,
    tokens: str,
    library: str,
    settings_text: str,
    *,
    threads_of: Callable[[TrainingSettings], int] = usual_threads,
    place: Callable[[TrainableBase], str] = on_one_device,
) -> Workshop:
    """Open the base at ``base`` and the examples at ``tokens``; see Probe and Train for the rest.

    Raises FileUnreadable, TooFewExamples, ModelNotTrainable and BadParameter.
    """
    settings = TrainingSettings.from_json(json.loads(settings_text)).checked()
    threads = threads_of(settings)
    torch.set_num_threads(threads)
    examples = read_training_set(Path(tokens))
    if not examples.train:
        detail = "none of its examples can be learnt from"
        raise TooFewExamples(dataset=Path(tokens).name, model=Path(base).name, detail=detail)
    settings = fitted(settings, [len(one.ids) for one in examples.train])
    torch.manual_seed(settings.seed)
    decoder = open_base(Path(base), _unpacker(library, threads))
    if highest_token(examples) >= decoder.vocabulary_size:
        detail = f"it holds tokens that {Path(base).name} does not know"
        raise FileUnreadable(path=tokens, detail=detail)
    decoder.keeps_little = bool(settings.save_memory)
    decoder.add_adapters(lora_plan(settings), settings.seed)
    settings = replace(settings, threads=threads)
    asked = hashlib.sha256(settings_text.encode("utf-8", "surrogatepass")).hexdigest()
    return Workshop(decoder, examples, settings, threads, place(decoder), asked)


def _unpacker(library: str, threads: int) -> Unpacker:
    try:
        return Unpacker(Path(library), threads)
    except OSError as error:
        raise FileUnreadable(path=library, detail=" ".join(str(error).split())) from error
