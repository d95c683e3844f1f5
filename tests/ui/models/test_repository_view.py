"""An open repository: its head, its files with their states, and a model card from a stranger."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.code_segment import CodeSegment
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.models.card_view import CardView, Segment
from benchtop.ui.models.choice_line import ChoiceLine
from benchtop.ui.models.choice_table import PAGE
from benchtop.ui.models.repository_view import RepositoryView
from benchtop.ui.models.rows import ChoiceRow
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.info_bar import InfoBar, Notice
from ui.models.discover_heartbeat import MOST, Heartbeat
from ui.models.discover_makers import FITS, catalogue_cards, choice, fit_for, repository

Key = Qt.Key
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


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> RepositoryView:
    ThemeController(qapp, "light").setParent(qapp)
    made = RepositoryView()
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def show_whole(view: RepositoryView, qtbot: QtBot, **values: object) -> None:
    row = repository(**values)
    view.show_repository(row)
    qtbot.waitUntil(lambda: len(view.table.lines) == min(len(row.choices), PAGE))


def line(view: RepositoryView, key: str) -> ChoiceLine:
    return next(one for one in view.table.lines if one.row.key == key)


def label(view: RepositoryView, name: str) -> QLabel:
    return view.findChild(QLabel, f"models.repository.{name}")


def press(qtbot: QtBot, view: RepositoryView, name: str) -> None:
    qtbot.mouseClick(view.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def show_card(view: RepositoryView, qtbot: QtBot, markdown: str) -> CardView:
    view.show_card(markdown)
    qtbot.waitUntil(lambda: view.card.is_finished)
    return view.card


def text_of(segment: Segment) -> str:
    return segment.toPlainText() if isinstance(segment, TextSegment) else segment.view.toPlainText()


def shown(card: CardView) -> str:
    return "\n".join(text_of(segment) for segment in card.segments).replace("\u00a0", " ")


def test_while_the_hub_is_asked_the_card_is_there(view: RepositoryView) -> None:
    card = catalogue_cards()[5]
    view.show_loading(card)
    assert label(view, "name").accessibleName() == card.name
    assert label(view, "state").text() == "Asking the Hub for its files…"
    assert view.findChild(QWidget, "models.repository.asking").isVisible()
    assert not view.table.isVisible()
    assert view.repository_id == card.id


def test_a_failure_says_why_and_offers_to_try_again(view: RepositoryView, qtbot: QtBot) -> None:
    card = catalogue_cards()[5]
    view.show_loading(card)
    view.show_failure("The Hub did not answer: try again later.")
    assert not view.findChild(QWidget, "models.repository.asking").isVisible()
    notice = view.findChild(Notice)
    with qtbot.waitSignal(view.retry_requested) as told:
        qtbot.mouseClick(notice.findChild(QPushButton, "notice.action"), Qt.MouseButton.LeftButton)
    assert told.args == [card.id]
    view.show_failure("Again.")
    view.show_repository(repository())
    assert view.findChild(InfoBar).notices() == []


def test_the_head_says_licence_and_gating_in_plain_words(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    assert label(view, "licence").text().startswith("Licence: Gemma. ")
    gate = view.findChild(QWidget, "models.repository.gate")
    assert gate.isVisible()
    assert "may take days" in gate.accessibleName()
    with qtbot.waitSignal(view.terms_requested) as told:
        press(qtbot, view, "models.repository.terms")
    assert told.args == ["ggml-org/gemma-3-4b-it-GGUF"]
    with qtbot.waitSignal(view.account_requested):
        press(qtbot, view, "models.repository.account")
    with qtbot.waitSignal(view.page_requested) as told:
        press(qtbot, view, "models.repository.page")
    assert told.args == ["ggml-org/gemma-3-4b-it-GGUF"]
    show_whole(view, qtbot, agreed=True)
    assert "You have agreed" in gate.accessibleName()
    show_whole(view, qtbot, gating="", licence="")
    assert not gate.isVisible()
    assert "names no licence" in label(view, "licence").text()


def test_each_file_has_its_state_and_one_is_recommended(view: RepositoryView, qtbot: QtBot) -> None:
    show_whole(view, qtbot)
    assert [one.row.key for one in view.table.lines if one.recommended] == ["Q4_K_M"]
    assert "recommended" in line(view, "Q4_K_M").accessibleName()
    assert line(view, "IQ4_XS").button.isHidden()
    assert "on this machine" in line(view, "IQ4_XS").accessibleName()
    assert "Downloading 42%" in line(view, "Q5_K_M").accessibleName()
    assert not line(view, "Q2_K").button.isEnabled()
    assert line(view, "Q2_K").button.toolTip() == "The repository holds 2 of the 3 parts of it."
    large = line(view, "BF16")
    assert "3 parts · with projector" in large.accessibleName()
    assert "850 MB" in large.hover_at(large._size.center().x())
    assert "Q4_K_M: each number" in line(view, "Q4_K_M").hover_at(20)
    with qtbot.waitSignal(view.download_requested) as told:
        qtbot.mouseClick(line(view, "Q4_K_M").button, Qt.MouseButton.LeftButton)
    assert told.args == ["Q4_K_M"]


def test_newer_verdicts_move_the_recommendation_and_keep_the_keyboard(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    kept = line(view, "Q6_K")
    kept.button.setFocus()
    rows = [replace(row, fit=fit_for(row.bytes, 32_768)) for row in repository().choices]
    view.set_choices(rows)
    assert line(view, "Q6_K") is kept
    assert kept.button.hasFocus()
    assert [one.row.key for one in view.table.lines if one.recommended] == []
    assert line(view, "Q6_K").fit.fit == fit_for(kept.row.bytes, 32_768)


def test_when_a_download_begins_the_keyboard_goes_to_the_next_button(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    line(view, "Q4_K_M").button.setFocus()
    rows = list(repository().choices)
    rows[3] = replace(rows[3], state="downloading")
    view.set_choices(rows)
    assert line(view, "UD-Q4_K_XL").button.hasFocus()
    view.set_offline(True)
    assert view.findChild(QPushButton, "models.repository.back").hasFocus()
    assert not line(view, "UD-Q4_K_XL").button.isEnabled()
    with qtbot.waitSignal(view.go_online_requested):
        press(qtbot, view, "models.repository.offline.go_online")


def test_the_context_asks_for_new_verdicts(view: RepositoryView, qtbot: QtBot) -> None:
    assert view.context == 4_096
    show_whole(view, qtbot)
    box = view.findChild(QComboBox, "models.repository.context")
    texts = [box.itemText(at) for at in range(box.count())]
    assert texts == ["2k", "4k", "8k", "16k", "32k", "128k, the most it takes"]
    with qtbot.waitSignal(view.context_changed) as told:
        box.setFocus()
        qtbot.keyClick(box, Key.Key_End)
    assert told.args == [131_072]
    with qtbot.waitSignal(view.context_changed) as told:
        view.show_repository(repository(id="a/small", context_length=2_048))
    assert told.args == [2_048]
    assert box.count() == 1
    with qtbot.waitSignal(view.context_changed) as told:
        view.show_repository(repository(id="a/large"))
    assert told.args == [131_072]  # what was chosen comes back


@pytest.mark.parametrize("modifier", ["esc", "alt-left"])
@pytest.mark.parametrize("place", ["back", "table", "context", "card"])
def test_esc_and_alt_left_go_back_from_everywhere(
    view: RepositoryView, qtbot: QtBot, place: str, modifier: str
) -> None:
    show_whole(view, qtbot)
    card = show_card(view, qtbot, "# Hello\n\nSome words.")
    places: dict[str, QWidget] = {
        "back": view.findChild(QPushButton, "models.repository.back"),
        "table": line(view, "Q6_K").button,
        "context": view.findChild(QComboBox, "models.repository.context"),
        "card": card.segments[0],
    }
    # The window has both keys for something else, as it has for the replies of a chat.
    for keys in ("Esc", "Alt+Left"):
        QShortcut(QKeySequence(keys), view, context=Qt.ShortcutContext.WindowShortcut)
    places[place].setFocus()
    with qtbot.waitSignal(view.back_requested):
        if modifier == "esc":
            qtbot.keyClick(places[place], Key.Key_Escape)
        else:
            qtbot.keyClick(places[place], Key.Key_Left, Qt.KeyboardModifier.AltModifier)


def test_up_and_down_walk_from_button_to_button(view: RepositoryView, qtbot: QtBot) -> None:
    show_whole(view, qtbot)
    first = view.table.first_button()
    assert first is line(view, "Q4_K_M").button
    first.setFocus()
    walked = []
    for key in (Key.Key_Up, Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Up):
        qtbot.keyClick(QApplication.focusWidget(), key)
        walked.append(QApplication.focusWidget().parent().row.key)
    assert walked == ["Q3_K_M", "Q4_K_M", "UD-Q4_K_XL", "Q6_K", "UD-Q4_K_XL"]
    with qtbot.waitSignal(view.download_requested) as told:
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Space)
    assert told.args == ["UD-Q4_K_XL"]


def test_tab_goes_from_the_head_to_the_files_and_the_card(
    view: RepositoryView, qtbot: QtBot
) -> None:
    rows = (choice("Q4_K_M"), choice("Q8_0"))
    show_whole(view, qtbot, choices=rows)
    show_card(view, qtbot, "Words\n\n```\ncode\n```")
    view.findChild(QPushButton, "models.repository.back").setFocus()
    seen = []
    for _ in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        seen.append(QApplication.focusWidget().objectName())
    assert seen == [
        "models.repository.page",
        "models.repository.terms",
        "models.repository.account",
        "models.repository.context",
        "models.download",
        "models.download",
        "models.card.text",
        "models.card.copy",
    ]


def test_a_repository_without_models_says_so(view: RepositoryView, qtbot: QtBot) -> None:
    show_whole(view, qtbot, choices=())
    assert label(view, "state").text() == "It holds no GGUF model that could be downloaded."
    assert not view.table.isVisible()
    assert not view.findChild(QComboBox, "models.repository.context").isVisible()


@pytest.mark.parametrize(("width", "percent"), [(836, 100), (836, 150), (836, 200), (1400, 150)])
def test_nothing_is_cut_at_any_size(
    qapp: QApplication, qtbot: QtBot, width: int, percent: int
) -> None:
    ThemeController(qapp, "light", percent).setParent(qapp)
    view = RepositoryView()
    qtbot.addWidget(view)
    view.resize(width, 700)
    view.show()
    rows = [choice("Q4_K_M", fit=FITS[3]), choice("BF16", parts=3, projector_bytes=1, fit=FITS[4])]
    show_whole(view, qtbot, choices=tuple(rows))
    for one in view.table.lines:
        qtbot.waitUntil(lambda one=one: one.height() == one.minimumHeight())  # it is laid out
        wanted = one.wanted()
        assert one._name.width() >= wanted.name
        assert one._size.width() >= wanted.size
        assert one.fit.width() >= one.fit.sizeHint().width()
        assert one.button.width() >= one.button.sizeHint().width()
        areas = [one.fit.geometry(), one.button.geometry(), one._name, one._size]
        for number, area in enumerate(areas):
            assert one.rect().contains(area)
            assert not any(area.intersects(other) for other in areas[number + 1 :])


def test_three_thousand_files_come_in_pages_and_hold_nothing_up(
    view: RepositoryView, qtbot: QtBot
) -> None:
    many = tuple(choice("Q4_K_M", n, key=str(n), name=f"m{n}") for n in range(1, 3_001))
    row = repository(choices=many)
    with Heartbeat() as heart:
        view.show_repository(row)
        qtbot.waitUntil(lambda: len(view.table.lines) == PAGE)
        view.set_choices([replace(one, state="here") for one in many])
        QTest.qWait(0)
    assert heart.worst < MOST
    more = view.findChild(QPushButton, "models.choices.more")
    assert more.text() == f"Show {PAGE} more files"
    more.setFocus()
    qtbot.keyClick(more, Key.Key_Space)
    qtbot.waitUntil(lambda: len(view.table.lines) == 2 * PAGE)


# The model card


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
    with Heartbeat() as heart:
        view.show_card(HOSTILE[kind])
        qtbot.waitUntil(lambda: view.card.is_finished, timeout=60_000)
    assert heart.worst < MOST
    cut = view.findChild(QLabel, "models.card.cut")
    assert cut.isVisible()
    assert "left out here" in cut.text()


def test_a_file_without_a_quantisation_goes_by_its_name(qtbot: QtBot) -> None:
    one = ChoiceLine(ChoiceRow("k", "", "odd-model", 1_000))
    qtbot.addWidget(one)
    assert one.accessibleName().startswith("odd-model, 1.0 kB")
    assert one.button.accessibleName() == "Download odd-model, 1.0 kB"
