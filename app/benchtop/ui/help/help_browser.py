"""Shows one page of help: its look, its headings, the words that were searched in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, QUrl, Signal, SignalInstance
from PySide6.QtGui import (
    QKeyEvent,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from benchtop.ui.help.help_files import slug
from benchtop.ui.theme import Tokens, tokens
from benchtop.ui.widgets.focus_ring import FocusRing

_LINE_LETTERS = 80
_SPACE = 24


class HelpBrowser(QTextBrowser):
    """``link_chosen`` carries a link as it is written; nothing is ever opened by itself.

    Alt+Left, Alt+Right and Ctrl+F mean the help's own history and search while it has the focus.
    """

    link_chosen = Signal(str)
    back_asked = Signal()
    forward_asked = Signal()
    search_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help.text")
        self.setAccessibleName(self.tr("Help text"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self._ring = FocusRing(self)
        self._source = ""
        self._hits: list[QTextCursor] = []
        self._hit = -1
        self.anchorClicked.connect(lambda url: self.link_chosen.emit(url.toString()))

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        """Nothing: the help has no pictures, and no text may make the window read a file."""
        return None

    def show_text(self, markdown: str) -> None:
        """Show a page from its top."""
        self._source = markdown
        self._hits, self._hit = [], -1
        self.setExtraSelections([])
        document = self.document()
        document.setIndentWidth(self.fontMetrics().height() * 1.6)
        document.setMarkdown(markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        _dress(document, tokens(self.palette()), self.fontMetrics().height())
        self._set_margins()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    def headings(self) -> dict[str, int]:
        """The anchor of each heading and the place of its block in the text."""
        found: dict[str, int] = {}
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() > 0:
                found.setdefault(slug(block.text()), block.position())
            block = block.next()
        return found

    def go_to(self, anchor: str) -> bool:
        """Scroll to a heading and put the caret there; False when there is none of that anchor."""
        position = self.headings().get(anchor)
        if position is None:
            return False
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        self.setTextCursor(cursor)
        self._scroll_to(cursor)
        return True

    def search(self, words: str) -> int:
        """Mark every place where ``words`` stand, go to the first; how many there are."""
        self._hits, self._hit = [], -1
        cursor = QTextCursor(self.document())
        while words:
            cursor = self.document().find(words, cursor)
            if cursor.isNull():
                break
            self._hits.append(cursor)
        if self._hits:
            self.step(1)
        else:
            self._mark()
        return len(self._hits)

    def step(self, by: int) -> int:
        """Go ``by`` hits on, round the end; the number of the hit on show, 0 when there is none."""
        if not self._hits:
            return 0
        self._hit = (self._hit + by) % len(self._hits)
        self._mark()
        self._scroll_to(self._hits[self._hit])
        return self._hit + 1

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._source:
            kept = self.verticalScrollBar().value()
            self.show_text(self._source)
            self.verticalScrollBar().setValue(kept)
        elif event.type() == QEvent.Type.FontChange:
            self._set_margins()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set_margins()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        early = event.type() == QEvent.Type.ShortcutOverride
        if early and isinstance(event, QKeyEvent) and self._own_key(event) is not None:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        signal = self._own_key(event)
        if signal is None:
            super().keyPressEvent(event)
        else:
            signal.emit()

    def _own_key(self, event: QKeyEvent) -> SignalInstance | None:
        keys: dict[int, SignalInstance] = {}
        if event.modifiers() == Qt.KeyboardModifier.AltModifier:
            keys = {Qt.Key.Key_Left: self.back_asked, Qt.Key.Key_Right: self.forward_asked}
        elif event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            keys = {Qt.Key.Key_F: self.search_asked}
        return keys.get(event.key())

    def _scroll_to(self, cursor: QTextCursor) -> None:
        place = QTextCursor(cursor)
        place.setPosition(cursor.selectionStart())
        area: QRect = self.cursorRect(place)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + area.top() - _SPACE)

    def _mark(self) -> None:
        t = tokens(self.palette())
        marks = []
        for number, hit in enumerate(self._hits):
            mark = QTextEdit.ExtraSelection()
            mark.cursor = hit
            style = QTextCharFormat()
            current = number == self._hit
            style.setBackground(t.primary if current else t.selection)
            style.setForeground(t.on_primary if current else t.text)
            mark.format = style
            marks.append(mark)
        self.setExtraSelections(marks)

    def _set_margins(self) -> None:
        """A centred column of at most 80 letters."""
        widest = self.fontMetrics().averageCharWidth() * _LINE_LETTERS
        side = max(_SPACE, (self.viewport().width() - widest) // 2)
        root = self.document().rootFrame()
        frame = root.frameFormat()
        if frame.leftMargin() != side:
            frame.setLeftMargin(side)
            frame.setRightMargin(side)
            frame.setTopMargin(_SPACE)
            frame.setBottomMargin(_SPACE)
            root.setFrameFormat(frame)


def _dress(document: QTextDocument, t: Tokens, line: int) -> None:
    """Give Qt's plain rendering of Markdown room to breathe. ``line`` is a line's height."""
    block = document.begin()
    while block.isValid():
        _dress_block(block, t, line)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, t)


def _dress_block(block: QTextBlock, t: Tokens, line: int) -> None:
    style = QTextBlockFormat(block.blockFormat())
    cursor = QTextCursor(block)
    in_table = cursor.currentTable() is not None
    style.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    level = style.headingLevel()
    if style.hasProperty(QTextFormat.Property.BlockCodeFence):
        style.setBackground(t.code_ground)
        style.setNonBreakableLines(False)
        after = block.next()
        ends = not after.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)
        style.setTopMargin(0)
        style.setBottomMargin(line * 0.6 if ends else 0)
    elif level > 0:
        style.setTopMargin(0 if level == 1 else line * 1.1)
        style.setBottomMargin(line * 0.45)
    elif in_table:
        style.setTopMargin(0)
        style.setBottomMargin(0)
    elif block.textList() is not None:
        listed = block.textList()
        last = listed is not None and listed.item(listed.count() - 1) == block
        style.setTopMargin(0)
        style.setBottomMargin(line * (0.6 if last else 0.25))
    else:
        style.setTopMargin(0)
        style.setBottomMargin(line * 0.6)
    cursor.setBlockFormat(style)


def _dress_table(table: QTextTable, t: Tokens) -> None:
    """Lines between the rows, none between the columns."""
    style = table.format()
    style.setBorder(0)
    style.setCellPadding(0)
    style.setCellSpacing(0)
    style.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    style.setTopMargin(4)
    style.setBottomMargin(12)
    table.setFormat(style)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            look = cell.format().toTableCellFormat()
            look.setBottomBorder(1)
            look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            look.setBottomBorderBrush(t.outline if row == 0 else t.border)
            look.setTopPadding(5)
            look.setBottomPadding(5)
            look.setRightPadding(16)
            cell.setFormat(look)
