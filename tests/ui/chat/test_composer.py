"""Writing and sending."""

from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.composer import Composer

KEY = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_enter_sends_and_the_text_stays_until_it_is_cleared(
    qtbot: QtBot, composer: Composer
) -> None:
    QTest.keyClicks(composer.input, "Hello")
    with qtbot.waitSignal(composer.submitted) as sent:
        QTest.keyClick(composer.input, KEY.Key_Return)
    assert sent.args == ["Hello"]
    assert composer.text() == "Hello"
    composer.clear_text()
    assert composer.text() == ""
    composer.input.undo()
    assert composer.text() == "Hello"


def test_shift_enter_makes_a_line(qtbot: QtBot, composer: Composer) -> None:
    with qtbot.assertNotEmitted(composer.submitted):
        QTest.keyClicks(composer.input, "a")
        QTest.keyClick(composer.input, KEY.Key_Return, SHIFT)
        QTest.keyClicks(composer.input, "b")
    assert composer.text() == "a\nb"


def test_nothing_is_not_sent(qtbot: QtBot, composer: Composer) -> None:
    composer.set_draft("  \n ")
    with qtbot.assertNotEmitted(composer.submitted):
        QTest.keyClick(composer.input, KEY.Key_Return)
    assert not composer.send_button.isEnabled()


def test_while_busy_send_is_stop_and_enter_keeps_the_text(qtbot: QtBot, composer: Composer) -> None:
    composer.set_draft("next question")
    composer.set_busy(True)
    assert composer.stop_button.isVisible()
    assert not composer.send_button.isVisible()
    with qtbot.assertNotEmitted(composer.submitted):
        QTest.keyClick(composer.input, KEY.Key_Return)
    assert composer.text() == "next question"
    with qtbot.waitSignal(composer.stop_requested):
        composer.stop_button.click()
    with qtbot.waitSignal(composer.stop_requested):
        QTest.keyClick(composer.input, KEY.Key_Escape)
    composer.set_busy(False)
    assert composer.send_button.isVisible()
    with qtbot.assertNotEmitted(composer.stop_requested):
        QTest.keyClick(composer.input, KEY.Key_Escape)


def test_the_field_gets_the_keyboard_when_send_is_switched_off(
    qtbot: QtBot, composer: Composer
) -> None:
    composer.set_draft("x")
    composer.send_button.setFocus()
    qtbot.waitUntil(composer.send_button.hasFocus)
    composer.clear_text()
    assert composer.input.hasFocus()


def test_the_field_gets_the_keyboard_when_send_becomes_stop_and_back(
    qtbot: QtBot, composer: Composer
) -> None:
    composer.set_draft("x")
    composer.send_button.setFocus()
    qtbot.waitUntil(composer.send_button.hasFocus)
    composer.set_busy(True)
    assert composer.input.hasFocus()
    composer.stop_button.setFocus()
    qtbot.waitUntil(composer.stop_button.hasFocus)
    composer.set_busy(False)
    assert composer.input.hasFocus()


def test_the_caret_is_in_sight_after_a_paste(qtbot: QtBot, composer: Composer) -> None:
    pasted = QMimeData()
    pasted.setText("word and more " * 360)
    composer.input.insertFromMimeData(pasted)
    qtbot.waitUntil(lambda: composer.input.height() > composer.input.height_of(6))
    seen = composer.input.viewport().rect()
    assert seen.contains(composer.input.cursorRect().center())


def test_why_not_is_said_and_writing_goes_on(qtbot: QtBot, composer: Composer) -> None:
    composer.set_enabled_reason("Choose a model first.")
    assert composer.input.placeholderText() == "Choose a model first."
    QTest.keyClicks(composer.input, "kept")
    with qtbot.assertNotEmitted(composer.submitted):
        QTest.keyClick(composer.input, KEY.Key_Return)
    assert not composer.send_button.isEnabled()
    assert composer.send_button.toolTip() == "Choose a model first."
    composer.set_enabled_reason(None)
    assert composer.send_button.isEnabled()
    assert composer.text() == "kept"


def test_drafts_follow_typing_after_a_moment(qtbot: QtBot, composer: Composer) -> None:
    with qtbot.waitSignals([composer.draft_changed], timeout=2_000):
        QTest.keyClicks(composer.input, "half a thou")
    told: list[str] = []
    composer.draft_changed.connect(told.append)
    QTest.keyClicks(composer.input, "ght")
    composer.flush_draft()
    composer.flush_draft()
    assert told == ["half a thought"]


def test_drafts_follow_typing_that_never_pauses(qtbot: QtBot, composer: Composer) -> None:
    typing = QTimer(composer, interval=20)
    typing.timeout.connect(lambda: QTest.keyClicks(composer.input, "a"))
    typing.start()
    with qtbot.waitSignals([composer.draft_changed] * 2, timeout=2_000):
        pass
    assert typing.isActive()


def test_a_restored_draft_is_no_change(qtbot: QtBot, composer: Composer) -> None:
    with qtbot.assertNotEmitted(composer.draft_changed):
        composer.set_draft("from yesterday")
        composer.flush_draft()
    with qtbot.waitSignal(composer.draft_changed) as told:
        composer.clear_text()
    assert told.args == [""]


def test_it_grows_with_its_text_and_then_scrolls(composer: Composer) -> None:
    one = composer.input.height()
    composer.set_draft("\n" * 3)
    four = composer.input.height()
    composer.set_draft("\n" * 40)
    most = composer.input.height()
    composer.set_draft("")
    assert one < four < most < 12 * one
    assert composer.input.height() == one


def test_pasting_takes_plain_text_only(composer: Composer) -> None:
    data = QMimeData()
    data.setHtml("<b>bold</b>")
    data.setText("bold")
    composer.input.insertFromMimeData(data)
    assert composer.text() == "bold"


def test_ten_thousand_pasted_lines(composer: Composer) -> None:
    data = QMimeData()
    data.setText("\n".join(f"line {number}" for number in range(10_000)))
    composer.input.insertFromMimeData(data)
    assert composer.text() == data.text()


def test_names_for_tests_and_readers(composer: Composer) -> None:
    assert composer.input.objectName() == "chat.input"
    assert composer.send_button.objectName() == "chat.send"
    assert composer.stop_button.objectName() == "chat.stop"
    for widget in (composer.input, composer.send_button, composer.stop_button):
        assert widget.accessibleName()
        assert widget.accessibleDescription()
