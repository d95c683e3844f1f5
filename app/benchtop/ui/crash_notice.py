"""Tells, at the next start, that something went wrong, and shows the report of it."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.services.crash_reports import CrashReport, read_report
from benchtop.ui.theme import code_font, set_kind
from benchtop.ui.widgets.breaking_label import with_breaks
from benchtop.ui.widgets.info_bar import InfoBar, Notice


class CrashNotice(QObject):
    """One message, with Show and Delete."""

    def __init__(self, report: CrashReport, info: InfoBar, window: QWidget) -> None:
        super().__init__(window)
        self._report, self._info, self._window = report, info, window
        self._notice: Notice | None = info.post("info", self._words(), self.tr("Show"), self.show)
        self._notice.add_button(self.tr("Delete"), self.delete)
        self.dialog: CrashDialog | None = None

    def show(self) -> None:
        """Show the report beside the window."""
        self._notice = None  # its button has closed it
        self.dialog = CrashDialog(self._report, self._window)
        self.dialog.delete.clicked.connect(self.delete)
        self.dialog.show()

    def delete(self) -> None:
        """Delete the file, and say so."""
        if self._notice is not None:
            self._info.remove(self._notice)
            self._notice = None
        if self.dialog is not None:
            self.dialog.close()
            self.dialog = None
        with suppress(OSError):
            self._report.path.unlink(missing_ok=True)
        if self._report.path.exists():
            words = self.tr("{path} could not be deleted: delete it with your file manager.")
            self._info.post("error", words.format(path=self._report.path))
        else:
            self._info.post("info", self.tr("The report was deleted."), timeout_ms=8_000)

    def _words(self) -> str:
        if self._report.ended:
            words = self.tr(
                "Benchtop ended unexpectedly last time. What happened is in this file; it was sent "
                "nowhere: {path}"
            )
        else:
            words = self.tr(
                "Something went wrong inside Benchtop last time. What happened is in this file; it was "
                "sent nowhere: {path}"
            )
        return words.format(path=self._report.path)


class CrashDialog(QDialog):
    """The text of a report, to read, copy and delete."""

    def __init__(self, report: CrashReport, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("crash_report")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What went wrong"))
        where = QLabel(with_breaks(str(report.path)), self)
        where.setObjectName("crash_report.path")
        where.setAccessibleName(str(report.path))
        where.setWordWrap(True)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text = QPlainTextEdit(read_report(report.path), self)
        self._text.setObjectName("crash_report.text")
        self._text.setAccessibleName(self.tr("Text of the report"))
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setProperty("field", True)
        self._text.setFont(code_font(self.font()))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(where)
        column.addWidget(self._text, 1)
        column.addLayout(self._buttons())

    def sizeHint(self) -> QSize:
        letter = self.fontMetrics().averageCharWidth()
        wanted = QSize(letter * 110, self.fontMetrics().height() * 30)
        return wanted.boundedTo(self.screen().availableSize() * 0.8)

    def _buttons(self) -> QHBoxLayout:
        copy = self._button("copy", self.tr("Copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text.toPlainText()))
        self.delete = self._button("delete", self.tr("Delete this file"))
        set_kind(self.delete, "danger")
        close = self._button("close", self.tr("Close"))
        close.clicked.connect(self.close)
        close.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(copy)
        row.addWidget(self.delete)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(f"crash_report.{name}")
        button.setAccessibleName(words)
        return button
