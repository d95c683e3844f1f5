"""A contestant as a chip: its name, its model and what sets it apart, and a menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QToolButton, QWidget

from benchtop.ui.compare.compare_rows import ContestantRow
from benchtop.ui.compare.compare_texts import chip_facts, contestant_spoken, plain_tip
from benchtop.ui.icons import pixmap, set_icon
from benchtop.ui.theme import icon_side, muted_font, tokens
from benchtop.ui.widgets.focus_ring import draw_focus_ring

_PAD, _GAP, _EDGE = 10, 6, 7
_LEAST, _MOST = 14, 30
"""Letters of the widest line: the chip takes room for as many."""


class ContestantChip(QAbstractButton):
    """A click, Enter or Space edits; Delete removes; the button at its end and the menu key have all.

    ``edit``, ``duplicate`` and ``remove`` carry the contestant's key.
    """

    edit = Signal(str)
    duplicate = Signal(str)
    remove = Signal(str)

    def __init__(self, row: ContestantRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self._may_duplicate = True
        self._settings_first = False
        self._more = QToolButton(self)
        self._more.setObjectName(f"compare.contestant.{row.key}.more")
        self._more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_icon(self._more, "more", "muted")
        self._more.clicked.connect(lambda _on=False: self._open_beneath())
        self.setObjectName(f"compare.contestant.{row.key}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(lambda _on=False: self.edit.emit(self._row.key))
        self.set_row(row)

    @property
    def row(self) -> ContestantRow:
        """What is on show."""
        return self._row

    def set_row(self, row: ContestantRow) -> None:
        """Show a newer state of the same contestant."""
        self._row = row
        spoken = contestant_spoken(row)
        self.setAccessibleName(self.tr("Contestant {name}").format(name=spoken))
        self.setAccessibleDescription(self.tr("Edit this contestant; Delete removes it"))
        self._more.setAccessibleName(self.tr("What can be done with {name}").format(name=row.name))
        self._more.setToolTip(self._more.accessibleName())
        self.setToolTip(self._tip())
        self.updateGeometry()
        self.update()

    def set_may_duplicate(self, may: bool) -> None:
        """Whether there is room for one more."""
        self._may_duplicate = may

    def set_settings_first(self, first: bool) -> None:
        """Whether its model is there more than once: then settings tell them apart, and are not cut."""
        if first != self._settings_first:
            self._settings_first = first
            self.update()

    def lines(self) -> tuple[str, str]:
        """The two lines on the chip: the name; and the problem, or the model and what sets it apart."""
        row = self._row
        if row.problem:
            return row.name, row.problem
        model = ["" if row.model_name == row.name else row.model_name, row.detail]
        facts = chip_facts(row)
        parts = [*facts, *model] if self._settings_first else [*model, *facts]
        return row.name, " · ".join(part for part in parts if part)

    def stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        return [self, self._more]

    def menu(self) -> QMenu:
        """What can be done with it."""
        menu = QMenu(self)
        menu.setObjectName("compare.contestant.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        key = self._row.key
        for name, text, icon_name, signal, usable in (
            ("edit", self.tr("Edit…"), "edit", self.edit, True),
            ("duplicate", self.tr("Duplicate"), "copy", self.duplicate, self._may_duplicate),
            ("remove", self.tr("Remove"), "close", self.remove, True),
        ):
            action = menu.addAction(text)
            action.setObjectName(f"compare.contestant.menu.{name}")
            action.setEnabled(usable)
            set_icon(action, icon_name)
            action.triggered.connect(lambda _on=False, told=signal: told.emit(key))
        return menu

    def sizeHint(self) -> QSize:
        bold, small = QFontMetrics(self._bold()), QFontMetrics(muted_font(self.font()))
        letter = small.averageCharWidth()
        name, detail = self.lines()
        words = max(
            bold.horizontalAdvance(name), small.horizontalAdvance(detail) + self._sign_room()
        )
        words = min(max(words + 2, letter * _LEAST), letter * _MOST)
        more = self._more.sizeHint().width()
        height = bold.height() + small.height() + 2 * _EDGE
        return QSize(words + _PAD + _GAP + more + 4, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * _LEAST, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self._more.sizeHint()
        self._more.setGeometry(
            self.width() - size.width() - 4,
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.remove.emit(self._row.key)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.menu().popup(
            self.mapToGlobal(self.rect().bottomLeft()) if by_key else event.globalPos()
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bad = bool(self._row.problem)
        painter.setPen(QPen(colours.warning if bad else colours.outline, 1))
        painter.setBrush(colours.hover if self.underMouse() else colours.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        name, detail = self.lines()
        bold, small = self._bold(), muted_font(self.font())
        room = self._more.x() - _GAP - _PAD
        top = QRect(_PAD, _EDGE, room, QFontMetrics(bold).height())
        self._write(painter, top, name, bold, colours.text)
        left = _PAD + self._sign_room()
        below = QRect(
            left, top.bottom() + 1, room - self._sign_room(), QFontMetrics(small).height()
        )
        if bad:
            side = icon_side(small.pointSizeF() * 0.9)
            sign = pixmap("warning", colours.warning, side, self.devicePixelRatioF())
            painter.drawPixmap(_PAD, below.y() + (below.height() - side) // 2, sign)
        self._write(painter, below, detail, small, colours.warning if bad else colours.muted)
        if self.hasFocus():
            draw_focus_ring(painter, self.rect(), colours.accent, 8)
        painter.end()

    def _write(
        self, painter: QPainter, area: QRect, text: str, font: QFont, colour: QColor
    ) -> None:
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(
            area, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown
        )

    def _bold(self) -> QFont:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return bold

    def _sign_room(self) -> int:
        """The width of the warning sign and the gap after it."""
        small = muted_font(self.font())
        return icon_side(small.pointSizeF() * 0.9) + 4 if self._row.problem else 0

    def _tip(self) -> str:
        row = self._row
        lines = [row.name, row.model_name if row.model_name != row.name else "", row.detail]
        lines += chip_facts(row)
        if row.system_prompt.strip():
            text = " ".join(row.system_prompt.split())
            lines.append(f"“{text[:200]}…”" if len(text) > 200 else f"“{text}”")
        lines.append(row.problem)
        return plain_tip("\n".join(line for line in lines if line))

    def _open_beneath(self) -> None:
        self.menu().popup(self._more.mapToGlobal(QPoint(0, self._more.height())))
