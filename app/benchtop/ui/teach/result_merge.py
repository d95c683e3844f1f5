"""Making a model of its own of the base and an adapter: which precision, and where to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.teach.result_rows import QUANTISATIONS
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout


class ResultMerge(QFrame):
    """``merge_requested`` carries one of QUANTISATIONS; its owner asks where to. Hidden until open()."""

    merge_requested = Signal(str)
    cancel_requested = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.result.merge.card")
        self.setAccessibleName(self.tr("Merge into a new model"))
        self.setProperty("card", True)
        self._kind = QComboBox(self)
        self._save = QPushButton(self.tr("Save as…"), self)
        self._close = QPushButton(self.tr("Close"), self)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._bar = QProgressBar(self)
        self._lay_out()
        self._save.clicked.connect(lambda: self.merge_requested.emit(self._kind.currentData()))
        self._close.clicked.connect(self._on_close)
        self._cancel.clicked.connect(self.cancel_requested)
        self.set_progress(None)
        self.hide()

    def open(self) -> None:
        """Show it, with the keyboard in it."""
        self.show()
        self._kind.setFocus()

    def set_progress(self, fraction: float | None) -> None:
        """How far merging is, from 0 to 1; None: nothing is being merged."""
        busy = fraction is not None
        focus = self.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus) and focus.hasFocus()
        if busy:
            self.show()
        # A progress bar paints at once, with all that waits in the window, when its value is set.
        self._bar.setUpdatesEnabled(False)
        self._bar.setValue(int(1_000 * (fraction or 0.0)))
        self._bar.setUpdatesEnabled(True)
        self._bar.setVisible(busy)
        self._cancel.setVisible(busy)
        self._close.setVisible(not busy)
        self._kind.setEnabled(not busy)
        self._save.setEnabled(not busy)
        if had_focus and focus is not None and not (focus.isVisibleTo(self) and focus.isEnabled()):
            (self._cancel if busy else self._save).setFocus()

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()

    def _lay_out(self) -> None:
        title = QLabel(self.accessibleName(), self)
        set_tone(title, "title")
        about = QLabel(
            self.tr(
                "Writes a model file of its own, with the adapter in its weights. It works anywhere that "
                "GGUF files do. The base's licence holds for it, too."
            ),
            self,
        )
        about.setWordWrap(True)
        set_tone(about, "muted")
        words = {
            "F16": self.tr("F16: nothing is lost, the largest"),
            "Q8_0": self.tr("Q8_0: hardly any loss, half the size of F16"),
            "Q6_K": self.tr("Q6_K: little loss"),
            "Q5_K_M": self.tr("Q5_K_M: small"),
            "Q4_K_M": self.tr("Q4_K_M: the smallest"),
        }
        for kind in QUANTISATIONS:
            self._kind.addItem(words[kind], kind)
        self._kind.setCurrentIndex(QUANTISATIONS.index("Q8_0"))
        for key, widget, name in (
            ("kind", self._kind, self.tr("Precision of the new model")),
            ("save", self._save, self.tr("Choose where the new model goes, and merge")),
            ("close", self._close, self.tr("Close without merging")),
            ("cancel", self._cancel, self.tr("Cancel merging")),
            ("progress", self._bar, self.tr("How far merging is")),
        ):
            widget.setObjectName(f"teach.result.merge.{key}")
            widget.setAccessibleName(name)
        self._bar.setTextVisible(False)
        self._bar.setMaximum(1_000)
        set_kind(self._save, "primary")
        set_kind(self._close, "quiet")
        tools = FlowLayout(gap=8)
        for widget in (self._kind, self._save, self._cancel, self._close):
            tools.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(about)
        column.addLayout(tools)
        column.addWidget(self._bar)
        put_in_line((self._kind, self._save, self._cancel, self._close))
