"""What the Train tab counts and says: repeats, large data sets, the time left, how long was trained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import WorkerDied
from benchtop.domain.examples import Dataset, Example, Turn
from benchtop.domain.training import HoldoutPoint, preset_settings
from benchtop.services.datasets import new_dataset
from benchtop.store.database import Store, open_store
from benchtop.ui.teach import train_reading
from benchtop.ui.teach.run_texts import figures_of, length_words, state_words, title_of
from benchtop.ui.teach.train_news import TrainNews
from benchtop.ui.teach.train_reading import read_facts
from benchtop.ui.teach.train_rows import AdapterChoice, Forecast
from benchtop.ui.teach.train_texts import counts_words, summary_words, warnings_of
from benchtop.ui.teach.train_view import TrainView
from benchtop.ui.widgets.info_bar import InfoBar
from ui.teach.teach_makers import a_dataset, a_live, a_run, train_points
from ui.teach.train_kit import measured_view, words


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.db") as made:
        yield made


@pytest.fixture
def view(show: Callable[..., TrainView]) -> TrainView:
    return show(measured_view())


def dataset_with(store: Store, pairs: list[tuple[str, str]]) -> Dataset:
    made = new_dataset(store, "Doors")
    store.examples.add(
        made.id, [Example((Turn("user", asked), Turn("assistant", said))) for asked, said in pairs]
    )
    return store.datasets.get(made.id)


def test_what_repeats_others_is_counted_as_a_run_counts_it(store: Store) -> None:
    pairs = [(f"Which door is {n}?", f"Door {n}.") for n in range(20)]
    dataset = dataset_with(store, [*pairs, *pairs, *pairs[:5], ("", "Nobody asked.")])
    (choice,) = read_facts(store, ()).datasets
    version = store.versions.make_version(dataset.id)
    assert choice.learnt == version.train
    assert choice.dataset.held_out - choice.held_repeats == version.holdout
    assert choice.repeats == choice.train - 1 - version.train > 0
    assert choice.faulty == 1
    said = counts_words(choice)
    assert f"of which {choice.repeats} repeat others and 1 teaches nothing as it is" in said
    assert said.endswith(
        f": {version.train} are learnt from; {version.holdout} held out for the test at the end"
    )


def test_repeats_are_told_in_the_line_by_start() -> None:
    choice = a_dataset(included=83, held_out=6, repeats=40)
    assert counts_words(choice) == (
        "77 to learn from, of which 40 repeat others: 37 are learnt from; "
        "6 held out for the test at the end"
    )
    assert summary_words("starter", choice, "", Forecast()).startswith(
        "starter learns from 37 examples of “Shed and garden” (77, of which 40 repeat others). "
    )
    plain = summary_words("starter", a_dataset(), "Facts (2)", Forecast())
    assert plain.startswith(
        "starter learns from 39 examples of “Shed and garden”, and goes on from “Facts (2)”. "
    )


def test_nothing_but_faults_is_nothing_to_learn_from(view: TrainView) -> None:
    choice = a_dataset(included=4, held_out=1, faulty=3)
    assert [one.key for one in warnings_of(choice)] == ["empty"]
    view.set_datasets([choice])
    assert words(view, "train.summary") == "The data set holds nothing to learn from."


def test_of_a_large_set_nothing_is_said_that_nobody_knows(
    store: Store, monkeypatch: pytest.MonkeyPatch, view: TrainView
) -> None:
    monkeypatch.setattr(train_reading, "MOST_LOOKED_AT", 4)
    said = [(f"Which door is {n}?", f"Write to ada{n}@example.org") for n in range(9)]
    dataset_with(store, said)
    (choice,) = read_facts(store, ()).datasets
    assert (choice.split_known, choice.looked_at, len(choice.prompts)) == (False, 4, 3)
    view.set_datasets([choice])
    assert [words(view, f"train.prompt.{n}.kind") for n in (1, 2, 3)] == ["", "", ""]
    (caution,) = (one for one in warnings_of(choice) if one.key == "personal")
    assert caution.text.startswith("Of the first 4 examples 4 hold what looks like personal data")
    assert "the others were not looked through" in caution.text
    assert "Only the first 4 were looked through" in counts_words(replace(choice, personal=0))
    view.set_datasets([replace(choice, split_known=True, held_prompts=1)])
    kinds = [words(view, f"train.prompt.{n}.kind") for n in (1, 2, 3)]
    assert kinds == ["held out", "learnt from", "learnt from"]


def test_an_adapter_says_its_rank_in_words(store: Store) -> None:
    view = measured_view()
    view.set_adapters([AdapterChoice("ad1", "Facts", "smol", "rank 32")], "ad1")
    assert "goes on from “Facts”" in words(view, "train.summary")
    view.deleteLater()


def test_the_time_left_ends_where_training_gives_up() -> None:
    holdout = [HoldoutPoint(50 * n, loss) for n, loss in enumerate((3.0, 2.0, 1.5, 1.6, 1.7, 1.8))]
    patient = replace(a_run().settings, patience=5)
    run = a_run(step=344, steps=600, settings=patient)
    live = a_live(run)
    assert "stops at step 350 " in state_words(live, [*holdout, HoldoutPoint(300, 1.9)])

    def left(points: list[HoldoutPoint]) -> str:
        found = figures_of(live, train_points(344), points)
        return {one.key: one.value for one in found}["left"]

    assert left(holdout[:3]) == "3 to 5 minutes", "it gets better: to the last step"
    assert left([*holdout, HoldoutPoint(300, 1.9)]) == "5 seconds"
    late = replace(run, settings=replace(run.settings, patience=500))
    far = figures_of(a_live(late), train_points(344), holdout)
    assert {one.key: one.value for one in far}["left"] == "3 to 5 minutes", (
        "never past the last step"
    )


def test_the_title_waits_for_the_name_of_the_data_set() -> None:
    assert title_of(a_live(model_name="starter", dataset_name="")) == "starter learns"
    assert title_of(a_live(model_name="starter", dataset_name="Doors")) == "starter learns “Doors”"


def test_few_examples_are_met_more_often_than_the_passes_that_are_set() -> None:
    thorough = preset_settings("thorough", 30)
    assert length_words(a_run(settings=thorough, steps=600)) == "600 steps, at least 8 passes"
    assert length_words(a_run(settings=thorough, steps=2_400)) == "8 passes"
    assert length_words(a_run(settings=replace(thorough, steps=12), steps=12)) == "12 steps"
    assert length_words(a_run(settings=replace(thorough, epochs=1.0), steps=900)) == "1 pass"


def died(**facts: bool | str) -> WorkerDied:
    return WorkerDied(role="trainer", doing="training", **({"cause": "SIGSEGV"} | facts))


def test_a_death_is_told_without_contradictions(qtbot: QtBot) -> None:
    bar = InfoBar()
    qtbot.addWidget(bar)
    news = TrainNews(bar)

    def told() -> list[str]:
        return [one.text for one in bar.notices()]

    news.stepped(48)
    news.restarted(died(killed=True), 0)
    (text,) = told()
    assert text == (
        "The trainer was ended from outside, perhaps because memory ran out. "
        "It began again after step 0; 48 steps are made anew."
    )
    news.stepped(1)
    news.stepped(48)
    assert len(told()) == 1
    news.stepped(49)
    assert told() == [], "all is made anew"
    news.restarted(died(killed=False), 48)
    assert told() == [
        "The trainer ended unexpectedly (SIGSEGV). It began again after step 48; 1 step is made anew."
    ]
    news.forget()
    news.clear()
    news.restarted(died(), 60)
    assert told()[0].endswith("It began again after step 60; no step was lost.")
