"""A suite of a card asked again, all of it, with the same contestants."""

from __future__ import annotations

from benchtop.cli.common import opened_store, prepared_folder
from benchtop.cli.rerun_models import entry_again, usable_seed
from benchtop.cli.suite_run import answer_run
from benchtop.domain.cards import Card
from benchtop.domain.contest_json import contestant_from
from benchtop.domain.suite_json import suite_from_json
from benchtop.domain.told_apart import contestant_names
from benchtop.protocol.messages import MOST_REPEATS
from benchtop.services.suite_card import suite_card
from benchtop.services.suite_start import new_run
from benchtop.services.suite_totals import run_totals


def suite_again(card: Card) -> tuple[Card, Card]:
    """The card, and that of the run done now, which is kept like any other.

    Raises KeyError, TypeError or ValueError for a card without what is needed, and what a run raises.
    """
    suite = suite_from_json(card.inputs["suite"])
    contestants = [contestant_from(one) for one in card.inputs["contestants"]]
    repeats = card.inputs["repeats"]
    if type(repeats) is not int or not 1 <= repeats <= MOST_REPEATS:
        raise ValueError(repeats)
    folder = prepared_folder()
    seeds = _seeds(card, contestant_names(contestants))
    entries = [entry_again(folder, one) for one in contestants]
    run = new_run(folder, suite, entries, repeats)
    with opened_store(folder) as store:
        store.suite_runs.add(run)
    models = {one.model.path: one.model for one in entries}
    cells = answer_run(folder, run, models, json=False, seeds=seeds)
    return card, suite_card(run, cells, run_totals(run, cells), card.summary, ())


def _seeds(card: Card, names: list[str]) -> dict[tuple[int, str, int], int]:
    """Those that were used: whoever had no seed of its own got a new one for each reply."""
    return {
        (names.index(one["contestant"]), str(one["prompt"]), int(one["repeat"])): usable_seed(
            one["seed"]
        )
        for one in card.results["answers"]
        if isinstance(one["seed"], int) and one["contestant"] in names
    }
