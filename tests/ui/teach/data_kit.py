"""Finding the parts of the Data tab, as a person does."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)


def button(view: QWidget, name: str) -> QAbstractButton:
    found = view.findChild(QAbstractButton, name)
    assert found is not None, name
    return found


def text(view: QWidget, name: str) -> QPlainTextEdit:
    found = view.findChild(QPlainTextEdit, name)
    assert found is not None, name
    return found


def label(view: QWidget, name: str) -> str:
    found = view.findChild(QLabel, name)
    assert found is not None, name
    return found.text()


def made_by_qt(widget: QWidget) -> bool:
    """A part of a compound widget of Qt's own, such as the list of a combo box."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QComboBox | QAbstractSpinBox | QLineEdit):
            return True
        above = above.parentWidget()
    return widget.objectName().startswith("qt_")
