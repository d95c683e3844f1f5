"""The alternatives at one place, by contestant: what could stand there, and how likely."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from benchtop.evaluation.next_token import Place, TokenOption
from benchtop.ui.compare.lens_rows import LensRow
from benchtop.ui.compare.lens_texts import counted, panel_words, percent, posterior_words, quoted
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.theme import code_font, figures_font, set_tone, tokens

AnyIndex = QModelIndex | QPersistentModelIndex
_TOKEN, _SHARE, _COUNT = range(3)
_LEAST_TOKEN = 4
"""Letters of an alternative that are seen at least."""
_SEEN = 10
"""Alternatives that are seen without scrolling."""


class LensOptionsModel(QAbstractTableModel):
    """The alternatives of one place, the likeliest first; the token that came is among them in bold."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._options: tuple[TokenOption, ...] = ()
        self._came: int | None = None
        self._counts = False
        self._intervals = True

    def put(self, place: Place | None, *, counts: bool) -> None:
        """Show the alternatives of a place."""
        self.beginResetModel()
        self._options = place.options if place is not None else ()
        self._came = place.id if place is not None else None
        self._counts = counts
        if place is not None and place.came is not None:
            known = {option.id for option in self._options}
            self._options += (place.came,) if place.came.id not in known else ()
        self.endResetModel()

    def show_intervals(self, *, there: bool) -> None:
        """Whether there is room for them; the hints and the screen reader tell them anyway."""
        if there != self._intervals:
            self._intervals = there
            if self._options:
                self.dataChanged.emit(
                    self.index(0, _SHARE), self.index(len(self._options) - 1, _SHARE)
                )

    def shares(self) -> list[str]:
        """The probabilities with the intervals that there are."""
        return [posterior_words(option) for option in self._options]

    def option_at(self, index: AnyIndex) -> TokenOption | None:
        """The alternative of a cell."""
        return self._options[index.row()] if 0 <= index.row() < len(self._options) else None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._options)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else _COUNT + self._counts

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        option = self.option_at(index)
        if option is None:
            return None
        column, came = index.column(), option.id == self._came
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._cell(option, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return (
                    self._spoken(option, came=came)
                    if column == _TOKEN
                    else self._cell(option, column)
                )
            case Qt.ItemDataRole.ToolTipRole:
                return (
                    self._spoken(option, came=came)
                    + "\n"
                    + self.tr("Enter or a click goes on with it")
                )
            case Qt.ItemDataRole.UserRole:
                return option.probability
            case Qt.ItemDataRole.FontRole:
                app = QGuiApplication.font()
                font = code_font(app) if column == _TOKEN else figures_font(app)
                font.setWeight(QFont.Weight.Bold if came else QFont.Weight.Normal)
                return font
        return None

    def _cell(self, option: TokenOption, column: int) -> str:
        if column == _TOKEN:
            return quoted(option.text)[1:-1] or "∅"
        if column == _SHARE:
            return posterior_words(option) if self._intervals else percent(option.probability)
        return self.tr("{count}×").format(count=f"{option.count or 0:,}")

    def _spoken(self, option: TokenOption, *, came: bool) -> str:
        parts = [quoted(option.text), posterior_words(option)]
        if option.count is not None:
            parts.append(counted(option.count))
        if came:
            parts.append(self.tr("it came"))
        return ", ".join(parts)


class _Bars(QStyledItemDelegate):
    """A bar of the probability under the figures."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)
        if index.column() == _SHARE:
            colours, area = tokens(option.palette), option.rect
            bar = QRectF(area.left() + 6, area.bottom() - 3, area.width() - 12, 3)
            painter.fillRect(bar, colours.border)
            bar.setWidth(bar.width() * float(index.data(Qt.ItemDataRole.UserRole)))
            painter.fillRect(bar, colours.accent)

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().initStyleOption(option, index)
        option.state &= ~option.state.State_HasFocus


class LensOptions(QWidget):
    """One contestant's alternatives under its name; ``continued`` carries the text of one."""

    continued = Signal(str)

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        self._title.setWordWrap(True)
        self._title.setObjectName(f"compare.lens.options{number}.title")
        set_tone(self._title, "muted")
        self._rows = LensOptionsModel(self)
        self.table = SuiteTable(f"compare.lens.options{number}", "", self)
        self.table.setModel(self._rows)
        self.table.setItemDelegate(_Bars(self.table))
        self.table.horizontalHeader().hide()
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.resized.connect(self._measure)
        self.table.doubleClicked.disconnect()  # its first click has gone on already
        self.table.clicked.connect(lambda _index: self._go_on())
        self.table.opened.connect(self._go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self.table, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    @property
    def rows(self) -> LensOptionsModel:
        """What is in it."""
        return self._rows

    def put(self, row: LensRow, place: Place | None) -> None:
        """Show a contestant's alternatives at a place."""
        self._rows.put(place, counts=row.kind == "count")
        self._title.setText(panel_words(row, place) if place is not None else row.name)
        name = self.tr("Alternatives of {name}; Enter goes on with one")
        self.table.setAccessibleName(name.format(name=row.name))
        self._measure()

    def minimumSizeHint(self) -> QSize:
        high = self.table.verticalHeader().defaultSectionSize()
        return QSize(160, high * 3 + self._title.sizeHint().height())

    def sizeHint(self) -> QSize:
        high = self.table.verticalHeader().defaultSectionSize()
        return QSize(300, high * _SEEN + self._title.sizeHint().height())

    def _go_on(self) -> None:
        option = self._rows.option_at(self.table.currentIndex())
        if option is not None:
            self.continued.emit(option.text)

    def _measure(self) -> None:
        table, rows, room = self.table, self._rows, self.table.viewport().width()
        places = range(rows.rowCount())
        count = 0
        if rows.columnCount() > _COUNT:
            said = [str(rows.index(place, _COUNT).data()) for place in places]
            count = max(map(table.words_width, said), default=0)
        share = max(map(table.words_width, [*rows.shares(), "below 0.01 %"]))
        least = table.letters(_LEAST_TOKEN)
        rows.show_intervals(there=share + count + least <= room)
        if share + count + least > room:
            said = [str(rows.index(place, _SHARE).data()) for place in places]
            share = max(map(table.words_width, said), default=0)
        token = max(room - share - count, least)
        table.setColumnWidth(_TOKEN, token)
        table.setColumnWidth(_SHARE, share)
        if count:
            table.setColumnWidth(_COUNT, count)
