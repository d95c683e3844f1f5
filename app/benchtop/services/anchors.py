"""Prompts of general use and the base's own answers to them, which training is to leave as they are.

The answers are the base's at temperature 0. They are kept by the base's sum, so that a model is asked once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchtop.domain.errors import BenchtopError
from benchtop.domain.generation import SamplingParams
from benchtop.protocol.messages import ChatTurn, Generate
from benchtop.resources import resource
from benchtop.services.atomic_file import change_json, read_json
from benchtop.services.data_folder import DataFolder
from benchtop.services.measures import Step, Steps, expected, new_id
from benchtop.services.written import Written

ANSWER_TOKENS = 48
"""Of an answer only its beginning is held on to: it says what the rest will be."""
FEW, MANY = 50, 150
"""How many prompts the quick preset takes, and the others."""


def anchor_prompts(count: int) -> list[str]:
    """So many of the prompts that come with Benchtop, spread evenly over all of them."""
    text = resource("teaching", "anchor_prompts.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    step = max(1.0, len(lines) / count)
    return [lines[int(place * step)] for place in range(min(count, len(lines)))]


def kept_answers(folder: DataFolder, base_sha256: str) -> dict[str, str]:
    """What the base answered before; empty where nothing is kept or it cannot be read."""
    try:
        values = read_json(_file(folder, base_sha256))
    except BenchtopError:
        return {}
    return {k: v for k, v in values.items() if isinstance(v, str)}


def keep_answers(folder: DataFolder, base_sha256: str, answers: dict[str, str]) -> None:
    """Keep them for the next run; raises a StoreError."""
    path = _file(folder, base_sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    change_json(path, lambda known: {**known, **answers})


def anchor_steps(
    prompts: Sequence[str], known: dict[str, str], begins: float = 0.0, ends: float = 1.0
) -> Steps[dict[str, str]]:
    """The base's answers to those of ``prompts`` that are not ``known``."""
    missing = [prompt for prompt in prompts if prompt not in known]
    found: dict[str, str] = {}
    params = SamplingParams(temperature=0.0, max_tokens=ANSWER_TOKENS, seed=1)
    for place, prompt in enumerate(missing):
        at, then = (begins + (ends - begins) * n / len(missing) for n in (place, place + 1))
        request = Generate(new_id(), (ChatTurn("user", prompt),), params=params)
        found[prompt] = expected(Written, (yield Step(0, request, at, then))).text
    return found


def _file(folder: DataFolder, base_sha256: str) -> Path:
    return folder.training / f"anchors-{base_sha256[:16]}.json"
