"""The words of the conversation list: headings, times, and what a screen reader says of a row."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from benchtop.domain.chat import Conversation
from benchtop.ui.chat.conversation_sections import Section, local_time


def _tr(text: str) -> str:
    return QCoreApplication.translate("ConversationTexts", text)


def section_title(section: Section) -> str:
    """A heading: a folder's name, a word for recent days, or a month with its year."""
    if section.folder is not None:
        return section.folder.name
    if section.month is not None:
        locale = QLocale()
        return f"{locale.standaloneMonthName(section.month.month)} {section.month.year}"
    return {
        "pinned": _tr("Pinned"),
        "today": _tr("Today"),
        "yesterday": _tr("Yesterday"),
        "week": _tr("Previous 7 days"),
        "days30": _tr("Previous 30 days"),
    }.get(section.kind, "")


def time_text(moment: datetime, now: datetime, *, heading_says_day: bool = False) -> str:
    """As short as the distance allows: 14:05 for today, Mon for a week, 12 Nov, 12 Nov 2025.

    ``heading_says_day``: the row stands under "Yesterday", so that the time alone is clear.
    """
    locale, days = QLocale(), now.date() - moment.date()
    if days <= timedelta(0) or heading_says_day:
        return locale.toString(
            QTime(moment.hour, moment.minute), locale.timeFormat(QLocale.FormatType.ShortFormat)
        )
    if days <= timedelta(days=7):
        return locale.standaloneDayName(moment.isoweekday(), QLocale.FormatType.ShortFormat)
    form = "d MMM" if moment.year == now.year else "d MMM yyyy"
    return locale.toString(QDate(moment.year, moment.month, moment.day), form)


def full_time_text(moment: datetime) -> str:
    """The date and the time in full, for tooltips and screen readers."""
    locale = QLocale()
    day = locale.toString(QDate(moment.year, moment.month, moment.day), "d MMMM yyyy")
    time = locale.toString(
        QTime(moment.hour, moment.minute), locale.timeFormat(QLocale.FormatType.ShortFormat)
    )
    return f"{day}, {time}"


def conversation_text(conversation: Conversation, title: str, folder: str | None) -> str:
    """Title, date, and whatever a sighted person sees as a mark on the row."""
    parts = [title, full_time_text(local_time(conversation.updated))]
    if folder is not None:
        parts.append(_tr("in folder {name}").format(name=folder))
    if conversation.pinned:
        parts.append(_tr("pinned"))
    if conversation.draft.strip():
        parts.append(_tr("has a draft"))
    return ", ".join(parts)


def short_time_text(moment: datetime) -> str:
    """``time_text`` seen from this moment."""
    return time_text(moment, datetime.now().astimezone())
