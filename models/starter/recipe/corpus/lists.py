"""Reads the lists of `text/lists.txt` that the code draws from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

TEXT = Path(__file__).resolve().parent / "text"


@cache
def _all() -> dict[str, tuple[str, ...]]:
    found = {}
    for line in (TEXT / "lists.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, items = line.partition(" = ")
            found[name] = tuple(items.split(" | "))
    return found


def phrases(name: str) -> tuple[str, ...]:
    """One list, in the file's order."""
    return _all()[name]
