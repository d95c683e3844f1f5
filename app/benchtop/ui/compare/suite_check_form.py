"""One check under edit: its sort, its fields, what is wrong with it, and the way to remove it."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.suites import Check, check_troubles
from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.compare.suite_check_fields import DEFAULTS, SuiteCheckFields
from benchtop.ui.compare.suite_check_words import kind_hints, kind_words
from benchtop.ui.icons import set_icon
from benchtop.ui.theme import set_tone


class SuiteCheckForm(QFrame):
    """``number`` counts the checks of a prompt from 1 and is part of its fields' names."""

    changed = Signal()
    remove_requested = Signal()

    def __init__(self, check: Check, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._last = check
        self.setObjectName(f"compare.suite.check{number}")
        self.setProperty("card", True)
        self._kind = QComboBox(self)
        self._kind.setObjectName(f"{self.objectName()}.kind")
        self._kind.setAccessibleName(self.tr("Sort of check {number}").format(number=number))
        self._kind.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        hints = kind_hints()
        for key, words in kind_words().items():
            self._kind.addItem(words, key)
            self._kind.setItemData(self._kind.count() - 1, hints[key], Qt.ItemDataRole.ToolTipRole)
        self._kind.setCurrentIndex(self._kind.findData(check.kind))
        self._remove = QToolButton(self)
        self._remove.setObjectName(f"{self.objectName()}.remove")
        self._remove.setAccessibleName(self.tr("Remove check {number}").format(number=number))
        self._remove.setToolTip(self._remove.accessibleName())
        set_icon(self._remove, "trash", "muted")
        self._trouble = QLabel(self)
        self._trouble.setObjectName(f"{self.objectName()}.trouble")
        self._trouble.setWordWrap(True)
        set_tone(self._trouble, "bad")
        head = QHBoxLayout()
        head.addWidget(self._kind)
        head.addStretch(1)
        head.addWidget(self._remove)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 12)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self._fields = SuiteCheckFields(check, self.objectName(), self)
        self._column.addWidget(self._fields)
        self._column.addWidget(self._trouble)
        self._fields.changed.connect(self._on_changed)
        self._kind.currentIndexChanged.connect(lambda _index: self._on_kind())
        self._remove.clicked.connect(self.remove_requested)
        self._show_hint()
        self._show_trouble("")

    def check(self) -> Check:
        """What the fields say; the last that made sense where a number is none."""
        with suppress(ValueError):
            self._last = self._fields.check()
        return self._last

    def stops(self) -> list[QWidget]:
        """What Tab visits, from top to bottom."""
        return [self._kind, self._remove, *self._fields.stops()]

    def focus_fields(self) -> None:
        """Give the keyboard to what a reply is compared with."""
        self._fields.stops()[0].setFocus()

    def has_focus_inside(self) -> bool:
        """Whether one of its fields has the keyboard."""
        return self.isAncestorOf(self.focusWidget() or self) and self.focusWidget() is not None

    def _on_kind(self) -> None:
        before = self._fields
        self._last = DEFAULTS[self._kind.currentData()]
        self._fields = SuiteCheckFields(self._last, self.objectName(), self)
        self._fields.changed.connect(self._on_changed)
        self._column.replaceWidget(before, self._fields)
        before.hide()
        before.deleteLater()
        before.setParent(None)
        put_in_line((self._remove, *self._fields.stops()))
        self._show_hint()
        self._on_changed()

    def _on_changed(self) -> None:
        trouble = ""
        try:
            found = next(check_troubles(self._fields.check()), "")
            if found:
                trouble = self.tr("It {trouble}.").format(trouble=found)
        except ValueError as error:
            trouble = str(error)
        self._show_trouble(trouble)
        self.changed.emit()

    def _show_trouble(self, words: str) -> None:
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))

    def _show_hint(self) -> None:
        self._kind.setToolTip(kind_hints()[self._kind.currentData()])
