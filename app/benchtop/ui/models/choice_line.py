"""One file of a repository: its quantisation and size, whether it fits, and the button to get it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QToolTip, QWidget

from benchtop.domain.models import bytes_text
from benchtop.ui.chat.row_painting import draw_line, muted_font
from benchtop.ui.icons import pixmap
from benchtop.ui.models.fit_label import FitLabel, fit_size
from benchtop.ui.models.fit_words import fit_explanation, fit_words
from benchtop.ui.models.model_words import SEPARATOR
from benchtop.ui.models.quantisation_words import quantisation_gist, quantisation_words
from benchtop.ui.models.rows import ChoiceRow
from benchtop.ui.theme import figures_font, icon_side, set_kind, tokens
from benchtop.ui.widgets.meter import draw_meter

_PAD, _GAP, _EDGE = 14, 14, 9
_TAG_PAD, _METER = 6, 4


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in pixels of the four columns."""

    name: int = 0
    size: int = 0
    fit: int = 0
    action: int = 0

    def union(self, other: Columns) -> Columns:
        """Room for both."""
        return Columns(
            max(self.name, other.name),
            max(self.size, other.size),
            max(self.fit, other.fit),
            max(self.action, other.action),
        )

    @property
    def total(self) -> int:
        """The width of a line in which all four stand side by side."""
        return self.name + self.size + self.fit + self.action + 3 * _GAP + 2 * _PAD


