"""A look through a data set: what the check of the commands finds, with the numbers beside it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from benchtop.domain.examples import Example, Origin, Turn
from benchtop.services.dataset_check import CheckStopped, DatasetCheck
from benchtop.ui.teach.data_look import Look
from benchtop.ui.teach.data_reading import changes_of

WORDS = [
    "owl",
    "barn",
    "night",
    "vole",
    "tower",
    "feather",
    "mouse",
    "wing",
    "quiet",
    "tree",
    "moon",
    "field",
    "hedge",
    "beak",
    "claw",
]


def some_examples(count: int = 120) -> list[Example]:
    """Some alike, some personal, some that teach nothing, a part held out."""
    rng = random.Random(7)
    made = []
    for number in range(count):
        question = " ".join(rng.choices(WORDS, k=14)) + "?"
        answer = " ".join(rng.choices(WORDS, k=24))
        if number % 10 == 3:
            question, answer = made[-3].turns[-2].content, made[-3].answer + " indeed"
        if number % 9 == 4:
            answer += f" Write to ann{number}@owls.org."
        turns = [Turn("user", question), Turn("assistant", "" if number % 17 == 5 else answer)]
        if number % 4 == 0:
            turns.insert(0, Turn("system", "You know owls."))
        made.append(
            Example(
                tuple(turns),
                tags=("night",) if number % 2 else (),
                origin=Origin("import", "owls.csv") if number % 3 else Origin(),
                included=number % 13 != 6,
                state="draft" if number % 19 == 7 else "kept",
                holdout=number % 5 == 0,
                id=f"e{number}",
            )
        )
    return made


def test_it_tells_by_ids_what_the_check_tells_by_places() -> None:
    examples = some_examples()
    look, check = Look(), DatasetCheck()
    look.take(iter(examples))
    for one in examples:
        check.take(one)
    found, checked = look.findings("owls"), check.findings()
    ids = [one.id for one in examples]
    assert found.problems == {ids[place] for place, _why in checked.problems}
    assert dict(found.personal) == {ids[place]: kinds for place, kinds in checked.personal}
    alike = {ids[place] for group in (*checked.exact, *checked.near) for place in group}
    alike |= {ids[place] for leak in checked.leaks for place in (leak.train, leak.holdout)}
    left_out = {one.id for one in examples if not one.included}
    assert set(found.alike) == alike - left_out - {"e113"}  # which only looked like one of these
    assert found.problems
    assert found.personal
    assert found.alike


def test_the_numbers_are_those_of_what_was_accepted() -> None:
    examples = some_examples()
    kept = [one for one in examples if one.state == "kept"]
    look = Look()
    look.take(examples)
    numbers = look.findings("owls").statistics
    assert sum(numbers.counts) == len(kept) < len(examples)
    assert numbers.longest == max(one.characters for one in kept)
    assert numbers.edges[-1] >= numbers.longest
    assert dict(numbers.origins)["owls.csv"] == sum(one.origin.kind == "import" for one in kept)
    assert Look().findings("none").statistics.counts == ()


@pytest.mark.parametrize("while_at", ["reading", "comparing"])
def test_a_look_is_ended_from_outside(while_at: str) -> None:
    examples, look = some_examples(), Look()
    if while_at == "reading":

        def given() -> list[Example]:
            for number, one in enumerate(examples):
                if number == 5:
                    look.stop()
                yield one

        with pytest.raises(CheckStopped):
            look.take(given())
    else:
        look.take(examples)
        look.stop()
        with pytest.raises(CheckStopped):
            look.findings("owls")


def test_places_before_and_after_are_those_of_the_stand_ins() -> None:
    text = "Ring +44 20 7946 0958 or ann@owls.org, [not] bob@owls.org; then ann@owls.org."
    made = Example((Turn("user", "How?"), Turn("assistant", text)), id="e")
    (change,) = changes_of(made)
    assert [change.before[a:b] for a, b in change.places] == [
        "+44 20 7946 0958",
        "ann@owls.org",
        "bob@owls.org",
        "ann@owls.org",
    ]
    assert [change.after[a:b] for a, b in change.new_places] == [
        "[phone number]",
        "[e-mail 1]",
        "[e-mail 2]",
        "[e-mail 1]",
    ]
    assert changes_of(replace(made, turns=(Turn("user", "How?"), Turn("assistant", "So.")))) == []
