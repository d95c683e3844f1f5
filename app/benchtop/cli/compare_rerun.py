"""`benchtop compare --rerun CARD.json`: what a card says is done again, and what differs is told."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from benchtop.cli.common import one_line, prepared_folder, print_json
from benchtop.cli.compare_run import CompareRun
from benchtop.cli.rerun_measures import measurement_again
from benchtop.cli.rerun_models import entry_again, usable_seed
from benchtop.cli.rerun_suite import suite_again
from benchtop.domain.cards import Card
from benchtop.domain.compare_errors import CardInvalid
from benchtop.domain.contest_json import contestant_from, vote_from
from benchtop.domain.contests import (
    LEAST_CONTESTANTS,
    MOST_CONTESTANTS,
    Contest,
    ContestAnswer,
    Contestant,
    PromptTurn,
)
from benchtop.domain.errors import BadParameter
from benchtop.domain.told_apart import contestant_names
from benchtop.evaluation.card_differences import Difference, card_differences, changing_figures
from benchtop.evaluation.card_json import card_from_json, card_to_json
from benchtop.evaluation.ranking import REPORT_DRAWS
from benchtop.services.card_files import load_card
from benchtop.services.comparison_card import comparison_card
from benchtop.services.contest_ranking import rank_votes
from benchtop.services.ranking_card import ranking_card

SAME, DIFFERENT = 0, 1


@dataclass
class Answers:
    """Collects what is answered, prompt by prompt."""

    contestants: tuple[Contestant, ...] = ()
    rounds: dict[int, list[ContestAnswer]] = field(default_factory=dict)

    def begun(self, contest: Contest) -> None:
        self.contestants = contest.contestants

    def grown(self, _place: int, _text: str, _reasoning: str) -> None:
        pass

    def answered(self, answer: ContestAnswer) -> None:
        self.rounds.setdefault(answer.number, []).append(answer)

    def sorted_rounds(self) -> list[list[ContestAnswer]]:
        """Prompt by prompt, each in the order of the contestants."""
        return [sorted(self.rounds[n], key=lambda one: one.place) for n in sorted(self.rounds)]


def rerun(path: str, *, json: bool) -> int:
    """Do it again; 0 where nothing differs, 1 where something does.

    Raises FileUnreadable, CardInvalid, CardNewer, and what comparing raises.
    """
    before = load_card(Path(path).expanduser())
    again = {
        "comparison": _comparison,
        "votes": _votes,
        "suite": suite_again,
        "measurement": measurement_again,
    }[before.kind]
    try:
        before, after = again(before)
        after = card_from_json(card_to_json(after))  # as the other one went
    except BadParameter as error:
        detail = f"one of its settings is out of range ({error})"
        raise CardInvalid(path=path, detail=detail) from error
    except (
        KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError,
    ) as error:  # fmt: skip
        detail = "what it was made from is not all in it"
        raise CardInvalid(path=path, detail=detail) from error
    found, figures = card_differences(before, after), changing_figures(before, after)
    if json:
        print_json(
            {
                "same": not found,
                "differences": [asdict(one) for one in found],
                "figures": [asdict(one) for one in figures],
            }
        )
    else:
        _tell(found, figures)
    return DIFFERENT if found else SAME


def _votes(card: Card) -> tuple[Card, Card]:
    votes = [vote_from(one) for one in card.inputs["votes"]]
    return card, ranking_card(rank_votes(votes, draws=REPORT_DRAWS), card.summary)


def _comparison(card: Card) -> tuple[Card, Card]:
    contestants = [contestant_from(one) for one in card.inputs["contestants"]]
    prompts = card.inputs["prompts"]
    if not isinstance(prompts, list) or not all(isinstance(one, str) for one in prompts):
        raise TypeError("prompts")
    folder = prepared_folder()
    if not LEAST_CONTESTANTS <= len(contestants) <= MOST_CONTESTANTS or not prompts:
        raise ValueError("contestants")
    seeds = _seeds(card, contestant_names(contestants))
    entries = [
        replace(entry_again(folder, one), seeds=seeds[place])
        for place, one in enumerate(contestants)
    ]
    compare, told = CompareRun(folder, [entry.model for entry in entries]), Answers()
    try:
        for number, prompt in enumerate(prompts):
            turns = (PromptTurn("user", prompt),)
            if number == 0:
                compare.ask(entries, turns, told)
            else:
                compare.go_on(turns, told)
    finally:
        compare.close()
    return card, comparison_card(told.contestants, told.sorted_rounds())


def _seeds(card: Card, names: list[str]) -> list[dict[int, int]]:
    """The seeds that were used, by contestant and prompt: who has none of its own gets the same again."""
    found: list[dict[int, int]] = [{} for _ in names]
    for one in card.results["answers"]:
        if isinstance(one["seed"], int) and one["contestant"] in names:
            found[names.index(one["contestant"])][int(one["prompt"])] = usable_seed(one["seed"])
    return found


def _tell(found: list[Difference], figures: list[Difference]) -> None:
    if not found:
        sys.stdout.write("The same again: nothing differs.\n")
    for one in found:
        before, after = (one_line(text) or "(nothing)" for text in (one.before, one.after))
        sys.stdout.write(f"{one.what}\n  before: {before}\n  now:    {after}\n")
    if figures:
        sys.stdout.write("Speed, memory and energy, which nobody expects to repeat exactly:\n")
    for one in figures:
        sys.stdout.write(f"  {one.what}: {one.before}, now {one.after}\n")
