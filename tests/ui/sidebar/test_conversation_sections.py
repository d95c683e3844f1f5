"""Which heading a conversation stands under."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from benchtop.domain.chat import Conversation, Folder
from benchtop.ui.chat.conversation_sections import group_conversations

Make = Callable[..., Conversation]


@pytest.mark.parametrize(
    ("days", "key"),
    [
        (0, "today"),
        (-3, "today"),
        (1, "yesterday"),
        (2, "week"),
        (7, "week"),
        (8, "days30"),
        (30, "days30"),
        (31, "month:2026-10"),
        (400, "month:2025-10"),
    ],
)
def test_age_decides_the_heading(make: Make, now: datetime, days: float, key: str) -> None:
    sections = group_conversations([make("a", days)], [], now.date())
    assert [section.key for section in sections] == [key]


def test_order_is_pinned_then_dates_then_folders(
    make: Make, now: datetime, folders: list[Folder]
) -> None:
    conversations = [
        make("old", 100),
        make("older", 140),
        make("today"),
        make("filed", folder_id="f1"),
        make("pinned", 9, pinned=True, folder_id="f1"),
        make("later", -0.01),
    ]
    sections = group_conversations(conversations, folders, now.date())
    assert [(s.key, [c.id for c in s.conversations]) for s in sections] == [
        ("pinned", ["pinned"]),
        ("today", ["later", "today"]),
        ("month:2026-08", ["old"]),
        ("month:2026-07", ["older"]),
        ("folder:f1", ["filed"]),
        ("folder:f2", []),
    ]


def test_a_conversation_of_a_lost_folder_is_still_shown(make: Make, now: datetime) -> None:
    sections = group_conversations([make("a", folder_id="gone")], [], now.date())
    assert [section.key for section in sections] == ["today"]


@pytest.mark.parametrize("instant", [-1e18, 0.0, 1e18])
def test_no_instant_is_too_odd(now: datetime, instant: float) -> None:
    odd = Conversation("a", "A", created=instant, updated=instant)
    assert len(group_conversations([odd], [], now.date())) == 1
