"""The fit verdict in words: the few of the label and the sentences behind it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from benchtop.domain.models import bytes_text
from benchtop.ui.icons import Tint
from benchtop.ui.models.rows import FitKind, FitRow

LOOK: dict[FitKind, tuple[str, Tint]] = {
    "easy": ("fit-easy", "good"),
    "fits": ("check", "good"),
    "tight": ("warning", "warning"),
    "smaller": ("fit-smaller", "warning"),
    "no": ("fit-no", "bad"),
    "unknown": ("minus", "muted"),
}
"""The icon and the colour of each verdict; the shapes tell them apart without the colour."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("FitWords", text)


def fit_words(fit: FitRow) -> str:
    """The verdict."""
    words: dict[FitKind, str] = {
        "easy": _tr("fits easily"),
        "fits": _tr("fits"),
        "tight": _tr("tight"),
        "smaller": _tr("only with a smaller context: {context}"),
        "no": _tr("does not fit"),
        "unknown": _tr("not known yet"),
    }
    return words[fit.kind].format(context=f"{fit.context:,}")


def fit_explanation(fit: FitRow) -> str:
    """The verdict with its numbers, in plain sentences."""
    if fit.kind == "unknown":
        why = _tr("How much memory it needs is known once the head of its file has been read.")
        return fit.reason or why
    parts = [_needs(fit), _verdict(fit)]
    if fit.freed:
        freed = _tr("{freed} of what is free comes from unloading the model in use.")
        parts.append(freed.format(freed=bytes_text(fit.freed)))
    if fit.measured:
        measured = _tr("When it was last loaded here it took {measured}.")
        parts.append(measured.format(measured=bytes_text(fit.measured)))
    if fit.rough:
        why = _tr("This is a rough guess from its number of parameters; open it for more.")
        parts.append(fit.reason or why)
    return " ".join(parts)


def _needs(fit: FitRow) -> str:
    words = _tr("It needs about {need} of memory at a context of {asked} tokens; {free} is free.")
    if fit.where:
        words = _tr(
            "It needs about {need} of memory at a context of {asked} tokens; {free} is free on {where}."
        )
    return words.format(
        need=bytes_text(fit.need),
        asked=f"{fit.asked or fit.context:,}",
        free=bytes_text(fit.free),
        where=fit.where,
    )


def _verdict(fit: FitRow) -> str:
    words: dict[FitKind, str] = {
        "easy": _tr("It takes less than half of that."),
        "fits": _tr("Enough stays free for your other programs."),
        "tight": _tr("It loads, but little stays for other programs: close some of them first."),
        "smaller": _tr("With a context of {context} tokens it fits: it remembers less of a chat."),
        "no": _tr("Not even a small context would help: choose a smaller file or a smaller model."),
        "unknown": "",
    }
    return words[fit.kind].format(context=f"{fit.context:,}")
