"""`benchtop compare --rerun CARD.json`: what a card says is done again, and what differs is told."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchtop.cli.common import chosen_model, one_line, prepared_folder, print_json
from benchtop.cli.compare_run import CompareRun
from benchtop.domain.cards import Card
from benchtop.domain.contest_json import contestant_from, vote_from
from benchtop.domain.contests import Contest, ContestAnswer, Contestant, PromptTurn
from benchtop.domain.errors import BenchtopError, CardInvalid
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.evaluation.card_differences import Difference, card_differences
from benchtop.services.card_files import load_card
from benchtop.services.comparison_card import comparison_card
from benchtop.services.contest_entry import Entry
from benchtop.services.contest_ranking import rank_votes
from benchtop.services.data_folder import DataFolder
from benchtop.services.ranking_card import ranking_card

SAME, DIFFERENT = 0, 1


@dataclass
class _Answers:
    """Collects what is answered, prompt by prompt."""

    contestants: tuple[Contestant, ...] = ()
    rounds: dict[int, list[ContestAnswer]] = field(default_factory=dict)

    def begun(self, contest: Contest) -> None:
        self.contestants = contest.contestants

    def grown(self, _place: int, _text: str, _reasoning: str) -> None:
        pass

    def answered(self, answer: ContestAnswer) -> None:
        self.rounds.setdefault(answer.number, []).append(answer)


def rerun(path: str, *, json: bool) -> int:
    """Do it again; 0 where nothing differs, 1 where something does.

    Raises FileUnreadable, CardInvalid, CardNewer, and what comparing raises.
    """
    before = load_card(Path(path).expanduser())
    if before.kind not in ("comparison", "votes"):
        detail = f"it holds a {before.kind}, and only comparisons and votes can be run again"
        raise CardInvalid(path=path, detail=detail)
    try:
        again = _votes if before.kind == "votes" else _comparison
        after = again(before)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        detail = "what it was made from is not all in it"
        raise CardInvalid(path=path, detail=detail) from error
    found = card_differences(before, after)
    if json:
        print_json({"same": not found, "differences": [asdict(one) for one in found]})
    else:
        _tell(found)
    return DIFFERENT if found else SAME


def _votes(card: Card) -> Card:
    votes = [vote_from(one) for one in card.inputs["votes"]]
    return ranking_card(rank_votes(votes), card.summary)


def _comparison(card: Card) -> Card:
    contestants = [contestant_from(one) for one in card.inputs["contestants"]]
    prompts = [str(prompt) for prompt in card.inputs["prompts"]]
    folder = prepared_folder()
    entries = [_entry(folder, one) for one in contestants]
    compare, told = CompareRun(folder, [entry.model for entry in entries]), _Answers()
    try:
        for number, prompt in enumerate(prompts):
            turns = (PromptTurn("user", prompt),)
            if number == 0:
                compare.ask(entries, turns, told)
            else:
                compare.go_on(turns, told)
    finally:
        compare.close()
    rounds = [sorted(told.rounds[n], key=lambda one: one.place) for n in sorted(told.rounds)]
    return comparison_card(told.contestants, rounds)


def _entry(folder: DataFolder, one: Contestant) -> Entry:
    uses = tuple(AdapterUse(adapter.path, adapter.scale) for adapter in one.adapters)
    return Entry(_model(folder, one), uses, one.system_prompt, one.params, one.seed, one.name)


def _model(folder: DataFolder, one: Contestant) -> ModelFile:
    """The model of the list by its id, else the file where it was, else by its name."""
    troubles: list[BenchtopError] = []
    for wanted in (one.model_id, one.path, one.name):
        try:
            return chosen_model(folder, wanted)
        except BenchtopError as error:
            troubles.append(error)
    raise troubles[1]


def _tell(found: list[Difference]) -> None:
    if not found:
        sys.stdout.write("The same again: nothing differs.\n")
        return
    for one in found:
        before, after = (one_line(text) or "(nothing)" for text in (one.before, one.after))
        sys.stdout.write(f"{one.what}\n  before: {before}\n  now:    {after}\n")
