from __future__ import annotations

import numpy as np
import pytest

from benchtop.evaluation.next_vote import most_telling
from benchtop.evaluation.ranking import SURE, Ranking, rank
from benchtop.evaluation.verdict import Verdict, chances_of_best, next_vote, of_pair, overall
from benchtop.evaluation.votes import Vote, tally
from unit.evaluation.simulated import truth, votes_of


def ranked(wins: int, losses: int, ties: int = 0) -> Ranking:
    """Votes on A against B."""
    votes = [Vote("A", "B", "a")] * wins + [Vote("B", "A", "a")] * losses
    return rank(tally(votes + [Vote("A", "B", "tie")] * ties, ["A", "B"]))


def test_few_votes_name_nobody_a_winner() -> None:
    verdict = overall(ranked(4, 2, 3))
    assert verdict.kind == "probably"
    assert (verdict.leader, verdict.other, verdict.votes) == (0, 1, 9)
    assert verdict.winner is None
    assert 0.6 < verdict.probability < SURE
    assert verdict.more is not None
    assert verdict.more > 1


def test_many_votes_settle_it() -> None:
    verdict = overall(ranked(2, 20))
    assert (verdict.kind, verdict.winner, verdict.more) == ("settled", 1, 0)
    assert verdict.percent == 99


def test_no_votes_and_even_votes_name_nobody() -> None:
    assert overall(ranked(0, 0)).kind == "no_votes"
    assert overall(rank(tally([], ["A"]))).kind == "no_votes"
    even = overall(ranked(6, 6))
    assert (even.kind, even.winner) == ("open", None)


def test_a_percentage_is_never_rounded_over_the_border() -> None:
    assert Verdict("probably", 9, 0, 1, 0.9499).percent == 94
    assert Verdict("settled", 9, 0, 1, 0.95).percent == 95
    assert Verdict("settled", 9, 0, 1, 1.0).percent == 99
    assert Verdict("open", 9, 0, 1, 0.29).percent == 29


@pytest.mark.parametrize("seed", range(12))
def test_the_verdict_follows_the_posterior(seed: int) -> None:
    draw = np.random.default_rng(seed)
    strengths, log_tie = truth(4, draw)
    ranking = rank(tally(votes_of(strengths, log_tie, 60, draw), "ABCD"))
    best = chances_of_best(ranking)
    assert best.sum() == pytest.approx(1)
    verdict = overall(ranking)
    assert verdict.probability == best.max() == best[verdict.leader]
    assert (verdict.winner is not None) == (best.max() >= SURE) == (verdict.more == 0)
    for first, second in ((0, 1), (2, 3)):
        pair, turned = of_pair(ranking, first, second), of_pair(ranking, second, first)
        assert (pair.leader, pair.probability) == (turned.leader, turned.probability)
        assert pair.probability == max(ranking.better[first, second], ranking.better[second, first])


def test_the_votes_to_come_are_about_right() -> None:
    """Where the votes go on as they were, it is settled near to what was said."""
    for wins, losses, ties in ((4, 2, 3), (7, 4, 0), (3, 1, 1)):
        verdict = overall(ranked(wins, losses, ties))
        assert verdict.more is not None
        total = wins + losses + ties
        needed = next(
            n
            for n in range(total, 600)
            if overall(ranked(*(round(n * k / total) for k in (wins, losses, ties)))).kind == "settled"
        )  # fmt: skip
        assert verdict.more / 2 <= needed - total <= verdict.more * 2


def test_of_three_each_rival_has_its_own_votes_to_come() -> None:
    votes = [Vote("A", "B", "a")] * 8 + [Vote("A", "C", "a")] * 2
    ranking = rank(tally([*votes, Vote("A", "C", "b")], "ABC"))
    verdict, pair = overall(ranking), of_pair(ranking, 0, 2)
    assert (verdict.leader, verdict.other, verdict.kind) == (0, 2, "probably")
    assert of_pair(ranking, 0, 1).kind == "settled"
    assert verdict.more == pair.more
    unsure = overall(rank(tally([Vote("A", "B", "a"), Vote("A", "C", "a")], "ABC")))
    assert unsure.more is not None
    one = of_pair(rank(tally([Vote("A", "B", "a"), Vote("A", "C", "a")], "ABC")), 0, 1).more
    assert one is not None
    assert unsure.more > one


def test_the_next_vote_is_on_the_pair_that_tells_most_and_a_prompt_it_has_not_met() -> None:
    votes = [Vote("A", "B", "a")] * 12 + [Vote("A", "C", "a"), Vote("B", "C", "b")]
    ranking = rank(tally(votes))
    best = most_telling(ranking)[0]
    found = next_vote(
        ranking, ["x", "y", "z"], {(best.first, best.second, "x"): 1, (0, 1, "y"): 12}
    )
    assert found is not None
    assert (found.first, found.second, found.bits) == (best.first, best.second, best.bits)
    assert found.prompt == 2
    assert (best.first, best.second) != (0, 1)
    without = next_vote(ranking)
    assert without is not None
    assert without.prompt is None
    assert next_vote(rank(tally([], ["A"]))) is None


def test_the_likeliest_of_many_is_ahead_and_not_probably_the_best_below_a_half() -> None:
    verdict = overall(rank(tally([Vote("A", "B", "a"), Vote("A", "C", "a")], "ABCD")))
    assert verdict.leader == 0
    assert 0.3 < verdict.probability < 0.6
    assert verdict.kind == "ahead"
