"""What the views that find models show: plain data, filled from the domain by the wiring.

Sizes are bytes, times seconds since 1970 in UTC, contexts tokens. What is not known is 0, empty or
None, and is left out of what a person sees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from benchtop.domain.downloads import Wait
from benchtop.domain.hub import Gating, HubFilters, HubSort
from benchtop.domain.memory import FitClass
from benchtop.ui.models.download_rows import DownloadRowState

FitKind = FitClass | Literal["unknown"]
ChoiceState = Literal["absent", "downloading", "here"]
"""Whether the files of a choice are on this disk: no, on their way, or checked and ready."""


@dataclass(frozen=True, slots=True)
class FitRow:
    """A verdict as it is shown. ``need`` is at the context ``asked`` for; ``context`` is what fits.

    ``freed`` is the part of ``free`` that unloading the model in use gives back. ``measured`` is what
    the model took when it was last loaded here. ``rough``: guessed before its header was read.
    ``where`` names the GPU, and is empty for the memory of the machine, of which there is ``total``.
    ``reason`` says why nothing is known, or nothing better than a rough guess.
    """

    kind: FitKind = "unknown"
    asked: int = 0
    context: int = 0
    need: int = 0
    free: int = 0
    freed: int = 0
    measured: int = 0
    rough: bool = False
    where: str = ""
    total: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueNote:
    """What the catalogue says of a model beside its facts: sentences, the web address of its model
    card, the day it was compiled (YYYY-MM-DD), and the hosts of the pages that it was read from."""

    notes: tuple[str, ...] = ()
    card: str = ""
    compiled: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardRow:
    """A model of the catalogue, or a repository that a search found. ``id`` is OWNER/NAME.

    ``name`` is the one a person reads, ``languages`` are ISO 639-1 codes, and ``any_language`` says
    that it speaks many and names none. ``downloads`` and ``likes`` are None where nobody asked.
    ``here`` says that files of it are on this disk. ``bytes`` is about what it takes to download as
    ``quantisation``, and ``speed`` about the tokens per second it will write here.
    """

    id: str
    name: str
    owner: str = ""
    good_for: str = ""
    parameters: int = 0
    context_length: int = 0
    licence: str = ""
    languages: tuple[str, ...] = ()
    any_language: bool = False
    architecture: str = ""
    downloads: int | None = None
    likes: int | None = None
    updated: float = 0.0
    reasoning: bool = False
    embedding: bool = False
    gated: bool = False
    here: bool = False
    catalogue: CatalogueNote | None = None
    bytes: int = 0
    quantisation: str = ""
    speed: float = 0.0
    fit: FitRow = field(default_factory=FitRow)


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One model of a repository. ``key`` is the wiring's name for it and stays the same.

    ``bytes`` is what downloading it takes; a projector's ``projector_bytes`` come on top if it is
    wanted. ``label`` is what its file is called where the quantisation does not tell it from others,
    and ``model`` is the same for all quantisations of one model. ``speed`` is about the tokens per
    second it will write here. ``progress`` runs from 0 to 1 while it is downloading. ``trouble`` is a
    sentence on why it cannot be downloaded, such as a part that the repository lacks. ``queue`` is
    the queue's state of what is on its way, and ``wait`` why that does not go on.
    """

    key: str
    quantisation: str
    name: str
    bytes: int
    parts: int = 1
    projector_bytes: int = 0
    label: str = ""
    model: str = ""
    speed: float = 0.0
    fit: FitRow = field(default_factory=FitRow)
    state: ChoiceState = "absent"
    progress: float = 0.0
    trouble: str = ""
    queue: DownloadRowState = "running"
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    """A repository that is open. ``id`` is OWNER/NAME.

    ``agreed`` says that the person has access to a gated one. ``licence_note`` is a sentence of the
    catalogue on the licence.
    """

    id: str
    name: str
    owner: str = ""
    good_for: str = ""
    licence: str = ""
    licence_note: str = ""
    gating: Gating = ""
    agreed: bool = False
    updated: float = 0.0
    downloads: int | None = None
    likes: int | None = None
    parameters: int = 0
    context_length: int = 0
    architecture: str = ""
    languages: tuple[str, ...] = ()
    reasoning: bool = False
    embedding: bool = False
    catalogue: CatalogueNote | None = None
    choices: tuple[ChoiceRow, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchWish:
    """What a person asks the Hub for."""

    words: str = ""
    filters: HubFilters = field(default_factory=HubFilters)
    sort: HubSort = "downloads"
