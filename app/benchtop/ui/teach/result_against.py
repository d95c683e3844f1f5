"""The words of the Result tab for a run that went on from an earlier adapter: that comparison comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from benchtop.domain.training_verdict import (
    TuningVerdict,
    VerdictKind,
    learnt_nothing,
    shown_verdict,
    verdict_kind,
)
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.teach.result_texts import (
    fall_words,
    held_out_words,
    perplexity_words,
    ratio_range_words,
    verdict_sentence,
    verdict_title,
)
from benchtop.ui.teach.run_texts import verdict_word


def _tr(text: str) -> str:
    return QCoreApplication.translate("ResultTexts", text)


def change_of(row: ResultRow) -> Mapping[str, Any] | None:
    """The change from the adapter that the run began with; None where there is none."""
    return (row.run.result.against_parent or None) if row.run.result is not None else None


def shown_kind(row: ResultRow) -> VerdictKind | None:
    """The word that leads; None: nobody judged yet."""
    kind = shown_verdict(row.run, row.verdict)
    return "better" if kind == "better_so_far" else kind


def shown_title(row: ResultRow) -> str:
    """The verdict in some words: against the earlier adapter, where there was one."""
    if learnt_nothing(row.run):
        return _tr("Nothing was learnt")
    kind = shown_verdict(row.run, row.verdict)
    if kind is None or change_of(row) is None:
        return verdict_title(kind)
    return {
        "better": _tr("Better than the earlier adapter"),
        "better_so_far": _tr("Better than the earlier adapter on what was held out"),
        "not_shown": _tr("Not shown to be better than the earlier adapter"),
        "worse": _tr("Worse than the earlier adapter"),
    }[kind]


def shown_sentence(row: ResultRow) -> str:
    """Why it is that; what it is worth beside the base comes second."""
    change = change_of(row)
    if change is None:
        return verdict_sentence(row)
    parts = [_against_sentence(row, change)]
    if row.verdict is not None:
        parts += _base_sentences(row.verdict)
    return " ".join(filter(None, parts))


def known_words(row: ResultRow) -> str:
    """What the earlier adapter had learnt of what is held out, as far as that is known; else empty."""
    count, parts = row.run.plan.learnt_before, []
    if count == 1:
        parts.append(
            _tr("1 held-out example was left out: an earlier adapter had learnt from its question.")
        )
    elif count:
        words = _tr(
            "{count} held-out examples were left out: an earlier adapter had learnt from their questions."
        )
        parts.append(words.format(count=f"{count:,}"))
    if row.run.start_unknown:
        parts.append(
            _tr(
                "What it began from had learnt is not known: it may have learnt from what is held out here."
            )
        )
    return " ".join(parts)


def against_name(row: ResultRow) -> str:
    """Whom it is held against first, and by how much text."""
    change = change_of(row) or {}
    words = _tr("Against the earlier adapter, “{name}”: {read}")
    if not row.parent_named:
        words = _tr("Against the earlier adapter: {read}")
    read = held_out_words(int(change.get("examples", 0)), int(change.get("tokens", 0)))
    return words.format(name=row.parent, read=read)


def against_figures(change: Mapping[str, Any]) -> str:
    """ "Perplexity 1.27 → 1.31"."""
    words = _tr("Perplexity {before} → {after}")
    return words.format(
        before=perplexity_words(change["before"]), after=perplexity_words(change["after"])
    )


def against_words(change: Mapping[str, Any]) -> str:
    """The ratio with its interval."""
    before, after = float(change["before"]), float(change["after"])
    return ratio_range_words(after / before, float(change["low"]), float(change["high"]))


def _against_sentence(row: ResultRow, change: Mapping[str, Any]) -> str:
    kind = verdict_kind(float(change["low"]), float(change["high"]), int(change["tokens"]))
    words = {
        "better": _tr(
            "What is held out surprises it less than it did the earlier adapter: perplexity {after} "
            "instead of {before}."
        ),
        "not_shown": _tr(
            "What is held out changed by perplexity {after} instead of {before}, which may as well be "
            "chance."
        ),
        "worse": _tr(
            "What is held out surprises it more than it did the earlier adapter: perplexity {after} "
            "instead of {before}."
        ),
    }[kind]
    return words.format(
        before=perplexity_words(change["before"]), after=perplexity_words(change["after"])
    )


def _base_sentences(verdict: TuningVerdict) -> list[str]:
    """The same beside the base model, and what else speaks against it."""
    words = _tr("Against the base model: {word}, perplexity {after} instead of {before}.")
    held = verdict_kind(verdict.ratio_low, verdict.ratio_high, verdict.holdout_tokens)
    parts = [
        words.format(
            word=verdict_word(held),
            after=perplexity_words(verdict.holdout_after),
            before=perplexity_words(verdict.holdout_before),
        )
    ]
    if verdict.general is None:
        parts.append(_tr("Nobody knows yet whether it forgot something else."))
    elif verdict.general.shown_worse:
        parts.append(_tr("It answers general questions worse than the base."))
    else:
        parts.append(fall_words(verdict.general))
    if verdict.votes is not None and verdict.votes.settled_for_base:
        parts.append(
            _tr("You preferred the model without it when you did not know which was which.")
        )
    return parts
