"""Cards side by side in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from benchtop.ui.models.card_model import CardModel
from benchtop.ui.models.model_card import CardDelegate, columns_for, room_of
from benchtop.ui.models.rows import CardRow


class CardList(QListView):
    """``opened`` carries a card's id: Enter, Space or a click. Up from the first line leaves it.

    The arrow keys walk among the cards. A new list keeps the card that had the keyboard, if it has it.
    """

    opened = Signal(str)
    left_upwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = CardModel(self)
        self.setObjectName("models.cards")
        self.setAccessibleName(self.tr("Models"))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setUniformItemSizes(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._delegate = CardDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setModel(self._cards)
        self.clicked.connect(self._open)

    @property
    def cards(self) -> list[CardRow]:
        """The cards on show."""
        return self._cards.cards

    def set_cards(self, cards: Sequence[CardRow]) -> None:
        """Show these cards; the current one and its place stay as far as they can."""
        at = self.currentIndex()
        card = self._cards.card(at)
        has_purpose = any(one.good_for for one in cards)
        if has_purpose != self._delegate.has_purpose:
            self._delegate.has_purpose = has_purpose
            self.scheduleDelayedItemsLayout()
        self._cards.set_cards(cards)
        if card is not None and not self.currentIndex().isValid() and cards:
            row = self._cards.row_of(card.id)
            self.setCurrentIndex(self._cards.index(row if row >= 0 else 0))

    def set_stale(self, *, stale: bool) -> None:
        """Whether they are of before, while what was asked for is being looked for."""
        if stale != self._delegate.stale:
            self._delegate.stale = stale
            self.viewport().update()

    def current_id(self) -> str:
        """The id of the card that has the keyboard; empty when none has."""
        card = self._cards.card(self.currentIndex())
        return card.id if card is not None else ""

    def enter(self) -> None:
        """Give the keyboard to the current card, else to the first."""
        if self._cards.rowCount():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._cards.rowCount():
            self.setCurrentIndex(self._cards.index(0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self._open(self.currentIndex())
            case Qt.Key.Key_Up if self.currentIndex().row() < self.columns():
                self.left_upwards.emit()
            case _:
                super().keyPressEvent(event)

    def columns(self) -> int:
        """How many cards stand side by side."""
        return columns_for(room_of(self), self.font())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out_later(event.oldSize(), event.size())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()
            self.verticalScrollBar().setSingleStep(self.fontMetrics().height() * 3)

    def _lay_out_later(self, before: QSize, after: QSize) -> None:
        if before.width() != after.width():
            self.scheduleDelayedItemsLayout()

    def _open(self, index: QModelIndex) -> None:
        card = self._cards.card(index)
        if card is not None:
            self.opened.emit(card.id)
