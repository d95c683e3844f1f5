"""Find the files of resources/ and models/, wherever Benchtop runs from.

Three places, tried in this order: a frozen program's folder, the data inside an installed wheel, the
source tree. Nothing else in Benchtop builds a path to a file it ships.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def _root() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen)
    package = Path(__file__).resolve().parent
    wheel = package / "_data"
    return wheel if wheel.is_dir() else package.parents[1]


def resource(*parts: str) -> Path:
    """The path of a file of ``resources/``, such as ``resource("icons", "chat.svg")``."""
    return _root().joinpath("resources", *parts)


def starter_model() -> Path:
    """The path of the starter model that comes with Benchtop."""
    return _root().joinpath("models", "starter", "starter.gguf")


def starter_sum() -> str:
    """The SHA-256 its file must have, in hexadecimal; empty where the installation lacks it."""
    try:
        text = _root().joinpath("models", "starter", "SHA256SUMS").read_text()
    except OSError:
        return ""
    return text.partition(" ")[0].strip()


def model_catalogue() -> Path:
    """The path of the catalogue of models that comes with Benchtop."""
    return _root().joinpath("models", "catalog.json")
