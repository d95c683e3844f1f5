"""The welcome: four steps in the window, with the way on, back and out at the bottom. Esc leaves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.welcome.others_step import OthersStep
from benchtop.ui.welcome.welcome_steps import ReadyStep, StaysStep, Step, TipsStep
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_COLUMN = 680


class WelcomePage(QWidget):
    """Knows no service: it is told what to show, and tells what is wished."""

    finished = Signal()
    """It was read to its end, or skipped."""
    step_shown = Signal(object)
    """The Step that is on show now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAccessibleName(self.tr("Welcome"))
        self.stays, self.tips, self.others, self.ready = (
            StaysStep(), TipsStep(), OthersStep(), ReadyStep(),
        )  # fmt: skip
        self._steps: list[Step] = [self.stays, self.tips, self.others, self.ready]
        self._at = 0
        self._scroll = self._make_scroll()
        self._count = QLabel(self)
        self._count.setObjectName("welcome.count")
        set_tone(self._count, "muted")
        self._skip = self._button("skip", self.tr("Skip"), self.finished.emit)
        self._skip.setToolTip(self.tr("Leave the welcome (Esc); it is in Help as well"))
        set_kind(self._skip, "quiet")
        self._back = self._button("back", self.tr("Back"), lambda: self._go(self._at - 1))
        self._next = self._button("next", self.tr("Next"), self._on)
        self.others.keyboard_left.connect(self.lead_on)
        self.others.pending_changed.connect(self._show_next)
        self.others.grown.connect(self._show_end)
        self._lay_out()
        self.setFocusProxy(self._next)
        self._show()

    @property
    def step(self) -> Step:
        """The step on show."""
        return self._steps[self._at]

    def begin(self) -> None:
        """Show the first step."""
        self._go(0)

    def show_others(self) -> None:
        """Show the step about other programs."""
        self._go(self._steps.index(self.others))

    def lead_on(self) -> None:
        """Put the keyboard on the button that leads on."""
        self._next.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Claim Esc early, so that a shortcut of the window does not take it."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.finished.emit()
            return
        super().keyPressEvent(event)

    def _on(self) -> None:
        if self._at == len(self._steps) - 1:
            self.finished.emit()
        else:
            self._go(self._at + 1)

    def _go(self, at: int) -> None:
        self._at = min(max(at, 0), len(self._steps) - 1)
        self._show()
        (self.step.first or self._next).setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.verticalScrollBar().setValue(0)
        announce(self, f"{self._count.text()}. {self.step.told()}")
        self.step_shown.emit(self.step)

    def _show(self) -> None:
        for step in self._steps:
            step.setVisible(step is self.step)
        last = self._at == len(self._steps) - 1
        words = self.tr("Step {at} of {all}")
        self._count.setText(words.format(at=self._at + 1, all=len(self._steps)))
        self._next.setText(self.tr("Begin") if last else self.tr("Next"))
        self._next.setAccessibleName(self._next.text())
        self._back.setEnabled(self._at > 0)
        self._skip.setVisible(not last)
        self._show_next()

    def _show_next(self) -> None:
        """One button of a step is the primary one: this, unless the step has something to do first."""
        waits = self.step is self.others and self.others.is_pending
        set_kind(self._next, "normal" if waits else "primary")

    def _show_end(self) -> None:
        """Scroll down to what was said last, as soon as it has its place."""
        bar = self._scroll.verticalScrollBar()
        if self.step is self.others:
            QTimer.singleShot(0, bar, lambda: bar.setValue(bar.maximum()))

    def _make_scroll(self) -> ScrolledColumn:
        column = QWidget()
        steps = QVBoxLayout(column)
        steps.setContentsMargins(24, 24, 24, 12)
        for step in self._steps:
            steps.addWidget(step)
        steps.addStretch(1)
        scroll = ScrolledColumn(column, _COLUMN, self)
        scroll.setObjectName("welcome.scroll")
        scroll.setAccessibleName(self.tr("The step on show"))
        return scroll

    def _button(self, name: str, words: str, pressed: Callable[[], object]) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(f"welcome.{name}")
        button.setAccessibleName(words)
        button.clicked.connect(lambda _on=False: pressed())
        return button

    def _lay_out(self) -> None:
        foot = QWidget(self)
        foot.setMaximumWidth(_COLUMN)
        row = QHBoxLayout(foot)
        row.setContentsMargins(24, 8, 24, 16)
        row.setSpacing(8)
        row.addWidget(self._count)
        row.addStretch(1)
        for button in (self._skip, self._back, self._next):
            row.addWidget(button)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(foot, 1000)
        middle.addStretch(1)
        bar = self._scroll.verticalScrollBar()

        def stand_below(_low: int, most: int) -> None:
            """The foot stands below the column, also where that leaves room for a scroll bar."""
            middle.setContentsMargins(0, 0, bar.sizeHint().width() if most else 0, 0)

        bar.rangeChanged.connect(stand_below)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(middle)
