"""The words of measured properties: columns, figures with their errors, and what each means."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from benchtop.domain.models import bytes_text
from benchtop.ui.compare.measure_rows import (
    DEPTHS,
    Measured,
    MeasureJob,
    MeasureKind,
    MeasureRow,
    cost,
)
from benchtop.ui.models.figures_text import NOT_KNOWN

NAME, SIZE, PERPLEXITY, KL_MEAN, KL_HIGH, SAME_TOP, PROMPT, GENERATION, MEMORY, ENERGY, COST = (
    range(11)
)
KIND_OF: dict[int, MeasureKind] = {
    PERPLEXITY: "perplexity",
    KL_MEAN: "divergence",
    KL_HIGH: "divergence",
    SAME_TOP: "divergence",
    PROMPT: "speed",
    GENERATION: "speed",
    MEMORY: "speed",
    ENERGY: "energy",
    COST: "energy",
}

_MOST_DIGITS = 5
"""Of a figure whose error nobody knows."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("MeasureTexts", text)


def kind_words() -> dict[MeasureKind, str]:
    """What a button measures."""
    return {
        "perplexity": _tr("Perplexity"),
        "divergence": _tr("Quantisation damage"),
        "speed": _tr("Speed and memory"),
        "energy": _tr("Energy"),
    }


def headings() -> tuple[str, ...]:
    """The columns, in two lines."""
    return (
        _tr("Model"),
        _tr("File"),
        _tr("Perplexity"),
        _tr("KL mean\nnats"),
        _tr("KL 99 %\nnats"),
        _tr("Same\ntop token"),
        _tr("Prompt tok/s\n0/1k/4k"),
        _tr("Reply tok/s\n0/1k/4k"),
        _tr("Memory"),
        _tr("Energy\n1k tokens"),
        _tr("Cost\n1k tokens"),
    )


def explanations() -> tuple[str, ...]:
    """What each column means, for hovering."""
    return (
        "",
        _tr("The size of the model's file."),
        _tr(
            "How surprised the model is by the text: as if it chose among so many equally likely tokens "
            "at each place. Less is better; compare only models with the same vocabulary, on the same "
            "text. After ± stands the standard error."
        ),
        _tr(
            "How far the predictions are from those of the reference, on average over all places (the "
            "Kullback-Leibler divergence). 0 means the same; the reference and the text are the same for "
            "all."
        ),
        _tr("The same where it is worst: at 99 of 100 places the predictions are closer."),
        _tr("At how many places the likeliest token is the same as the reference's."),
        _tr(
            "How fast a prompt is read, in tokens per second, with 0, 1,024 and 4,096 tokens in the "
            "context already."
        ),
        _tr(
            "How fast a reply is written, in tokens per second, with 0, 1,024 and 4,096 tokens in the "
            "context already."
        ),
        _tr("What the model's process took at most while it was measured."),
        _tr("What this machine took for 1,000 tokens of replies, by its own counters."),
        _tr(
            "What 1,000 tokens of replies cost, from that energy and the price that stands above the table."
        ),
    )


def cell_text(row: MeasureRow, column: int, price: float, currency: str) -> str:
    """One cell; what goes on or failed stands in the place of the figure."""
    kind = KIND_OF.get(column)
    if kind is not None and kind in row.jobs:
        return job_words(row.jobs[kind])
    if kind is not None and kind in row.troubles:
        return _tr("failed")
    match column:
        case 0:
            return row.name
        case 1:
            return bytes_text(row.size) if row.size else NOT_KNOWN
        case 2:
            return figure(row.perplexity, 2)
        case 3 | 4 | 5:
            return _damage(row, column)
        case 6 | 7:
            return _speeds(row, prompt=column == PROMPT)
        case 8:
            return bytes_text(row.memory) if row.memory else NOT_KNOWN
        case 9:
            return _energy(row)
    return _cost(row, price, currency)


def job_words(job: MeasureJob) -> str:
    """ "43 % done"."""
    if job.words:
        return job.words
    if job.progress is None:
        return _tr("waiting")
    return _tr("{share} % done").format(share=f"{job.progress * 100:.0f}")


