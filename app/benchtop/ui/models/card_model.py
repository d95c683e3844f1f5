"""The cards of a list, as Qt's views ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from benchtop.ui.models.card_memory import memory_words
from benchtop.ui.models.fit_words import fit_explanation, fit_words
from benchtop.ui.models.model_words import SEPARATOR, hub_facts, model_facts, speed_words, tags_of
from benchtop.ui.models.rows import CardRow

AnyIndex = QModelIndex | QPersistentModelIndex
CARD_ROLE = Qt.ItemDataRole.UserRole + 1
"""The CardRow itself."""


class CardModel(QAbstractListModel):
    """Cards in their order. What changes is told as finely as Qt can, so that no place is lost."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards: list[CardRow] = []
        self._rows: dict[str, int] = {}

    @property
    def cards(self) -> list[CardRow]:
        """Every card."""
        return list(self._cards)

    def set_cards(self, cards: Sequence[CardRow]) -> None:
        """Show these cards: more of the same are added at the end, others take their place."""
        before = [card.id for card in self._cards]
        after = [card.id for card in cards]
        if after[: len(before)] != before or not before:
            self.beginResetModel()
            self._take(cards)
            self.endResetModel()
            return
        self._replace(cards[: len(before)])
        if len(after) > len(before):
            self.beginInsertRows(QModelIndex(), len(before), len(after) - 1)
            self._take(cards)
            self.endInsertRows()

    def row_of(self, card_id: str) -> int:
        """Where a card stands; -1 when it is not there."""
        return self._rows.get(card_id, -1)

    def card(self, index: AnyIndex) -> CardRow | None:
        """The card at an index."""
        return self._cards[index.row()] if index.isValid() else None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.card(index)
        if card is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return card.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._said(card)
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                parts = (card.good_for, fit_explanation(card.fit), memory_words(card.fit))
                return " ".join(filter(None, parts))
            case _ if role == CARD_ROLE:
                return card
        return None

    def _said(self, card: CardRow) -> str:
        """What a screen reader says of a card: all that is seen on it."""
        by = self.tr("by {owner}").format(owner=card.owner) if card.owner else ""
        here = self.tr("on this machine") if card.here else ""
        speed = speed_words(card.speed, rough=True)
        parts = [card.name, by, fit_words(card.fit), speed, here, *tags_of(card)]
        return ", ".join(filter(None, (*parts, *model_facts(card, every=True), *hub_facts(card))))

    def _replace(self, cards: Sequence[CardRow]) -> None:
        for row, card in enumerate(cards):
            if card != self._cards[row]:
                self._cards[row] = card
                self.dataChanged.emit(self.index(row), self.index(row))

    def _take(self, cards: Sequence[CardRow]) -> None:
        self._cards = list(cards)
        self._rows = {card.id: row for row, card in enumerate(cards)}


def card_hover(card: CardRow) -> str:
    """Everything on a card that may be cut short, line by line."""
    owner = f"{card.owner}/" if card.owner else ""
    lines = [
        card.id or f"{owner}{card.name}",
        card.good_for,
        SEPARATOR.join(model_facts(card, every=True)),
        SEPARATOR.join(hub_facts(card)),
        speed_words(card.speed, rough=True),
        SEPARATOR.join(tags_of(card)),
    ]
    return "\n".join(line for line in lines if line)
