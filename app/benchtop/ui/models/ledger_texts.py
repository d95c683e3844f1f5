"""The words of the ledger of connections."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import get_args

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from benchtop.domain.hub import Purpose
from benchtop.domain.models import bytes_text
from benchtop.ui.chat.conversation_sections import local_time
from benchtop.ui.icons import Tint
from benchtop.ui.models.figures_text import NOT_KNOWN
from benchtop.ui.models.ledger_rows import HostTotal, LedgerRow, LedgerState

_REMEMBERED = 512
"""Rows whose words are kept: a table asks for them cell by cell, each time it is painted."""
TINTS: dict[LedgerState, Tint] = {
    "begun": "text",
    "ended": "text",
    "refused": "warning",
    "failed": "bad",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("LedgerTexts", text)


def headings() -> tuple[str, ...]:
    """The columns."""
    return (
        _tr("Time"),
        _tr("State"),
        _tr("Host"),
        _tr("What for"),
        _tr("About"),
        _tr("Received"),
    )


def state_words(state: LedgerState) -> str:
    """What became of an attempt."""
    return {
        "begun": _tr("under way"),
        "ended": _tr("allowed"),
        "refused": _tr("refused"),
        "failed": _tr("failed"),
    }[state]


def purpose_words(purpose: Purpose) -> str:
    """Why a connection was made."""
    return {
        "search": _tr("search for models"),
        "repository": _tr("look at a repository"),
        "card": _tr("read a model card"),
        "header": _tr("read the head of a file"),
        "download": _tr("download a model"),
        "updates": _tr("look for newer revisions"),
        "account": _tr("check the access token"),
        "tools": _tr("set up the training tools"),
        "unknown": _tr("not said"),
    }[purpose]


def time_words(instant: float) -> str:
    """ "21 Nov, 09:15:03": to the second, as one looks for one attempt among many."""
    moment = local_time(instant)
    form = "d MMM" if moment.year == datetime.now().astimezone().year else "d MMM yyyy"
    day = QLocale().toString(QDate(moment.year, moment.month, moment.day), form)
    return f"{day}, {moment:%H:%M:%S}"


def samples() -> tuple[tuple[str, ...], ...]:
    """The longest words each column may hold, for its width; none where that cannot be said."""
    time, state, _host, purpose, _subject, received = headings()
    states = (state_words(one) for one in get_args(LedgerState))
    purposes = (purpose_words(one) for one in get_args(Purpose))
    return (
        (time, "30 Nov, 00:00:00"),
        (state, *states),
        (),
        (purpose, *purposes),
        (),
        (received, bytes_text(999), bytes_text(999e6)),
    )


@lru_cache(_REMEMBERED)
def cells(row: LedgerRow) -> tuple[str, ...]:
    """The words of each column."""
    return (
        time_words(row.began),
        state_words(row.state),
        host_words(row),
        purpose_words(row.purpose),
        _about(row) or NOT_KNOWN,
        bytes_text(row.received) if row.received else NOT_KNOWN,
    )


def narrow_samples() -> tuple[tuple[str, ...], ...]:
    """samples() for narrow_cells()."""
    _time, state, host, _purpose, about, received = samples()
    return ((headings()[0], "30 Nov", "00:00:00"), state, host, (), about, received)


@lru_cache(_REMEMBERED)
def narrow_cells(row: LedgerRow) -> tuple[str, ...]:
    """The words where there is little room: two lines, with the time above the day, and what a
    connection was about above what it was for. A path is named by its last part, which tells most."""
    _time, state, host, purpose, _subject, received = cells(row)
    day, _, clock = time_words(row.began).rpartition(", ")
    if row.purpose == "search" or "/" not in row.subject:
        name = row.subject
    else:
        name = row.subject.rstrip("/").rpartition("/")[2]
    why = row.detail.rstrip(".") if row.state in ("refused", "failed") else ""
    below = f"{purpose} ({why})" if why else purpose
    return f"{clock}\n{day}", state, host, purpose, f"{name or NOT_KNOWN}\n{below}", received


def host_words(row: LedgerRow) -> str:
    """Who was meant, and the proxy that was connected to in its place."""
    if not row.via:
        return row.host
    return _tr("{host} through the proxy {proxy}").format(host=row.host, proxy=row.via)


def _about(row: LedgerRow) -> str:
    """The subject, and why it was refused or failed."""
    why = row.detail.rstrip(".")
    return f"{row.subject} ({why})" if row.subject and why else row.subject or why


def spoken_row(row: LedgerRow) -> str:
    """A whole row for a screen reader."""
    return ", ".join(text for text in cells(row) if text != NOT_KNOWN)


def total_words(total: HostTotal) -> str:
    """ "12 attempts, 1.2 GB, 3 refused"."""
    one = total.attempts == 1
    parts = [
        _tr("1 attempt") if one else _tr("{count} attempts").format(count=f"{total.attempts:,}"),
        bytes_text(total.received),
    ]
    if total.refused:
        parts.append(_tr("{count} refused").format(count=f"{total.refused:,}"))
    if total.failed:
        parts.append(_tr("{count} failed").format(count=f"{total.failed:,}"))
    return ", ".join(parts)
