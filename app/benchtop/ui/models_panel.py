"""The Models page: the model files Benchtop knows, to use, to take off the list, to add to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.elided_label import ElidedLabel
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_COLUMN = 860


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model on the list. ``detail`` is one line: parameters, quantisation, size.

    ``removable`` is false for a model that must stay, such as the one that comes with Benchtop.
    ``purpose`` is a sentence on what the model is for, where Benchtop knows.
    """

    id: str
    name: str
    detail: str
    path: str
    state: Literal["in use", "", "missing"] = ""
    removable: bool = True
    purpose: str = ""


class ModelsPanel(QWidget):
    """Shows rows and tells wishes: ``chosen`` and ``remove_requested`` carry a row's id."""

    chosen = Signal(str)
    remove_requested = Signal(str)
    import_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models")
        self.setAccessibleName(self.tr("Models"))
        self._rows: tuple[ModelRow, ...] = ()
        self._views: list[_RowView] = []
        self._import = self._make_import()
        self._list = QFrame(self)
        self._list.setObjectName("models.list")
        self._list.setAccessibleName(self.tr("Your models"))
        self._list.setProperty("card", True)
        self._lines = QVBoxLayout(self._list)
        self._lines.setContentsMargins(0, 4, 0, 4)
        self._lines.setSpacing(0)
        self._nothing = QLabel(self.tr("No model is on the list yet."), self)
        self._nothing.setObjectName("models.nothing")
        set_tone(self._nothing, "muted")
        self._lay_out()
        self.setFocusProxy(self._import)
        self._show_rows()

    def set_models(self, rows: Sequence[ModelRow]) -> None:
        """Show these models; a button that has the focus keeps it, if its model is still there."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._show_rows()

    def _make_import(self) -> QPushButton:
        button = QPushButton(spaced(self.tr("Import model file")), self)
        button.setObjectName("models.import")
        button.setAccessibleName(self.tr("Import model file"))
        button.setToolTip(self.tr("Use a GGUF file from this disk; it is not copied"))
        set_kind(button, "primary")
        set_icon(button, "import", "on_primary")
        button.clicked.connect(self.import_requested)
        return button

    def _lay_out(self) -> None:
        """A column in the middle that scrolls: title, sentence, import, list."""
        title = QLabel(self.tr("Your models"), self)
        set_tone(title, "heading")
        words = QLabel(
            self.tr(
                "Benchtop runs any chat model in the GGUF format. Import one from this disk: it "
                "stays where it is and nothing is copied. Searching and downloading models come in "
                "a later version."
            ),
            self,
        )
        words.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(self._import)
        head.addStretch(1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(words)
        column.addLayout(head)
        column.addWidget(self._nothing)
        column.addWidget(self._list)
        column.addStretch(1)
        scroll = ScrolledColumn(inside, _COLUMN, self)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _show_rows(self) -> None:
        focused = self._focused_button()
        if focused is not None:
            self._import.setFocus()  # somewhere safe while the rows are made anew
        while self._lines.count():
            gone = self._lines.takeAt(0)
            widget = gone.widget() if gone is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._views = [self._make_row(row) for row in self._rows]
        self._list.setVisible(bool(self._rows))
        self._nothing.setVisible(not self._rows)
        for view in self._views:
            if focused is not None and view.row.id == focused[0]:
                view.focus_button(focused[1])

    def _make_row(self, row: ModelRow) -> _RowView:
        if self._lines.count():
            line = QFrame(self._list)
            line.setFixedHeight(1)
            line.setProperty("line", True)
            self._lines.addWidget(line)
        view = _RowView(row, self._list)
        view.use.clicked.connect(lambda: self.chosen.emit(row.id))
        view.remove.clicked.connect(lambda: self.remove_requested.emit(row.id))
        self._lines.addWidget(view)
        view.show()  # now, not with the next layout: only then can its buttons take the focus
        return view

    def _focused_button(self) -> tuple[str, str] | None:
        """Model id and object name of the row button that has the focus."""
        for view in self._views:
            for button in (view.use, view.remove):
                if button.hasFocus():
                    return view.row.id, button.objectName()
        return None


class _RowView(QWidget):
    """Name and state, detail, path; at the end the buttons."""

    def __init__(self, row: ModelRow, parent: QWidget) -> None:
        super().__init__(parent)
        self.row = row
        state = self._state_words()
        self.setAccessibleName(", ".join(filter(None, (row.name, state, row.detail))))
        self.setAccessibleDescription(" ".join(filter(None, (row.purpose, row.path))))
        texts = QVBoxLayout()
        texts.setSpacing(2)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(ElidedLabel(row.name, self))
        if state:
            mark = QLabel(state, self)
            mark.setObjectName("models.state")
            set_tone(mark, "warning" if row.state == "missing" else "good")
            first.addWidget(mark)
        first.addStretch(1)
        texts.addLayout(first)
        if row.purpose:
            texts.addWidget(self._make_purpose())
        for text, mode in (
            (row.detail, Qt.TextElideMode.ElideRight),
            (row.path, Qt.TextElideMode.ElideMiddle),
        ):
            label = ElidedLabel(text, self, mode=mode)
            set_tone(label, "muted")
            label.setVisible(bool(text))
            texts.addWidget(label)
        self.use = self._make_use()
        self.remove = self._make_remove()
        across = QHBoxLayout(self)
        across.setContentsMargins(16, 10, 16, 10)
        across.setSpacing(8)
        across.addLayout(texts, 1)
        across.addWidget(self.use)
        across.addWidget(self.remove)

    def focus_button(self, name: str) -> None:
        """Give one of the buttons the focus, the other where that one cannot take it."""
        wanted = self.use if name == self.use.objectName() else self.remove
        for button in (wanted, self.use, self.remove):
            if button.isEnabled() and not button.isHidden():
                button.setFocus()
                return

    def _state_words(self) -> str:
        words = {"in use": self.tr("in use"), "missing": self.tr("file is missing"), "": ""}
        return words[self.row.state]

    def _make_purpose(self) -> QLabel:
        words = QLabel(self.row.purpose, self)
        words.setObjectName("models.purpose")
        words.setWordWrap(True)
        return words

    def _make_use(self) -> QPushButton:
        button = QPushButton(self.tr("Use"), self)
        button.setObjectName("models.use")
        button.setAccessibleName(self.tr("Use {name}").format(name=self.row.name))
        button.setEnabled(not self.row.state)
        hints = {
            "in use": self.tr("This model is in use."),
            "missing": self.tr(
                "The file is not in its place any more. Put it back, or import it from its new "
                "place."
            ),
            "": self.tr("Chat with this model from now on"),
        }
        button.setToolTip(hints[self.row.state])
        button.setAccessibleDescription(button.toolTip())
        return button

    def _make_remove(self) -> QPushButton:
        button = QPushButton(self.tr("Remove"), self)
        button.setObjectName("models.remove")
        name = self.tr("Remove {name} from the list").format(name=self.row.name)
        button.setAccessibleName(name)
        button.setToolTip(
            self.tr("Takes the model off this list only. The file stays on the disk.")
        )
        button.setAccessibleDescription(button.toolTip())
        set_kind(button, "quiet")
        # The place stays taken, so that the other buttons stand in a column.
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        button.setVisible(self.row.removable)
        return button
