"""The words of the Result tab: the verdict in one sentence, and the numbers behind it."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from benchtop.domain.training_verdict import (
    GeneralChange,
    ShownVerdict,
    TuningVerdict,
    learnt_nothing,
)
from benchtop.ui.compare.suite_texts import percent, points
from benchtop.ui.teach.data_texts import examples_words
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.teach.run_texts import ending_words

_LARGE = 0.1
"""A ratio below it is told as how many times less it is: of two decimals nothing would be left."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("ResultTexts", text)


def verdict_title(kind: ShownVerdict | None) -> str:
    """The verdict in a word or four."""
    return {
        "better": _tr("Better"),
        "better_so_far": _tr("Better on what was held out"),
        "not_shown": _tr("Not shown to be better"),
        "worse": _tr("Worse"),
        None: _tr("Not judged yet"),
    }[kind]


def verdict_sentence(row: ResultRow) -> str:
    """Why it is that word."""
    verdict = row.verdict
    if verdict is None:
        if row.judging or row.trouble:
            return row.trouble or row.judging
        if learnt_nothing(row.run):
            return ending_words(row.run)
        return _tr("That the training loss fell says nothing: ask what is held out.")
    if verdict.kind == "better":
        words = _tr("Answers it never learnt from surprise it less than before: {change}.")
        if row.run.start_unknown:
            words = _tr("Answers held out of this run surprise it less than before: {change}.")
        text = words.format(change=change_words(verdict))
        if verdict.general is None:
            return f"{text} {_tr('Nobody knows yet whether it forgot something else.')}"
        return f"{fall_words(verdict.general)} {text}".strip()
    if verdict.kind == "worse":
        return _worse_sentence(verdict)
    if not verdict.holdout_tokens and row.run.plan.learnt_before:
        return _tr(
            "Nothing was held out that it had not learnt before, so nobody can tell learning from learning "
            "by heart."
        )
    return _not_shown_sentence(verdict)


def fall_words(change: GeneralChange) -> str:
    """That fewer general questions were answered, where nobody can tell whether it is chance; else empty."""
    if not change.fell:
        return ""
    words = _tr(
        "Of the general questions it answered {after} instead of {before}: too few were asked to tell "
        "whether it forgot something."
    )
    counts = [part * change.prompts for part in (change.after, change.before)]
    if all(abs(one - round(one)) < 0.01 for one in counts):
        passed = _tr("{count} of {all}")
        shown = [passed.format(count=f"{one:,.0f}", all=f"{change.prompts:,}") for one in counts]
    else:  # some were passed in part
        shown = [percent(change.after), percent(change.before)]
    return words.format(after=shown[0], before=shown[1])


def _worse_sentence(verdict: TuningVerdict) -> str:
    if verdict.ratio_low > 1:
        words = _tr("Answers it never learnt from surprise it more than before: {change}.")
        return words.format(change=change_words(verdict))
    return _tr(
        "It answers general questions worse than before, and nothing shows that it learnt your examples."
    )


def _not_shown_sentence(verdict: TuningVerdict) -> str:
    if not verdict.holdout_tokens:
        return _tr("Nothing was held out, so nobody can tell learning from learning by heart.")
    learnt = verdict.ratio_high < 1
    if learnt and verdict.general is not None and verdict.general.shown_worse:
        return _tr("It learnt from your examples, but answers general questions worse than before.")
    if learnt and verdict.votes is not None and verdict.votes.settled_for_base:
        return _tr(
            "What is held out says so, but you preferred the model without it when you did not know "
            "which was which."
        )
    words = _tr("What is held out changed by {change}, which may as well be chance.")
    return words.format(change=change_words(verdict))


def change_words(verdict: TuningVerdict) -> str:
    """ "perplexity 6.5 instead of 30.6"."""
    words = _tr("perplexity {after} instead of {before}")
    return words.format(
        after=perplexity_words(verdict.holdout_after),
        before=perplexity_words(verdict.holdout_before),
    )


def perplexity_words(value: float) -> str:
    """Three digits that count."""
    if not math.isfinite(value):
        return _tr("beyond measure")
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def meaning_words() -> str:
    """What each of the three words takes, for whoever hovers."""
    return _tr(
        "Better: the whole 90 % interval of the change on what is held out is an improvement, and general "
        "questions are not shown to be answered worse. Worse: that whole interval is a loss, or general "
        "questions are shown to be answered worse and nothing shows an improvement. Everything else "
        "is not shown to be better. The training loss has no say. Not shown to be worse is no proof: of "
        "few questions a loss shows only where it is large."
    )


