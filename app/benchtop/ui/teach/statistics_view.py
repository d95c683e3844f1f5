"""What a data set is made of: how long its examples are, where they come from, how they are tagged."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from benchtop.ui.teach.data_rows import Statistics
from benchtop.ui.theme import figures_font, muted_font, set_tone, tokens

_SHOWN = 5
"""Origins and tags that are named; the rest is counted."""


class StatisticsView(QWidget):
    """A small histogram, and sentences beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.data.statistics")
        self._histogram = Histogram(self)
        self._words = QLabel(self)
        self._words.setObjectName("teach.data.statistics.words")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self._words, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._histogram)
        right = QVBoxLayout()
        right.addWidget(self._words)
        right.addStretch(1)
        row.addLayout(right, 1)
        self._statistics, self._counting = Statistics(), False
        self.set_statistics(Statistics())

    def set_counting(self, *, counting: bool, anew: bool = False) -> None:
        """Whether it is being counted; with ``anew`` what is shown is of something else."""
        self._counting = counting
        self.set_statistics(Statistics() if anew else self._statistics)

    def set_statistics(self, statistics: Statistics) -> None:
        """Show these."""
        self._statistics = statistics
        self._histogram.set_statistics(statistics)
        lines = [
            self._state(statistics),
            self._lengths(statistics),
            self._too_long(statistics),
            self._shares(self.tr("From"), statistics.origins),
            self._shares(self.tr("Tags"), statistics.tags),
        ]
        if statistics.rejected:
            words = self.tr("{count} have a worse answer beside the better one.")
            lines.append(words.format(count=f"{statistics.rejected:,}"))
        self._words.setText("\n".join(filter(None, lines)))
        self.setAccessibleName(self._words.text())

    def _state(self, statistics: Statistics) -> str:
        """Whether there is more to come."""
        if not sum(statistics.counts):
            return self.tr("Counting…") if self._counting else self.tr("Nothing to count yet.")
        words = self.tr("Something was changed since; it is being counted again.")
        return words if self._counting else ""

    def _lengths(self, statistics: Statistics) -> str:
        if not sum(statistics.counts):
            return ""
        words = (
            self.tr("{low} to {high} tokens of {model} long, half of them under {median}; {turns}.")
            if statistics.in_tokens
            else self.tr("{low} to {high} letters long, half of them under {median}; {turns}.")
        )
        fewest, most = statistics.turns
        turns = (
            self.tr("{most} turns each") if fewest == most else self.tr("{fewest} to {most} turns")
        )
        return words.format(
            low=f"{statistics.shortest:,}",
            high=f"{statistics.longest:,}",
            median=f"{statistics.median:,}",
            model=statistics.model,
            turns=turns.format(fewest=f"{fewest:,}", most=f"{most:,}"),
        )

    def _too_long(self, statistics: Statistics) -> str:
        if not statistics.too_long:
            return ""
        words = (
            self.tr("1 is longer than the {most} tokens that are taught of an example.")
            if statistics.too_long == 1
            else self.tr("{count} are longer than the {most} tokens that are taught of an example.")
        )
        return words.format(count=f"{statistics.too_long:,}", most=f"{statistics.most:,}")

    def _shares(self, title: str, parts: tuple[tuple[str, int], ...]) -> str:
        if not parts:
            return ""
        shown = [f"{words} {count:,}" for words, count in parts[:_SHOWN]]
        left = len(parts) - _SHOWN
        if left > 0:
            shown.append(self.tr("and {count} more").format(count=left))
        return self.tr("{title}: {parts}.").format(title=title, parts=", ".join(shown))


class Histogram(QWidget):
    """How many examples are how long; its words are said beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._statistics = Statistics()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_statistics(self, statistics: Statistics) -> None:
        """Show these."""
        self._statistics = statistics
        self.setVisible(sum(statistics.counts) > 0)
        self.update()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().lineSpacing()
        return QSize(line * 15, line * 5)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        counts, edges = self._statistics.counts, self._statistics.edges
        if not counts or len(edges) != len(counts) + 1:
            return
        t, painter = tokens(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = figures_font(muted_font(self.font()))
        painter.setFont(font)
        foot = painter.fontMetrics().lineSpacing() + 2
        high, wide = self.height() - foot, self.width() / len(counts)
        most = max(*counts, 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.accent)
        for place, count in enumerate(counts):
            if count:
                bar = max(high * count / most, 2.0)
                area = QRectF(place * wide + 1, high - bar, max(wide - 2, 1), bar)
                painter.drawRoundedRect(area, 1.5, 1.5)
        painter.fillRect(0, high, self.width(), 1, t.border)
        painter.setPen(t.muted)
        below = self.rect().adjusted(0, high + 2, 0, 0)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{edges[0]:,}")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{edges[-1]:,}")
        painter.end()
