"""What a run says beyond its rates: a few sentences, and the single tests behind a button."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from benchtop.ui.compare.suite_findings_text import Findings
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_MOST = 1_000
"""Tests in words: nobody reads more of them, and one label has them all."""
_LINES, _OPEN_LINES = 5, 9
_ANY_WIDTH = 16_777_215


class SuiteFindings(QWidget):
    """At most so many lines high; it scrolls from there on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.findings")
        self.setAccessibleName(self.tr("What the run says"))
        self._found = Findings()
        self._is_open = False
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._scroll = ScrolledColumn(self._inside, _ANY_WIDTH, self)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scroll.setAccessibleName(self.accessibleName())
        self._scroll.show_ground()
        self._all = QPushButton(self)
        self._all.setObjectName("compare.findings.all")
        set_kind(self._all, "quiet")
        self._all.clicked.connect(self._on_all)
        foot = QHBoxLayout()
        foot.addWidget(self._all)
        foot.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self._scroll)
        whole.addLayout(foot)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def set_findings(self, found: Findings) -> None:
        """Show these; the single tests stay open where they were."""
        if found == self._found:
            return
        self._found = found
        self._is_open = self._is_open and bool(found.tests)
        self._fill()

    def sizeHint(self) -> QSize:
        """With the tests open, all the lines it may have: a scroll area by itself asks for less."""
        hint = super().sizeHint()
        if self._is_open:
            below = self.layout().spacing() + self._all.sizeHint().height()
            hint.setHeight(self._scroll.maximumHeight() + below)
        return hint

    def _on_all(self) -> None:
        self._is_open = not self._is_open
        self._fill()

    def _fill(self) -> None:
        while self._column.count():
            label = self._column.takeAt(0).widget()
            label.hide()
            label.deleteLater()
        found = self._found
        for sentence in found.lead:
            self._add(sentence)
        if found.caveat:
            set_tone(self._add(found.caveat), "muted")
        if self._is_open:
            self._add("\n".join(found.tests[:_MOST]))
        self._show_button()
        lines = len(found.lead) + bool(found.caveat)
        high = self.fontMetrics().lineSpacing() + 4
        most = _OPEN_LINES if self._is_open else min(2 * lines, _LINES)
        self._scroll.setMinimumHeight(high * min(lines, 2))
        self._scroll.setMaximumHeight(high * most + 4)
        self.setVisible(bool(lines))
        self.updateGeometry()

    def _add(self, words: str) -> QLabel:
        label = QLabel(words, self._inside)
        label.setObjectName("compare.finding")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(label)
        label.show()  # now, not with the next turn of the event loop
        return label

    def _show_button(self) -> None:
        count = len(self._found.tests)
        words = self.tr("Hide the tests") if self._is_open else self.tr("Show all {count} tests")
        self._all.setText(words.format(count=f"{count:,}"))
        self._all.setAccessibleName(self._all.text())
        self._all.setVisible(count > 0)
