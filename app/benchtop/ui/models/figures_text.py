"""Sizes, speeds and times of models in words: one way to say each, everywhere on the page."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from benchtop.domain.models import bytes_text
from benchtop.ui.chat.conversation_sections import local_time
from benchtop.ui.chat.conversation_texts import full_time_text, short_time_text

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
NOT_KNOWN = "–"
"""Stands where a figure is not known."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("FiguresText", text)


def amount_text(done: int, total: int) -> str:
    """ "1.2 of 4.1 GB": the unit once where both have the same; only what is there for a total of 0."""
    if total <= 0:
        return bytes_text(done)
    whole = bytes_text(total)
    number, _, unit = bytes_text(min(done, total)).partition(" ")
    if unit != whole.rpartition(" ")[2]:
        number = f"{number} {unit}"
    return _tr("{done} of {total}").format(done=number, total=whole)


def speed_text(bytes_per_second: float) -> str:
    """ "8.3 MB/s"."""
    return _tr("{amount}/s").format(amount=bytes_text(max(bytes_per_second, 0.0)))


def left_text(seconds: float | None) -> str:
    """ "6 min left", as exact as anyone can know; empty for None."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    if seconds < _MINUTE:
        return _tr("less than a minute left")
    if seconds < _HOUR:
        return _tr("{minutes} min left").format(minutes=math.ceil(seconds / _MINUTE))
    if seconds < 2 * _DAY:
        hours, minutes = divmod(round(seconds / _MINUTE), 60)
        if not minutes:
            return _tr("{hours} h left").format(hours=hours)
        return _tr("{hours} h {minutes} min left").format(hours=hours, minutes=minutes)
    return _tr("{days} days left").format(days=round(seconds / _DAY))


def rate_text(tokens_per_second: float | None) -> str:
    """ "12.4 tok/s"; a dash where nobody measured."""
    if not tokens_per_second:
        return NOT_KNOWN
    number = f"{tokens_per_second:.1f}" if tokens_per_second < 100 else f"{tokens_per_second:,.0f}"
    return _tr("{number} tok/s").format(number=number)


def day_text(instant: float | None) -> str:
    """When something was, as short as the distance allows; "never" for None."""
    return _tr("never") if instant is None else short_time_text(local_time(instant))


def full_day_text(instant: float | None) -> str:
    """The date and the time in full; "never" for None."""
    return _tr("never") if instant is None else full_time_text(local_time(instant))
