"""`benchtop compare --rank`: a file of votes in, strengths with their uncertainty out."""

from __future__ import annotations

import json as json_text
import sys
from typing import Any, cast, get_args

from benchtop.cli.chat_inputs import read_input, read_text
from benchtop.cli.common import for_terminal, print_json
from benchtop.domain.compare_errors import VotesInvalid
from benchtop.evaluation.ranking import REPORT_DRAWS, Ranking, rank
from benchtop.evaluation.verdict import Verdict, overall
from benchtop.evaluation.votes import Outcome, Vote, tally

MOST_NAMES = 100
"""Contestants in one ranking: every pair of them is weighed."""
OUTCOMES: tuple[str, ...] = get_args(Outcome)


def rank_file(path: str, *, json: bool) -> int:
    """Rank the votes of a file (- for the input) and print the result; the exit status.

    Raises VotesInvalid and FileUnreadable.
    """
    name = "The input" if path == "-" else path
    votes = votes_from(read_input() if path == "-" else read_text(path), name)
    ranking = rank(tally(votes), REPORT_DRAWS)
    if json or not sys.stdout.isatty():
        print_json(ranked_json(ranking))
    else:
        sys.stdout.write(for_terminal(_table(ranking)))
    return 0


def votes_from(text: str, path: str) -> list[Vote]:
    """The votes of a JSON list of {a, b, outcome}; other members are passed over.

    Raises VotesInvalid with the number of the vote, from 1, that is wrong.
    """
    try:
        values = json_text.loads(text.removeprefix("\ufeff"))
    except ValueError as error:
        long = "it holds a number of thousands of digits"
        known = isinstance(error, json_text.JSONDecodeError)
        raise VotesInvalid(
            path=path, detail=f"it is not JSON ({error})" if known else long
        ) from error
    except RecursionError as error:
        raise VotesInvalid(path=path, detail="it is nested too deeply") from error
    if not isinstance(values, list):
        raise VotesInvalid(path=path, detail="it is not a list of votes")
    votes = []
    names: set[str] = set()
    for number, value in enumerate(values, 1):
        problem = _problem(value)
        if problem:
            raise VotesInvalid(path=path, detail=f"vote {number:,} {problem}")
        votes.append(Vote(value["a"], value["b"], cast(Outcome, value["outcome"])))
        names |= {value["a"], value["b"]}
        if len(names) > MOST_NAMES:
            raise VotesInvalid(path=path, detail=f"more than {MOST_NAMES} names are compared in it")
    return votes


def _problem(value: Any) -> str:
    """What is wrong with a vote, or nothing."""
    if not isinstance(value, dict):
        return "is no object with a, b and outcome"
    for side in ("a", "b"):
        if not isinstance(value.get(side), str) or not value[side].strip():
            return f"names nobody as “{side}”"
    if value["a"] == value["b"]:
        return f"is on “{value['a'][:60]}” against itself"
    if value.get("outcome") not in OUTCOMES:
        return "has no outcome that is one of a, b, tie and both_bad"
    return ""


def ranked_json(ranking: Ranking) -> dict[str, Any]:
    """The strongest first: log-strengths with 90 % intervals, and P(one better than another)."""
    order = ranking.order()
    names = [strength.name for strength in ranking.strengths]
    items = []
    for place in order:
        one = ranking.strengths[place]
        items.append(
            {"name": one.name, "mean": one.mean, "sd": one.sd, "low": one.low, "high": one.high}
        )
    better = {
        names[one]: {
            names[other]: float(ranking.better[one, other]) for other in order if other != one
        }
        for one in order
    }
    return {"items": items, "better": better, "votes": ranking.votes}


def _table(ranking: Ranking) -> str:
    lines = [f"{'':32}{'strength':>9}   90 % interval"]
    for place in ranking.order():
        one = ranking.strengths[place]
        lines.append(f"{one.name[:31]:32}{one.mean:9.2f}   {one.low:.2f} to {one.high:.2f}")
    names = [strength.name for strength in ranking.strengths]
    return "\n".join([*lines, "", verdict_words(overall(ranking), names), ""])


def verdict_words(verdict: Verdict, names: list[str]) -> str:
    """The verdict as a sentence."""
    if verdict.kind == "no_votes" or verdict.leader is None:
        return "No votes yet."
    count = f"{verdict.votes:,} votes" if verdict.votes != 1 else "1 vote"
    name = names[verdict.leader]
    if verdict.kind == "settled":
        return f"{count}: {name}, {verdict.percent} %."
    said = {
        "open": "open",
        "ahead": f"{name} is ahead, best of all with {verdict.percent} %",
        "probably": f"probably {name}, {verdict.percent} %",
    }[verdict.kind]
    if verdict.more is None:
        return f"{count}: {said}; more than 500 more would be needed to settle it."
    return f"{count}: {said}; about {verdict.more:,} more would settle it."
