"""The words of the library: what stands in its cells, and what a screen reader says of a row."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication

from benchtop.domain.models import bytes_text, parameters_text
from benchtop.ui.icons import Tint
from benchtop.ui.models.figures_text import NOT_KNOWN, day_text, full_day_text, rate_text
from benchtop.ui.models.fit_words import fit_words
from benchtop.ui.models.library_rows import LibraryRow
from benchtop.ui.models.licence_words import licence_name
from benchtop.ui.models.model_words import SEPARATOR, context_text

Column = Literal["name", "fit", "size", "memory", "speed", "used"]
SortKey = Literal[
    "used", "name", "size", "parameters", "quantisation", "architecture", "context", "licence",
    "source", "added", "speed", "memory", "fit",
]  # fmt: skip
COLUMNS: tuple[Column, ...] = ("name", "fit", "size", "memory", "speed", "used")


def _tr(text: str) -> str:
    return QCoreApplication.translate("LibraryTexts", text)


def heading(column: Column) -> str:
    """The heading of a column."""
    return {
        "name": _tr("Model"),
        "fit": _tr("On this machine"),
        "size": _tr("Size"),
        "memory": _tr("Memory"),
        "speed": _tr("Speed"),
        "used": _tr("Last used"),
    }[column]


def sort_words() -> dict[SortKey, str]:
    """What the list can be sorted by, in the order of the menu."""
    return {
        "used": _tr("Last used"),
        "name": _tr("Name"),
        "fit": _tr("Fit"),
        "size": _tr("Size"),
        "parameters": _tr("Parameters"),
        "quantisation": _tr("Quantisation"),
        "architecture": _tr("Architecture"),
        "context": _tr("Context"),
        "licence": _tr("Licence"),
        "source": _tr("Source"),
        "added": _tr("Added"),
        "speed": _tr("Speed"),
        "memory": _tr("Memory"),
    }


def source_words(row: LibraryRow) -> str:
    """Where a model came from."""
    if row.source == "found" and row.found_in:
        return _tr("found in {program}").format(program=row.found_in)
    return {
        "starter": _tr("comes with Benchtop"),
        "imported": _tr("imported"),
        "hub": _tr("from the Hub"),
        "found": _tr("found on this disk"),
    }[row.source]


def marks(row: LibraryRow) -> list[tuple[str, Tint]]:
    """The states of a row: words and the colour they are in."""
    found: list[tuple[str, Tint]] = []
    if row.in_use:
        found.append((_tr("in use"), "good"))
    if row.missing:
        found.append((_tr("file is missing"), "warning"))
    if row.damaged:
        found.append((_tr("file is damaged"), "bad"))
    if row.checking is not None:
        percent = int(min(max(row.checking, 0.0), 1.0) * 100)
        found.append((_tr("checking, {percent} %").format(percent=percent), "muted"))
    if row.adapters:
        one, many = _tr("1 adapter"), _tr("{count} adapters")
        words = one if row.adapters == 1 else many.format(count=f"{row.adapters:,}")
        found.append((words, "muted"))
    if row.newer:
        found.append((_tr("newer revision on the Hub"), "accent"))
    return found


def facts_line(row: LibraryRow) -> str:
    """The second line of a row: what it is. A repository comes first: it must not be what is cut."""
    by_hub = row.source == "hub" and bool(row.repo)
    parts = [
        _tr("from {repo}").format(repo=row.repo) if by_hub else "",
        row.architecture,
        parameters_text(row.parameters),
        row.quantisation,
        _tr("{size} context").format(size=context_text(row.context_length))
        if row.context_length
        else "",
        licence_name(row.licence),
        "" if by_hub else source_words(row),
    ]
    return SEPARATOR.join(part for part in parts if part)


def cell_text(row: LibraryRow, column: Column) -> str:
    """The words of a cell."""
    match column:
        case "name":
            return row.name
        case "fit":
            return fit_words(row.fit)
        case "size":
            return bytes_text(row.bytes)
        case "memory":
            return _memory(row)
        case "speed":
            return rate_text(row.tokens_per_second)
        case "used":
            return day_text(row.last_used)


def second_text(row: LibraryRow, column: Column) -> str:
    """What stands in smaller letters below a figure; empty for most."""
    if column == "memory" and row.predicted_bytes:
        if not row.measured_bytes:
            return _tr("not loaded yet")
        return _tr("predicted {size}").format(size=bytes_text(row.predicted_bytes))
    if column == "used" and row.added:
        return _tr("added {when}").format(when=day_text(row.added))
    return ""


def memory_words(predicted: int, measured: int) -> str:
    """Predicted and measured memory in full."""
    if measured and predicted:
        return _tr("measured {measured}, predicted {predicted}").format(
            measured=bytes_text(measured), predicted=bytes_text(predicted)
        )
    if measured:
        return _tr("measured {measured}").format(measured=bytes_text(measured))
    if predicted:
        return _tr("predicted {predicted}, not loaded here yet").format(
            predicted=bytes_text(predicted)
        )
    return _tr("not known yet")


def spoken_row(row: LibraryRow) -> str:
    """Everything a sighted person sees of a row."""
    parts = [
        row.name,
        *(words for words, _tint in marks(row)),
        facts_line(row),
        fit_words(row.fit),
        bytes_text(row.bytes),
        _tr("memory {words}").format(words=memory_words(row.predicted_bytes, row.measured_bytes)),
    ]
    if row.tokens_per_second:
        parts.append(rate_text(row.tokens_per_second))
    parts.append(_tr("last used {when}").format(when=full_day_text(row.last_used)))
    return ", ".join(part for part in parts if part)


def removal_question(row: LibraryRow) -> str:
    """Asked in place: what goes, and what disk it frees."""
    if row.owned and row.freed:
        words = _tr(
            "Remove {name}? With its file in the bin, {size} of disk are freed when the bin is "
            "emptied. Off the list only, the file stays and can be imported again."
        )
        if row.files > 1:
            words = _tr(
                "Remove {name}? With all files that only it uses in the bin, {size} of disk are freed "
                "when the bin is emptied. Off the list only, they stay and can be imported again."
            )
        if row.shared:
            words += " " + _tr("It lies in the Hub's cache, where other programs may use it too.")
        return words.format(name=row.name, size=bytes_text(row.freed))
    if row.missing:
        words = _tr(
            "Take {name} off the list? Its file is not in its place, so nothing is deleted."
        )
        return words.format(name=row.name)
    if row.source == "found" and row.found_in:
        words = _tr(
            "Take {name} off the list? Its file belongs to {program}: it stays, and no disk is freed."
        )
        return words.format(name=row.name, program=row.found_in)
    words = _tr("Take {name} off the list? Its file stays where it is, and no disk is freed.")
    return words.format(name=row.name)


def duplicates_words(files: int, size: int) -> str:
    """The calm line on files that are here more than once."""
    if files == 1:
        words = _tr("The same file is here more than once: {size} could be freed.")
    else:
        words = _tr("{files} files are here more than once: {size} could be freed.")
    return words.format(files=files, size=bytes_text(size))


def _memory(row: LibraryRow) -> str:
    if row.measured_bytes:
        return bytes_text(row.measured_bytes)
    if row.predicted_bytes:
        return _tr("about {size}").format(size=bytes_text(row.predicted_bytes))
    return NOT_KNOWN
