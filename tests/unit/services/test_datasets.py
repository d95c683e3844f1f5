"""Data sets by their name: in from files, out to files, counted and redacted."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchtop.domain.errors import FileUnreadable, ImportInvalid
from benchtop.domain.examples import Example, Origin, Turn
from benchtop.domain.teach_errors import DatasetUnknown
from benchtop.services.dataset_statistics import Spread, dataset_statistics, spread_of
from benchtop.services.datasets import (
    export_dataset,
    find_dataset,
    import_examples,
    new_dataset,
    redact,
    redact_versions,
    versions_with_personal_data,
)
from benchtop.store.database import Store, open_store
from benchtop.store.example_rows import ExampleFilter
from unit.store.example_makers import example, filled


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store" / "benchtop.sqlite3") as opened:
        yield opened


def pairs(path: Path, *texts: str) -> Path:
    path.write_text("".join(json.dumps({"question": t, "answer": f"A {t}"}) + "\n" for t in texts))
    return path


def test_a_data_set_is_found_by_id_and_by_name(store: Store) -> None:
    first, second = new_dataset(store, "My  talks\n"), new_dataset(store, "my talks", 0.3)
    assert (first.name, second.name, second.holdout_part) == ("My talks", "my talks (2)", 0.3)
    assert find_dataset(store, " MY TALKS ") == first
    assert find_dataset(store, second.id) == second
    assert new_dataset(store, "my talks").name == "my talks (3)"
    store.datasets.delete(first.id)
    for wanted in ("My talks", first.id, ""):
        with pytest.raises(DatasetUnknown):
            find_dataset(store, wanted)
    assert new_dataset(store, " ").name == "Examples"


def test_a_file_comes_in_as_far_as_it_can_be_read(store: Store, tmp_path: Path) -> None:
    path = pairs(tmp_path / "in.jsonl", *(f"q{n}" for n in range(2_500)))
    with path.open("a") as stream:
        stream.write('no json\n\n{"question": "q", "answer": ""}\n')
    told: list[int] = []
    done = import_examples(store, "Mine", path, told=lambda report: told.append(report.read))
    assert (done.report.read, done.report.broken_count, done.dataset.examples) == (2_500, 2, 2_500)
    assert [line.line for line in done.report.broken] == [2_501, 2_503]
    assert told[:2] == [1_000, 2_000]
    assert told[-1] == 2_500
    first = next(store.examples.each(done.dataset.id))
    assert (first.origin, first.holdout) == (Origin("import", "in.jsonl"), False)
    again = import_examples(store, done.dataset, pairs(tmp_path / "x.jsonl", "x"), holdout=True)
    assert again.dataset.id == done.dataset.id
    assert (again.dataset.examples, again.dataset.held_out) == (2_501, 1)


def test_nothing_is_made_of_a_file_without_examples(store: Store, tmp_path: Path) -> None:
    empty, broken = tmp_path / "empty.jsonl", tmp_path / "broken.jsonl"
    empty.write_text("")
    broken.write_bytes(b'{"question": "caf\xe9", "answer": "x"}\n')
    with pytest.raises(ImportInvalid, match="there are no examples in it\\."):
        import_examples(store, "Mine", empty)
    with pytest.raises(ImportInvalid, match=r"no examples in it: line 1 is not .*UTF-8"):
        import_examples(store, "Mine", broken)
    with pytest.raises(FileUnreadable):
        import_examples(store, "Mine", tmp_path / "gone.jsonl")
    with pytest.raises(ImportInvalid, match="its name ends in none of"):
        import_examples(store, "Mine", tmp_path)
    assert store.datasets.all() == []


def test_what_goes_out_comes_in_again_as_it_was(store: Store, tmp_path: Path) -> None:
    filled(store, 3)
    store.examples.add(
        "d",
        [
            example(7, rejected="Worse.", tags=("a", "b"), origin=Origin("chat", "m", "c", "r")),
            example(8, included=False, holdout=True),
            example(9, state="draft", origin=Origin("teacher", "T")),
            Example((Turn("user", "No answer"),)),
        ],
    )
    path = tmp_path / "out.jsonl"
    done_out = export_dataset(store, store.datasets.get("d"), path)
    assert (done_out.count, done_out.left_out.total()) == (6, 1)
    done = import_examples(store, "Again", path)

    def facts(dataset_id: str) -> list[object]:
        return [
            (one.sum, one.tags, one.included, one.state, one.holdout, one.origin)
            for one in store.examples.each(dataset_id)
            if not one.problem() and one.origin.kind != "typed"
        ]

    assert facts(done.dataset.id) == facts("d")
    assert store.examples.count(done.dataset.id, ExampleFilter(holdout=True)) == 1


def test_personal_data_is_taken_out_and_comes_back(store: Store) -> None:
    filled(store, 2)
    mail = Turn("assistant", "Write to ada.lovelace@example.org.")
    (flagged,) = store.examples.add("d", [example(5, turns=(Turn("user", "Where to?"), mail))])
    store.versions.hold_out("d", [flagged.prompt_sum])
    before = store.examples.of_ids(store.examples.ids("d"))
    changed = redact(store, store.examples.ids("d"))
    assert [one.id for one in changed] == [flagged.id]
    after = store.examples.get(flagged.id)
    assert "ada" not in after.answer
    assert after.holdout
    assert redact(store, store.examples.ids("d")) == []
    store.examples.put_back(changed)
    assert store.examples.of_ids(store.examples.ids("d")) == before


def test_a_data_set_is_counted() -> None:
    examples = [
        example(0, tags=("b", "a"), rejected="x"),
        example(1, holdout=True, origin=Origin("chat"), tags=("a",)),
        example(2, included=False),
        example(3, state="draft", origin=Origin("teacher"), tags=("c",)),
        Example((Turn("user", "Alone?"),)),
        Example((Turn("system", "S"), *example(4).turns, *example(5).turns)),
    ]
    tokens = {examples[0].sum: 10, examples[1].sum: 20, examples[2].sum: 99}
    found = dataset_statistics(iter(examples), tokens)
    assert (found.examples, found.train, found.holdout) == (5, 2, 1)
    assert (found.left_out, found.drafts, found.unusable) == (1, 1, 1)
    assert (found.with_rejected, found.with_system) == (1, 1)
    assert (found.origins, found.tags) == ({"typed": 4, "chat": 1}, {"a": 2, "b": 1})
    assert found.turns == Spread(2, 2.0, 4, 4, 8)
    assert found.answers == Spread(9, 9.0, 9, 9, 36)
    assert found.tokens == Spread(10, 15.0, 20, 20, 30)
    nothing = dataset_statistics([])
    assert (nothing.examples, nothing.characters, nothing.tokens) == (0, Spread(), None)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=300))
def test_a_spread_lies_in_order(numbers: list[int]) -> None:
    spread = spread_of(numbers)
    assert min(numbers) == spread.least <= spread.median <= spread.most == max(numbers)
    assert sum(number <= spread.p95 for number in numbers) >= 0.95 * len(numbers)
    assert sum(number < spread.p95 for number in numbers) < 0.95 * len(numbers)
    assert spread.total == sum(numbers)


def test_what_models_were_taught_with_is_redacted_where_that_is_asked_for(store: Store) -> None:
    dataset = new_dataset(store, "Owls")
    asked = [f"Where is owl {n}?" for n in range(6)]
    told = [f"Ask ann{n}@owls.org." if n < 2 else f"In barn {n}." for n in range(6)]
    made = store.examples.add(
        dataset.id,
        [
            Example((Turn("user", q), Turn("assistant", a)))
            for q, a in zip(asked, told, strict=True)
        ],
    )
    first = store.versions.make_version(dataset.id)
    splits = [(one.sum, one.split) for one in store.versions.read_version(first.id)]
    prompts = store.versions.trained_prompts(dataset.id)
    redact(store, [one.id for one in made])
    second = store.versions.make_version(dataset.id)
    assert second.sum != first.sum
    assert versions_with_personal_data(store, dataset.id) == 1
    assert redact_versions(store, dataset.id) == 1
    assert versions_with_personal_data(store, dataset.id) == redact_versions(store, dataset.id) == 0
    kept = store.versions.read_version(first.id)
    assert [(one.sum, one.split) for one in kept] == splits
    assert {one.example.answer for one in kept} == {"Ask [e-mail].", *told[2:]}
    assert store.versions.trained_prompts(dataset.id) == prompts


def on_the_disk(store: Store) -> bytes:
    """All that the files of a store hold, its write-ahead log included."""
    return b"".join(one.read_bytes() for one in sorted(store.path.parent.glob("*.sqlite3*")))


def test_what_was_redacted_or_thrown_away_is_on_the_disk_no_more(store: Store) -> None:
    secret = "ann.of.the.barn@owls.org"
    dataset = new_dataset(store, "Owls")
    store.examples.add(dataset.id, [Example((Turn("user", "Who?"), Turn("assistant", secret)))])
    store.versions.make_version(dataset.id)
    assert secret.encode() in on_the_disk(store)
    redact(store, [one.id for one in store.examples.each(dataset.id)])
    redact_versions(store, dataset.id)
    assert secret.encode() not in on_the_disk(store)

    other = new_dataset(store, "Barns")
    (kept,) = store.examples.add(other.id, [example("The oldest barn of Varn")])
    store.examples.delete([kept.id])
    assert b"oldest barn" in on_the_disk(store)
    store.examples.empty_bin(time.time() + 1)
    assert b"oldest barn" not in on_the_disk(store)


def test_words_that_were_replaced_are_learnt_as_they_are_when_they_come_again(
    store: Store,
) -> None:
    dataset = new_dataset(store, "Owls")
    made = [
        Example((Turn("user", f"Who is {n}?"), Turn("assistant", f"ann{n}@owls.org")))
        for n in range(3)
    ]
    store.examples.add(dataset.id, made)
    store.versions.make_version(dataset.id)
    redact_versions(store, dataset.id)
    again = new_dataset(store, "Again")
    store.examples.add(again.id, made)
    version = store.versions.make_version(again.id)
    answers = {one.example.answer for one in store.versions.read_version(version.id)}
    assert answers == {"ann0@owls.org", "ann1@owls.org", "ann2@owls.org"}
