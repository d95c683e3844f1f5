"""The head of a repository's files: how to narrow them, and the context they are judged by."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from benchtop.ui.models.context_choice import ContextChoice
from benchtop.ui.models.filter_field import FilterField
from benchtop.ui.models.rows import ChoiceRow
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout

MANY = 12
"""So many files are seen at a glance; more can be narrowed by a field."""
_NARROW = 180


class FileChooser(QWidget):
    """A title, the field ``narrow``, and at the end ``context``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = ContextChoice()
        self.narrow = FilterField("models.choices.filter", self.tr("Narrow the files"), self)
        self.narrow.setPlaceholderText(self.tr("Narrow by name…"))
        self.narrow.setMinimumWidth(_NARROW)
        self.narrow.hide()
        title = QLabel(self.tr("Choose a file"), self)
        policy = title.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        title.setSizePolicy(policy)
        set_tone(title, "title")
        asked = QWidget(self)
        words = QLabel(self.tr("Context"), asked)
        words.setBuddy(self.context)
        row = QHBoxLayout(asked)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(words)
        row.addWidget(self.context)
        flow = FlowLayout(self, gap=12)
        flow.setContentsMargins(0, 0, 0, 0)
        for part in (title, self.narrow, asked):
            flow.addWidget(part)


def named_like(rows: Sequence[ChoiceRow], words: str) -> Sequence[ChoiceRow]:
    """Those whose quantisation and path hold every word; capitals do not matter."""
    wanted = words.casefold().split()
    if not wanted:
        return rows
    named = ((row, f"{row.quantisation} {row.key}".casefold()) for row in rows)
    return [row for row, name in named if all(word in name for word in wanted)]
