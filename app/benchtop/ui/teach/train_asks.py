"""Questions of a data set to ask while a model learns: of what will be held out first, for it proves more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from benchtop.domain.examples import Dataset, Example, Split
from benchtop.domain.holdout import LearntBefore, choose_holdout, inner_prompt_sums
from benchtop.ui.teach.train_rows import PROMPTS

if TYPE_CHECKING:
    from benchtop.store.database import Store


def planned_holdout(store: Store, dataset: Dataset, examples: Iterable[Example]) -> set[str]:
    """The sums of the prompts of ``examples`` that are held out, or will be once a run begins: that is when
    they are chosen, and always in the same way. ``examples`` are all that can be learnt from."""
    prompts = {one.prompt_sum: inner_prompt_sums(one) for one in examples if not one.problem()}
    frozen = store.versions.held_out(dataset.id)
    trained = store.versions.trained_prompts(dataset.id)
    return frozen | choose_holdout(prompts, frozen, dataset.holdout_part, trained)


def questions(examples: Iterable[Example], held: set[str]) -> tuple[tuple[str, ...], int]:
    """Questions to ask, and how many of them, the first ones, are held out. No two have the same answer: of
    several wordings of one question the first is asked."""
    found: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for one in examples:
        question = question_of(one)
        if question:
            kind = one.holdout or one.prompt_sum in held
            found[kind].setdefault(one.answer.strip(), question)
    asked = dict.fromkeys(list(found[True].values())[:PROMPTS])
    count = len(asked)
    for answer, question in found[False].items():
        if len(asked) < PROMPTS and answer not in found[True]:
            asked.setdefault(question)
    return tuple(asked), count


def asked_splits(store: Store, version_id: str, prompts: Iterable[str]) -> dict[str, Split]:
    """Which of these prompts a version holds out, and which it learns from; those that it has not are left
    out. Reads all of the version. Raises StoreError for an unknown one."""
    wanted = {" ".join(one.split()) for one in prompts}
    found: dict[str, Split] = {}
    for entry in store.versions.read_version(version_id) if wanted else ():
        question = question_of(entry.example)
        if question in wanted:  # learnt under another system prompt is learnt
            found[question] = "train" if found.get(question) == "train" else entry.split
    return found


def held_question(
    store: Store, version_id: str, place: int, before: LearntBefore | None = None
) -> str:
    """A question that a version holds out and that was not learnt from ``before``, another one for each
    ``place``; empty where there is none. Raises StoreError for an unknown version."""
    found = [
        question_of(one.example)
        for one in store.versions.read_version(version_id)
        if one.split == "holdout" and not (before and before.holds(one.example, one.sum))
    ]
    asked = [one for one in dict.fromkeys(found) if one]
    return asked[place % len(asked)] if asked else ""


def question_of(example: Example) -> str:
    """What an example of one question asks, in one line; empty for others."""
    asked = [one.content for one in example.prompt if one.role != "system"]
    return " ".join(asked[0].split()) if len(asked) == 1 else ""
