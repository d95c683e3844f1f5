"""What went on with each host, as small cards in a row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from benchtop.ui.models.ledger_rows import HostTotal
from benchtop.ui.models.ledger_texts import total_words
from benchtop.ui.theme import figures_font, set_tone
from benchtop.ui.widgets.elided_label import ElidedLabel
from benchtop.ui.widgets.flow_layout import FlowLayout

_MOST = 6
"""Hosts with a card of their own; the rest share one."""


class HostTotals(QWidget):
    """Hidden while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.ledger.totals")
        self.setAccessibleName(self.tr("Totals by host"))
        self._cards: list[_Card] = []
        self._flow = FlowLayout(self, gap=8)
        self._flow.setContentsMargins(0, 0, 0, 0)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def set_totals(self, totals: Sequence[HostTotal]) -> None:
        """Show these hosts, the one with the most bytes first."""
        shown = sorted(totals, key=lambda total: (-total.received, -total.attempts, total.host))
        if len(shown) > _MOST:
            shown = [*shown[: _MOST - 1], self._sum(shown[_MOST - 1 :])]
        while len(self._cards) > len(shown):
            card = self._cards.pop()
            self._flow.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self._cards) < len(shown):
            self._cards.append(_Card(self))
            self._flow.addWidget(self._cards[-1])
            self._cards[-1].show()  # now, not with the next turn of the event loop
        for card, total in zip(self._cards, shown, strict=True):
            card.set_total(total)
        self.setVisible(bool(shown))
        self.updateGeometry()

    def _sum(self, totals: Sequence[HostTotal]) -> HostTotal:
        return HostTotal(
            self.tr("{count} more hosts").format(count=len(totals)),
            sum(total.attempts for total in totals),
            sum(total.received for total in totals),
            sum(total.refused for total in totals),
            sum(total.failed for total in totals),
        )


class _Card(QFrame):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("models.ledger.total")
        self.setProperty("card", True)
        self._host = ElidedLabel("", self)
        self._words = QLabel(self)
        self._words.setFont(figures_font(self._words.font()))
        set_tone(self._words, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        column.addWidget(self._host)
        column.addWidget(self._words)

    def set_total(self, total: HostTotal) -> None:
        words = total_words(total)
        self._host.setText(total.host)
        self._words.setText(words)
        self.setAccessibleName(f"{total.host}: {words}")
