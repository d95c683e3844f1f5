"""Data sets and examples as the Data tab gets them, and an owner that answers from memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from benchtop.domain.examples import Dataset, Example, Origin, Turn
from benchtop.ui.teach.data_rows import ExampleRow, Health, Statistics
from benchtop.ui.teach.data_view import DataView

QUESTIONS = (
    ("Where do barn owls sleep?", "In barns, hollow trees and old towers, by day."),
    ("What does an owl eat?", "Voles, mice and shrews; a pair takes thousands in a year."),
    ("Can owls turn their heads all the way round?", "Almost: about 270 degrees."),
    ("How do I write to the keeper?", "Write to ann.keeper@owls.example or ring +44 20 7946 0958."),
    ("Why are owls silent in flight?", "The edges of their feathers break the air up."),
)
ORIGINS = (
    Origin("chat", "starter", "c1", "m1"),
    Origin("typed"),
    Origin("import", "owls.jsonl"),
    Origin("teacher", "Qwen3 8B"),
)


def dataset(one: str = "owls", name: str = "Owls", **values: object) -> Dataset:
    """A data set of 120 examples."""
    counts = {"examples": 120, "included": 117, "held_out": 18, "drafts": 3}
    return replace(Dataset(one, name, **counts), **values)


def row(number: int, **values: object) -> ExampleRow:
    """The head of the example of a number; some of them have something to say."""
    question, answer = QUESTIONS[number % len(QUESTIONS)]
    made = ExampleRow(
        f"e{number}",
        question,
        answer,
        ORIGINS[number % 4],
        ("owls", "birds") if number % 3 == 0 else (),
        40 + 17 * (number % 40),
        holdout=number % 7 == 2,
        is_draft=number % 4 == 3 and number < 12,
        included=number % 11 != 6,
        personal=1 if number % 5 == 3 else 0,
        alike=2 if number in {5, 10} else 0,
    )
    return replace(made, **values)


def example(number: int, **values: object) -> Example:
    """The example of row()."""
    head = row(number)
    made = Example(
        (Turn("user", head.question), Turn("assistant", head.answer)),
        tags=head.tags,
        origin=head.origin,
        included=head.included,
        state="draft" if head.is_draft else "kept",
        holdout=head.holdout,
        id=head.id,
        dataset_id="owls",
    )
    return replace(made, **values)


HEALTH = Health(120, 18, 3, 3, 3, 2)
STATISTICS = Statistics(
    (4, 18, 31, 26, 17, 11, 6, 4, 2, 1),
    (40, 110, 180, 250, 320, 390, 460, 530, 600, 670, 740),
    shortest=40,
    median=233,
    longest=738,
    turns=(2, 4),
    rejected=6,
    origins=(("chat", 61), ("owls.jsonl", 40), ("typed", 16), ("Qwen3 8B", 3)),
    tags=(("owls", 40), ("birds", 12)),
)


class MemoryOwner:
    """Answers a DataView from memory, at once."""

    def __init__(self, view: DataView, count: int = 120) -> None:
        self.view, self.pages = view, 0
        self.ids = [f"e{number}" for number in range(count)]
        self.rows: dict[str, ExampleRow] = {}
        """Rows that are others than row() makes them."""
        view.page_wanted.connect(self._page)
        view.example_wanted.connect(lambda one: view.set_example(example(int(one[1:]))))

    def fill(self) -> None:
        """Show everything."""
        self.view.set_datasets([dataset(), dataset("facts", "House rules", drafts=0, examples=40)])
        self.view.set_health(HEALTH)
        self.view.set_tags(["birds", "owls"])
        self.view.set_ids(self.ids)

    def made(self, ids: Iterable[str]) -> list[ExampleRow]:
        """The rows of these."""
        return [self.rows.get(one) or row(int(one[1:])) for one in ids]

    def _page(self, page: int, ids: list[str]) -> None:
        self.pages += 1
        self.view.table.rows.put_rows(page, self.made(ids))
