"""One file of a repository: its quantisation and size, whether it fits, and the button to get it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QStyle, QToolTip, QWidget

from benchtop.domain.models import bytes_text
from benchtop.ui.chat.row_painting import draw_line
from benchtop.ui.icons import pixmap
from benchtop.ui.models.choice_places import (
    GAP,
    PAD,
    Columns,
    Measures,
    Places,
    places_for,
    places_of_trouble,
)
from benchtop.ui.models.choice_words import (
    button_words,
    bytes_of,
    file_words,
    is_going,
    name_words,
    parts_of,
    projector_text,
    projector_words,
    said_of,
    second_of,
    short_state_of,
    speed_of,
    state_of,
    title_of,
)
from benchtop.ui.models.fit_label import FitLabel, fit_size
from benchtop.ui.models.model_words import SEPARATOR
from benchtop.ui.models.quantisation_words import quantisation_words
from benchtop.ui.models.rows import ChoiceRow
from benchtop.ui.theme import figures_font, icon_side, muted_font, set_kind, set_tone, tokens
from benchtop.ui.widgets.meter import draw_meter

_TAG_PAD, _METER = 6, 4
_MOST_LETTERS = 38  # of a name


class ChoiceLine(QWidget):
    """``download_requested`` carries the row's key, ``size_changed`` comes when the projector is ticked
    or not. Without room size and verdict go below the name."""

    download_requested = Signal(str)
    size_changed = Signal()

    def __init__(self, row: ChoiceRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.choice")
        self._row = row
        self._recommended = self._offline = False
        self._at = Places()
        self.fit = FitLabel(row.fit, self)
        self.button = QPushButton(self.tr("Download"), self)
        self.button.setObjectName("models.download")
        self.button.clicked.connect(lambda _on=False: self.download_requested.emit(self._row.key))
        self.projector, self._why = self._make_projector(), self._make_why()
        self._set_texts()

    @property
    def wants_projector(self) -> bool:
        """Whether a person wants the projector as well."""
        return self._offers_projector and self.projector.isChecked()

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
        if (row, recommended, offline) == (self._row, self._recommended, self._offline):
            return
        if recommended != self._recommended:
            set_kind(self.button, "primary" if recommended else "normal")
        self._row, self._recommended, self._offline = row, recommended, offline
        self.fit.set_fit(row.fit)
        self._set_texts()

    def wanted(self) -> Columns:
        """The widths it needs to say everything in one line."""
        body, small = self._metrics()
        name = QFontMetrics(self._bold()).horizontalAdvance(title_of(self._row))
        # A longer file name is cut in its middle; the hover says all of it.
        most = body.averageCharWidth() * _MOST_LETTERS
        name = min(name, most)
        if self._recommended:
            name += 8 + small.horizontalAdvance(self._tag()) + 2 * _TAG_PAD
        second = min(small.horizontalAdvance(second_of(self._row)), most)
        size = max(
            body.horizontalAdvance(self._size_text()), small.horizontalAdvance(self._parts())
        )
        if self._offers_projector:
            size = max(size, self.projector.sizeHint().width())
        fit = fit_size(self._row.fit, self.font()).width()
        if speed := speed_of(self._row):
            fit += GAP + small.horizontalAdvance(speed) + 2
        if self._row.trouble:
            return Columns(name + 2, size + 2)
        return Columns(max(name, second) + 2, size + 2, fit, self._action_width(body))

    def whole_name(self) -> int:
        """The width in which no name is cut."""
        _body, small = self._metrics()
        title = QFontMetrics(self._bold()).horizontalAdvance(title_of(self._row))
        return max(title, small.horizontalAdvance(second_of(self._row))) + 2

    def arrange(self, width: int, columns: Columns, *, wide: bool) -> None:
        """Place everything in ``width`` pixels side by side, or (not ``wide``) in two rows."""
        body, small = self._metrics()
        if self._row.trouble:
            high = self._why.heightForWidth(width - 2 * PAD)
            at = places_of_trouble(width, columns, body.lineSpacing(), high)
        else:
            two = bool(self._parts()) or self._offers_projector
            at = places_for(
                width, columns, Measures(body, small, self.fit.sizeHint(), two), wide=wide
            )
        self._at = at
        button = self.button.sizeHint().height()
        top = at.action.center().y() - button // 2
        press = QRect(at.action.left(), top, at.action.width(), button)
        for widget, place in (
            (self.fit, at.fit),
            (self.projector, at.box),
            (self.button, press),
            (self._why, at.why),
        ):
            widget.setGeometry(self._mirrored(place, width))
        self.setFixedHeight(at.height)
        self.update()

    def _mirrored(self, place: QRect, width: int) -> QRect:
        """A place as the layout's direction has it."""
        return QStyle.visualRect(self.layoutDirection(), QRect(0, 0, width, 1), place)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = escape(self.hover_at(event.pos().x())).replace("\n", "<br>")
            QToolTip.showText(event.globalPos(), f"<qt>{text}</qt>", self)
            return True
        return super().event(event)

    def hover_at(self, x: int) -> str:
        """The hover text at ``x``: of the quantisation, of the files or of what is waited for."""
        doing = self._mirrored(self._at.action, self.width())
        if self._row.state == "downloading" and doing.left() <= x <= doing.right():
            return state_of(self._row)
        place = self._mirrored(self._at.size, self.width())
        if place.left() <= x <= place.right():
            return file_words(self._row)
        return name_words(self._row)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body, _small = self._metrics()
        painter.fillRect(0, 0, self.width(), 1, tokens(self.palette()).border)
        self._paint_name(painter, body)
        first, second = self._two_lines(self._at.size)
        self._words(painter, first, self._size_text(), figures_font(self.font()))
        self._words(painter, second, self._parts(), muted_font(self.font()), muted=True)
        speed, small = speed_of(self._row), muted_font(self.font())
        if speed and self._at.speed.width() > QFontMetrics(small).horizontalAdvance(speed):
            self._words(
                painter, self._mirrored(self._at.speed, self.width()), speed, small, muted=True
            )
        if self._row.state != "absent" and not self._row.trouble:
            self._paint_state(painter)
        painter.end()

    def _paint_name(self, painter: QPainter, body: QFontMetrics) -> None:
        first, second = self._two_lines(self._at.name)
        bold, small, title = self._bold(), muted_font(self.font()), title_of(self._row)
        room = first.width()
        if self._recommended:
            room -= 8 + QFontMetrics(small).horizontalAdvance(self._tag()) + 2 * _TAG_PAD
        title = QFontMetrics(bold).elidedText(title, Qt.TextElideMode.ElideMiddle, room)
        self._words(painter, first, title, bold)
        if not self._row.trouble:
            words = second_of(self._row)
            middle = Qt.TextElideMode.ElideMiddle
            words = QFontMetrics(small).elidedText(words, middle, second.width())
            self._words(painter, second, words, small, muted=True)
        if not self._recommended:
            return
        colours, metrics = tokens(self.palette()), QFontMetrics(small)
        left = first.left() + QFontMetrics(bold).horizontalAdvance(title) + 8
        width = metrics.horizontalAdvance(self._tag()) + 2 * _TAG_PAD
        area = QRect(left, first.top(), width, body.lineSpacing())
        area = QStyle.visualRect(self.layoutDirection(), first, area)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.selection)
        painter.drawRoundedRect(QRectF(area), 4, 4)
        self._words(painter, area.adjusted(_TAG_PAD, 0, 0, 0), self._tag(), small)

    def _paint_state(self, painter: QPainter) -> None:
        """In the place of the button: here already, or how far it has come."""
        place = self._mirrored(self._at.action, self.width())
        colours, small = tokens(self.palette()), muted_font(self.font())
        if self._row.state == "here":
            side = icon_side(small.pointSizeF())
            sign = pixmap("check", colours.good, side, self.devicePixelRatioF())
            painter.drawPixmap(place.left(), place.center().y() - side // 2, sign)
            self._words(painter, place.adjusted(side + 4, 0, 0, 0), state_of(self._row), small)
            return
        high = QFontMetrics(small).lineSpacing()
        line = QRect(place.left(), place.center().y() - high + 1, place.width(), high)
        words = state_of(self._row)
        if not is_going(self._row) and QFontMetrics(small).horizontalAdvance(words) > line.width():
            words = short_state_of(self._row)
        self._words(painter, line, words, small)
        bar = QRectF(line.left(), line.bottom() + 5, line.width(), _METER)
        fill = colours.accent if is_going(self._row) else colours.outline
        draw_meter(painter, bar, self._row.progress, colours.border, fill)

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
        area = self._mirrored(area, self.width())
        top = area.top() + max(
            0, (area.height() - body.lineSpacing() - small.lineSpacing()) // 2 - 1
        )
        if area.height() < body.lineSpacing() + small.lineSpacing():
            top = area.top() + (area.height() - body.lineSpacing()) // 2  # one line is all there is
        first = QRect(area.left(), top, area.width(), body.lineSpacing())
        return first, QRect(area.left(), first.bottom() + 3, area.width(), small.lineSpacing())

    def _make_projector(self) -> QCheckBox:
        box = QCheckBox(projector_text(), self)
        box.setObjectName("models.projector")
        box.toggled.connect(lambda _on: self._on_projector())
        return box

    def _make_why(self) -> QLabel:
        """Why it cannot be downloaded."""
        label = QLabel(self)
        label.setObjectName("models.choice.trouble")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        set_tone(label, "muted")
        return label

    def _on_projector(self) -> None:
        self._set_texts()
        self.size_changed.emit()

    @property
    def _offers_projector(self) -> bool:
        row = self._row
        return bool(row.projector_bytes) and row.state == "absent" and not row.trouble

    def _set_texts(self) -> None:
        """What depends on the state and on the box."""
        row, projector = self._row, self.wants_projector
        self.fit.setVisible(not row.trouble)
        self._why.setVisible(bool(row.trouble))
        self._why.setText(row.trouble)
        self.projector.setVisible(self._offers_projector)
        self.projector.setEnabled(not self._offline)
        words = projector_words(row)
        self.projector.setToolTip(f"<qt>{escape(words)}</qt>")
        self.projector.setAccessibleName(f"{title_of(row)}: {projector_text()}")
        self.projector.setAccessibleDescription(words)
        self.button.setVisible(row.state == "absent" and not row.trouble)
        self.button.setEnabled(not self._offline)
        name, hint, description = button_words(row, offline=self._offline, projector=projector)
        self.button.setAccessibleName(name)
        self.button.setToolTip(hint)
        self.button.setAccessibleDescription(description)
        self.setAccessibleName(said_of(row, recommended=self._recommended, projector=projector))
        self.setAccessibleDescription(quantisation_words(row.quantisation))
        self.update()

    def _tag(self) -> str:
        return self.tr("recommended")

    def _size_text(self) -> str:
        size = bytes_text(bytes_of(self._row, projector=self.wants_projector))
        if self._offers_projector and self._row.parts > 1:  # the box has the place of the parts
            return SEPARATOR.join((size, parts_of(self._row)))
        return size

    def _parts(self) -> str:
        return "" if self._offers_projector or self._row.trouble else parts_of(self._row)

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
