"""A card of a ranking: the votes behind it, whole, and what they say."""

from __future__ import annotations

import time

from benchtop.domain.cards import (
    Card,
    CardInterval,
    CardIntervals,
    CardNote,
    CardTable,
)
from benchtop.domain.contest_json import contestant_json, vote_json
from benchtop.domain.told_apart import contestant_names
from benchtop.evaluation.percent import whole_percent
from benchtop.services.card_files import card_machine, contestant_model
from benchtop.services.comparison_card import settings_words
from benchtop.services.contest_ranking import RankedVotes

_OUTCOMES = {"a": "left", "b": "right", "tie": "tie", "both_bad": "both bad"}


def ranking_card(ranked: RankedVotes, summary: str) -> Card:
    """The ranking with its votes; raises ValueError where there is none."""
    ranking = ranked.ranking
    if ranking is None:
        raise ValueError("nobody voted")
    names = [f"{place + 1}. {one.name}" for place, one in enumerate(ranked.contestants)]
    strengths = ranking.strengths
    order = sorted(range(len(strengths)), key=lambda place: -strengths[place].mean)
    intervals = tuple(
        CardInterval(names[n], strengths[n].mean, strengths[n].low, strengths[n].high)
        for n in order
    )
    better = tuple(
        (
            names[n],
            *(
                "" if n == other else f"{whole_percent(ranking.better[n, other])} %"
                for other in order
            ),
        )
        for n in order
    )
    votes = tuple(
        (
            vote.left.contestant.name,
            vote.right.contestant.name,
            _OUTCOMES[vote.outcome],
            " ".join(vote.question.split())[:200],
        )
        for vote in ranked.votes
    )
    return Card(
        "votes",
        "A ranking of models by votes",
        summary,
        time.time(),
        card_machine(),
        tuple(
            contestant_model(one, name)
            for one, name in zip(
                ranked.contestants, contestant_names(ranked.contestants), strict=True
            )
        ),
        (
            CardIntervals("Strengths, with 90 % intervals", "log-strength", intervals),
            CardTable("P(row better than column)", ("", *(names[n] for n in order)), better),
            CardTable("Contestants", ("Name", "Settings"), _settings(ranked, names)),
            CardTable("Votes", ("Left", "Right", "Better", "Asked"), votes),
            CardNote("How it is computed", _METHOD),
        ),
        {"votes": [vote_json(vote) for vote in ranked.votes]},
        {
            "items": [
                {"name": s.name, "mean": s.mean, "sd": s.sd, "low": s.low, "high": s.high}
                for s in strengths
            ],
            "better": [[float(x) for x in row] for row in ranking.better],
            "contestants": [contestant_json(one) for one in ranked.contestants],
        },
    )


_METHOD = (
    "Bradley and Terry's model with Davidson's ties. Priors: log-strengths Normal(0, 1.5²), the log of the "
    "tie parameter Normal(-1, 1). Intervals hold 90 % of the posterior. “Both bad” counts as a tie. Nobody "
    "is called better below 95 %."
)


def _settings(ranked: RankedVotes, names: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, settings_words(one)) for name, one in zip(names, ranked.contestants, strict=True)
    )
