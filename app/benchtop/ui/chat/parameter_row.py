"""One parameter of the sampling panel: its name, its field, its line of explanation, its reset."""

from __future__ import annotations

import random
from typing import Any

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.generation import PARAMETER_RANGES
from benchtop.ui.chat.parameter_help import ParameterHelp, say
from benchtop.ui.chat.parameter_spin import ParameterSlider, ParameterSpin
from benchtop.ui.icons import set_icon
from benchtop.ui.theme import set_tone


class ParameterRow(QWidget):
    """The frame all parameters share. Sub-classes fill ``head`` and ``body``.

    ``changed`` carries a value as SamplingParams holds it; set_value() does not emit it.
    """

    changed = Signal(object)
    reset_requested = Signal()

    def __init__(self, help: ParameterHelp, parent: QWidget | None = None) -> None:  # noqa: A002
        super().__init__(parent)
        self.help = help
        self.name_on_screen = say(help.label)
        self._label = QLabel(self.name_on_screen, self)
        self._reset = QToolButton(self)
        self.head = QHBoxLayout()
        self.body = QVBoxLayout()
        self._build()

    def named(self, widget: QWidget, part: str = "", name: str = "") -> None:
        """Give a field its objectName, accessible name, explanation and tooltip."""
        widget.setObjectName(f"chat.sampling.{self.help.name}{part}")
        widget.setAccessibleName(name or self.name_on_screen)
        widget.setAccessibleDescription(say(self.help.line))
        widget.setToolTip(rich_tip(say(self.help.tip)))

    def set_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def set_changed(self, changed: bool) -> None:
        """Say whether the value differs from the default: a bold name, and a way to reset it."""
        self._reset.setVisible(changed)
        font = QFont()  # the weight alone, so that the size goes on following the window's
        font.setWeight(QFont.Weight.DemiBold if changed else QFont.Weight.Normal)
        self._label.setFont(font)

    def set_field(self, field: QWidget) -> None:
        """The field that the label's mnemonic and a click on the label lead to."""
        self._label.setBuddy(field)

    def _build(self) -> None:
        line = QLabel(say(self.help.line), self)
        line.setWordWrap(True)
        set_tone(line, "muted")
        self._label.setToolTip(rich_tip(say(self.help.tip)))
        line.setToolTip(self._label.toolTip())
        self._label.setWordWrap(True)
        name = self.tr("Reset {parameter}").format(parameter=self.name_on_screen)
        self._reset.setObjectName(f"chat.sampling.{self.help.name}.reset")
        self._reset.setAccessibleName(name)
        self._reset.setToolTip(name)
        set_icon(self._reset, "reset", "muted")
        self._reset.clicked.connect(self.reset_requested)
        self.head.setSpacing(6)
        self.head.addWidget(self._label, 1)
        self.head.addWidget(self._reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(self.head)
        layout.addLayout(self.body)
        layout.addWidget(line)
        self.set_changed(False)


class NumberRow(ParameterRow):
    """A number: an exact field, and a slider where a range is sensible."""

    def __init__(self, help: ParameterHelp, parent: QWidget | None = None) -> None:  # noqa: A002
        super().__init__(help, parent)
        self._spin = make_spin(help, self)
        self.named(self._spin)
        self.set_field(self._spin)
        self.head.addWidget(self._spin)
        self._slider: ParameterSlider | None = None
        if help.slider is not None:
            self._slider = ParameterSlider(*help.slider, help.step, self)
            name = self.tr("{parameter}, slider").format(parameter=self.name_on_screen)
            self.named(self._slider, ".slider", name)
            self.body.addWidget(self._slider)
            self._slider.valueChanged.connect(self._on_slider)
        self._spin.valueChanged.connect(self._on_spin)

    def set_value(self, value: Any) -> None:
        self._spin.show_number(value)
        if self._slider is not None:
            self._slider.show_number(value)

    def _on_slider(self) -> None:
        if self._slider is not None:
            self._spin.setValue(self._slider.number())

    def _on_spin(self, value: float) -> None:
        if self._slider is not None:
            self._slider.show_number(value)
        self.changed.emit(value if self.help.decimals else round(value))


class OptionalRow(ParameterRow):
    """A whole number or None, which a box beneath says in words. The number comes back with it."""

    def __init__(
        self,
        help: ParameterHelp,  # noqa: A002
        without: str,
        first: int,
        parent: QWidget | None = None,
    ) -> None:
        """``without`` says what None means; ``first`` is the number to begin with."""
        super().__init__(help, parent)
        self._spin = make_spin(help, self)
        self.named(self._spin)
        self.set_field(self._spin)
        self._spin.setValue(first)
        self._without = QCheckBox(without, self)
        self.named(self._without, ".none", without)
        self.head.addWidget(self._spin)
        self.body.addWidget(self._without)
        self._spin.valueChanged.connect(self._emit)
        self._without.toggled.connect(self._emit)
        self._without.toggled.connect(self._spin.setDisabled)

    def set_value(self, value: Any) -> None:
        if value is not None:
            self._spin.show_number(value)
        with QSignalBlocker(self._without):
            self._without.setChecked(value is None)
            self._spin.setEnabled(value is not None)

    def _emit(self) -> None:
        self.changed.emit(None if self._without.isChecked() else round(self._spin.value()))


class SeedRow(OptionalRow):
    """The seed, with a button that draws another one and keeps it."""

    def __init__(self, help: ParameterHelp, parent: QWidget | None = None) -> None:  # noqa: A002
        without = QCoreApplication.translate("SeedRow", "New seed for each reply")
        super().__init__(help, without, first=random.randrange(1_000_000), parent=parent)
        self._draw = QToolButton(self)
        name = self.tr("Draw a seed and keep it")
        self.named(self._draw, ".draw", name)
        self._draw.setToolTip(name)
        set_icon(self._draw, "regenerate")
        self._draw.clicked.connect(self._on_draw)
        self.head.addWidget(self._draw)

    def _on_draw(self) -> None:
        seed = random.randrange(1_000_000)  # short enough to note down
        self.set_value(seed)
        self._emit()


def make_spin(help: ParameterHelp, parent: QWidget) -> ParameterSpin:  # noqa: A002
    """The field of a parameter, with the range that the domain accepts."""
    low, high = PARAMETER_RANGES[help.name]
    spin = ParameterSpin(
        low,
        high,
        step=help.step,
        decimals=help.decimals,
        words=[(value, say(text)) for value, text in help.words],
        parent=parent,
    )
    spin.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
    return spin


def rich_tip(text: str) -> str:
    """A tooltip that wraps its lines: Qt breaks them only in rich text."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<qt>{escaped}</qt>"
