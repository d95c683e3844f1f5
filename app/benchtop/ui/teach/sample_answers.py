"""What is answered to the chosen prompts at each checkpoint, beside what the untrained model says."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from benchtop.domain.training import SamplePoint
from benchtop.ui.icons import set_icon
from benchtop.ui.teach.answer_pair import AnswerPair
from benchtop.ui.theme import set_tone

_BASE = -1
"""The step of the base's own answers."""


class SampleAnswers(QWidget):
    """Shows the newest checkpoint, until a person steps back; from the newest it goes on with the run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.samples")
        self.setAccessibleName(self.tr("Answers to your prompts"))
        self._texts: dict[int, dict[int, str]] = {}
        self._prompts: dict[int, str] = {}
        self._step: int | None = None
        self._pairs: list[AnswerPair] = []
        self._title, self._which = QLabel(self.accessibleName(), self), QLabel(self)
        self._back, self._on = QToolButton(self), QToolButton(self)
        self._column = QVBoxLayout(self)
        self._lay_out()
        self._show()

    def clear(self) -> None:
        """Show another run's."""
        self._texts, self._prompts, self._step = {}, {}, None
        self._show()

    def add(self, samples: Sequence[SamplePoint]) -> None:
        """More answers; one for the same step and prompt replaces the old one."""
        newest = self._newest()
        follows = self._step is None or self._step == newest
        for one in samples:
            self._prompts[one.place] = one.prompt
            self._texts.setdefault(one.step, {})[one.place] = one.text
        if follows:
            self._step = self._newest()
        self._show()

    @property
    def step(self) -> int | None:
        """The checkpoint on show; None before the first."""
        return self._step

    def _steps(self) -> list[int]:
        return sorted(step for step in self._texts if step != _BASE)

    def _newest(self) -> int | None:
        steps = self._steps()
        return steps[-1] if steps else None

    def _lay_out(self) -> None:
        set_tone(self._title, "title")
        set_tone(self._which, "muted")
        self._which.setObjectName("teach.samples.which")
        for button, key, name, icon_name in (
            (self._back, "back", self.tr("The checkpoint before"), "previous"),
            (self._on, "on", self.tr("The next checkpoint"), "next"),
        ):
            button.setObjectName(f"teach.samples.{key}")
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            set_icon(button, icon_name)
        self._back.clicked.connect(lambda: self._go(-1))
        self._on.clicked.connect(lambda: self._go(1))
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._back)
        head.addWidget(self._which)
        head.addWidget(self._on)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(head)

    def _go(self, by: int) -> None:
        steps = self._steps()
        if self._step in steps:
            place = min(max(steps.index(self._step) + by, 0), len(steps) - 1)
            self._step = steps[place]
            self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._prompts))
        steps = self._steps()
        place = steps.index(self._step) if self._step in steps else -1
        several = len(steps) > 1
        for button, can in ((self._back, place > 0), (self._on, place < len(steps) - 1)):
            button.setVisible(several)
            if button.hasFocus() and not can:
                (self._on if button is self._back else self._back).setEnabled(True)
                (self._on if button is self._back else self._back).setFocus()
            button.setEnabled(can)
        self._which.setText(self._which_words(place, len(steps)))
        for number, key in enumerate(sorted(self._prompts)):
            if number == len(self._pairs):
                self._pairs.append(AnswerPair(number, self))
                self._column.addWidget(self._pairs[number])
            now = self._texts.get(self._step, {}).get(key) if self._step is not None else None
            self._pairs[number].show_pair(
                self._prompts[key],
                (self.tr("Without training"), self._now_words()),
                (self._texts.get(_BASE, {}).get(key), now),
            )
        for number, pair in enumerate(self._pairs):
            pair.setVisible(number < len(self._prompts))

    def _now_words(self) -> str:
        if self._step is None:
            return self.tr("With training")
        return self.tr("After step {step}").format(step=f"{self._step:,}")

    def _which_words(self, place: int, count: int) -> str:
        if place < 0 or count < 2:
            return ""
        words = self.tr("checkpoint {place} of {count}")
        return words.format(place=place + 1, count=count)
