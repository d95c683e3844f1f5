"""Examples and data sets for tests."""

from __future__ import annotations

from typing import Any

from benchtop.domain.examples import Dataset, Example, Turn
from benchtop.store.database import Store


def example(number: int = 0, **changes: Any) -> Example:
    """A question with an answer, different by its number."""
    turns = (Turn("user", f"Question {number}?"), Turn("assistant", f"Answer {number}."))
    return Example(**{"turns": turns} | changes)


def filled(store: Store, count: int, **changes: Any) -> Dataset:
    """The data set "d" with the examples "e0", "e1" and so on."""
    store.datasets.put(Dataset(**{"id": "d", "name": "Mine"} | changes))
    store.examples.add("d", [example(number, id=f"e{number}") for number in range(count)])
    return store.datasets.get("d")
