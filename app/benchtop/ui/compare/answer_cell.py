"""One answer in its column: reasoning, text that streams in, how it ended, figures, what can be done."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.reasoning_view import ReasoningView
from benchtop.ui.chat.reply_text import ReplyText
from benchtop.ui.compare.answer_foot import AnswerFoot
from benchtop.ui.compare.compare_rows import ColumnRow
from benchtop.ui.compare.compare_texts import ending_text, figures_text, waiting_text
from benchtop.ui.compare.focus_order import put_before

PAD = 12
_RADIUS = 8.0


class AnswerCell(QWidget):
    """Laid out by ``fit``, as the parts of the transcript are: only what changed is measured again.

    While it is veiled it shows neither text nor pace; what streams in meanwhile is kept.
    """

    take_requested = Signal(str)
    link_activated = Signal(str)
    resized = Signal()

    def __init__(
        self,
        row: ColumnRow,
        style: ChatStyle,
        *,
        place: int,
        blind: bool = False,
        veiled: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """``place`` is its position from the left, from 0."""
        super().__init__(parent)
        self._style = style
        self._row = replace(row, text="", reasoning="")
        self._kept: list[str] = []
        self._kept_reasoning: list[str] = []
        self._blind, self._veiled = blind, veiled
        self._marked = False
        self._end = 0
        self.setObjectName(f"compare.column.{place}")
        self._label = self._make_label("compare.column.label", style.body)
        bold = QFont(style.body)
        bold.setWeight(QFont.Weight.DemiBold)
        self._label.setFont(bold)
        self._label.hide()
        self.reasoning: ReasoningView | None = None
        self.text = ReplyText(style, self)
        self.text.link_activated.connect(self.link_activated)
        self._waiting = self._make_label("compare.column.waiting", style.small, muted=True)
        self._sign = QLabel(self)
        self._note = self._make_label("compare.column.sentence", style.small)
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._figures = self._make_label("compare.column.figures", style.figures, muted=True)
        self._foot = AnswerFoot(place, style, self)
        self._foot.take.connect(lambda: self.take_requested.emit(self._row.key))
        self._foot.copy.connect(lambda: QGuiApplication.clipboard().setText("".join(self._kept)))
        self.put(row, blind=blind, veiled=veiled)

    @property
    def row(self) -> ColumnRow:
        """What it shows or keeps, with all of the text so far."""
        return replace(self._row, text="".join(self._kept), reasoning="".join(self._kept_reasoning))

    @property
    def row_key(self) -> str:
        """Whose answer it is."""
        return self._row.key

    @property
    def text_end(self) -> int:
        """Pixels from its top to the end of what was written."""
        return self._end

    def put(self, row: ColumnRow, *, blind: bool, veiled: bool) -> None:
        """Show a newer state; its text is all of it. Text that is there already is not laid out again.

        A state from while it is written may lag behind: what streamed in since then stays.
        """
        now = self.row
        if not (now.ended or row.ended):
            text, reasoning = now.text, now.reasoning
            row = replace(
                row,
                text=text if text.startswith(row.text) else row.text,
                reasoning=reasoning if reasoning.startswith(row.reasoning) else row.reasoning,
            )
        self._blind, self._veiled = blind, veiled
        self._row = replace(row, text="", reasoning="")
        self._kept, self._kept_reasoning = [row.text], [row.reasoning]
        self._label.setText(row.label)
        if not veiled:
            self._show_reasoning(row)
            self._show_text(row)
        self._show_rest()

    def append(self, text: str, reasoning: str) -> None:
        """Add what streamed in."""
        if self._row.state in {"waiting", "loading"}:
            self._row = replace(self._row, state="writing")
        self._kept.append(text)
        self._kept_reasoning.append(reasoning)
        if self._veiled:
            return
        if reasoning:
            self._need_reasoning().append(reasoning)
        if text:
            if self.reasoning is not None:
                self.reasoning.end_thinking()
            self.text.append(text)
        self._show_rest()

    def set_labelled(self, labelled: bool) -> bool:
        """Whether the label stands in the cell too; returns whether that is a change."""
        changed = labelled == self._label.isHidden()
        self._label.setVisible(labelled)
        return changed

    @property
    def marked(self) -> bool:
        """Whether it is one of the two that are voted on."""
        return self._marked

    def set_marked(self, marked: bool) -> None:
        """Whether it is one of the two that are voted on, where there are more."""
        if marked != self._marked:
            self._marked = marked
            self.update()

    def stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        first = [self.reasoning.toggle] if self.reasoning is not None else []
        return [*first, *self._foot.stops()]

    def fit(self, width: int) -> int:
        """Lay out in ``width`` pixels; returns the height that the content needs."""
        inner, gap = width - 2 * PAD, round(self._style.line * 0.4)
        y = PAD
        for part in (self._label, self.reasoning, self.text, self._waiting):
            if part is None or part.isHidden():
                continue
            height = part.heightForWidth(inner) if isinstance(part, QLabel) else part.fit(inner)
            part.setGeometry(PAD, y, inner, height)
            y += height + (gap if height else 0)
        self._end = y
        y = self._fit_note(inner, y, gap)
        if not self._figures.isHidden():
            height = self._figures.heightForWidth(inner)
            self._figures.setGeometry(PAD, y, inner, height)
            y += height + gap
        if not self._foot.isHidden():
            height = self._foot.fit(inner + 8)
            self._foot.setGeometry(PAD - 4, y, inner + 8, height)
            y += height + 4
        return max(y - gap + PAD, 3 * self._style.line)

    def _fit_note(self, inner: int, y: int, gap: int) -> int:
        if self._note.isHidden():
            return y
        side = self._style.icon_size
        height = max(side, self._note.heightForWidth(inner - side - 8))
        self._sign.setGeometry(PAD, y, side, side)
        self._note.setGeometry(PAD + side + 8, y, inner - side - 8, height)
        return y + height + gap

    def _show_reasoning(self, row: ColumnRow) -> None:
        if row.reasoning:
            thinking = not row.ended and not row.text
            self._need_reasoning().set_text(row.reasoning, thinking=thinking)
        elif self.reasoning is not None:
            self.reasoning.set_text("", thinking=False)
            self.reasoning.hide()

    def _show_text(self, row: ColumnRow) -> None:
        shown = self.text.text
        if self.text.finished or not row.text.startswith(shown):
            if row.text != shown or not (self.text.finished and row.ended):
                self.text.set_text(row.text, finished=row.ended)
            return
        if row.text != shown:
            self.text.append(row.text[len(shown) :])
        if row.ended:
            self.text.finish()

    def _show_rest(self) -> None:
        """Everything but the text itself."""
        row = self._row
        begun = any(self._kept) or any(self._kept_reasoning)
        quiet = self._veiled or (not begun and not row.ended)
        words = waiting_text(row, veiled=self._veiled) if quiet else ""
        if not words and row.state == "done" and not any(self._kept):
            words = self.tr("The answer is empty.")
        self._waiting.setText(words)
        self._waiting.setVisible(bool(words))
        self.text.setVisible(not self._veiled)
        self._show_note()
        figures = "" if self._blind else figures_text(row.figures)
        self._figures.setText(figures)
        self._figures.setVisible(bool(figures))
        written = row.ended and not self._veiled and any(self._kept)
        take = not self._blind and row.state == "done"
        self._foot.offer(row.label, take=take, copy=written)
        name = self.tr("Answer of {name}").format(name=row.label)
        self.setAccessibleName(name)
        self.setAccessibleDescription(figures.replace("\u00a0", " "))

    def _show_note(self) -> None:
        row = self._row
        words = "" if self._veiled else ending_text(row, blind=self._blind)
        self._note.setText(words)
        self._note.setVisible(bool(words))
        self._sign.setVisible(bool(words))
        failed = row.state == "failed"
        self._note.setProperty("tone", "warning" if failed else "")
        if not failed:
            self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.style().polish(self._note)
        style = self._style
        sign = style.icon("warning", "warning") if failed else style.icon("info", "muted")
        self._sign.setPixmap(sign.pixmap(QSize(style.icon_size, style.icon_size)))

    def _need_reasoning(self) -> ReasoningView:
        if self.reasoning is None:
            self.reasoning = ReasoningView(self._style, self)
            self.reasoning.toggle.setObjectName("compare.column.reasoning")
            self.reasoning.toggle.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.reasoning.resized.connect(self.resized)
            put_before([self.reasoning.toggle], self._foot.stops()[0])
        self.reasoning.show()
        return self.reasoning

    def _make_label(self, name: str, font: QFont, *, muted: bool = False) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setFont(font)
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        if muted:
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        return label

    def menu(self) -> QMenu:
        """What can be done with it: the same as beneath it, and with what is selected."""
        inside = self.reasoning.selected_text() if self.reasoning is not None else ""
        return self._foot.menu(inside or self.text.selected_text(), self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(event.globalPos())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = self._style.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2.0 if self._marked else 1.0
        painter.setPen(QPen(colours.accent if self._marked else colours.border, width))
        painter.setBrush(colours.surface)
        half = width / 2
        area = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)
        painter.end()
