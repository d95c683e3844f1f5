"""What the Compare page says, in words: whose turn it is, figures, states, votes."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication

from benchtop.domain.models import bytes_text
from benchtop.evaluation.blind import PositionBias
from benchtop.evaluation.percent import whole_percent
from benchtop.ui.compare.compare_rows import (
    ColumnFigures,
    ColumnRow,
    ContestantRow,
    PairRow,
    RankRow,
    SuggestionRow,
    TurnRow,
    VoteOutcome,
)

VOTE_KEYS: dict[VoteOutcome, str] = {"a": "1", "b": "2", "tie": "3", "both_bad": "0"}
"""The key of each vote, in the order of the buttons."""
_SHORT = 60


def _tr(text: str) -> str:
    return QCoreApplication.translate("CompareTexts", text)


_ENOUGH_TOKENS = 30
"""Of fewer, a speed is told to one digit only."""


def duration_text(seconds: float) -> str:
    """ "80 ms", "1.24 s", "12.4 s"."""
    if seconds < 0.1:
        return _tr("{number} ms").format(number=max(1, round(seconds * 1_000)))
    return _tr("{number} s").format(number=f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}")


def percent_text(probability: float) -> str:
    """ "83 %", by the rule of whole_percent()."""
    return _tr("{number} %").format(number=whole_percent(probability))


def figures_parts(figures: ColumnFigures) -> list[str]:
    """The figures that are known, each with its unit."""
    parts = []
    if figures.first_token_seconds > 0:
        words = _tr("first token {time}")
        if figures.was_read:
            words = _tr("first token {time}, prompt already read")
        parts.append(words.format(time=duration_text(figures.first_token_seconds)))
    if figures.tokens_per_second > 0:
        rate = figures.tokens_per_second
        if figures.tokens >= _ENOUGH_TOKENS:
            shown = f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}"
            parts.append(_tr("{rate} tok/s").format(rate=shown))
        else:  # a handful of tokens measures the moment
            parts.append(_tr("about {rate} tok/s").format(rate=f"{float(f'{rate:.1g}'):,.0f}"))
    if figures.tokens > 0:
        one, many = _tr("1 token"), _tr("{count} tokens")
        parts.append(one if figures.tokens == 1 else many.format(count=f"{figures.tokens:,}"))
    if figures.memory > 0:
        parts.append(_tr("memory {amount}").format(amount=bytes_text(figures.memory)))
    return parts


def figures_text(figures: ColumnFigures | None) -> str:
    """The line under an answer, broken only between figures; empty where nothing is known."""
    parts = figures_parts(figures) if figures is not None else []
    return " · ".join(part.replace(" ", "\u00a0") for part in parts)


def state_text(row: ColumnRow, *, veiled: bool) -> str:
    """How far an answer is, in a word or two; nothing while they are veiled."""
    if veiled:
        return ""
    return {
        "waiting": _tr("waiting"),
        "loading": _tr("loading"),
        "writing": _tr("writing"),
        "done": "",
        "failed": _tr("failed"),
        "cancelled": _tr("stopped"),
    }[row.state]


def waiting_text(row: ColumnRow, *, veiled: bool) -> str:
    """What stands where an answer will be."""
    if veiled:
        return _tr("The answers are shown together, when all are there.")
    return {
        "waiting": _tr("Waiting for its turn."),
        "loading": _tr("The model is being loaded."),
        "writing": _tr("Waiting for the first word…"),
    }.get(row.state, "")


def ending_text(row: ColumnRow, *, blind: bool) -> str:
    """The sentence under an answer that did not simply end. Blind it is not the row's own, which may
    name a file."""
    if blind and row.state == "failed":
        return _tr("This answer failed; why is told when the names are.")
    if blind and row.state == "done":
        return ""
    if row.sentence or row.state == "done":
        return row.sentence
    if row.state == "failed":
        return _tr("This answer failed.")
    return _tr("You stopped this answer.") if row.state == "cancelled" else ""


def turn_text(turn: TurnRow, *, blind: bool) -> str:
    """The line above the columns."""
    if turn.stage == "checking":
        return _tr("Reading the model files, to know which ones they are…")
    if blind or not turn.label:
        return (
            _tr("The contestants take turns; who is writing stays hidden until the vote.")
            if (blind)
            else _tr("The contestants take turns.")
        )
    stages = {
        "loading": _tr("{name}: loading the model"),
        "waiting": _tr("{name} is next: another model is writing"),
        "reading": _tr("{name} is reading the prompt"),
        "writing": _tr("{name} is writing"),
    }
    text = stages[turn.stage].format(name=turn.label)
    if turn.stage == "loading" and turn.fraction is not None:
        text = f"{text}, {percent_text(turn.fraction)}"
    if turn.of > 1 and turn.place:
        text += " · " + _tr("{place} of {count}").format(place=turn.place, count=turn.of)
    return text


def contestant_spoken(row: ContestantRow) -> str:
    """All that a chip shows, for a screen reader."""
    parts = [row.name]
    if row.model_name != row.name:
        parts.append(row.model_name)
    parts += [row.detail, *chip_facts(row), row.problem]
    return ", ".join(part for part in parts if part)


def chip_facts(row: ContestantRow) -> list[str]:
    """What sets a contestant apart from the bare model."""
    facts = [adapter_text(one.name, one.scale) for one in row.adapters]
    if row.system_prompt.strip():
        facts.append(_tr("system prompt"))
    if row.params_summary:  # with the seed, if it has one
        facts.append(row.params_summary)
    return facts


def adapter_text(name: str, scale: float) -> str:
    """ "pirate × 0.5"; the name alone at its full strength."""
    return name if scale == 1 else f"{name} × {scale:g}"


def vote_words(outcome: VoteOutcome, pair: PairRow) -> str:
    """What a button says."""
    if outcome == "tie":
        return _tr("Tie")
    if outcome == "both_bad":
        return _tr("Both bad")
    return _tr("{name} is better").format(
        name=shortened(pair.left if outcome == "a" else pair.right, 28)
    )


def vote_question(pair: PairRow) -> str:
    """What stands above the buttons of a vote."""
    if pair.of > 1:
        text = _tr("Vote {number} of {of}: which answer is better, {left} or {right}?")
        if pair.blind:
            after = _tr("Names and figures are shown after the last vote.")
            text = f"{text} {after}"
    elif pair.blind:
        text = _tr("Which answer is better? Names and figures are shown after the vote.")
    else:
        text = _tr("Which answer is better: {left} or {right}?")
    return text.format(left=pair.left, right=pair.right, number=pair.number, of=pair.of)


def suggestion_words(suggestion: SuggestionRow) -> str:
    """What the button of the suggested pair says."""
    text = _tr("Suggested next: {left} and {right}")
    return text.format(left=shortened(suggestion.left, 24), right=shortened(suggestion.right, 24))


def suggestion_tip(suggestion: SuggestionRow) -> str:
    """Why this pair, and what it would be asked."""
    why = _tr(
        "A vote on these two would tell most about the ranking. This begins a new comparison."
    )
    if not suggestion.prompt:
        return why
    asks = _tr("They are asked: {prompt}").format(prompt=shortened(suggestion.prompt, 300))
    return f"{why}\n{asks}"


def plain_tip(text: str) -> str:
    """A tooltip that wraps its lines (Qt does that in rich text only) and takes no name for markup."""
    return f"<qt>{escape(text, quote=False).replace(chr(10), '<br>')}</qt>"


def votes_text(count: int) -> str:
    """ "1 vote", "12 votes"."""
    return _tr("1 vote") if count == 1 else _tr("{count} votes").format(count=f"{count:,}")


def bias_text(bias: PositionBias) -> str:
    """How often the left answer won, and whether that tells of a person who favours a side."""
    if not bias.is_suspicious:
        verdict = _tr("no sign of a preference for one side")
    elif 2 * bias.left > bias.decided:
        verdict = _tr("a sign of a preference for the left side")
    else:
        verdict = _tr("a sign of a preference for the right side")
    text = _tr(
        "The left answer won {left} of {decided} votes with a winner ({low} to {high} with 95 %): "
        "{verdict}."
    )
    low, high = percent_text(bias.low), percent_text(bias.high)
    return text.format(left=bias.left, decided=bias.decided, low=low, high=high, verdict=verdict)


def rank_spoken(row: RankRow, place: int, of: int, *, winner: bool) -> str:
    """A row of the ranking, for a screen reader."""
    text = _tr(
        "{place} of {of}: {name}, strength {mean}, with 90 % between {low} and {high}, {votes}"
    )
    spoken = text.format(
        place=place,
        of=of,
        name=f"{row.name} ({row.detail})" if row.detail else row.name,
        mean=signed(row.mean),
        low=signed(row.low),
        high=signed(row.high),
        votes=votes_text(row.votes),
    )
    return f"{spoken}, {_tr('the best')}" if winner else spoken


def signed(number: float) -> str:
    """A strength with its sign, in typographic minus."""
    text = f"{number:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text.replace("-", "−")


def shortened(text: str, most: int = _SHORT) -> str:
    """One line of at most so many letters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
