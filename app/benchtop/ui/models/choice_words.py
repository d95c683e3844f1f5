"""What a line says of one file of a repository: on it, on hover, and to a screen reader."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from benchtop.domain.models import bytes_text
from benchtop.ui.models.download_texts import queue_words
from benchtop.ui.models.fit_words import fit_explanation, fit_words
from benchtop.ui.models.model_words import SEPARATOR, speed_words
from benchtop.ui.models.quantisation_words import quantisation_gist, quantisation_words
from benchtop.ui.models.rows import ChoiceRow


def _tr(text: str) -> str:
    return QCoreApplication.translate("ChoiceWords", text)


def title_of(row: ChoiceRow) -> str:
    """Its quantisation; its file's name where that does not say it."""
    return row.quantisation or row.label or row.name


def second_of(row: ChoiceRow) -> str:
    """The line below: its file where several have the quantisation, else what that is worth."""
    if row.label and row.label != title_of(row):
        return row.label
    return quantisation_gist(row.quantisation)


def bytes_of(row: ChoiceRow, *, projector: bool) -> int:
    """What is downloaded, with the projector or without."""
    return row.bytes + (row.projector_bytes if projector else 0)


def parts_of(row: ChoiceRow) -> str:
    """How many files it has, where that is more than one."""
    return _tr("{count} parts").format(count=row.parts) if row.parts > 1 else ""


def state_of(row: ChoiceRow) -> str:
    """Whether it is here or on its way; empty for all others."""
    if row.state == "here":
        return _tr("on this machine")
    if row.state == "downloading":
        if is_going(row):
            return _tr("Downloading {share:.0%}").format(share=row.progress)
        return queue_words(row.queue, row.wait)
    return ""


def is_going(row: ChoiceRow) -> bool:
    """Whether bytes of it come in at this moment."""
    return row.state == "downloading" and row.queue == "running" and row.wait is None


def short_state_of(row: ChoiceRow) -> str:
    """The same in one word, where there is no room to say what is waited for."""
    return queue_words("queued" if row.wait else row.queue, None)


def speed_of(row: ChoiceRow) -> str:
    """How fast it should write; empty where nothing was learned yet."""
    return speed_words(row.speed, rough=row.fit.rough)


def projector_text() -> str:
    """Beside the box that asks for the projector as well."""
    return _tr("with projector")


def projector_words(row: ChoiceRow) -> str:
    """What the projector is for, and what it is not yet good for."""
    return _tr(
        "This model can see pictures with a second file, its projector ({size}). Benchtop does not use "
        "pictures yet: take it only if another program of yours does."
    ).format(size=bytes_text(row.projector_bytes))


def said_of(row: ChoiceRow, *, recommended: bool, projector: bool) -> str:
    """What a screen reader says of the line: all that is seen on it."""
    tag = _tr("recommended") if recommended else ""
    size = bytes_text(bytes_of(row, projector=projector))
    if row.trouble:
        return SEPARATOR.join((title_of(row), size, row.trouble))
    gist = quantisation_gist(row.quantisation)
    label = row.label if row.label != title_of(row) else ""
    words = (title_of(row), label, tag, gist, size, parts_of(row), fit_words(row.fit))
    return ", ".join(filter(None, (*words, speed_of(row), state_of(row))))


def file_words(row: ChoiceRow) -> str:
    """The hover over the size: which files these are."""
    words = [row.key]
    if row.parts > 1:
        words.append(_tr("Its parts are downloaded together and used as one model."))
    return "\n".join(words)


def name_words(row: ChoiceRow) -> str:
    """The hover over the name: the file, and what its quantisation means."""
    name = row.key if row.label else ""
    return "\n".join(filter(None, (name, row.trouble, quantisation_words(row.quantisation))))


def button_words(row: ChoiceRow, *, offline: bool, projector: bool) -> tuple[str, str, str]:
    """The name, the hover and the description of the button that downloads it."""
    size = bytes_text(bytes_of(row, projector=projector))
    named = ", ".join(dict.fromkeys(filter(None, (title_of(row), row.label))))
    name = _tr("Download {name}, {size}").format(name=named, size=size)
    if offline:
        hint = _tr("You are offline: downloading needs a connection.")
        return name, hint, hint
    return name, _tr("Download {size}").format(size=size), fit_explanation(row.fit)
