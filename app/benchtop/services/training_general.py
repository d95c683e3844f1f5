"""What training did to everything else: a suite of general questions, asked of the base and of the adapter.

It is an ordinary suite run with two contestants, to be looked at under Compare. It goes on after a restart,
and the verdict takes its figures from the store whenever it is done.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchtop.domain.contests import Contestant, UsedAdapter
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import ModelFile
from benchtop.domain.training import TrainingResult, TrainingRun
from benchtop.domain.training_verdict import (
    LEVEL,
    BlindVotes,
    GeneralChange,
    TuningVerdict,
    verdict_kind,
)
from benchtop.evaluation.suite_statistics import pass_rate, passes_apart
from benchtop.services.contest_entry import Entry
from benchtop.services.contest_ranking import rank_votes
from benchtop.services.data_folder import DataFolder
from benchtop.services.suite_start import new_run
from benchtop.services.suite_totals import marks_of
from benchtop.services.suites import find_suite

if TYPE_CHECKING:
    from benchtop.domain.contests import CastVote
    from benchtop.store.database import Store

SUITE = "everyday"
ANSWER_TOKENS = 256
BASE, ADAPTER = 0, 1


def entries(model: ModelFile, adapter: str, name: str) -> tuple[Entry, Entry]:
    """The base and the base with the adapter, asked without chance."""
    params = SamplingParams(temperature=0.0, max_tokens=ANSWER_TOKENS, seed=1)
    base = Entry(model, params=params, seed=1, name=model.name)
    taught = Entry(model, (AdapterUse(adapter),), params=params, seed=1, name=name)
    return base, taught


def begin_general(
    folder: DataFolder, store: Store, run: TrainingRun, model: ModelFile, adapter: str
) -> TrainingRun:
    """Queue the suite and note it in the run; the run as it is kept. Raises the errors of new_run()."""
    suite = find_suite(store, SUITE)
    asked = new_run(folder, suite, entries(model, adapter, run.name), 1)
    store.suite_runs.add(asked)
    assert run.result is not None
    noted = replace(run, result=replace(run.result, general_run=asked.id))
    store.training_runs.put(noted)
    return noted


def with_general(store: Store, run: TrainingRun) -> TrainingRun:
    """The run with what its suite came to, kept, where that is over and not in the verdict yet; else as
    it is."""
    result = run.result
    if result is None or not result.general_run:
        return run
    verdict = _so_far(result)
    if verdict.general is not None:
        return run
    head = next((one for one in store.suite_runs.heads() if one.id == result.general_run), None)
    if head is None or head.state != "done":
        return run
    marks = marks_of(store.suite_cells.without_replies(result.general_run))
    if BASE not in marks or ADAPTER not in marks:
        return run
    apart = passes_apart(marks[ADAPTER], marks[BASE], LEVEL)
    general = GeneralChange(
        pass_rate(marks[BASE]).rate,
        pass_rate(marks[ADAPTER]).rate,
        apart.low,
        apart.high,
        apart.prompts,
        head.name,
    )
    return _judged(store, run, replace(verdict, general=general))


def with_votes(store: Store, run: TrainingRun, adapter: str) -> TrainingRun:
    """The run with the blind votes between base and adapter, kept where there are new ones."""
    result = run.result
    if result is None or not adapter:
        return run
    verdict = _so_far(result)
    votes = votes_on(store.contests.votes(), str(run.model.get("id", "")), adapter)
    if votes is None or votes == verdict.votes:
        return run
    return _judged(store, run, replace(verdict, votes=votes))


def votes_on(votes: list[CastVote], model_id: str, adapter: str) -> BlindVotes | None:
    """Blind votes that hold a model against itself with this adapter alone; None without any."""
    counted = [
        vote
        for vote in votes
        if vote.blind
        and {_kind(vote.left.contestant, model_id, adapter),
             _kind(vote.right.contestant, model_id, adapter)} == {BASE, ADAPTER}
    ]  # fmt: skip
    if not counted:
        return None
    won = {BASE: 0, ADAPTER: 0}
    for vote in counted:
        if vote.outcome in ("a", "b"):  # the left one, the right one
            side = vote.left if vote.outcome == "a" else vote.right
            kind = _kind(side.contestant, model_id, adapter)
            assert kind is not None
            won[kind] += 1
    ties = len(counted) - won[BASE] - won[ADAPTER]
    return BlindVotes(won[ADAPTER], won[BASE], ties, _chance(counted, model_id, adapter))


def _so_far(result: TrainingResult) -> TuningVerdict:
    """What was found out by now: nothing, where the holdout could not be read."""
    return TuningVerdict.from_json(result.verdict) if result.verdict else TuningVerdict("not_shown")


def _chance(votes: list[CastVote], model_id: str, adapter: str) -> float:
    """The probability that the adapter is the better one, by the ranking of these votes."""
    ranked = rank_votes([_merged(vote, model_id, adapter) for vote in votes])
    if ranked.ranking is None:
        return 0.5
    kinds = [_kind(one, model_id, adapter) for one in ranked.contestants]
    return float(ranked.ranking.better[kinds.index(ADAPTER), kinds.index(BASE)])


def _merged(vote: CastVote, model_id: str, adapter: str) -> CastVote:
    """The vote between two contestants that differ in the adapter alone, whatever else they had."""

    def plain(contestant: Contestant) -> Contestant:
        # Sums may have been unknown at one vote and known at the next, scales and sampling others.
        used = (UsedAdapter(adapter),) if _kind(contestant, model_id, adapter) == ADAPTER else ()
        name = "adapter" if used else "base"
        return Contestant(model_id, name, contestant.file, model_id, "", used)

    left = replace(vote.left, contestant=plain(vote.left.contestant))
    return replace(
        vote, left=left, right=replace(vote.right, contestant=plain(vote.right.contestant))
    )


def _kind(contestant: Contestant, model_id: str, adapter: str) -> int | None:
    if contestant.model_id != model_id:
        return None
    paths = [one.path for one in contestant.adapters if one.scale]
    if not paths:
        return BASE
    return ADAPTER if [Path(one) for one in paths] == [Path(adapter)] else None


def _judged(store: Store, run: TrainingRun, verdict: TuningVerdict) -> TrainingRun:
    kind = verdict_kind(
        verdict.ratio_low,
        verdict.ratio_high,
        verdict.holdout_tokens,
        verdict.general,
        verdict.votes,
    )
    assert run.result is not None
    result = replace(run.result, verdict=replace(verdict, kind=kind).to_json())
    judged = replace(run, result=result)
    store.training_runs.put(judged)
    return judged
