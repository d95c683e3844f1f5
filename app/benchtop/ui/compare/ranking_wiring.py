"""The ranking of all votes: read when it is looked at, and after each vote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from benchtop.domain.cards import Card
from benchtop.domain.contests import CastVote
from benchtop.domain.errors import BenchtopError
from benchtop.domain.told_apart import contestant_names
from benchtop.evaluation.ranking import REPORT_DRAWS
from benchtop.evaluation.verdict import Verdict
from benchtop.services.compare_services import CompareServices
from benchtop.services.contest_ranking import RankedVotes, VoteFilter, rank_votes
from benchtop.services.ranking_card import ranking_card
from benchtop.services.reply_stream import explain
from benchtop.ui.compare.card_saver import CardSaver
from benchtop.ui.compare.compare_rows import RankFilter, RankRow, RankSummary
from benchtop.ui.compare.compare_texts import bias_text, percent_text, votes_text
from benchtop.ui.compare.ranking_view import RankingView
from benchtop.ui.widgets.info_bar import InfoBar


class RankingWiring(QObject):
    """``ranked`` is told the newest ranking of all votes that the filters let through."""

    def __init__(
        self,
        view: RankingView,
        services: CompareServices,
        info: InfoBar,
        ranked: Callable[[RankedVotes], object],
    ) -> None:
        super().__init__(view)
        self._view, self._services, self._info = view, services, info
        self._ranked = ranked
        self._filter = VoteFilter()
        self._now: RankedVotes | None = None
        self._cards = CardSaver(view, info)
        services.ranking.ranked.connect(self._show)
        services.ranking.failed.connect(self._failed)
        view.filter_changed.connect(self._narrow)
        view.shown.connect(self.refresh)
        view.save_requested.connect(self._save)

    def refresh(self) -> None:
        """Read the votes again."""
        hidden = self._services.votes.hidden_round
        self._services.ranking.refresh(replace(self._filter, hidden=hidden))
        self._services.ranking.read_tags(self._view.set_tags)

    def _narrow(self, wanted: RankFilter) -> None:
        self._filter = VoteFilter(wanted.tags, wanted.since)
        self.refresh()

    def _show(self, ranked: RankedVotes) -> None:
        self._now = ranked
        self._show_ranking(ranked)
        self._show_bias(ranked)
        if not self._filter.is_narrow:  # some votes only say nothing of what one vote did
            self._ranked(ranked)

    def _show_ranking(self, ranked: RankedVotes) -> None:
        ranking = ranked.ranking
        if ranking is None or not ranked.votes or ranked.verdict is None:
            self._view.set_ranking((), RankSummary(""), ())
            return
        order = sorted(
            range(len(ranking.strengths)), key=lambda place: -ranking.strengths[place].mean
        )
        names = contestant_names(ranked.contestants)
        rows = [
            RankRow(
                names[place],
                ranking.strengths[place].mean,
                ranking.strengths[place].low,
                ranking.strengths[place].high,
                sum(count for pair, count in ranked.met.items() if place in pair),
                ranked.contestants[place].file,
            )
            for place in order
        ]
        better = [[float(ranking.better[one, other]) for other in order] for one in order]
        winner = ranked.verdict.winner
        summary = RankSummary(
            self.verdict_words(ranked.verdict, names),
            settled=winner is not None,
            winner=names[winner] if winner is not None else "",
        )
        self._view.set_ranking(rows, summary, better)

    def verdict_words(self, verdict: Verdict, names: list[str]) -> str:
        """ "9 votes: probably A, 83 %; about 15 more would settle it"."""
        votes = votes_text(verdict.votes)
        if verdict.leader is None or verdict.kind == "no_votes":
            return self.tr("No votes yet.")
        name, chance = names[verdict.leader], percent_text(verdict.probability)
        if verdict.kind == "settled":
            words = self.tr("{votes}: {name}, {chance}.")
            return words.format(votes=votes, name=name, chance=chance)
        if verdict.kind == "open":
            words = self.tr("{votes}: nobody can say yet; {name} is ahead with {chance}")
        elif verdict.kind == "ahead":
            words = self.tr("{votes}: {name} is ahead, best of all with {chance}")
        else:
            words = self.tr("{votes}: probably {name}, {chance}")
        words = words.format(votes=votes, name=name, chance=chance)
        if verdict.more is None:
            return self.tr("{words}; very many more would be needed to settle it.").format(
                words=words
            )
        more = self.tr("{words}; about {count} more would settle it.")
        return more.format(words=words, count=verdict.more)

    def _show_bias(self, ranked: RankedVotes) -> None:
        bias = ranked.bias
        if not bias.decided or bias.share is None:
            self._view.set_bias("")
            return
        self._view.set_bias(bias_text(bias), suspicious=bias.is_suspicious)

    def _failed(self, error: BenchtopError) -> None:
        self._info.post("error", explain(error))

    def _save(self) -> None:
        ranked = self._now
        if ranked is None or ranked.verdict is None:
            return
        self._cards.save("benchtop-ranking", lambda: self._card(ranked))

    def _card(self, shown: RankedVotes) -> Card:
        """What is on show, with the draws of a result that is kept; on another thread."""
        ranked = rank_votes(shown.votes, shown.contestants, REPORT_DRAWS)
        names = contestant_names(ranked.contestants)
        words = self.verdict_words(ranked.verdict, names) if ranked.verdict is not None else ""
        return ranking_card(ranked, words)


def vote_effect(wiring: RankingWiring, ranked: RankedVotes, vote: CastVote) -> str:
    """What all votes say now, in a sentence: of more than two contestants it is the verdict on all of
    them. Empty where the vote is not among them."""
    if any(ranked.place(side.contestant) is None for side in (vote.left, vote.right)):
        return ""
    verdict = ranked.verdict
    return wiring.verdict_words(verdict, contestant_names(ranked.contestants)) if verdict else ""
