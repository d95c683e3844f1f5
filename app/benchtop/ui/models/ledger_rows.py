"""What the ledger of connections shows: plain values, filled by the wiring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from benchtop.domain.hub import Purpose

LedgerState = Literal["begun", "ended", "refused", "failed"]
"""As domain.hub.Connection has it: under way, allowed and over, refused by Benchtop, failed."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One attempt to reach another machine. ``began`` is seconds since 1970, UTC.

    ``subject`` is what it was about, such as a repository or the words of a search; ``received`` counts
    bytes; ``detail`` says why it was refused or failed; ``via`` is the proxy that was connected to.
    """

    id: str
    began: float
    host: str
    purpose: Purpose
    subject: str
    state: LedgerState
    received: int = 0
    detail: str = ""
    via: str = ""


@dataclass(frozen=True, slots=True)
class HostTotal:
    """A host over the whole ledger, not only the rows on show: attempts, and bytes received."""

    host: str
    attempts: int
    received: int
    refused: int = 0
    failed: int = 0
