"""A Result tab and finding its parts, as a person does."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from benchtop.ui.teach.result_view import ResultView
from ui.teach import train_kit
from ui.teach.teach_makers import a_result_row, result_rows, some_curves


def judged_view() -> ResultView:
    """A run that made its model better."""
    made = ResultView()
    made.set_runs(result_rows(), "r1")
    made.set_result(a_result_row(), some_curves(400))
    return made


def button(view: QWidget, name: str) -> QPushButton:
    return train_kit.button(view, f"result.{name}")
