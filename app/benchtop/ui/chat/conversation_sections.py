"""Which heading of the sidebar each conversation stands under. Pure rules, no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from benchtop.domain.chat import Conversation, Folder

SectionKind = Literal["pinned", "today", "yesterday", "week", "days30", "month", "folder"]

_LAST_INSTANT = 253_370_764_800.0  # 31 December 9998, UTC: a damaged import must not raise


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the conversations under it, newest first.

    ``month`` is the first day of it for the kind "month"; ``folder`` is there for "folder" only.
    """

    kind: SectionKind
    conversations: tuple[Conversation, ...]
    month: date | None = None
    folder: Folder | None = None

    @property
    def key(self) -> str:
        """What stays the same when the section's content changes."""
        if self.folder is not None:
            return f"folder:{self.folder.id}"
        return f"{self.kind}:{self.month:%Y-%m}" if self.month is not None else self.kind


def local_time(instant: float) -> datetime:
    """Seconds since 1970, UTC, as local time; instants no calendar has are brought to its ends."""
    kept = min(max(instant, 86_400.0), _LAST_INSTANT)
    return datetime.fromtimestamp(kept, tz=UTC).astimezone()


def group_conversations(
    conversations: Iterable[Conversation], folders: Sequence[Folder], today: date
) -> list[Section]:
    """Pinned first, then by date, then every folder (empty ones too) in its own order.

    A pinned conversation stands under "Pinned" only, whatever its folder. A conversation of a
    folder that is not among ``folders`` stands under its date, so that it is never out of sight.
    """
    known = {folder.id for folder in folders}
    dated: dict[tuple[SectionKind, date | None], list[Conversation]] = {}
    filed: dict[str, list[Conversation]] = {folder.id: [] for folder in folders}
    for conversation in sorted(conversations, key=_newest_first):
        if conversation.pinned:
            dated.setdefault(("pinned", None), []).append(conversation)
        elif conversation.folder_id in known:
            filed[str(conversation.folder_id)].append(conversation)
        else:
            place = _date_section(conversation.updated, today)
            dated.setdefault(place, []).append(conversation)
    sections = [
        Section(kind, tuple(dated[kind, month]), month=month)
        for kind, month in sorted(dated, key=_section_order)
    ]
    for folder in sorted(folders, key=lambda f: (f.position, f.name.casefold(), f.id)):
        sections.append(Section("folder", tuple(filed[folder.id]), folder=folder))
    return sections


def _newest_first(conversation: Conversation) -> tuple[float, str]:
    return (-conversation.updated, conversation.id)


_ORDER: tuple[SectionKind, ...] = ("pinned", "today", "yesterday", "week", "days30", "month")


def _section_order(place: tuple[SectionKind, date | None]) -> tuple[int, int]:
    kind, month = place
    return (_ORDER.index(kind), -month.toordinal() if month is not None else 0)


def _date_section(updated: float, today: date) -> tuple[SectionKind, date | None]:
    day = local_time(updated).date()
    age = today - day
    if age <= timedelta(0):  # a clock that was set back must not make a conversation vanish
        return ("today", None)
    if age == timedelta(1):
        return ("yesterday", None)
    if age <= timedelta(7):
        return ("week", None)
    if age <= timedelta(30):
        return ("days30", None)
    return ("month", day.replace(day=1))
