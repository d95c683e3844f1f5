"""Answers and votes of a comparison as the views show them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from benchtop.domain.contests import CastVote, ContestAnswer
from benchtop.ui.compare.compare_rows import ColumnFigures, ColumnRow, ColumnState


def _tr(text: str) -> str:
    return QCoreApplication.translate("SideRows", text)


def column_row(
    key: str,
    label: str,
    answer: ContestAnswer | None,
    state: ColumnState | None = None,
    *,
    hidden: bool = False,
) -> ColumnRow:
    """An answer, in a ``state`` while it is being written, else as it ended. ``hidden``: no figures."""
    if answer is None:
        return ColumnRow(key, label, state=state or "waiting")
    if state is not None:
        return ColumnRow(key, label, answer.text, answer.reasoning, state)
    ended: ColumnState = "failed" if answer.error else "done"
    if answer.stop == "cancelled":
        ended = "cancelled"
    remark = _tr("It stopped at the largest number of tokens.") if answer.stop == "length" else ""
    figures = None if hidden else _figures(answer)
    return ColumnRow(
        key, label, answer.text, answer.reasoning, ended, answer.error or remark, figures
    )


def _figures(answer: ContestAnswer) -> ColumnFigures | None:
    times = answer.timings
    if times is None:
        return None
    return ColumnFigures(
        times.first_token_seconds,
        times.tokens_per_second,
        times.completion_tokens,
        answer.memory_bytes,
        times.was_read,
    )


def vote_sentence(vote: CastVote, names: Sequence[str]) -> str:
    """What was voted; ``names`` are the contestants' by their places."""
    left, right = (names[side.answer.place] for side in (vote.left, vote.right))
    words = {
        "a": _tr("You found {left} better than {right}."),
        "b": _tr("You found {right} better than {left}."),
        "tie": _tr("You found {left} and {right} equally good."),
        "both_bad": _tr("You found both bad: {left} and {right}."),
    }[vote.outcome]
    return words.format(left=left, right=right)
