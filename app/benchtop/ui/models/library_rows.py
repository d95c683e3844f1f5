"""What the list of the models that are here shows: plain values, filled by the wiring.

Sizes are bytes, times seconds since 1970 in UTC, contexts tokens. What is not known is 0, empty or
None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from benchtop.ui.models.rows import FitRow

LibrarySource = Literal["starter", "imported", "hub", "found"]
"""Came with Benchtop; chosen from this disk; downloaded from the Hub; found in another program."""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A model file on this disk.

    ``found_in`` names the program whose folder the file lies in, for the source "found". ``owned``: the
    files may be moved to the bin, which frees ``freed`` bytes; false for what other programs own and
    what comes with Benchtop. ``shared``: other programs may use them too. It consists of so many
    ``files``. ``purpose`` is a sentence of ours on what the model is for. ``removable`` is false for a
    model that must stay on the list. ``tokens_per_second``, ``predicted_bytes`` and ``measured_bytes``
    are of its last load here.
    ``checking`` is how far a check of the file is, 0 to 1, and None while there is none.
    ``adapters`` is how many on this machine were made for it.
    ``same_file`` is the same text for all rows whose files hold the same bytes, where there are
    several; ``place`` tells two names of one file from two files, and is empty where nobody knows.
    """

    id: str
    name: str
    path: str
    bytes: int
    quantisation: str = ""
    architecture: str = ""
    parameters: int = 0
    context_length: int = 0
    licence: str = ""
    source: LibrarySource = "imported"
    found_in: str = ""
    repo: str = ""
    added: float = 0.0
    last_used: float | None = None
    tokens_per_second: float | None = None
    predicted_bytes: int = 0
    measured_bytes: int = 0
    fit: FitRow = field(default_factory=FitRow)
    notes: str = ""
    in_use: bool = False
    missing: bool = False
    damaged: bool = False
    newer: bool = False
    checking: float | None = None
    owned: bool = False
    shared: bool = False
    files: int = 1
    freed: int = 0
    removable: bool = True
    adapters: int = 0
    same_file: str = ""
    place: str = ""
    purpose: str = ""

    @property
    def usable(self) -> bool:
        """Whether "Use" makes sense."""
        return not (self.in_use or self.missing or self.damaged)

    @property
    def fetchable(self) -> bool:
        """Whether the Hub has what is wrong with its file here."""
        return bool(self.repo) and (self.missing or self.damaged)

    @property
    def memory(self) -> int:
        """The bytes of memory it took here, or else should take; 0 when nobody knows."""
        return self.measured_bytes or self.predicted_bytes


@dataclass(frozen=True, slots=True)
class PastLoad:
    """One load of a model here. Memory in bytes; speeds in tokens per second, None if not measured."""

    when: float
    context: int
    predicted_bytes: int
    measured_bytes: int
    tokens_per_second: float | None = None
    prompt_tokens_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class ModelAdapter:
    """An adapter that fits a model. ``rank`` 0: its file does not say. ``learnt_from`` names the data set
    it was trained on, as far as its card says. ``has_card``: there is one to save."""

    id: str
    name: str
    path: str
    bytes: int
    rank: int = 0
    added: float = 0.0
    learnt_from: str = ""
    missing: bool = False
    has_card: bool = False


@dataclass(frozen=True, slots=True)
class LibraryDetail:
    """Everything about one model. ``metadata`` are the keys of its file and their values as text.

    ``verified`` is when the file was last compared with ``sha256``; None: never. ``adapters`` are
    those that fit it. ``loads`` come newest first.
    """

    row: LibraryRow
    sha256: str = ""
    verified: float | None = None
    adapters: tuple[ModelAdapter, ...] = ()
    loads: tuple[PastLoad, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DiskShare:
    """A disk that models lie on: where it is mounted, with its name if it has one, its size, and
    what is free. In bytes.

    ``models`` are names and sizes; the same file under two names counts once.
    """

    name: str
    total: int
    free: int
    models: tuple[tuple[str, int], ...] = ()

    @property
    def models_bytes(self) -> int:
        """All models together."""
        return sum(size for _name, size in self.models)

    @property
    def other_bytes(self) -> int:
        """What is used by something else."""
        return max(0, self.total - self.free - self.models_bytes)


def freeable_bytes(rows: Sequence[LibraryRow]) -> tuple[int, int]:
    """How many files are here more than once, and the bytes that keeping one of each would free."""
    groups: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.same_file and not row.missing:
            groups.setdefault(row.same_file, {})[row.place or row.id] = row.bytes
    several = [list(sizes.values()) for sizes in groups.values() if len(sizes) > 1]
    return len(several), sum(sum(sizes) - max(sizes) for sizes in several)
