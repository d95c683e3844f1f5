"""What can be done with the chosen model: a row of buttons, and the same as a menu."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from benchtop.ui.icons import set_icon
from benchtop.ui.models.library_rows import LibraryRow
from benchtop.ui.theme import set_kind
from benchtop.ui.widgets.flow_layout import FlowLayout


class LibraryActions(QWidget):
    """``wanted`` carries the key of what was pressed: use, details, verify, stop_verify, reveal, rename,
    notes, adapters, again, newer, remove."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.actions")
        self.setAccessibleName(self.tr("Chosen model"))
        self._row: LibraryRow | None = None
        self._flow = FlowLayout(self, gap=4)
        self._flow.setContentsMargins(8, 8, 8, 8)
        self._buttons: dict[str, QPushButton] = {}
        for key, text, _icon, tip in self._wishes():
            self._buttons[key] = self._make(key, text, tip)
            if key == "newer":
                self._flow.addWidget(self._space())
        set_kind(self._buttons["use"], "primary")
        self.set_row(None)

    def set_row(self, row: LibraryRow | None) -> None:
        """The model the buttons are about; None: there is none."""
        self._row = row
        usable = self._usable()
        shown = self._shown()
        for key, text, _icon, tip in self._wishes():
            button = self._buttons[key]
            button.setEnabled(usable[key])
            button.setVisible(key in shown)
            name = f"{text}: {row.name}" if row is not None else text
            button.setAccessibleName(name)
            button.setToolTip(self._why_not(key) or tip)
            button.setAccessibleDescription(button.toolTip())

    def button(self, key: str) -> QPushButton:
        """The button of a wish."""
        return self._buttons[key]

    def make_menu(self, parent: QWidget) -> QMenu:
        """The same wishes as a menu, for the right mouse button."""
        menu = QMenu(parent)
        menu.setObjectName("models.menu")
        usable, shown = self._usable(), self._shown()
        for key, text, icon_name, _tip in self._wishes():
            if key not in shown:
                continue
            if key == "remove":
                menu.addSeparator()
            action = QAction(text, menu)
            action.setObjectName(f"models.menu.{key}")
            set_icon(action, icon_name)
            action.setEnabled(usable[key])
            action.triggered.connect(lambda _on=False, wish=key: self.wanted.emit(wish))
            menu.addAction(action)
        return menu

    def show_menu(self, at: QPoint, parent: QWidget) -> QMenu:
        """Open the menu at a place of the screen."""
        menu = self.make_menu(parent)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
        return menu

    def _wishes(self) -> tuple[tuple[str, str, str, str], ...]:
        """Key, words, icon and explanation of each, in their order."""
        return (
            ("use", self.tr("Use"), "chat", self.tr("Chat with this model from now on (Enter)")),
            ("details", self.tr("Details"), "info", self.tr("Everything about it (Alt+Enter)")),
            ("notes", self.tr("Notes"), "edit", self.tr("Write down what you think of it")),
            (
                "adapters",
                self.tr("Adapters"),
                "adapter",
                self.tr("What it learnt: use it, export it, merge it or remove it"),
            ),
            ("rename", self.tr("Rename"), "rename", self.tr("Give it another name here (F2)")),
            ("reveal", self.tr("Show in folder"), "folder", self.tr("Open the folder of its file")),
            (
                "verify",
                self.tr("Check again"),
                "check",
                self.tr("Read the whole file and compare its SHA-256 checksum"),
            ),
            ("stop_verify", self.tr("Stop checking"), "stop", self.tr("Leave the file as it is")),
            (
                "again",
                self.tr("Download again"),
                "arrow-down",
                self.tr("Fetch from the Hub what is missing or damaged here"),
            ),
            (
                "newer",
                self.tr("Newer revision…"),
                "online",
                self.tr("See what the Hub has in its place"),
            ),
            ("remove", self.tr("Remove…"), "trash", self.tr("Take it off the list (Delete)")),
        )

    def _shown(self) -> set[str]:
        row = self._row
        shown = {"use", "details", "notes", "rename", "reveal", "remove"}
        shown.add("stop_verify" if row is not None and row.checking is not None else "verify")
        if row is not None and row.adapters:
            shown.add("adapters")
        if row is not None and row.fetchable:
            shown.add("again")  # what is newer can wait until there is anything at all
        elif row is not None and row.newer:
            shown.add("newer")
        return shown

    def _usable(self) -> dict[str, bool]:
        row = self._row
        usable = dict.fromkeys((wish[0] for wish in self._wishes()), row is not None)
        if row is not None:
            usable["use"] = row.usable
            usable["verify"] = not row.missing
            usable["remove"] = row.removable
        return usable

    def _why_not(self, key: str) -> str:
        row = self._row
        if row is None:
            return ""
        if key == "use" and row.in_use:
            return self.tr("This model is in use.")
        if key in {"use", "verify"} and row.missing:
            return self.tr(
                "The file is not in its place any more. Put it back, or import it from its new place."
            )
        if key == "use" and row.damaged:
            return self.tr("The file is not what it was: download or copy it again.")
        if key == "remove" and not row.removable:
            return self.tr("This model comes with Benchtop and stays on the list.")
        return ""

    def _make(self, key: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"models.{key}")
        button.setToolTip(tip)
        set_kind(button, "quiet")
        button.clicked.connect(lambda: self.wanted.emit(key))
        self._flow.addWidget(button)
        return button

    def _space(self) -> QWidget:
        """Pushes "Remove" to the end of the line, away from the rest."""
        space = QWidget(self)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return space
