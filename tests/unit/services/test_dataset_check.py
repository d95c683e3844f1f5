"""What is found in examples before a model learns from them, on the disk and in memory alike."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from benchtop.domain.examples import Example, Turn
from benchtop.services.dataset_check import CheckStopped, DatasetCheck, DatasetFindings
from benchtop.services.dataset_statistics import Spread
from unit.store.example_makers import example


def checked(
    examples: Iterable[Example], *, tokens: Mapping[str, int] | None = None, context: int = 0
) -> DatasetFindings:
    """What is found in them; ``tokens`` are lengths by the sum of an example."""
    with closing(DatasetCheck(context=context)) as check:
        for one in examples:
            check.take(one, tokens.get(one.sum, 0) if tokens else 0)
        return check.findings()


def test_trouble_is_found_where_it_is() -> None:
    long = "word " * 40
    same = Turn("user", f"Tell me all of {long} please"), Turn("assistant", f"All of {long}")
    near = Turn("user", f"Tell me all of {long} please!"), same[1]
    system = Turn("system", "Be brief. " * 50)
    examples = [
        example(0, turns=(system, *example(0).turns)),
        Example(same),
        Example((Turn("user", "Alone?"),)),
        Example(near, holdout=True),
        example(1, turns=(system, Turn("user", "My mail?"), Turn("assistant", "a.b@example.org"))),
        Example(same, included=False),
    ]
    found = checked(examples, tokens={examples[0].sum: 300, examples[1].sum: 100}, context=200)
    assert found.checked == 6
    assert found.problems == ((2, "does not end with an answer"),)
    assert found.exact == ((1, 5),)
    assert found.near == ((1, 3),)
    assert [(leak.train, leak.holdout) for leak in found.leaks] == [(1, 3)]
    assert found.personal == ((4, ("email",)),)
    assert found.too_long == ((0, 300),)
    assert not found.is_clean
    assert checked([]).is_clean
    # A long system prompt makes no two of them alike, and the same answer to another question no leak.
    others = [example(n, turns=(system, *example(n).turns)) for n in (0, 9)]
    assert checked(others).is_clean
    answer = Turn("assistant", long)
    asked = (Turn("user", "What is the password of our wifi at home?"), answer)
    other = (Turn("user", "Somebody wants to get on. How?"), answer)
    assert checked([Example(asked), Example(other, holdout=True)]).leaks == ()


def test_a_check_holds_no_examples_and_tells_how_far_it_is(tmp_path: Path) -> None:
    words = "The owl sat on barn {n} and {n} and looked for mice in field {n} of {m}. " * 150
    told: list[float] = []
    tracemalloc.start()
    with closing(DatasetCheck(tmp_path)) as check:
        for number in range(300):
            text = words.format(n=number % 280, m=number * 7)
            check.take(Example((Turn("user", f"Where {number}?"), Turn("assistant", text))))
        found = check.findings(told.append)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert check.words(7).startswith("Where 7?\nThe owl sat on barn 7")
        assert list(tmp_path.iterdir()) == []
    assert peak < found.checked * len(words) / 4
    assert found.checked == 300
    assert told == sorted(set(told))
    assert len(told) > 50


def test_tokens_of_examples_are_told() -> None:
    examples = [Example((Turn("user", f"{n}?"), Turn("assistant", "So."))) for n in range(4)]
    lengths = {one.sum: 10 * (n + 1) for n, one in enumerate(examples)}
    found = checked(examples, tokens=lengths, context=25)
    assert found.too_long == ((2, 30), (3, 40))
    assert found.tokens == Spread(10, 25.0, 40, 40, 100)
    assert checked(examples).tokens is None


@pytest.mark.parametrize("where", ["disk", "memory"])
@pytest.mark.parametrize("while_at", ["reading", "comparing"])
def test_a_check_is_ended_from_outside(tmp_path: Path, where: str, while_at: str) -> None:
    with closing(DatasetCheck(tmp_path if where == "disk" else None)) as check:

        def given() -> Iterator[Example]:
            for number in range(9):
                if while_at == "reading" and number == 5:
                    check.stop()
                yield example(number)

        def taken() -> None:
            for one in given():
                check.take(one)

        if while_at == "reading":
            with pytest.raises(CheckStopped):
                taken()
            assert check.checked == 5
        else:
            taken()
            told: list[float] = []

            def tell(fraction: float) -> None:
                told.append(fraction)
                check.stop()

            with pytest.raises(CheckStopped):
                check.findings(tell)
            assert len(told) == 1  # at the next reading


def test_the_same_is_found_on_the_disk_and_in_memory(tmp_path: Path) -> None:
    examples = [example(n % 5, holdout=n % 3 == 0) for n in range(12)]
    with closing(DatasetCheck(tmp_path)) as check:
        for one in examples:
            check.take(one)
        found = check.findings()
    assert found == checked(examples)
    assert found.exact
    assert found.leaks
