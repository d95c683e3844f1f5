"""Measured properties: figures with what stands behind them, what can be measured, and the picture."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.compare.measure_labels import LabelPoint, place_labels
from benchtop.ui.compare.measure_rows import DepthSpeed, Measured, cost, scatter_points
from benchtop.ui.compare.measure_scatter import MeasureScatter
from benchtop.ui.compare.measure_texts import (
    COST,
    ENERGY,
    GENERATION,
    KL_MEAN,
    PERPLEXITY,
    SAME_TOP,
    cell_details,
    cell_text,
    figure,
    headings,
)
from benchtop.ui.compare.measure_view import CHATS, FILE, MeasureView
from benchtop.ui.theme import ThemeController
from ui.compare.measure_makers import NOT_HERE, cloud, some_models


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> Iterator[MeasureView]:
    theme = ThemeController(qapp, "light")
    made = MeasureView()
    qtbot.addWidget(made)
    made.resize(1_250, 700)
    made.show()
    yield made
    theme.deleteLater()


def button(view: MeasureView, name: str) -> QPushButton:
    found = view.findChild(QPushButton, f"compare.measure.{name}")
    assert found is not None
    return found


def table(view: MeasureView) -> QTableView:
    return view.findChild(QTableView, "compare.measure.list")


def choose(view: MeasureView, name: str) -> int:
    """The row of a model, which is selected."""
    model = table(view).model()
    row = next(r for r in range(model.rowCount()) if model.index(r, 0).data().startswith(name))
    table(view).setCurrentIndex(model.index(row, 0))
    return row


def plot_of(scatter: MeasureScatter, qtbot: QtBot) -> object:
    qtbot.waitUntil(lambda: bool(scatter._plot and scatter._plot.name_places()), timeout=30_000)
    return scatter._plot


def test_without_models_there_is_one_button(view: MeasureView, qtbot: QtBot) -> None:
    first = view.findChild(QPushButton, "placeholder.compare.measure.find")
    assert first.isVisible()
    with qtbot.waitSignal(view.find_requested):
        first.click()


def test_a_row_says_figures_errors_and_what_is_not_known() -> None:
    reference, small, under_way, starter, new = some_models()

    def said(row: object, column: int) -> str:
        return cell_text(row, column, 0.32, "EUR")  # type: ignore[arg-type]

    assert said(reference, PERPLEXITY) == "17.42 ± 0.21"
    assert said(starter, PERPLEXITY) == "151.3 ± 2.9"
    assert said(reference, KL_MEAN) == "reference"
    assert said(small, KL_MEAN) == "0.0014"
    assert cell_details(small, KL_MEAN).startswith("0.0014 ± 0.0001\nAgainst SmolLM2")
    assert said(small, SAME_TOP) == "98.4 %"
    assert said(small, GENERATION) == "61.2/42.8/–"
    assert said(small, ENERGY) == "470 J"
    assert said(small, COST) == "4.2e-05 EUR"
    assert said(under_way, KL_MEAN) == "43 % done"
    assert said(under_way, ENERGY) == "not measurable here"
    assert said(starter, KL_MEAN) == "failed"
    assert [said(new, column) for column in range(2, 11)] == ["–"] * 9


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (473_261.64, 11_034.2, "473,000 ± 11,000"), (9_341.7, 121.3, "9,340 ± 120"),
        (61.24, 1.23, "61.2 ± 1.2"),
        (17.4211, 0.0021, "17.42 ± 0.00"), (9.0, 9.96, "9.0 ± 10.0"), (473_261.64, 0.0, "473,262"),
        (17.4211, 0.0, "17.42"), (0.0, 0.0, "0.00"), (math.inf, 0.0, "inf"), (3.0, math.nan, "3.00"),
    ],
)  # fmt: skip
def test_digits_go_as_far_as_the_error_allows(value: float, error: float, said: str) -> None:
    assert figure(Measured(value, error), 2) == said


def test_a_kilowatt_hour_costs_its_price() -> None:
    assert cost(3.6e6, 0.32) == pytest.approx(0.32)
    assert cost(None, 0.32) is None
    assert cost(470.0, 0.0) is None


def test_hovering_explains(view: MeasureView) -> None:
    view.set_rows(some_models())
    model = table(view).model()
    tip = Qt.ItemDataRole.ToolTipRole
    for column in range(1, len(headings())):
        assert len(model.headerData(column, Qt.Orientation.Horizontal, tip)) > 20
    assert NOT_HERE in model.index(choose(view, "SmolLM2 135M · Q4"), ENERGY).data(tip)
    assert "48,120 tokens" in model.index(choose(view, "starter"), PERPLEXITY).data(tip)
    assert "different vocabularies" in model.index(choose(view, "starter"), KL_MEAN).data(tip)


def test_what_is_not_known_comes_last_either_way(view: MeasureView) -> None:
    view.set_rows(some_models())
    model = table(view).model()
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        table(view).sortByColumn(PERPLEXITY, order)
        assert model.index(4, 0).data() == "Qwen3 0.6B · Q8_0"
    assert model.index(0, 0).data() == "starter · 3.6M · Q8_0"


def test_buttons_measure_the_chosen_model(view: MeasureView, qtbot: QtBot) -> None:
    view.set_rows(some_models())
    choose(view, "Qwen3")
    assert not button(view, "divergence").isEnabled()  # nothing to hold it against
    view.set_references([("f16", "SmolLM2 135M · F16")], "f16")
    for kind in ("perplexity", "divergence", "speed", "energy"):
        with qtbot.waitSignal(view.measure_requested) as told:
            button(view, kind).click()
        assert told.args == ["new", kind]
    with qtbot.waitSignal(view.measure_all_requested) as told:
        button(view, "all").click()
    assert told.args == ["new"]
    choose(view, "SmolLM2 135M · F16")
    assert not button(view, "divergence").isEnabled()  # it is the reference
    choose(view, "SmolLM2 135M · Q4")
    assert not button(view, "energy").isEnabled()
    assert button(view, "energy").toolTip() == NOT_HERE
    assert not button(view, "divergence").isEnabled()  # it goes on
    with qtbot.waitSignal(view.stop_requested) as told:
        button(view, "stop").click()
    assert told.args == ["q4", "divergence"]


def test_the_line_of_buttons_names_the_chosen_model(view: MeasureView) -> None:
    view.set_rows(some_models())
    choose(view, "Qwen3")
    line = view.findChild(QLabel, "compare.measure.which")
    assert line.text() == "Measure Qwen3 0.6B · Q8_0:"
    assert button(view, "perplexity").accessibleName() == "Measure Qwen3 0.6B · Q8_0: Perplexity"
    view.set_rows([replace(some_models()[4], name="a very long name " * 9)])
    assert len(line.text()) < 50
    assert line.toolTip() == f"Measure {'a very long name ' * 9}:"


def test_all_columns_are_seen_at_the_usual_width(view: MeasureView) -> None:
    view.resize(1_116, 700)  # of a window of 1,180
    three = (
        DepthSpeed(0, 410.0, 38.4),
        DepthSpeed(1_024, 328.0, 26.9),
        DepthSpeed(4_096, 290.0, 20.1),
    )
    rows = [replace(row, speeds=three) for row in some_models()[:2]]
    rows[0] = replace(rows[0], perplexity=Measured(473_261.64, 11_034.2))
    view.set_price(0.32, "EUR")
    view.set_rows(rows)
    assert table(view).horizontalScrollBar().maximum() == 0
    for column in range(1, len(headings())):
        for row in range(2):
            cell = table(view).model().index(row, column).data()
            room = table(view).columnWidth(column)
            assert table(view).fontMetrics().horizontalAdvance(cell) + 8 <= room, headings()[column]


def test_tab_goes_from_the_choices_to_the_table_and_on_to_the_buttons(qtbot: QtBot) -> None:
    page = QWidget()  # which has something before it, as the page has its tabs
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    first, view = QLineEdit(page), MeasureView()
    column.addWidget(first)
    column.addWidget(view)
    view.set_rows(some_models())
    page.show()
    page.activateWindow()
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    found = []
    for _step in range(6):
        found.append(page.focusWidget().objectName().removeprefix("compare.measure."))
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
    assert found == ["tabs", "text", "reference", "window", "price", "list"]
    assert page.focusWidget() is button(view, "all")


def test_the_choice_stays_while_figures_come_in(view: MeasureView) -> None:
    rows = some_models()
    view.set_rows(rows)
    choose(view, "starter")
    view.set_rows(rows[::-1])
    assert view.chosen_id() == "st"


def test_price_text_and_reference_are_the_persons(view: MeasureView, qtbot: QtBot) -> None:
    view.set_rows(some_models())
    row = choose(view, "SmolLM2 135M · F16")
    with qtbot.assertNotEmitted(view.price_changed):
        view.set_price(0.0, "EUR")
    price = view.findChild(QDoubleSpinBox, "compare.measure.price")
    assert price.text() == "not set"
    assert price.accessibleName() == "Price of a kWh, EUR"
    assert "electricity" in price.toolTip()
    with qtbot.waitSignal(view.price_changed) as told:
        price.setValue(0.4)
    assert told.args == [0.4]
    assert table(view).model().index(row, COST).data() == "9e-05 EUR"
    box = view.findChild(QComboBox, "compare.measure.text")
    with qtbot.waitSignal(view.text_chosen) as told:
        box.setCurrentIndex(1)
        box.activated.emit(1)
    assert told.args == [FILE]
    view.set_text(FILE, "wiki.txt")
    assert box.currentText() == "Text: wiki.txt"
    with qtbot.waitSignal(view.text_chosen) as told:
        box.setCurrentIndex(0)
        box.activated.emit(0)
    assert told.args == [CHATS]


def test_names_find_room_beside_their_points() -> None:
    room = QRectF(0, 0, 600, 400)
    points = [LabelPoint(100 + n % 4 * 120, 60 + n // 4 * 40, 8, 90, 16) for n in range(24)]
    places = place_labels(points, room)
    for one, other in combinations(places, 2):
        assert not one.intersects(other)
    assert all(room.contains(place) for place in places)
    # Where there is no room at all every name still has a place inside.
    tight = place_labels([LabelPoint(20, 20, 8, 90, 16)] * 30, QRectF(0, 0, 100, 40))
    assert len(tight) == 30


def test_the_picture_waits_for_all_three_figures() -> None:
    assert [point.name for point in scatter_points(tuple(some_models()))] == [
        "SmolLM2 135M · F16", "SmolLM2 135M · Q8_0", "SmolLM2 135M · Q4_K_M", "starter · 3.6M · Q8_0",
    ]  # fmt: skip


def test_a_picture_of_nothing_leads_to_the_figures(view: MeasureView, qtbot: QtBot) -> None:
    view.set_rows(some_models()[4:])
    tabs = view.findChild(QTabBar, "compare.measure.tabs")
    tabs.setCurrentIndex(1)
    first = view.findChild(QPushButton, "compare.measure.scatter.first")
    assert first.isVisible()
    first.click()
    assert tabs.currentIndex() == 0


def test_the_picture_is_drawn_when_it_is_first_shown(view: MeasureView, qtbot: QtBot) -> None:
    view.set_rows(cloud())
    assert view.scatter._plot is None
    view.findChild(QTabBar, "compare.measure.tabs").setCurrentIndex(1)
    plot = plot_of(view.scatter, qtbot)
    names = list(plot.name_places())  # type: ignore[attr-defined]
    assert len(names) == len(cloud())
    for one, other in combinations(names, 2):
        shared = one.intersected(other)
        assert shared.width() <= 0.01 or shared.height() <= 0.01
    points = view.findChild(QTableView, "compare.measure.points")
    assert points.model().rowCount() == len(cloud())
    plot.picked.emit(3)  # type: ignore[attr-defined]
    assert points.currentIndex().row() == 3
    for point in scatter_points(tuple(cloud())):
        assert point.name in plot.accessibleDescription()  # type: ignore[attr-defined]


def test_a_picture_goes_out_once_it_is_drawn(view: MeasureView, qtbot: QtBot) -> None:
    view.set_rows(cloud())
    view.findChild(QTabBar, "compare.measure.tabs").setCurrentIndex(1)
    assert not button(view, "export.png").isEnabled()
    assert not button(view, "export.svg").isEnabled()
    assert button(view, "export.csv").isEnabled()
    plot_of(view.scatter, qtbot)
    qtbot.waitUntil(lambda: button(view, "export.png").isEnabled())
    assert button(view, "export.svg").isEnabled()


def test_one_model_alone_has_an_axis_that_can_be_read(view: MeasureView, qtbot: QtBot) -> None:
    alone = replace(some_models()[0], perplexity=Measured(473_261.64, 11_034.2))
    view.set_rows([alone])
    view.findChild(QTabBar, "compare.measure.tabs").setCurrentIndex(1)
    plot = plot_of(view.scatter, qtbot)
    low, high = plot._box.viewRange()[1]  # type: ignore[attr-defined]
    assert low < 473_261 - 11_034
    assert high > 473_261 + 11_034
    assert 80_000 < high - low < 200_000
    ticks = plot._left.tickStrings([450_000.0, 500_000.0], 1.0, 50_000.0)  # type: ignore[attr-defined]
    assert ticks == ["450,000", "500,000"]
    bars = plot._errors.boundingRect()  # type: ignore[attr-defined]
    assert (bars.top(), bars.bottom()) == pytest.approx((462_227.44, 484_295.84), abs=2_500)


def test_the_picture_goes_out_as_png_svg_and_csv(
    view: MeasureView, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.set_rows(some_models())
    view.findChild(QTabBar, "compare.measure.tabs").setCurrentIndex(1)
    plot_of(view.scatter, qtbot)
    found: dict[str, bytes] = {}
    for kind in ("png", "svg", "csv"):
        path = str(tmp_path / f"models.{kind}")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, path=path: (path, ""))
        with qtbot.waitSignal(view.exported) as told:
            button(view, f"export.{kind}").click()
        assert told.args[0] == path
        assert not Path(path).exists()  # writing is its owner's
        found[kind] = bytes(told.args[1])
    image = QImage.fromData(found["png"], "PNG")
    assert image.width() > 400
    assert len({image.pixel(x, image.height() // 2) for x in range(0, image.width(), 2)}) > 2
    drawing = ET.fromstring(found["svg"].decode())
    assert drawing.tag.endswith("svg")
    said = "".join(drawing.itertext())
    assert "SmolLM2 135M · Q8_0" in said
    rows = list(csv.DictReader(io.StringIO(found["csv"].decode())))
    assert {row["model"] for row in rows} == {p.name for p in scatter_points(tuple(some_models()))}
    assert float(rows[0]["tokens_per_second"]) == 2_310.0
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: ("", ""))
    with qtbot.assertNotEmitted(view.exported):
        button(view, "export.csv").click()
