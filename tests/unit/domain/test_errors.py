from __future__ import annotations

import pickle
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchtop.domain import errors
from benchtop.domain.errors import BenchtopError, StoreFull, error_kinds, families, rebuild_error

FAMILIES = [one.__name__ for one in families()]
KINDS = sorted(error_kinds().values(), key=lambda kind: kind.__name__)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def facts_of(kind: type[BenchtopError]) -> dict[str, str | int | float]:
    """A fact of the right sort for each name in the sentence."""
    return {
        name: 12_345 if spec else f"a {name}"
        for _, name, spec, _ in string.Formatter().parse(kind.sentence)
        if name
    }


@each_kind
def test_a_sentence_can_be_filled_and_is_one(kind: type[BenchtopError]) -> None:
    facts = facts_of(kind)
    sentence = str(kind(**facts))
    assert all(
        str(f"{fact:,}" if isinstance(fact, int) else fact) in sentence for fact in facts.values()
    )
    assert "{" not in sentence
    assert not re.search(r"\s\s|\n| [.,:] ", sentence)
    # A sentence that is all detail takes the detail's own full stop.
    assert sentence.endswith(".") or kind.sentence.endswith("{detail}")


@each_kind
def test_an_error_crosses_the_wire_whole(kind: type[BenchtopError]) -> None:
    error = kind(**facts_of(kind))
    again = rebuild_error(kind.__name__, dict(error.facts))
    assert type(again) is kind
    assert again.facts == error.facts
    assert str(again) == str(error)


@each_kind
def test_every_error_stands_in_the_tree_at_the_top_of_the_file(kind: type[BenchtopError]) -> None:
    assert kind.__module__ in {errors.__name__, *FAMILIES}
    tree = sys.modules[kind.__module__].__doc__
    assert tree is not None
    assert re.search(rf"[├└]── {kind.__name__}\b|^ *{kind.__name__}$", tree, re.MULTILINE)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_process_that_knows_no_family_is_sent_its_errors_whole(family: str) -> None:
    kind = next(one for one in KINDS if one.__module__ == family)
    program = (
        "import sys; from benchtop.domain.errors import rebuild_error;"
        f" assert {family!r} not in sys.modules;"
        f" print(type(rebuild_error({kind.__name__!r}, {facts_of(kind)!r})).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [kind.__name__]


def test_every_module_of_errors_is_a_family() -> None:
    folder = Path(errors.__file__).parent
    found = {f"benchtop.domain.{path.stem}" for path in folder.glob("*_errors.py")}
    assert found == set(FAMILIES)


def test_errors_are_told_apart_by_one_name_each() -> None:
    assert len(KINDS) == len({kind.__name__ for kind in KINDS})
    assert error_kinds()["StoreFull"] is StoreFull
    assert set(BenchtopError.__subclasses__()) < set(KINDS)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("NoSuchError", {"path": "x"}),
        ("StoreFull", {}),
        ("GgufTruncated", {"path": "x", "have": "many", "need": 2}),
        ("BenchtopError", {"self": "x"}),
        ("ContextFull", {"need": None, "context": 1}),
        ("", {}),
    ],
)
def test_what_cannot_be_rebuilt_is_still_an_error_that_says_all(
    kind: str, facts: dict[str, str]
) -> None:
    error = rebuild_error(kind, facts)
    assert type(error) is BenchtopError
    assert kind in str(error)
    assert all(name in str(error) for name in facts)


@given(
    st.sampled_from([*(kind.__name__ for kind in KINDS), "Unknown"]),
    st.dictionaries(
        st.sampled_from(["path", "detail", "have", "need", "role", "self", "{", ""]),
        st.text() | st.integers() | st.floats() | st.none() | st.lists(st.none()),
    ),
)
def test_rebuilding_never_raises(kind: str, facts: dict[str, str]) -> None:
    assert isinstance(rebuild_error(kind, facts), BenchtopError)


def test_braces_in_a_fact_are_only_text() -> None:
    assert "{path}" in str(StoreFull(path="{path} {0} {x.__class__}"))


def test_a_fact_too_many_is_kept_and_does_no_harm() -> None:
    error = StoreFull(path="x", errno=28)
    assert error.facts == {"path": "x", "errno": 28}
    assert isinstance(error, errors.StoreError)
    with pytest.raises((TypeError, KeyError)):  # they cross processes by rebuild_error, not so
        pickle.loads(pickle.dumps(error))
