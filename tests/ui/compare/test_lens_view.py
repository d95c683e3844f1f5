"""The lens: what each place says, how one walks, and how the text goes on from an alternative."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.evaluation.next_token import Place, TokenOption
from benchtop.ui.colours import contrast, dark_tokens, light_tokens
from benchtop.ui.compare.lens_canvas import LensCanvas
from benchtop.ui.compare.lens_legend import LensLegend
from benchtop.ui.compare.lens_rows import (
    LEAST,
    LensRequest,
    LensRow,
    likelihood,
    most_apart,
    prefix,
    segments,
    text_of,
)
from benchtop.ui.compare.lens_texts import ground, percent, place_words, posterior_words
from benchtop.ui.compare.lens_view import LensView
from benchtop.ui.theme import ThemeController
from ui.compare.lens_makers import WORDS, a_row, three_rows


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> Iterator[LensView]:
    theme = ThemeController(qapp, "light")
    made = LensView()
    qtbot.addWidget(made)
    made.resize(1_200, 760)
    made.show()
    yield made
    theme.deleteLater()


def canvas(view: LensView) -> LensCanvas:
    return view.findChild(LensCanvas)


def options(view: LensView, number: int) -> list[list[str]]:
    model = view.findChild(QTableView, f"compare.lens.options{number}").model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def words(view: LensView) -> str:
    return view.findChild(QLabel, "compare.lens.words").text()


def test_every_ground_can_be_read_on() -> None:
    for colours in (light_tokens(), dark_tokens()):
        grounds: set[str] = set()
        for name in LEAST:
            colour = ground(name, colours)
            assert contrast(colours.text, colour) >= 4.5
            grounds.add(QColor(colour).name())
        assert len(grounds) == len(LEAST)


def test_likelihoods_begin_where_the_legend_says() -> None:
    def named(probability: float) -> str:
        option = TokenOption(1, "x", math.log(probability))
        return likelihood(Place(1, "x", option, ()))

    assert [named(p) for p in (0.9000001, 0.5000001, 0.1000001, 0.0100001, 0.001)] == list(LEAST)
    assert named(0.49) == "possible"


@pytest.mark.parametrize(
    ("probability", "said"),
    [(1.0, "100 %"), (0.9996, "99.9 %"), (0.34, "34 %"), (0.0123, "1.2 %"), (0.0004, "0.04 %"),
     (1e-9, "below 0.01 %")],
)  # fmt: skip
def test_probabilities_in_words(probability: float, said: str) -> None:
    assert percent(probability) == said


def test_rows_that_cut_the_text_alike_stand_place_by_place() -> None:
    rows = three_rows()
    found = segments(rows)
    assert found[0].spans == ((0, 1), (0, 1), (0, 0))  # the beginning, which counting has not
    assert found[1].spans == ((1, 2), (1, 2), (0, 1))
    last = len(WORDS)
    assert found[-1].spans == ((last + 1, last + 2), (last + 1, last + 2), (last, last + 1))
    assert len(found) == last + 2


def test_rows_that_cut_the_text_differently_share_borders() -> None:
    one = a_row("one", ("un", "happy", " owl"), leading=False)
    other = a_row("other", ("unh", "appy", " ", "owl"), leading=False)
    found = segments([one, other])
    assert [segment.spans for segment in found] == [
        ((0, 2), (0, 2)), ((2, 3), (2, 4)), ((3, 4), (4, 5)),
    ]  # fmt: skip
    # Every place stands in one segment and no other.
    for row in range(2):
        places = [p for segment in found for p in range(*segment.spans[row])]
        assert places == list(range(len((one, other)[row].places)))


def test_texts_that_differ_lose_no_place() -> None:
    one = a_row("one", ("a", "b", "cd"), leading=False)
    other = a_row("other", ("a", "\ufffd", "\ufffd", "xyz"), leading=False)
    found = segments([one, other])
    for row, made in enumerate((one, other)):
        places = [p for segment in found for p in range(*segment.spans[row])]
        assert places == list(range(len(made.places)))


def test_a_place_in_words() -> None:
    row = three_rows()[1]
    said = place_words(row, 1)
    assert said.startswith("SmolLM2 135M: “The” ")
    assert "KL" in said
    assert "of which nothing is predicted" in place_words(row, 0)
    assert "would be the likeliest" in place_words(row, len(row.places) - 1)
    counting = three_rows()[2]
    came = counting.places[0].came
    assert came is not None
    assert f"seen {came.count} times" in place_words(counting, 0)
    assert posterior_words(TokenOption(1, "x", 0.0, 3, 0.5, 1.0)) == "100 % (50 to 100 %)"
    assert posterior_words(TokenOption(1, "x", -1.5, 3, 0.000_01, 0.4567)) == "22 % (0 to 46 %)"


def test_before_a_text_is_read_there_is_one_button(view: LensView, qtbot: QtBot) -> None:
    button = view.findChild(QPushButton, "placeholder.compare.lens.example")
    assert button.isVisible()
    button.click()
    assert "owl" in view.findChild(QPlainTextEdit, "compare.lens.prompt").toPlainText()
    assert not canvas(view).isVisible()  # nobody is there who could read it
    view.set_contestants([("a", "owl")], "a", "")
    with qtbot.waitSignal(view.read_requested) as told:
        button.click()
    assert "owl" in told.args[0].prompt


def test_what_is_read_is_what_was_asked_for(view: LensView, qtbot: QtBot) -> None:
    read = view.findChild(QPushButton, "compare.lens.read")
    assert not read.isEnabled()
    view.set_contestants([("a", "owl"), ("b", "cat")], "b", "a")
    view.set_prompt("Once upon")
    view.findChild(QCheckBox, "compare.lens.count").click()
    with qtbot.waitSignal(view.read_requested) as told:
        prompt = view.findChild(QPlainTextEdit, "compare.lens.prompt")
        qtbot.keyClick(prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told.args == [LensRequest("Once upon", "b", "a", 10, counting=True)]
    view.findChild(QCheckBox, "compare.lens.chat").click()
    with qtbot.waitSignal(view.read_requested) as told:
        read.click()
    assert told.args[0].as_chat
    view.findChild(QCheckBox, "compare.lens.chat").click()
    view.set_counting(possible=False, why="There are no chats yet.")
    view.set_contestants([("a", "owl")], "a", "a")
    with qtbot.waitSignal(view.read_requested) as told:
        read.click()
    assert told.args == [LensRequest("Once upon", "a", "", 10, counting=False)]
    view.set_running("reading, 40 %")
    assert not read.isVisible()
    with qtbot.assertNotEmitted(view.read_requested):
        qtbot.keyClick(prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(view.stop_requested):
        view.findChild(QPushButton, "compare.lens.stop").click()


def test_arrow_keys_walk_tokens_rows_and_marks(view: LensView, qtbot: QtBot) -> None:
    rows = three_rows()
    view.set_result(rows)
    text = canvas(view)
    view.go(0, 2)
    qtbot.keyClick(text, Qt.Key.Key_Right)
    assert text.place() == (0, 3)
    qtbot.keyClick(text, Qt.Key.Key_Left)
    assert text.place() == (0, 2)
    qtbot.keyClick(text, Qt.Key.Key_Down)
    assert text.place() == (1, 2)
    qtbot.keyClick(text, Qt.Key.Key_Down)
    assert text.place() == (2, 1)  # it has no beginning
    assert text_of(rows[2].places[1]) == text_of(rows[0].places[2])
    qtbot.keyClick(text, Qt.Key.Key_Home)
    assert text.place() == (2, 0)
    qtbot.keyClick(text, Qt.Key.Key_Left)
    assert text.place() == (2, 0)
    qtbot.keyClick(text, Qt.Key.Key_End)
    assert text.place() == (2, len(rows[2].places) - 1)
    view.go(1, 0)
    qtbot.keyClick(text, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert text.place() == (1, min(most_apart(rows[1], 12)))


def test_the_panels_show_the_same_place_of_every_row(view: LensView) -> None:
    rows = three_rows()
    view.set_result(rows)
    view.go(1, 5)
    for number, position in ((0, 5), (1, 5), (2, 4)):
        place = rows[number].places[position]
        shown = [cells[0] for cells in options(view, number)]
        assert shown[: len(place.options)] == [
            o.text.replace(" ", "␣").replace("\n", "↵") for o in place.options
        ]
        assert text_of(place).replace(" ", "␣") in shown
    assert options(view, 2)[0][2].endswith("×")
    assert "to" in options(view, 2)[0][1]
    assert words(view).startswith("SmolLM2 135M: “␣the” ")


def test_where_they_differ_most_is_listed_and_leads_there(view: LensView, qtbot: QtBot) -> None:
    rows = three_rows()
    view.set_result(rows)
    listed = view.findChild(QListWidget, "compare.lens.apart")
    order = most_apart(rows[1], 12)
    assert listed.count() == 12
    kls = [rows[1].places[place].divergence or 0.0 for place in order]
    assert kls == sorted(kls, reverse=True)
    listed.setCurrentRow(3)
    listed.itemActivated.emit(listed.currentItem())
    assert canvas(view).place() == (1, order[3])
    view.set_result([a_row("alone")])
    assert not listed.isVisible()


def test_an_alternative_goes_on_from_its_place(view: LensView, qtbot: QtBot) -> None:
    rows = three_rows()
    view.set_result(rows)
    view.go(0, 4)
    qtbot.keyClick(canvas(view), Qt.Key.Key_Return)
    table = view.findChild(QTableView, "compare.lens.options0")
    assert view.focusWidget() is table
    qtbot.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.continue_requested) as told:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    contestant, position, text = told.args
    assert (contestant, position) == ("starter · Q8_0", 4)
    assert text == rows[0].places[4].options[1].text
    assert view.prefix_before(contestant, position) == "The owl sat"
    # A click on the third row's is about its own tokens, which have no beginning.
    other = view.findChild(QTableView, "compare.lens.options2")
    spot = other.visualRect(other.model().index(0, 0)).center()
    with qtbot.waitSignal(view.continue_requested) as told:
        qtbot.mouseClick(other.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert told.args[:2] == ["my own words", 3]
    assert view.prefix_before("my own words", 3) == "The owl sat"


def test_the_pointer_looks_and_a_click_stays(view: LensView, qtbot: QtBot) -> None:
    view.set_result(three_rows())
    view.go(0, 2)
    text = canvas(view)
    spot = text.box_rect(1, 6).center().toPoint()
    qtbot.mouseMove(text.viewport(), spot + QPoint(1, 0))
    qtbot.mouseMove(text.viewport(), spot)
    assert text.place() == (1, 6)
    assert text.cursor_place() == (0, 2)
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert text.cursor_place() == (1, 6)


def test_thousands_of_tokens_are_painted_a_screen_at_a_time(
    view: LensView, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = three_rows(WORDS * 400)
    painted: list[tuple[int, int]] = []
    before = LensCanvas._paint_box

    def paint(
        self: LensCanvas, painter: object, area: object, box: object, colours: object
    ) -> None:
        painted.append((box.row, box.position))  # type: ignore[attr-defined]
        before(self, painter, area, box, colours)  # type: ignore[arg-type]

    monkeypatch.setattr(LensCanvas, "_paint_box", paint)
    view.set_result(rows)
    view.go(1, 5_000)
    canvas(view).viewport().repaint()
    assert (1, 5_000) in painted
    assert len(painted) < 2_000 < len(rows[0].places)
    assert prefix(rows[1], 3) == "The owl"


def test_every_box_lies_inside_and_none_overlaps(view: LensView) -> None:
    rows = three_rows(WORDS * 3)
    view.set_result(rows)
    text = canvas(view)
    boxes = [text.box_rect(0, place) for place in range(len(rows[0].places))]
    assert all(box.right() <= text.viewport().width() for box in boxes)
    for one, other in pairwise(boxes):
        assert one.intersected(other).width() <= 0.01 or one.top() != other.top()


def test_no_row_takes_everything_away(view: LensView, qtbot: QtBot) -> None:
    view.set_result(three_rows())
    view.set_result(())
    assert not canvas(view).isVisible()
    assert view.findChild(QPushButton, "placeholder.compare.lens.example").isVisible()
    empty = LensRow("none", "none", ())
    view.set_result([empty])
    canvas(view).viewport().repaint()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Return):
        qtbot.keyClick(canvas(view), key)
    assert words(view) == ""


def test_every_choice_explains_itself(view: LensView) -> None:
    for kind, name in ((QCheckBox, "chat"), (QCheckBox, "count"), (QSpinBox, "top")):
        assert len(view.findChild(kind, f"compare.lens.{name}").toolTip()) > 20
    assert "bar" in view.findChild(LensLegend).accessibleDescription()


@pytest.mark.parametrize("points", [10, 15])
def test_in_a_small_window_all_rows_the_legend_and_the_figures_can_be_seen(
    view: LensView, qtbot: QtBot, points: int
) -> None:
    font = view.font()
    font.setPointSize(points)
    view.setFont(font)
    view.set_result(three_rows())
    view.resize(800, 560)
    legend = view.findChild(LensLegend)
    text = canvas(view)
    qtbot.waitUntil(lambda: legend.height() >= legend.heightForWidth(legend.width()))
    line = text.box_rect(2, 0).bottom() - text.box_rect(0, 0).top()
    assert text.viewport().height() >= line
    for swatch in legend.findChildren(QWidget):
        assert legend.rect().contains(swatch.geometry())
    for number in range(3):
        table = view.findChild(QTableView, f"compare.lens.options{number}")
        metrics = table.fontMetrics()
        for row in options(view, number):
            for column, words in list(enumerate(row))[1:]:
                assert metrics.horizontalAdvance(words) + 6 <= table.columnWidth(column), words
        if points == 10:  # the window's usual size: there is room for intervals too
            assert number < 2 or any(" to " in row[1] for row in options(view, number))
        used = sum(table.columnWidth(at) for at in range(table.model().columnCount()))
        assert used <= table.viewport().width()
