"""The model card of an open repository, which comes from a stranger."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.code_segment import CodeSegment
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.models.card_view import DROPPED_AT_ONCE, MOST_PARTS, CardView, Segment
from benchtop.ui.models.repository_view import RepositoryView
from benchtop.ui.theme import ThemeController
from heartbeat import GROSS, Heartbeat
from ui.models.repository_kit import label, show_card, show_whole, view

__all__ = ["view"]


HOSTILE = {
    "html": "<div><p>x" * 550_000,
    "brackets": "[" * 5_000_000,
    "links": "[a](http://x.example/1) " * 200_000,
    "table": "|a|b|c|\n|-|-|-|\n" + "|x|y|z|\n" * 600_000,
    "stars": "*a **b " * 700_000,
    "quotes": "> " * 2_500_000,
    "list": "".join(" " * (i % 60) + "- x\n" for i in range(150_000)),
    "code": "```py\n" + "def f(): pass\n" * 350_000,
    "one word": "x" * 5_000_000,
    "pictures": "![a](http://e.example/i.png)\n" * 170_000,
    "scripts": "<script>alert(1)" * 300_000,
    "headings": "# a\n" * 1_200_000,
}


def text_of(segment: Segment) -> str:
    return segment.toPlainText() if isinstance(segment, TextSegment) else segment.view.toPlainText()


def shown(card: CardView) -> str:
    return "\n".join(text_of(segment) for segment in card.segments).replace("\u00a0", " ")


def test_a_card_is_shown_without_html_and_without_pictures(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    card = show_card(
        view,
        qtbot,
        "---\nlicense: mit\n---\n# Title\n\n<script>alert(1)</script>\n"
        "![A graph](https://evil.example/x.png) "
        '<a href="https://evil.example/z"><img src="file:///etc/passwd"></a>\n\n'
        "[paper](https://arxiv.org/abs/1) and [same](./LICENSE) and https://plain.example/a\n",
    )
    text = shown(card)
    for part in ("Title", "[image: A graph]", "[image]", "paper (arxiv.org)", "same and"):
        assert part in text
    for gone in ("license", "alert", "<a", "passwd", "x.png"):
        assert gone not in text
    addresses = set()
    for segment in card.segments:
        assert isinstance(segment, TextSegment)
        block = segment.document().begin()
        while block.isValid():
            for layout in block.textFormats():
                addresses.add(layout.format.anchorHref())
            block = block.next()
        source = QUrl("https://evil.example/x.png")
        image = segment.document().resource(QTextDocument.ResourceType.ImageResource, source)
        assert image is None
    assert addresses - {""} == {
        "https://arxiv.org/abs/1",
        "https://evil.example/z",
        "https://plain.example/a",
    }


def test_a_link_is_told_and_not_opened(view: RepositoryView, qtbot: QtBot) -> None:
    show_whole(view, qtbot)
    card = show_card(view, qtbot, "[paper](https://arxiv.org/abs/1)")
    segment = card.segments[0]
    assert isinstance(segment, TextSegment)
    segment.setFocus()
    cursor = QTextCursor(segment.document())
    cursor.setPosition(2)
    place = segment.cursorRect(cursor).center()
    with qtbot.waitSignal(view.link_requested) as told:
        qtbot.mouseClick(segment.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == ["https://arxiv.org/abs/1"]
    assert segment.toPlainText() == "paper (arxiv.org)"


def test_a_card_follows_the_theme_and_the_width(
    view: RepositoryView, qtbot: QtBot, qapp: QApplication
) -> None:
    show_whole(view, qtbot)
    card = show_card(view, qtbot, "Some words. " * 200 + "\n\n```\ncode\n```\n\n> quote")
    wide = card.height()
    view.resize(500, 700)
    qtbot.waitUntil(lambda: card.is_finished and card.height() > wide)
    before = card.segments
    ThemeController(qapp, "dark").setParent(qapp)
    qtbot.waitUntil(lambda: card.is_finished and card.segments[0] not in before)
    assert any(isinstance(segment, CodeSegment) for segment in card.segments)
    bottom = card.segments[-1].geometry().bottom()
    assert bottom < card.height()


def test_a_repository_without_a_card_says_so(view: RepositoryView, qtbot: QtBot) -> None:
    show_whole(view, qtbot)
    view.show_card("  \n")
    assert label(view, "card_state").text() == "The repository has no model card."
    view.show_card_state("The model card could not be fetched: try again later.")
    assert label(view, "card_state").isVisible()
    show_card(view, qtbot, "Words")
    assert not label(view, "card_state").isVisible()


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_five_megabytes_of_a_hostile_card_hold_nothing_up(
    view: RepositoryView, qtbot: QtBot, kind: str
) -> None:
    show_whole(view, qtbot)
    show_card(view, qtbot, "Words.\n\n```\ncode\n```\n\n|a|\n|-|\n|b|")  # the parser is loaded
    with Heartbeat(time.thread_time) as heart:
        view.show_card(HOSTILE[kind])
        qtbot.waitUntil(lambda: view.card.is_finished, timeout=60_000)
    assert heart.worst < GROSS  # it is written in slices: seconds are a slice without an end
    cut = view.findChild(QLabel, "models.card.cut")
    assert cut.isVisible()
    assert "left out here" in cut.text()


def test_the_parts_of_the_card_before_go_a_few_at_a_time(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    show_card(view, qtbot, "\n\n".join(f"Words.\n\n```\ncode {n}\n```" for n in range(100)))
    before = len(view.card.segments)
    assert before == 200
    turns = [0]
    gone: list[int] = []
    for segment in view.card.segments:
        segment.destroyed.connect(lambda: gone.append(turns[0]))
    watch = QTimer(interval=0)
    watch.timeout.connect(lambda: turns.__setitem__(0, turns[0] + 1))
    watch.start()
    view.show_card("Other words.")
    qtbot.waitUntil(lambda: len(gone) == before)
    assert max(Counter(gone).values()) <= 2 * DROPPED_AT_ONCE  # a turn more or less
    assert len(view.card.segments) == 1


def test_a_card_that_was_not_fetched_whole_says_so_without_a_count(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    view.show_card("# Long\n\n" + "word " * 100, cut=True)
    qtbot.waitUntil(lambda: view.card.is_finished)
    cut = view.findChild(QLabel, "models.card.cut")
    assert cut.isVisible()
    assert "in the browser" in cut.text()
    assert not any(sign.isdigit() for sign in cut.text())
    show_card(view, qtbot, "# Short")
    assert cut.isHidden()


def test_a_card_of_thousands_of_parts_is_cut_and_says_so(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    card = show_card(
        view, qtbot, "".join(f"Words {n}.\n\n```\ncode\n```\n\n" for n in range(2_000))
    )
    assert len(card.segments) == MOST_PARTS
    cut = view.findChild(QLabel, "models.card.cut")
    assert cut.isVisible()
    left = int("".join(sign for sign in cut.text() if sign.isdigit()))
    assert 20_000 < left < 60_000  # of about 50,000 characters, 1,600 of 2,000 times two parts
    assert cut.geometry().top() > card.segments[-1].geometry().bottom()


def test_of_cards_in_quick_turn_only_the_last_is_on_show(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    long = "\n\n".join(f"Words.\n\n```\ncode {n}\n```" for n in range(100))
    for _ in range(4):
        show_card(view, qtbot, long)
    held = view.card.segments[0]
    assert isinstance(held, TextSegment)
    held.setFocus()
    card = show_card(view, qtbot, "The last one.")
    assert not held.hasFocus()
    assert not view.grab().isNull()  # painted with parts of four cards on their way out
    on_show = [
        segment
        for segment in card.findChildren(TextSegment)
        if not segment.visibleRegion().isEmpty()
    ]
    assert on_show == card.segments
    qtbot.waitUntil(lambda: card.findChildren(TextSegment) == card.segments)
