"""Votes on a real comparison: on the disk before anything is shown, and a ranking from them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.compare_errors import SameContestant
from benchtop.domain.contests import CastVote
from benchtop.domain.errors import StoreError
from benchtop.evaluation.blind import positions
from benchtop.services.contest_ranking import ContestRanking, RankedVotes, VoteFilter, rank_votes
from benchtop.services.data_folder import find_data_folder
from benchtop.store.database import open_store
from unit.store.contest_makers import contestant, vote
from workers.compare_kit import CompareKit, entry

QUESTION = "Do you work offline?"


@pytest.fixture
def kit(qtbot: QtBot, starter_path: Path) -> Iterator[CompareKit]:
    made = CompareKit(qtbot)
    yield made
    made.close()


def test_a_vote_is_on_the_disk_before_anything_is_shown(kit: CompareKit) -> None:
    seen: list[list[CastVote]] = []

    def look(_vote: CastVote) -> None:
        with open_store(kit.folder.database) as store:
            seen.append(store.contests.votes())

    kit.votes.kept.connect(look)
    kit.session.begin([entry(), entry(max_tokens=3)], blind=True, tags=[" maths "], shuffle_seed=5)
    for number, outcome in enumerate(("a", "both_bad", "tie")):
        answers = kit.ask(QUESTION)
        left, right = kit.session.positions
        assert (left, right) == positions(5, number, (0, 1))
        assert not kit.votes.is_revealed(left)
        assert kit.votes.cast(left, right, outcome)  # type: ignore[arg-type]  # an outcome
        assert not kit.votes.is_revealed(left)
        assert not kit.votes.cast(left, right, "b")  # the key was pressed twice
        kit.until(lambda now=number: len(seen) > now)
        assert kit.votes.is_revealed(left)
        one = kit.kept[-1]
        assert (one.left.answer, one.right.answer) == (answers[left], answers[right])
        contest = kit.contests[0]
        assert one.left.contestant == contest.contestants[left]
        assert (one.outcome, one.tags, one.blind, one.shuffle_seed) == (
            outcome,
            ("maths",),
            True,
            5,
        )
        assert seen[-1] == kit.kept
    assert {kit.kept[n].left.answer.place for n in range(3)} == {0, 1}
    assert kit.refused == []


def test_a_vote_is_taken_back_and_cast_otherwise(kit: CompareKit) -> None:
    kit.session.begin([entry(), entry(max_tokens=3)], blind=True)
    kit.ask(QUESTION)
    assert kit.votes.cast(0, 1, "a")
    kit.until(lambda: kit.kept)
    kit.votes.names_shown()
    with kit.qtbot.waitSignal(kit.votes.taken_back):
        kit.votes.take_back(kit.kept[0].id)
    assert not kit.votes.is_revealed(0)
    assert kit.votes.cast(0, 1, "b")
    kit.until(lambda: len(kit.kept) == 2)
    with open_store(kit.folder.database) as store:
        assert [(one.outcome, one.blind) for one in store.contests.votes()] == [("b", False)]
    assert kit.kept[0].blind, "the names were on show only after the first vote"
    kit.votes.count_again(kit.kept[0])
    kit.until(lambda: len(kit.kept) == 3)
    with open_store(kit.folder.database) as store:
        assert [one.outcome for one in store.contests.votes()] == ["a", "b"]


def test_several_pairs_of_a_prompt_are_voted_on_blind_with_the_tags_of_the_moment(
    kit: CompareKit,
) -> None:
    kit.session.begin([entry(), entry(max_tokens=3), entry(max_tokens=4)], blind=True, tags=["one"])
    kit.ask(QUESTION)
    assert kit.votes.cast(0, 1, "a")
    kit.until(lambda: kit.kept)
    kit.session.set_tags([" two "])
    assert kit.votes.cast(1, 2, "b")
    kit.until(lambda: len(kit.kept) == 2)
    with kit.qtbot.waitSignal(kit.votes.taken_back):
        kit.votes.take_back(kit.kept[1].id)
    assert kit.votes.cast(1, 2, "tie")  # no name was shown: it is as blind as the one before
    kit.until(lambda: len(kit.kept) == 3)
    assert [one.blind for one in kit.kept] == [True] * 3
    assert [one.tags for one in kit.kept] == [("one",), ("two",), ("two",)]
    kit.votes.names_shown()
    assert kit.votes.cast(0, 2, "tie")
    kit.until(lambda: len(kit.kept) == 4)
    assert not kit.kept[3].blind


def test_a_vote_that_cannot_be_kept_shows_nothing(kit: CompareKit) -> None:
    kit.session.begin([entry(), entry(max_tokens=3)], blind=True)
    kit.ask(QUESTION)
    kit.store.run(lambda store: rename(store, "votes", "gone"))
    assert kit.votes.cast(0, 1, "a")
    kit.until(lambda: kit.refused)
    assert isinstance(kit.refused[0], StoreError)
    assert not kit.votes.is_revealed(0)
    assert kit.kept == []
    kit.store.run(lambda store: rename(store, "gone", "votes"))
    assert kit.votes.cast(0, 1, "a")
    kit.until(lambda: kit.kept)
    assert kit.votes.is_revealed(0)
    assert kit.votes.is_revealed(1)


def rename(store: object, old: str, new: str) -> None:
    with store.connection.writing() as database:  # type: ignore[attr-defined]  # a Store
        database.execute(f"alter table {old} rename to {new}")


def test_what_cannot_be_voted_on(kit: CompareKit) -> None:
    assert not kit.votes.cast(0, 1, "a")
    kit.session.begin([entry(), entry(), entry(max_tokens=3), entry(temperature=9.0)])
    kit.ask(QUESTION, [0, 1, 3])
    assert kit.answers[-1].error.startswith("temperature is 9")
    assert not kit.votes.cast(0, 0, "a")
    assert not kit.votes.cast(0, 2, "a")  # was not asked
    assert not kit.votes.cast(0, 3, "a")  # did not answer
    assert kit.refused == []
    assert not kit.votes.cast(0, 1, "a")
    assert isinstance(kit.refused[0], SameContestant)
    assert "starter" in str(kit.refused[0])
    assert kit.votes.is_revealed(2)  # nothing is hidden in this contest


VOTE_AND_TELL = """
import sys
sys.path.insert(0, sys.argv[1])
from PySide6.QtCore import QCoreApplication
app = QCoreApplication([])
from benchtop.services.compare_session import CompareSession
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.contest_votes import ContestVotes
from benchtop.services.data_folder import find_data_folder
from benchtop.services.memory_now import MemoryNow
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from workers.compare_kit import entry
folder = find_data_folder()
folder.prepare()
store = StoreThread(folder.database)
session = CompareSession(folder, CompareWorkers(folder, SettingsKeeper(folder), MemoryNow()), store)
votes = ContestVotes(session, store)
session.begin([entry(), entry(max_tokens=3)], blind=True)
session.ask("Do you work offline?")
session.round_ended.connect(lambda _number: votes.cast(*session.positions, "b"))
votes.kept.connect(lambda vote: (print(vote.id, flush=True), sys.stdin.read()))
app.exec()
"""


def test_a_kill_at_the_moment_of_the_reveal_loses_no_vote(starter_path: Path) -> None:
    words = [sys.executable, "-c", VOTE_AND_TELL, str(Path(__file__).resolve().parents[1])]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = process.stdout.readline().strip()
        os.kill(process.pid, signal.SIGKILL)
    assert told
    with open_store(find_data_folder().database) as store:
        (kept,) = store.contests.votes()
        assert kept.id == told
        assert kept.outcome == "b"
        contest = store.contests.get(kept.contest_id)
        assert contest is not None
        places = (kept.left.answer.place, kept.right.answer.place)
        assert places == positions(contest.shuffle_seed, 0, (0, 1))
        assert len(store.contests.answers(contest.id)) == 2


def test_votes_of_a_filter_are_ranked_off_the_window_s_thread(kit: CompareKit) -> None:
    ranking = ContestRanking(kit.store)
    found: list[RankedVotes] = []
    ranking.ranked.connect(found.append)
    kit.store.run(
        lambda store: [
            store.contests.cast(vote(f"v{n}", cast=float(n), tags=("even",) if n % 2 == 0 else ()))
            for n in range(9)
        ]
    )
    ranking.refresh(VoteFilter())  # overtaken at once: only the newest wish is answered
    ranking.refresh(VoteFilter(("even",), since=2.0, until=8.0), [contestant("three")])
    kit.until(lambda: found)
    (one,) = found
    assert [v.id for v in one.votes] == ["v2", "v4", "v6"]
    assert sorted(c.name for c in one.contestants) == ["one", "three", "two"]
    tags: list[list[str]] = []
    ranking.read_tags(tags.append)
    kit.until(lambda: tags)
    assert tags == [["even"]]
    kit.store.run(lambda store: rename(store, "votes", "gone"))
    errors: list[object] = []
    ranking.failed.connect(errors.append)
    ranking.refresh()
    kit.until(lambda: errors)
    assert len(found) == 1
    ranking.close()


def test_a_ranking_of_votes_with_its_verdict_its_bias_and_what_to_ask_next() -> None:
    votes = [
        vote(f"v{n}", *("one", "two") if n % 2 else ("two", "one"), outcome="a") for n in range(8)
    ]
    votes += [vote(f"w{n}", "one", "three", outcome="a") for n in range(6)]
    renamed = vote("late", "one", "three", outcome="tie")
    found = rank_votes([*votes, vote("self", "one", "one"), renamed], [contestant("four")])
    assert [one.name for one in found.contestants] == ["four", "two", "one", "three"]
    assert len(found.votes) == 15
    assert found.met == {(1, 2): 8, (2, 3): 7}
    assert (found.bias.left, found.bias.decided) == (14, 14)
    assert found.bias.is_suspicious
    assert found.verdict is not None
    assert found.verdict.leader == found.place(contestant("one")) == 2
    pair = found.pair(2, 3)
    assert pair is not None
    assert pair.leader == 2
    question = votes[0].question
    suggested = found.next_vote([question, "Another?"])
    assert suggested is not None
    assert 0 in (suggested.first, suggested.second)  # nobody knows anything of the fourth
    assert found.next_vote([question, "Another?"]) == suggested
    assert suggested.prompt == 1  # everybody was asked the first


def test_no_votes_are_no_ranking() -> None:
    found = rank_votes([])
    assert (found.ranking, found.verdict, found.next_vote(), found.pair(0, 1)) == (None,) * 4
    assert found.bias.share is None


def test_too_many_contestants_are_left_out_not_weighed_for_ever() -> None:
    votes = [vote(f"v{n}", f"m{n}", f"m{n + 1}") for n in range(0, 240, 2)]
    found = rank_votes(votes)
    assert len(found.contestants) == 100
    assert len(found.votes) == 50