class ChoiceLine(QWidget):
    """``download_requested`` carries the row's key. Without room size and verdict go below the name."""

    download_requested = Signal(str)

    def __init__(self, row: ChoiceRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.choice")
        self._row = row
        self._recommended = self._offline = False
        self._name = self._size = self._action = QRect()
        self.fit = FitLabel(row.fit, self)
        self.button = QPushButton(self.tr("Download"), self)
        self.button.setObjectName("models.download")
        self.button.clicked.connect(lambda _on=False: self.download_requested.emit(self._row.key))
        self.set_row(row)

    @property
    def row(self) -> ChoiceRow:
        """What it shows."""
        return self._row

    @property
    def recommended(self) -> bool:
        """Whether it is marked as the one to take."""
        return self._recommended

    def set_row(self, row: ChoiceRow, *, recommended: bool = False, offline: bool = False) -> None:
        """Show another state of the same choice."""
        if recommended != self._recommended:
            set_kind(self.button, "primary" if recommended else "normal")
        self._row, self._recommended, self._offline = row, recommended, offline
        self.fit.set_fit(row.fit)
        self._set_button()
        self.setAccessibleName(self._said())
        self.setAccessibleDescription(quantisation_words(row.quantisation))
        self.update()

    def wanted(self) -> Columns:
        """The widths it needs to say everything in one line."""
        body, small = self._metrics()
        name = QFontMetrics(self._bold()).horizontalAdvance(self._title())
        if self._recommended:
            name += 8 + small.horizontalAdvance(self._tag()) + 2 * _TAG_PAD
        gist = small.horizontalAdvance(quantisation_gist(self._row.quantisation))
        size = max(
            body.horizontalAdvance(self._size_text()), small.horizontalAdvance(self._parts())
        )
        action = self._action_width(body)
        fit = fit_size(self._row.fit, self.font()).width()
        return Columns(max(name, gist) + 2, size + 2, fit, action)

    def arrange(self, width: int, columns: Columns, *, wide: bool) -> None:
        """Place everything in ``width`` pixels side by side, or (not ``wide``) in two rows."""
        body, small = self._metrics()
        lines = body.lineSpacing() + small.lineSpacing() + 2
        pill = self.fit.sizeHint()
        inner = QRect(_PAD, _EDGE, width - 2 * _PAD, lines)
        action = QRect(inner.right() - columns.action + 1, _EDGE, columns.action, lines)
        top, high = _EDGE, lines
        if wide:
            self._name = QRect(inner.left(), top, columns.name, lines)
            left = self._name.right() + 1 + _GAP
            end = action.left() - _GAP
        else:
            self._name = QRect(inner.left(), top, action.left() - _GAP - inner.left(), lines)
            left, end = inner.left(), inner.right() + 1
            top += lines + 6
            high = lines if self._parts() else pill.height()
        self._size = QRect(left, top, columns.size, high)
        left += columns.size + _GAP
        room, middle = end - left, top + (high - pill.height()) // 2
        whole = QRect(0, 0, width, 1)
        place = QRect(left, middle, min(pill.width(), room), pill.height())
        self.fit.setGeometry(QStyle.visualRect(self.layoutDirection(), whole, place))
        self._action = action
        button = self.button.sizeHint().height()
        place = QRect(action.left(), action.center().y() - button // 2, action.width(), button)
        self.button.setGeometry(QStyle.visualRect(self.layoutDirection(), whole, place))
        self.setFixedHeight(top + high + _EDGE)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = escape(self.hover_at(event.pos().x())).replace("\n", "<br>")
            QToolTip.showText(event.globalPos(), f"<qt>{text}</qt>", self)
            return True
        return super().event(event)

    def hover_at(self, x: int) -> str:
        """The hover text at ``x``: of the quantisation or of the files."""
        whole = QRect(0, 0, self.width(), 1)
        place = QStyle.visualRect(self.layoutDirection(), whole, self._size)
        if place.left() <= x <= place.right():
            return self._files_words()
        words = quantisation_words(self._row.quantisation)
        return "\n".join(filter(None, (self._row.trouble, words)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body, _small = self._metrics()
        painter.fillRect(0, 0, self.width(), 1, tokens(self.palette()).border)
        self._paint_name(painter, body)
        first, second = self._two_lines(self._size)
        self._words(painter, first, self._size_text(), figures_font(self.font()))
        self._words(painter, second, self._parts(), muted_font(self.font()), muted=True)
        if self._row.state != "absent":
            self._paint_state(painter)
        painter.end()

    def _paint_name(self, painter: QPainter, body: QFontMetrics) -> None:
        first, second = self._two_lines(self._name)
        bold = self._bold()
        self._words(painter, first, self._title(), bold)
        gist = quantisation_gist(self._row.quantisation)
        if self._row.trouble:  # in the place of the gist, and of the parts beside it
            gist = self._row.trouble
            if self._size.top() == self._name.top():
                second = second.united(self._two_lines(self._size)[1])
        self._words(painter, second, gist, muted_font(self.font()), muted=True)
        if not self._recommended:
            return
        colours, small = tokens(self.palette()), muted_font(self.font())
        metrics = QFontMetrics(small)
        left = first.left() + QFontMetrics(bold).horizontalAdvance(self._title()) + 8
        width = metrics.horizontalAdvance(self._tag()) + 2 * _TAG_PAD
        area = QRect(left, first.top(), width, body.lineSpacing())
        area = QStyle.visualRect(self.layoutDirection(), first, area)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.selection)
        painter.drawRoundedRect(QRectF(area), 4, 4)
        self._words(painter, area.adjusted(_TAG_PAD, 0, 0, 0), self._tag(), small)

    def _paint_state(self, painter: QPainter) -> None:
        """In the place of the button: here already, or how far it has come."""
        whole = QRect(0, 0, self.width(), 1)
        place = QStyle.visualRect(self.layoutDirection(), whole, self._action)
        colours, small = tokens(self.palette()), muted_font(self.font())
        if self._row.state == "here":
            side = icon_side(small.pointSizeF())
            sign = pixmap("check", colours.good, side, self.devicePixelRatioF())
            painter.drawPixmap(place.left(), place.center().y() - side // 2, sign)
            self._words(painter, place.adjusted(side + 4, 0, 0, 0), self._state_text(), small)
            return
        high = QFontMetrics(small).lineSpacing()
        line = QRect(place.left(), place.center().y() - high + 1, place.width(), high)
        self._words(painter, line, self._state_text(), small)
        bar = QRectF(line.left(), line.bottom() + 5, line.width(), _METER)
        draw_meter(painter, bar, self._row.progress, colours.border, colours.accent)

    def _words(
        self, painter: QPainter, place: QRect, text: str, font: QFont, *, muted: bool = False
    ) -> None:
        colours = tokens(self.palette())
        draw_line(
            painter,
            place,
            text,
            font=font,
            colour=colours.muted if muted else colours.text,
            direction=self.layoutDirection(),
        )

    def _two_lines(self, area: QRect) -> tuple[QRect, QRect]:
        """The areas of a line of body text and of a small one below, mirrored where that is due."""
        body, small = self._metrics()
        whole = QRect(0, 0, self.width(), 1)
        area = QStyle.visualRect(self.layoutDirection(), whole, area)
        top = area.top() + max(
            0, (area.height() - body.lineSpacing() - small.lineSpacing()) // 2 - 1
        )
        if area.height() < body.lineSpacing() + small.lineSpacing():
            top = area.top() + (area.height() - body.lineSpacing()) // 2  # one line is all there is
        first = QRect(area.left(), top, area.width(), body.lineSpacing())
        return first, QRect(area.left(), first.bottom() + 3, area.width(), small.lineSpacing())

    def _set_button(self) -> None:
        row = self._row
        self.button.setVisible(row.state == "absent")
        self.button.setEnabled(not row.trouble and not self._offline)
        size = bytes_text(row.bytes)
        self.button.setAccessibleName(
            self.tr("Download {name}, {size}").format(name=self._title(), size=size)
        )
        hint = row.trouble
        if self._offline and not hint:
            hint = self.tr("You are offline: downloading needs a connection.")
        self.button.setToolTip(hint or self.tr("Download {size}").format(size=size))
        self.button.setAccessibleDescription(hint or fit_explanation(row.fit))

    def _said(self) -> str:
        row = self._row
        tag = self._tag() if self._recommended else ""
        parts = (self._title(), tag, quantisation_gist(row.quantisation), self._size_text())
        rest = (self._parts(), fit_words(row.fit), self._state_text(), row.trouble)
        return ", ".join(filter(None, (*parts, *rest)))

    def _title(self) -> str:
        return self._row.quantisation or self._row.name

    def _tag(self) -> str:
        return self.tr("recommended")

    def _size_text(self) -> str:
        return bytes_text(self._row.bytes)

    def _parts(self) -> str:
        parts: list[str] = []
        if self._row.trouble:
            return ""
        if self._row.parts > 1:
            parts.append(self.tr("{count} parts").format(count=self._row.parts))
        if self._row.projector_bytes:
            parts.append(self.tr("with projector"))
        return SEPARATOR.join(parts)

    def _files_words(self) -> str:
        words = [self._row.name]
        if self._row.parts > 1:
            words.append(self.tr("Its parts are downloaded together and used as one model."))
        if self._row.projector_bytes:
            projector = self.tr("The projector, {size} of it, lets the model see pictures.")
            words.append(projector.format(size=bytes_text(self._row.projector_bytes)))
        return "\n".join(words)

    def _state_text(self) -> str:
        if self._row.state == "here":
            return self.tr("on this machine")
        if self._row.state == "downloading":
            return self.tr("Downloading {share:.0%}").format(share=self._row.progress)
        return ""

    def _action_width(self, body: QFontMetrics) -> int:
        side = icon_side(self.font().pointSizeF())
        texts = (self.tr("on this machine"), self.tr("Downloading {share:.0%}").format(share=1))
        small = QFontMetrics(muted_font(self.font()))
        words = max(small.horizontalAdvance(text) for text in texts)
        return max(words + side + 6, self.button.sizeHint().width(), body.averageCharWidth())

    def _metrics(self) -> tuple[QFontMetrics, QFontMetrics]:
        return QFontMetrics(self.font()), QFontMetrics(muted_font(self.font()))

    def _bold(self) -> QFont:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return bold
