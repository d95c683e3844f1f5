"""What can be done with a whole comparison once nobody writes: begin anew, save it as a card."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from benchtop.ui.compare.compare_texts import plain_tip
from benchtop.ui.icons import set_icon, spaced


class ConversationTools(QWidget):
    """Two quiet buttons; hidden before anything was asked and while answers come."""

    new_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 20, 0)
        row.setSpacing(4)
        self._new = self._make("new", self.tr("Start anew"), "plus")
        self._save = self._make("save", self.tr("Save as a card"), "save")
        self._new.setToolTip(
            plain_tip(self.tr("The next prompt begins a new conversation; votes stay as they are"))
        )
        self._new.clicked.connect(lambda _on=False: self.new_requested.emit())
        self._save.clicked.connect(lambda _on=False: self.save_requested.emit())
        for button in (self._new, self._save):
            row.addWidget(button)
        self.hide()

    def stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        return [self._new, self._save]

    def offer(self, *, shown: bool, blind: bool) -> None:
        """Show them or not; a card tells the names, so a blind comparison has none before the vote."""
        self.setVisible(shown)
        self._save.setEnabled(not blind)
        self._new.setEnabled(not blind)  # it would clear away what is voted on
        tip = (
            self.tr("A card tells the names: vote first")
            if blind
            else self.tr("Save prompts, answers and settings as one page that stands alone")
        )
        self._save.setToolTip(plain_tip(tip))
        self._save.setAccessibleDescription(tip)

    def _make(self, name: str, text: str, icon_name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"compare.{name}")
        button.setAccessibleName(text)
        button.setText(spaced(text))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_icon(button, icon_name, "muted")
        return button
