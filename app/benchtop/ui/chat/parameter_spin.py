"""A field for a number that shows words for the values that mean something else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QFont, QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy, QSlider, QWidget

from benchtop.ui.theme import figures_font


class ParameterSpin(QDoubleSpinBox):
    """Whole or decimal numbers. The wheel turns it only once it has the focus.

    ``words`` are (value, text): the text is shown, and may be typed, for that value.
    """

    def __init__(
        self,
        low: float,
        high: float,
        *,
        step: float = 1.0,
        decimals: int = 0,
        words: Sequence[tuple[float, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        self._words: dict[float, str] = dict(words)
        super().__init__(parent)
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setFont(figures_font(QFont()))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccelerated(True)
        self.setCorrectionMode(QDoubleSpinBox.CorrectionMode.CorrectToNearestValue)

    def sizeHint(self) -> QSize:
        """The same for every parameter, so that the fields stand in a column."""
        return QSize(self.fontMetrics().averageCharWidth() * 12 + 50, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 8 + 40, super().sizeHint().height())

    def textFromValue(self, value: float) -> str:
        if value in self._words:
            return self._words[value]
        locale = self.locale()
        text = locale.toString(float(value), "f", self.decimals())
        if self.decimals():
            text = text.rstrip(locale.zeroDigit()).removesuffix(locale.decimalPoint())
        return text.replace(locale.groupSeparator(), "")

    def valueFromText(self, text: str) -> float:
        for value, word in self._words.items():
            if text.strip().casefold() == word.casefold():
                return value
        return super().valueFromText(text)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        typed = text.strip().casefold()
        words = [word.casefold() for word in self._words.values()]
        if typed in words:
            return QValidator.State.Acceptable, text, position
        verdict = super().validate(text, position)
        if verdict[0] == QValidator.State.Invalid and any(word.startswith(typed) for word in words):
            return QValidator.State.Intermediate, text, position
        return verdict

    def show_number(self, number: float) -> None:
        """Show a value without telling anyone; what is being typed for it stays as it is."""
        if self.value() != number:
            with QSignalBlocker(self):
                self.setValue(number)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.MouseFocusReason and self.value() in self._words:
            # A word is replaced, not edited; the click that gave the focus comes first.
            QTimer.singleShot(0, self, self.selectAll)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # the panel scrolls


class ParameterSlider(QSlider):
    """A slider over decimal numbers, in steps. Only a person's move emits ``valueChanged``."""

    def __init__(self, low: float, high: float, step: float, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._low, self._step = low, step
        self.setRange(0, round((high - low) / step))
        self.setPageStep(max(self.maximum() // 10, 1))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def number(self) -> float:
        """The value the handle stands for."""
        return round(self._low + self.value() * self._step, 6)

    def show_number(self, number: float) -> None:
        """Move the handle without telling anyone; beyond the range it stands at the end."""
        with QSignalBlocker(self):
            self.setValue(round((number - self._low) / self._step))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