def perplexity_tip() -> str:
    """What a perplexity is."""
    return _tr(
        "Perplexity: between how many words the model hesitates, on average, at each word of the right "
        "answer. Less is better; 1 would be certainty."
    )


def ratio_words(verdict: TuningVerdict) -> str:
    """ "× 0.21, 90 % interval 0.17 to 0.26": the ratio of perplexities with its interval; of a large change
    how many times less or more it is."""
    ratio = verdict.holdout_after / verdict.holdout_before if verdict.holdout_before else math.nan
    return ratio_range_words(ratio, verdict.ratio_low, verdict.ratio_high)


def ratio_range_words(ratio: float, low: float, high: float) -> str:
    """Likewise for any ratio; infinite where a perplexity was beyond measure."""
    words = _tr("× {ratio}, 90 % interval {low} to {high}")
    values = (ratio, low, high)
    if low > 0 and ratio > 0 and high < _LARGE:
        words = _tr("about {ratio} times less, 90 % interval {low} to {high} times")
        values = (1 / ratio, 1 / high, 1 / low)
    elif low > 1 / _LARGE and math.isfinite(high):
        words = _tr("about {ratio} times as much, 90 % interval {low} to {high} times")
    shown = [_ratio_number(value) for value in values]
    return words.format(ratio=shown[0], low=shown[1], high=shown[2])


def _ratio_number(value: float) -> str:
    """Two decimals, or as many as it takes for two digits that count."""
    return f"{value:.2g}" if 0 < value < _LARGE else perplexity_words(value)


def holdout_name(verdict: TuningVerdict) -> str:
    """What was read for it."""
    words = _tr("Held out: {read}")
    return words.format(read=held_out_words(verdict.holdout_examples, verdict.holdout_tokens))


def base_name(verdict: TuningVerdict) -> str:
    """Likewise where the comparison with the base is not the only one."""
    words = _tr("Against the base model: {read}")
    return words.format(read=held_out_words(verdict.holdout_examples, verdict.holdout_tokens))


def held_out_words(examples: int, tokens: int) -> str:
    """ "7 examples, 412 tokens of answers"."""
    words = _tr("{examples} examples, {tokens} tokens of answers")
    if examples == 1:
        words = _tr("1 example, {tokens} tokens of answers")
    return words.format(examples=f"{examples:,}", tokens=f"{tokens:,}")


def general_name(change: GeneralChange) -> str:
    """Which questions were asked."""
    words = _tr("General questions: {count} of “{suite}”")
    if not change.suite:
        words = _tr("General questions: {count} prompts")
    return words.format(count=f"{change.prompts:,}", suite=change.suite)


def general_words(change: GeneralChange) -> str:
    """ "+2 points, 90 % interval −4 to +8"."""
    words = _tr("{change} points, 90 % interval {low} to {high}")
    return words.format(
        change=points(change.after - change.before),
        low=points(change.low),
        high=points(change.high),
    )


def share_change(change: GeneralChange) -> str:
    """ "62 % → 60 % passed"."""
    words = _tr("{before} → {after} passed")
    return words.format(before=percent(change.before), after=percent(change.after))


def perplexity_change(verdict: TuningVerdict) -> str:
    """ "Perplexity 30.6 → 6.49"."""
    return _tr("Perplexity {before} → {after}").format(
        before=perplexity_words(verdict.holdout_before),
        after=perplexity_words(verdict.holdout_after),
    )


def votes_words(row: ResultRow) -> str:
    """What the person said who did not know which was which; empty where nobody was asked."""
    votes = row.verdict.votes if row.verdict is not None else None
    if votes is None or not votes.count:
        return ""
    words = _tr("{adapter} for the adapter, {base} for the base")
    text = words.format(adapter=votes.adapter, base=votes.base)
    if not votes.ties:
        return text
    ties = _tr("1 tie") if votes.ties == 1 else _tr("{count} ties").format(count=votes.ties)
    return f"{text}, {ties}"


def added_words(count: int) -> str:
    """What was added to the data set before it is taught again."""
    return _tr("Added from what you rated since: {examples}.").format(
        examples=examples_words(count)
    )


def again_words(row: ResultRow) -> str:
    """The button that goes on learning."""
    if not row.rated_since:
        return _tr("Teach again…")
    one = _tr("Teach again from 1 reply that I rated since…")
    many = _tr("Teach again from {count} replies that I rated since…")
    return one if row.rated_since == 1 else many.format(count=f"{row.rated_since:,}")