def figure(measured: Measured | None, digits: int) -> str:
    """ "12.34 ± 0.15", "473,000 ± 11,000": no more digits than the error leaves some meaning, and at most
    ``digits`` behind the point; a dash for nothing."""
    if measured is None:
        return NOT_KNOWN
    error = abs(measured.error)
    if not error or not math.isfinite(error):
        known = measured.value and math.isfinite(measured.value)
        size = math.floor(math.log10(abs(measured.value))) if known else 0
        return _rounded(measured.value, min(digits, max(_MOST_DIGITS - 1 - size, 0)))
    places = min(digits, 1 - math.floor(math.log10(error)))
    return f"{_rounded(measured.value, places)} ± {_rounded(error, places)}"


def _rounded(value: float, places: int) -> str:
    """``places`` behind the point; below 0, so many zeros before it."""
    return f"{round(value, places):,.{max(places, 0)}f}"


def cell_details(row: MeasureRow, column: int) -> str:
    """What stands behind a figure: on what it was measured, with what scope, or why there is none."""
    kind = KIND_OF.get(column)
    if kind is not None and kind in row.troubles:
        return row.troubles[kind]
    if kind == "energy":
        return row.unmeasurable or row.energy_scope
    if kind == "divergence":
        found = row.kl_mean
        against = _tr("Against {name}").format(name=row.reference) if row.reference else ""
        return (
            "\n".join(filter(None, (_kl(row, column), against, found.source))) if found else against
        )
    if kind == "perplexity" and row.perplexity is not None:
        return row.perplexity.source
    return ""


def spoken_row(row: MeasureRow, price: float, currency: str) -> str:
    """A whole row for a screen reader, without what is not known."""
    words = [row.name]
    for column, heading in enumerate(headings()):
        text = cell_text(row, column, price, currency)
        if column and text != NOT_KNOWN:
            words.append(f"{' '.join(heading.split())} {text}")
    return ", ".join(words)


def sort_value(row: MeasureRow, column: int, price: float) -> float | str:
    """What a column is sorted by; what is not known comes last."""
    none = float("inf")
    values: dict[int, float | None] = {
        SIZE: row.size or None,
        PERPLEXITY: row.perplexity.value if row.perplexity else None,
        KL_MEAN: row.kl_mean.value if row.kl_mean else None,
        KL_HIGH: row.kl_high.value if row.kl_high else None,
        SAME_TOP: row.same_top.value if row.same_top else None,
        PROMPT: row.speed_at(0).prompt,
        GENERATION: row.speed_at(0).generation,
        MEMORY: row.memory or None,
        ENERGY: row.joules,
        COST: cost(row.joules, price),
    }
    if column == NAME:
        return row.name.casefold()
    value = values[column]
    return none if value is None else value


def _damage(row: MeasureRow, column: int) -> str:
    if row.is_reference:
        return _tr("reference")
    if column == SAME_TOP:
        return NOT_KNOWN if row.same_top is None else f"{row.same_top.value * 100:.1f} %"
    return _kl(row, column).partition(" ±")[0]


def _kl(row: MeasureRow, column: int) -> str:
    """With its error, for which the table has no room."""
    if column == SAME_TOP:
        return ""
    return figure(row.kl_mean if column == KL_MEAN else row.kl_high, 4 if column == KL_MEAN else 3)


def _speeds(row: MeasureRow, *, prompt: bool) -> str:
    if not row.speeds:
        return NOT_KNOWN
    told = [row.speed_at(depth) for depth in DEPTHS]
    return "/".join(_rate(one.prompt if prompt else one.generation) for one in told)


def _rate(rate: float | None) -> str:
    if rate is None:
        return NOT_KNOWN
    if rate >= 10_000:
        return _tr("{thousands}k").format(thousands=f"{rate / 1_000:,.0f}")
    return f"{rate:.1f}" if rate < 100 else f"{rate:,.0f}"


def _energy(row: MeasureRow) -> str:
    if row.joules is not None:
        return f"{row.joules:,.0f} J" if row.joules >= 10 else f"{row.joules:.1f} J"
    return _tr("not measurable here") if row.unmeasurable else NOT_KNOWN


def _cost(row: MeasureRow, price: float, currency: str) -> str:
    value = cost(row.joules, price)
    if value is None:
        return NOT_KNOWN
    # A price of small fractions is read as a number with two digits that count.
    return f"{value:.2g} {currency}".strip()
