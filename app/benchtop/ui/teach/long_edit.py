"""A text field that shows the beginning of a very long text, and all of it when a person asks."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from benchtop.ui.chat.growing_edit import GrowingEdit
from benchtop.ui.theme import set_kind

LONG, SHOWN = 20_000, 5_000
"""Letters from which on a text is cut, and how many of it are shown then: laying out 300,000 of them keeps
the window waiting for a quarter of a second."""


class LongEdit(GrowingEdit):
    """``text`` and ``set_text`` are of the whole text; while it is cut nobody can type. ``more`` is a button
    that shows all of it: its owner finds a place for it. Made after this, it is the next stop of Tab."""

    def __init__(self, parent: QWidget, *, least: int = 1, most: int = 8) -> None:
        super().__init__(parent, least=least, most=most)
        self._whole: str | None = None
        self.more = QPushButton(parent)
        set_kind(self.more, "quiet")
        self.more.clicked.connect(self._show_all)
        self.more.hide()

    def text(self) -> str:
        """All of it."""
        return self.toPlainText() if self._whole is None else self._whole

    def set_text(self, text: str) -> None:
        """Show another text; the same one stays as it is."""
        if self._whole is not None and text == self._whole:
            return
        is_cut = len(text) > LONG
        self._whole = text if is_cut else None
        if is_cut or text != self.toPlainText():
            self.setPlainText(text[:SHOWN] + "…" if is_cut else text)
        self._tell()

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        self.more.setVisible(visible and self._whole is not None)

    def _show_all(self) -> None:
        whole, self._whole = self._whole, None
        if whole is not None:
            self.setPlainText(whole)
        self.setFocus()
        self._tell()

    def _tell(self) -> None:
        self.setReadOnly(self._whole is not None)
        self.more.setVisible(self._whole is not None and not self.isHidden())
        words = self.tr("Show and edit all {count} letters")
        self.more.setText(words.format(count=f"{len(self._whole or ''):,}"))
        self.more.setAccessibleName(self.more.text())
