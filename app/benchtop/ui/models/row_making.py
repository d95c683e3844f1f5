"""Domain objects as the rows of the Models page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from benchtop.domain.catalogue import CatalogueModel
from benchtop.domain.downloads import Download, Wait
from benchtop.domain.hub import Connection, HubRepository
from benchtop.domain.memory import Fit
from benchtop.domain.models import ModelFile
from benchtop.domain.repo_files import Choice, path_trouble
from benchtop.services.hub_service import hub_address
from benchtop.ui.models.download_rows import DownloadRow
from benchtop.ui.models.ledger_rows import LedgerRow
from benchtop.ui.models.library_rows import LibraryRow
from benchtop.ui.models.rows import (
    CardRow,
    CatalogueNote,
    ChoiceRow,
    FitRow,
    RepositoryRow,
)


def fit_row(
    fit: Fit, asked: int, *, rough: bool = False, reason: str = "", total: int = 0
) -> FitRow:
    """A verdict for a context of ``asked`` tokens; ``total`` is the memory that there is."""
    return FitRow(
        fit.verdict, asked, fit.context, fit.need, fit.free, fit.freed,
        where=fit.gpu, rough=rough, reason=reason, total=total,
    )  # fmt: skip


def catalogue_note(model: CatalogueModel, compiled: str) -> CatalogueNote:
    """What the catalogue, which was compiled on a day, says of a model beside its facts."""
    notes = (model.notes, model.context_note, model.languages_note)
    hosts = dict.fromkeys(urlsplit(source.where).hostname or "" for source in model.sources)
    return CatalogueNote(
        tuple(filter(None, notes)), model.card, compiled, tuple(filter(None, hosts))
    )


def catalogue_card(
    model: CatalogueModel, fit: FitRow, note: CatalogueNote | None = None, *, here: bool
) -> CardRow:
    """A card of the catalogue."""
    return CardRow(
        id=model.repo,
        name=model.name,
        owner=model.repo.partition("/")[0],
        good_for=model.good_for,
        parameters=model.parameters,
        context_length=model.context_length,
        licence=model.licence,
        languages=tuple(model.languages),
        any_language=not model.languages and bool(model.languages_note),
        reasoning=bool(model.reasoning),
        embedding=model.kind == "embedding",
        gated=bool(model.gated),
        here=here,
        catalogue=note,
        fit=fit,
    )


def repository_card(repository: HubRepository, fit: FitRow, *, here: bool) -> CardRow:
    """A card of a repository that a search found."""
    return CardRow(
        id=repository.id,
        name=repository.name,
        owner=repository.owner,
        parameters=repository.parameters,
        context_length=repository.context_length,
        licence=repository.licence,
        languages=repository.languages,
        architecture=repository.architecture,
        downloads=repository.downloads,
        likes=repository.likes,
        updated=repository.updated,
        gated=bool(repository.gating),
        here=here,
        fit=fit,
    )


def repository_row(
    repository: HubRepository,
    known: CatalogueModel | None,
    choices: Sequence[ChoiceRow],
    note: CatalogueNote | None = None,
) -> RepositoryRow:
    """An open repository, with what the catalogue says of it."""
    return RepositoryRow(
        id=repository.id,
        name=known.name if known is not None else repository.name,
        owner=repository.owner,
        good_for=known.good_for if known is not None else "",
        licence=repository.licence,
        licence_note=known.licence_note if known is not None else "",
        gating=repository.gating,
        updated=repository.updated,
        downloads=repository.downloads,
        likes=repository.likes,
        parameters=repository.parameters,
        context_length=repository.context_length,
        architecture=repository.architecture,
        languages=repository.languages,
        reasoning=bool(known.reasoning) if known is not None else False,
        embedding=known is not None and known.kind == "embedding",
        catalogue=note,
        choices=tuple(choices),
    )


def choice_row(choice: Choice, fit: FitRow, *, label: str, speed: float) -> ChoiceRow:
    """A line of a repository's files, as if nothing of it were here; ``label`` and ``speed`` are
    those of the row."""
    return ChoiceRow(
        key=choice.files[0].path,
        quantisation=choice.quantisation,
        name=choice.files[0].name,
        bytes=choice.model_bytes,
        parts=len(choice.files),
        projector_bytes=choice.mmproj.size if choice.mmproj is not None else 0,
        label=label,
        model=choice.base,
        speed=speed,
        trouble=choice.trouble,
        fit=fit,
    )


def download_row(download: Download, speed: float, wait: Wait | None = None) -> DownloadRow:
    """A line of the queue."""
    page = hub_address(download.repo)
    return DownloadRow(
        download.id, download.name, download.repo, download.state, download.done_bytes,
        download.total_bytes, speed, download.error, wait,
        terms=page if page in download.error else "",  # only the one sentence names the page
        hopeless=download.state == "failed" and any(path_trouble(f.path) for f in download.files),
    )  # fmt: skip


def library_row(model: ModelFile, fit: FitRow) -> LibraryRow:
    """A line of the library: what is known of the file itself."""
    return LibraryRow(
        id=model.id,
        name=model.name,
        path=model.path,
        bytes=model.bytes,
        quantisation=model.quantisation,
        architecture=model.architecture,
        parameters=model.parameters,
        context_length=model.context_length,
        licence=model.licence,
        source=model.source,
        found_in=model.found_in,
        repo=model.repo,
        damaged=model.damaged is not None,
        newer=bool(model.newer),
        added=model.added,
        last_used=model.last_used,
        fit=fit,
        notes=model.notes,
        removable=model.source != "starter",
    )


def ledger_row(connection: Connection) -> LedgerRow:
    """A line of the ledger."""
    return LedgerRow(
        connection.id, connection.began, connection.host, connection.purpose, connection.subject,
        connection.state, connection.received, connection.detail, connection.via,
    )  # fmt: skip


def dated_name(stem: str, ending: str) -> str:
    """A file name for an export of today, in the person's own folder."""
    return str(Path.home() / f"{stem}-{datetime.now().astimezone():%Y-%m-%d}.{ending}")
