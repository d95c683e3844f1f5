"""What `benchtop chat` is given, checked before anything is opened, loaded or kept."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchtop.cli.common import named_as_option
from benchtop.domain.errors import AdapterFailed, BadParameter, FileUnreadable, SchemaInvalid
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import ModelFile
from benchtop.services.settings import RANGES

MOST_SCALE = 10.0
_NUMBERS = ("temperature", "top_k", "top_p", "min_p", "seed", "max_tokens", "logprobs")


def overrides_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """The sampling parameters that were given on the command line, and only those.

    Raises BadParameter with the option's name, SchemaInvalid, FileUnreadable.
    """
    given = {n: getattr(arguments, n) for n in _NUMBERS if getattr(arguments, n) is not None}
    if arguments.stop:
        given["stop"] = tuple(arguments.stop)
    if arguments.schema is not None:
        given["json_schema"] = _schema(arguments.schema)
    try:
        replace(SamplingParams(), **given).checked()
    except BadParameter as error:
        raise named_as_option(error) from error
    return given


def read_text(path: str) -> str:
    """A text file's content; raises FileUnreadable."""
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise FileUnreadable(path=path, detail=_reason(error)) from error


def read_input() -> str:
    """Everything that comes on the standard input; raises FileUnreadable."""
    if sys.stdin is None:
        raise FileUnreadable(path="The standard input", detail="it is closed")
    try:
        return sys.stdin.read()
    except (OSError, ValueError) as error:
        raise FileUnreadable(path="The standard input", detail=_reason(error)) from error


def adapter_of(text: str) -> AdapterUse:
    """FILE or FILE:SCALE; a colon inside a file's name is kept when no number follows it.

    Raises BadParameter for a scale that is not within -10 to 10, AdapterFailed for no file.
    """
    path, colon, after = text.rpartition(":")
    scale = 1.0
    try:
        scale = float(after) if colon and path else scale
    except ValueError:
        colon = ""
    if not colon or not path:
        path = text
    if not abs(scale) <= MOST_SCALE:  # NaN too
        raise BadParameter(
            name=f"the scale of --adapter {path}", value=after, allowed="-10 to 10, 1 as trained"
        )
    file = Path(path).expanduser().absolute()
    if not file.is_file():
        detail = "it is a folder" if file.is_dir() else "there is no such file"
        raise AdapterFailed(path=str(file), detail=detail)
    return AdapterUse(str(file), scale)


def context_of(tokens: int | None, model: ModelFile) -> int | None:
    """The context to load with, in tokens; raises BadParameter for what the model cannot take."""
    low, high = RANGES["context_length"]
    most = min(model.context_length or high, high)
    if tokens is not None and not min(low, most) <= tokens <= most:
        allowed = f"{min(low, most):,} to {most:,} for {model.name}"
        raise BadParameter(name="--context", value=tokens, allowed=allowed)
    return tokens


def _schema(path: str) -> str:
    text = read_text(path)
    try:
        value = json.loads(text)
    except ValueError as error:
        raise SchemaInvalid(detail=f"{path} is not JSON ({error})") from error
    except RecursionError as error:
        raise SchemaInvalid(detail=f"{path} is nested too deeply") from error
    if not isinstance(value, dict):
        raise SchemaInvalid(detail=f"{path} holds no object, such as {{“type”: “object”}}")
    return text


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return "it is not UTF-8 text" if isinstance(error, UnicodeError) else str(error)
