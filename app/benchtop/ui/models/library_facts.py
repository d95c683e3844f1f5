"""Every fact of a model, named, for the dialog about it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from benchtop.domain.models import bytes_text, parameters_text
from benchtop.ui.models.figures_text import full_day_text, rate_text
from benchtop.ui.models.fit_words import fit_explanation, fit_words
from benchtop.ui.models.library_rows import LibraryDetail
from benchtop.ui.models.library_texts import memory_words, source_words
from benchtop.ui.models.licence_words import licence_name
from benchtop.ui.models.quantisation_words import quantisation_gist


def _tr(text: str) -> str:
    return QCoreApplication.translate("LibraryFacts", text)


def facts_of(detail: LibraryDetail) -> list[tuple[str, str]]:
    """Names and values; a value that is not known is empty."""
    return [*_what_it_is(detail), *_how_it_runs(detail), *_where_it_is(detail)]


def _what_it_is(detail: LibraryDetail) -> list[tuple[str, str]]:
    row = detail.row
    gist = quantisation_gist(row.quantisation) if row.quantisation else ""
    quantisation = f"{row.quantisation} ({gist})" if gist else row.quantisation
    context = _tr("{count} tokens").format(count=f"{row.context_length:,}")
    return [
        (_tr("What it is for"), row.purpose),
        (_tr("Architecture"), row.architecture),
        (_tr("Parameters"), parameters_text(row.parameters)),
        (_tr("Quantisation"), quantisation),
        (_tr("Context"), context if row.context_length else ""),
        (_tr("Licence"), licence_name(row.licence) or _tr("not named in the file")),
        (
            _tr("Adapters for it"),
            ", ".join(_tr("“{name}”").format(name=one.name) for one in detail.adapters),
        ),
    ]


def _how_it_runs(detail: LibraryDetail) -> list[tuple[str, str]]:
    row = detail.row
    fit = f"{fit_words(row.fit)}. {fit_explanation(row.fit)}"
    speed = rate_text(row.tokens_per_second)
    return [
        (_tr("On this machine"), fit[:1].upper() + fit[1:]),
        (_tr("Memory"), memory_words(row.predicted_bytes, row.measured_bytes)),
        (_tr("Speed"), speed if row.tokens_per_second else _tr("not measured yet")),
        (_tr("Last used"), full_day_text(row.last_used)),
    ]


def _where_it_is(detail: LibraryDetail) -> list[tuple[str, str]]:
    row = detail.row
    source = source_words(row)
    if row.repo:
        source = f"{source}: {row.repo}"
    checked = _tr("not compared yet")
    if detail.verified is not None:
        checked = _tr("compared on {when}").format(when=full_day_text(detail.verified))
    return [
        (_tr("Source"), source),
        (_tr("Added"), full_day_text(row.added) if row.added else ""),
        (_tr("Size"), f"{bytes_text(row.bytes)} ({row.bytes:,} bytes)"),
        (_tr("File"), row.path),
        ("SHA-256", f"{detail.sha256} ({checked})" if detail.sha256 else ""),
    ]
