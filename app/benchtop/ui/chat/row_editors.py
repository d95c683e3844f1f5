"""Parameters that are lists: stop strings, and biases of single tokens."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.chat.parameter_help import ParameterHelp
from benchtop.ui.chat.parameter_row import ParameterRow
from benchtop.ui.chat.parameter_spin import ParameterSpin
from benchtop.ui.icons import set_icon
from benchtop.ui.theme import set_kind

HIGHEST_TOKEN = 10_000_000
HIGHEST_BIAS = 100.0


class ListRow(ParameterRow):
    """A parameter with a line per entry, a button to remove each, and one to add another."""

    def __init__(self, help: ParameterHelp, add_text: str, parent: QWidget | None = None) -> None:  # noqa: A002
        super().__init__(help, parent)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self._add = QPushButton(add_text, self)
        self.named(self._add, "", add_text)
        set_icon(self._add, "plus")
        set_kind(self._add, "quiet")
        self._add.clicked.connect(self._on_add)
        self.body.addLayout(self._lines)
        self.body.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeading)
        self.set_field(self._add)
        self._value: Any = None

    def make_fields(self, line: QWidget, entry: Any) -> list[QWidget]:
        """The fields of a line; None for a new, empty one."""
        raise NotImplementedError

    def read(self) -> Any:
        """The value of all lines together, as SamplingParams holds it."""
        raise NotImplementedError

    def entries(self, value: Any) -> list[Any]:
        """The lines of a value."""
        raise NotImplementedError

    def lines(self) -> list[QWidget]:
        """The lines on show."""
        items = [self._lines.itemAt(place) for place in range(self._lines.count())]
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if widget is not None]

    def set_value(self, value: Any) -> None:
        if value == self._value:
            return  # what is being typed stays as it is
        self._value = value
        for line in self.lines():
            self._drop(line)
        for entry in self.entries(value):
            self._append(entry)

    def emit_value(self) -> None:
        """Read the lines and pass their value on when it is another."""
        value = self.read()
        if value != self._value:
            self._value = value
            self.changed.emit(value)

    def _append(self, entry: Any) -> QWidget:
        line = QWidget(self)
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        fields = self.make_fields(line, entry)
        for field in fields:
            layout.addWidget(field, 1)
        remove = QToolButton(line)
        remove.setObjectName(f"chat.sampling.{self.help.name}.remove")
        remove.setAccessibleName(self.tr("Remove"))
        remove.setToolTip(self.tr("Remove"))
        set_icon(remove, "close", "muted")
        remove.clicked.connect(lambda _=False: self._on_remove(line))
        layout.addWidget(remove)
        self._lines.addWidget(line)
        return fields[0]

    def _on_add(self) -> None:
        self._append(None).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_remove(self, line: QWidget) -> None:
        self._add.setFocus(Qt.FocusReason.OtherFocusReason)
        self._drop(line)
        self.emit_value()

    def _drop(self, line: QWidget) -> None:
        self._lines.removeWidget(line)
        line.hide()
        line.setParent(None)
        line.deleteLater()


class StopRow(ListRow):
    """Stop strings, written with \\n for a new line. An empty one does not count."""

    def __init__(self, help: ParameterHelp, parent: QWidget | None = None) -> None:  # noqa: A002
        super().__init__(help, QCoreApplication.translate("StopRow", "Add a stop string"), parent)

    def make_fields(self, line: QWidget, entry: Any) -> list[QWidget]:
        field = QLineEdit(line)
        self.named(field, ".text")
        field.setText(escaped(entry) if entry else "")
        field.setPlaceholderText(self.tr("for example \\n\\n or END"))
        field.textEdited.connect(self.emit_value)
        return [field]

    def read(self) -> tuple[str, ...]:
        fields = [line.findChild(QLineEdit) for line in self.lines()]
        texts = [unescaped(field.text()) for field in fields if field is not None]
        return tuple(dict.fromkeys(text for text in texts if text))

    def entries(self, value: Any) -> list[str]:
        return list(value)


class BiasRow(ListRow):
    """Token ids and what is added to their scores. A bias of 0 does not count."""

    def __init__(self, help: ParameterHelp, parent: QWidget | None = None) -> None:  # noqa: A002
        super().__init__(help, QCoreApplication.translate("BiasRow", "Add a token"), parent)

    def make_fields(self, line: QWidget, entry: Any) -> list[QWidget]:
        token, bias = entry or (0, 0.0)
        number = ParameterSpin(0, HIGHEST_TOKEN, parent=line)
        self.named(number, ".token", self.tr("Token id"))
        number.setPrefix(self.tr("token "))
        amount = ParameterSpin(
            -HIGHEST_BIAS,
            HIGHEST_BIAS,
            step=self.help.step,
            decimals=self.help.decimals,
            parent=line,
        )
        self.named(amount, ".bias", self.tr("Bias"))
        for field, value in ((number, token), (amount, bias)):
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            field.setMinimumWidth(80)
            with QSignalBlocker(field):
                field.setValue(value)
            field.valueChanged.connect(self.emit_value)
        return [number, amount]

    def read(self) -> dict[int, float]:
        pairs = [line.findChildren(ParameterSpin) for line in self.lines()]
        return {round(number.value()): amount.value() for number, amount in pairs if amount.value()}

    def entries(self, value: Any) -> list[tuple[int, float]]:
        return list(value.items())


def escaped(text: str) -> str:
    """``text`` in one line: backslash, new line, return and tab as \\\\, \\n, \\r and \\t."""
    for plain, shown in _ESCAPES:
        text = text.replace(plain, shown)
    return text


def unescaped(text: str) -> str:
    """The inverse of ``escaped``; a backslash before anything else stands for itself."""
    shown = {mark: plain for plain, mark in _ESCAPES}
    made, place = [], 0
    while place < len(text):
        pair = text[place : place + 2]
        made.append(shown.get(pair, text[place]))
        place += 2 if pair in shown else 1
    return "".join(made)


_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
