"""How a reply is asked for and what is known about it afterwards."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field, fields
from pathlib import PurePath
from typing import Any, Literal

from benchtop.domain.errors import BadParameter

StopReason = Literal["end", "length", "stop_string", "cancelled"]
TemplateUsed = Literal["model", "fallback", "none"]
"""Whose chat template made the prompt: the model's own, Benchtop's plain one, or no template."""


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """Everything that shapes the choice of the next token; defaults are the preset "Balanced".

    ``temperature`` 0 is greedy. ``top_k`` 0, ``top_p`` 1, ``min_p`` 0 and ``typical_p`` 1 are off;
    so are ``repeat_penalty`` 1, ``presence_penalty`` 0, ``frequency_penalty`` 0 and
    ``dry_multiplier`` 0. ``seed`` None takes a new one for each reply. ``max_tokens`` None goes on
    to the end of the context. ``logit_bias`` adds to the logit of each token id. ``json_schema`` is
    the text of a JSON schema the reply must satisfy. ``logprobs`` K asks for each token's
    log-probability and its K likeliest alternatives (0: the token's own only).
    """

    temperature: float = 0.7
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    typical_p: float = 1.0
    repeat_penalty: float = 1.0
    repeat_last_n: int = 64
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_last_n: int = -1
    seed: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    json_schema: str | None = None
    logprobs: int | None = None

    def checked(self) -> SamplingParams:
        """This object, or BadParameter naming the first value outside its range."""
        for name, (low, high) in PARAMETER_RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                allowed = f"{_shown(low)} to {_shown(high)}"
                raise BadParameter(name=name, value=_shown(value), allowed=allowed)
        if any(not text for text in self.stop):
            raise BadParameter(
                name="stop", value='""', allowed="a stop string has at least 1 letter"
            )
        return self

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON; token ids become strings, as JSON keys are."""
        values = asdict(self)
        values["stop"] = list(self.stop)
        values["logit_bias"] = {str(token): bias for token, bias in self.logit_bias.items()}
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> SamplingParams:
        """The inverse of to_json; unknown names are ignored, missing ones take their default.

        Raises TypeError or ValueError for a value of a wrong type; ranges are for checked().
        """
        kinds = {f.name: str(f.type) for f in fields(cls)}
        return cls(**{n: _typed(n, kinds[n], v) for n, v in values.items() if n in kinds})

    @classmethod
    def tolerant(cls, values: Mapping[str, Any]) -> tuple[SamplingParams, tuple[str, ...]]:
        """What is right in values from a file, and the names of the wrong ones, left out.

        Wrong is a value of another type or out of its range; its parameter takes the default.
        """
        right: dict[str, Any] = {}
        wrong: list[str] = []
        for name, value in values.items():
            try:
                cls.from_json({name: value}).checked()
            except (BadParameter, TypeError, ValueError):
                wrong.append(name)
            else:
                right[name] = value
        return cls.from_json(right), tuple(wrong)


def _shown(value: float) -> str:
    """A number as a person writes it: 4,294,967,294 and -1 rather than 4.29497e+09 and -1.0."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.15g}"


def _typed(name: str, kind: str, value: Any) -> Any:
    """A value from JSON as the field ``name`` of the annotated type ``kind`` holds it."""
    if name == "stop":
        if not isinstance(value, list | tuple) or not all(isinstance(t, str) for t in value):
            raise TypeError("stop is not a list of texts")
        return tuple(value)
    if name == "logit_bias":
        return {int(t): _number(name, "float", b) for t, b in dict(value).items()}
    if value is None and kind.endswith("| None"):
        return None
    if kind.startswith("str"):
        if not isinstance(value, str):
            raise TypeError(f"{name} is not text")
        return value
    return _number(name, kind, value)


def _number(name: str, kind: str, value: Any) -> float:
    """An int or a float by the annotated type; 5.0 is as good a 5 as any."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} is not a number")
    if not abs(value) <= sys.float_info.max:  # NaN, infinity, and whole numbers no float holds
        raise ValueError(f"{name} is not a finite number")
    if kind.startswith("float"):
        return float(value)
    if value != int(value):
        raise ValueError(f"{name} is not a whole number")
    return int(value)


PARAMETER_RANGES: dict[str, tuple[float, float]] = {
    "temperature": (0.0, 5.0),
    "top_k": (0, 100_000),
    "top_p": (0.0, 1.0),
    "min_p": (0.0, 1.0),
    "typical_p": (0.0, 1.0),
    "repeat_penalty": (0.1, 3.0),
    "repeat_last_n": (-1, 1_000_000),
    "presence_penalty": (-2.0, 2.0),
    "frequency_penalty": (-2.0, 2.0),
    "dry_multiplier": (0.0, 10.0),
    "dry_base": (1.0, 10.0),
    "dry_allowed_length": (0, 1_000),
    "dry_last_n": (-1, 1_000_000),
    "seed": (0, 2**32 - 2),
    "max_tokens": (1, 10_000_000),
    "logprobs": (0, 100),
}
"""Lowest and highest accepted value of each number, both included."""


@dataclass(frozen=True, slots=True)
class AdapterUse:
    """A LoRA adapter file and how strongly it is applied (1 as trained, 0 not at all). ``name`` is what
    people call it, where that was known: for the eye alone, two with another name are the same."""

    path: str
    scale: float = 1.0
    name: str = field(default="", compare=False)

    @property
    def shown(self) -> str:
        """Its name, else that of its file."""
        return self.name or PurePath(self.path).stem

    @property
    def kept(self) -> tuple[str | float, ...]:
        """All that is kept of it, its name too: what tells whether it is to be written anew."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """A token that could have come at one place, with its natural log-probability."""

    text: str
    logprob: float


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A token of a reply, its log-probability before sampling, and the likeliest alternatives."""

    text: str
    logprob: float
    top: tuple[TokenChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Timings:
    """What a reply cost. Seconds are wall-clock; ``cached_tokens`` of the prompt were not evaluated.

    ``first_token_seconds`` runs from the request's arrival in the worker to its first token.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    prompt_seconds: float = 0.0
    generation_seconds: float = 0.0
    first_token_seconds: float = 0.0

    @property
    def tokens_per_second(self) -> float:
        """Generated tokens over the seconds they took; 0 when nothing was generated."""
        if self.generation_seconds <= 0 or self.completion_tokens <= 0:
            return 0.0
        return self.completion_tokens / self.generation_seconds

    @property
    def was_read(self) -> bool:
        """Whether most of the prompt had been read before, which makes the first token come sooner."""
        return self.cached_tokens * 2 > self.prompt_tokens
