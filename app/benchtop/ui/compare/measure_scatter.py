"""The picture of measured models with its table of words beside it, and the ways to take it along."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.measure_points import MeasurePoints, point_cells
from benchtop.ui.compare.measure_rows import ScatterPoint
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from benchtop.ui.compare.measure_plot import MeasurePlot

_LOOK_MS = 15
_WIDE = 100
"""Letters from which on picture and table stand side by side."""


class MeasureScatter(QWidget):
    """``exported`` carries the path that was chosen and what goes there: PNG, SVG or CSV as bytes.

    ``measure_requested``: there is nothing to draw yet, and the person asks for figures.
    """

    exported = Signal(str, bytes)
    measure_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.measure.scatter")
        self.setAccessibleName(self.tr("Quality, speed and memory as a picture"))
        self._plot: MeasurePlot | None = None
        self._drawn = False
        self._reader: Thread | None = None
        self._look = QTimer(self, interval=_LOOK_MS)
        self._rows = MeasurePoints(self)
        self._table = SuiteTable(
            "compare.measure.points", self.tr("The picture's models, in words"), self
        )
        self._table.setModel(self._rows)
        self._words = QLabel(self)
        self._waiting = QLabel(self.tr("Drawing…"), self)
        self._buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self._look.timeout.connect(self._on_look)
        self._table.resized.connect(self._measure)
        self._table.selectionModel().currentRowChanged.connect(
            lambda index, _before: self._plot is not None and self._plot.choose(index.row())
        )
        self.set_points(())

    def set_points(self, points: Sequence[ScatterPoint]) -> None:
        """Show these models, the fastest first in the table."""
        ordered = sorted(points, key=lambda point: -point.speed)
        if tuple(ordered) == self._rows.points and ordered:
            return
        self._rows.put(ordered)
        self._full.setVisible(bool(ordered))
        self._empty.setVisible(not ordered)
        self._show_exports()
        if self._plot is not None:
            self._put_points()
        elif ordered and self.isVisible():
            self._load()

    def csv(self) -> bytes:
        """The points as CSV with exact figures: UTF-8, a line for each."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(
            ["model", "tokens_per_second", "perplexity", "perplexity_error", "memory_bytes"]
        )
        for one in self._rows.points:
            writer.writerow([one.name, one.speed, one.quality, one.error, one.memory])
        return text.getvalue().encode()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._rows.points:
            self._load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        letters = self.width() / max(self.fontMetrics().averageCharWidth(), 1)
        wide = letters >= _WIDE
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self._splitter.orientation() != way:
            self._splitter.setOrientation(way)
            self._splitter.setSizes([600, 400] if wide else [700, 300])

    def _load(self) -> None:
        """Read pyqtgraph in on another thread: it takes too long for the window's."""
        if self._plot is not None or self._reader is not None:
            return

        def read() -> None:
            from benchtop.ui.compare import measure_plot  # noqa: F401, PLC0415

        self._reader = Thread(target=read, name="read-pyqtgraph", daemon=True)
        self._reader.start()
        self._look.start()

    def _on_look(self) -> None:
        """Asked of the thread rather than told by it: a window may be gone before a thread ends."""
        if self._reader is not None and not self._reader.is_alive():
            self._look.stop()
            self._make_plot()

    def _make_plot(self) -> None:
        from benchtop.ui.compare.measure_plot import MeasurePlot  # noqa: PLC0415

        self._plot = MeasurePlot(self._frame)
        self._plot.setAccessibleName(self.accessibleName())
        self._plot.picked.connect(self._on_picked)
        self._frame.layout().replaceWidget(self._waiting, self._plot)
        self._waiting.hide()
        self._plot.show()
        QTimer.singleShot(0, self, self._put_points)  # a turn of its own: each takes its time

    def _put_points(self) -> None:
        assert self._plot is not None
        self._plot.set_points(self._rows.points)
        names = self._rows.headings()
        described = [
            ", ".join([cells[0], *(f"{n} {c}" for n, c in zip(names[1:], cells[1:], strict=True))])
            for cells in map(point_cells, self._rows.points)
        ]
        self._plot.setAccessibleDescription("; ".join(described))
        self._drawn = True
        self._show_exports()

    def _show_exports(self) -> None:
        """Figures can go out at once, a picture once it is drawn."""
        for kind, button in self._buttons.items():
            button.setEnabled(bool(self._rows.points) and (kind == "csv" or self._drawn))

    def _lay_out(self) -> None:
        self._frame = QFrame(self)
        self._frame.setProperty("card", True)
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(4, 4, 4, 4)
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(self._waiting)
        beside = QFrame(self)
        beside.setProperty("card", True)
        column = QVBoxLayout(beside)
        column.setContentsMargins(2, 2, 2, 2)
        column.addWidget(self._table)
        self._splitter = QSplitter(self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._frame)
        self._splitter.addWidget(beside)
        self._splitter.setSizes([600, 400])
        self._words.setText(
            self.tr(
                "Better is up and to the right; a smaller dot takes less memory. The bar is the standard "
                "error of the perplexity."
            )
        )
        self._words.setWordWrap(True)
        set_tone(self._words, "muted")
        tools = FlowLayout(gap=8)
        for kind, words in (
            ("png", self.tr("PNG…")),
            ("svg", self.tr("SVG…")),
            ("csv", self.tr("CSV…")),
        ):
            tools.addWidget(self._make_export(kind, words))
        self._full = QWidget(self)
        whole = QVBoxLayout(self._full)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self._words, 1)
        head.addLayout(tools)
        whole.addLayout(head)
        whole.addWidget(self._splitter, 1)
        self._empty = self._make_empty()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._full)
        column.addWidget(self._empty)

    def _make_export(self, kind: str, words: str) -> QPushButton:
        button = QPushButton(spaced(words), self)
        button.setObjectName(f"compare.measure.export.{kind}")
        name = self.tr("Export the picture as {kind}")
        button.setAccessibleName(name.format(kind=kind.upper()))
        button.setToolTip(button.accessibleName())
        set_icon(button, "export")
        set_kind(button, "quiet")
        button.clicked.connect(lambda _on=False: self._export(kind))
        self._buttons[kind] = button
        return button

    def _make_empty(self) -> QWidget:
        empty = QWidget(self)
        column = QVBoxLayout(empty)
        words = QLabel(
            self.tr(
                "A model appears here once its perplexity, its speed and its memory are measured."
            ),
            empty,
        )
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button = QPushButton(self.tr("Measure models"), empty)
        button.setObjectName("compare.measure.scatter.first")
        button.setAccessibleName(button.text())
        set_kind(button, "primary")
        button.clicked.connect(self.measure_requested)
        column.addStretch(1)
        column.addWidget(words)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return empty

    def _on_picked(self, place: int) -> None:
        self._table.setCurrentIndex(self._rows.index(place, 0))

    def _export(self, kind: str) -> None:
        path, _chosen = QFileDialog.getSaveFileName(
            self, self.tr("Export the picture"), f"models.{kind}", f"{kind.upper()} (*.{kind})"
        )
        if not path:
            return
        if kind == "csv":
            self.exported.emit(path, self.csv())
        elif self._plot is not None:
            self.exported.emit(path, self._plot.png() if kind == "png" else self._plot.svg())

    def _measure(self) -> None:
        table, names = self._table, self._rows.headings()
        cells = [names, *map(point_cells, self._rows.points)]
        widths = [max(map(table.words_width, column)) for column in zip(*cells, strict=True)]
        widths[0] = max(table.viewport().width() - sum(widths[1:]), table.letters(12))
        for column, width in enumerate(widths):
            table.setColumnWidth(column, width)
