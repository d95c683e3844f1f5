"""What a run says beyond its rates: a list of sentences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_MOST = 60
_LINES = 5
_ANY_WIDTH = 16_777_215


class SuiteFindings(QWidget):
    """At most so many lines high; it scrolls from there on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.findings")
        self.setAccessibleName(self.tr("What the run says"))
        self._sentences: tuple[str, ...] = ()
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._scroll = ScrolledColumn(self._inside, _ANY_WIDTH, self)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scroll.setAccessibleName(self.accessibleName())
        self._scroll.show_ground()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def set_sentences(self, sentences: Sequence[str], *, tests: int) -> None:
        """Show these; ``tests`` of them are tests, of which some are significant by chance."""
        said = list(sentences[:_MOST])
        if tests > 5:
            note = self.tr(
                "These are {tests} tests at once: about {chance} of them would seem clear by chance alone."
            )
            said.append(note.format(tests=tests, chance=max(1, round(tests * 0.05))))
        if tuple(said) == self._sentences:
            return
        self._sentences = tuple(said)
        while self._column.count():
            label = self._column.takeAt(0).widget()
            label.hide()
            label.deleteLater()
        for place, sentence in enumerate(said):
            label = QLabel(sentence, self._inside)
            label.setObjectName("compare.finding")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if tests > 5 and place == len(said) - 1:
                set_tone(label, "muted")
            self._column.addWidget(label)
        high = self.fontMetrics().lineSpacing() + 4
        self.setMinimumHeight(high * min(len(said), 2))
        self.setMaximumHeight(high * min(2 * len(said), _LINES) + 4)
        self.setVisible(bool(said))
