"""The half of the Models page that finds models: the cards, and a repository that was opened."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from benchtop.ui.models.discover_view import DiscoverView
from benchtop.ui.models.repository_view import RepositoryView
from benchtop.ui.models.rows import CardRow


class DiscoverPage(QStackedWidget):
    """Goes to a repository and back to the card it was opened from. The views are public: their
    signals and methods are the interface."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = DiscoverView(self)
        self.repository = RepositoryView(self)
        self.addWidget(self.cards)
        self.addWidget(self.repository)
        self.setFocusProxy(self.cards)
        self.repository.back_requested.connect(self.go_back)

    def open(self, card: CardRow) -> None:
        """Show a repository; what the Hub says of it comes later."""
        self.repository.show_loading(card)
        self.setCurrentWidget(self.repository)
        self.setFocusProxy(self.repository)
        self.repository.setFocus()

    def go_back(self) -> None:
        """Show the cards again, the keyboard on the one that was opened."""
        self.setCurrentWidget(self.cards)
        self.setFocusProxy(self.cards)
        self.cards.focus_cards()

    def set_offline(self, offline: bool) -> None:
        """Tell both views."""
        self.cards.set_offline(offline)
        self.repository.set_offline(offline)
