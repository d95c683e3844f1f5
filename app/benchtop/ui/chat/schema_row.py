"""The parameter "JSON schema": a text that is used only once it is JSON."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QCoreApplication, QSignalBlocker
from PySide6.QtWidgets import QLabel, QWidget

from benchtop.ui.chat.lines_edit import LinesEdit
from benchtop.ui.chat.parameter_help import ParameterHelp
from benchtop.ui.chat.parameter_row import ParameterRow
from benchtop.ui.theme import set_tone


class SchemaRow(ParameterRow):
    """While the text is not valid, the last valid schema stays in use, and a line says so."""

    def __init__(self, help: ParameterHelp, parent: QWidget | None = None) -> None:  # noqa: A002
        super().__init__(help, parent)
        self._value: str | None = None
        self._text = LinesEdit(7, self, code=True)
        self._text.setPlaceholderText('{"type": "object", "properties": {…}}')
        self.named(self._text)
        self.set_field(self._text)
        self._state = QLabel(self)
        self._state.setObjectName("chat.sampling.json_schema.state")
        self._state.setWordWrap(True)
        self.body.addWidget(self._text)
        self.body.addWidget(self._state)
        self._text.textChanged.connect(self._on_text)
        self._say(None)

    def set_value(self, value: Any) -> None:
        if value == self._value:
            return  # an unfinished schema is left as it was typed
        self._value = value
        with QSignalBlocker(self._text):
            self._text.setPlainText(value or "")
        self._say(problem_of(value or ""))

    def _on_text(self) -> None:
        text = self._text.toPlainText()
        problem = problem_of(text)
        value = text if text.strip() else None
        if problem is None and value != self._value:
            self._value = value
            self.changed.emit(value)
        self._say(problem)

    def _say(self, problem: str | None) -> None:
        if problem is not None:
            used = (
                self.tr("The last valid schema stays in use.")
                if self._value
                else self.tr("No schema is in use.")
            )
            self._state.setText(f"{problem} {used}")
            set_tone(self._state, "bad")
        else:
            self._state.setText(self.tr("Valid JSON, in use.") if self._value else self.tr("Off"))
            set_tone(self._state, "good" if self._value else "muted")


def _tr(text: str) -> str:
    return QCoreApplication.translate("SchemaRow", text)


def problem_of(text: str) -> str | None:
    """In one sentence why ``text`` is no JSON object; None when it is one, or empty."""
    if not text.strip():
        return None
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        sentence = _tr("Not valid JSON: line {line}, column {column}.")
        return sentence.format(line=error.lineno, column=error.colno)
    except RecursionError:
        return _tr("Nested too deeply to be read.")
    if not isinstance(schema, dict):
        return _tr("A schema is a JSON object: it begins with {.")
    return None
