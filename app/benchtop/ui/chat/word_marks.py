"""Marks the words of a search in a document, without touching its text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit

from benchtop.ui.chat.chat_style import ChatStyle

MAX_MARKS = 200


def mark_words(
    document: QTextDocument, words: Sequence[str], style: ChatStyle
) -> list[QTextEdit.ExtraSelection]:
    """One selection per place where a word stands, whatever its case; at most MAX_MARKS.

    The words of a phrase may have signs between them, as the search finds them.
    """
    look = QTextCharFormat()
    ground = QColor(style.tokens.accent)
    ground.setAlphaF(0.28)
    look.setBackground(ground)
    look.setForeground(style.tokens.text)
    look.setFontUnderline(True)
    marks: list[QTextEdit.ExtraSelection] = []
    for word in filter(str.strip, words):
        pattern = _pattern(word)
        cursor = document.find(pattern, QTextCursor(document))
        while not cursor.isNull() and len(marks) < MAX_MARKS:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(cursor)  # type: ignore[attr-defined]  # missing in the stubs
            mark.format = look  # type: ignore[attr-defined]  # missing in the stubs
            marks.append(mark)
            cursor = document.find(pattern, cursor)
    return marks


def stands_in(word: str, text: str) -> bool:
    """Whether mark_words() would find it in the text."""
    return bool(word.strip()) and _pattern(word).match(text).hasMatch()


def _pattern(phrase: str) -> QRegularExpression:
    """Finds the words of a phrase side by side, as they are."""
    words = [QRegularExpression.escape(word) for word in phrase.split()]
    options = QRegularExpression.PatternOption
    return QRegularExpression(
        r"[\W_]+".join(words),
        options.CaseInsensitiveOption | options.UseUnicodePropertiesOption,
    )
