"""The window: rail, pages, status bar. It knows no service; pages and their content come from outside."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from benchtop.ui.actions import ActionSet
from benchtop.ui.icons import app_icon
from benchtop.ui.navigation_rail import NavigationRail
from benchtop.ui.shortcuts_dialog import ShortcutsDialog
from benchtop.ui.status_bar import StatusBar
from benchtop.ui.tab_order import comes_later, put_after
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.switch import Switch

PageKey = Literal["chat", "compare", "models", "teach", "settings", "help", "welcome"]
PAGE_KEYS: tuple[PageKey, ...] = ("chat", "compare", "models", "teach", "settings", "help")
"""The pages of the rail. The welcome has no button there, and no window begins with it again."""
LEAST_WIDTH, LEAST_HEIGHT = 900, 600


class MainWindow(QMainWindow):
    """``action_set`` holds every action; ``status`` and ``info_bar`` are for whoever has news.

    A page is built by its factory when it is first shown. ``page_shown`` carries its key.
    ``closing`` comes when the window is about to close, while everything still stands. Before that
    ``may_close`` is asked: where it says False, the window stays.
    """

    page_shown = Signal(str)
    closing = Signal()

    def __init__(self, theme: ThemeController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        self.setWindowTitle("Benchtop")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self.resize(1180, 760)
        self.action_set = ActionSet(self)
        self.addActions(self.action_set.all())
        self.may_close: Callable[[], bool] = lambda: True
        self._theme = theme
        self._factories: dict[str, Callable[[], QWidget]] = {}
        self._pages: dict[str, QWidget] = {}
        self._first_stops: dict[str, QWidget] = {}
        self._current = ""
        self._shortcuts: ShortcutsDialog | None = None
        self.rail = NavigationRail()
        self.info_bar = InfoBar()
        self.status = StatusBar()
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()

    @property
    def current_page(self) -> str:
        """The key of the page on show, or "" before the first one."""
        return self._current

    def add_page(self, key: PageKey, factory: Callable[[], QWidget]) -> None:
        """Say how the page ``key`` is built; a second factory replaces one not used yet."""
        assert key not in self._pages, f"the page {key} stands already"
        self._factories[key] = factory

    def page(self, key: PageKey) -> QWidget:
        """The page, built now if need be; KeyError when no factory was added."""
        if key not in self._pages:
            widget = self._factories[key]()
            self._pages[key] = widget
            self._stack.addWidget(widget)
            # A page says by its focus proxy where the focus begins. It must not keep the proxy:
            # Tab would pass by whatever else is on the page.
            self._first_stops[key] = widget.focusProxy() or widget
            widget.setFocusProxy(None)  # type: ignore[arg-type]  # None is Qt's way to take it off
            put_after(self.status, self._stack)
        return self._pages[key]

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab, and where the keyboard goes when what has it is hidden or cannot be pressed any more: never
        past what a page made since it was built, and never by itself to a switch: the next Space would turn
        it."""
        if comes_later(self._stack, self.status):
            put_after(self.status, self._stack)
        before = self.focusWidget()
        is_lost = before is not None and not (before.isVisible() and before.isEnabled())
        moved = super().focusNextPrevChild(forwards)
        while is_lost and moved and isinstance(self.focusWidget(), Switch):
            moved = super().focusNextPrevChild(False)
        return moved

    def go_to(self, key: PageKey) -> None:
        """Put a page on show and the focus into it, as its shortcut does."""
        self.show_page(key)
        if self._current == key:
            self._first_stops[key].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_page(self, key: PageKey) -> None:
        """Put a page on show; the focus stays where it is, so that the rail can be walked."""
        try:
            widget = self.page(key)
        except Exception:  # noqa: BLE001  (whatever it is, the page that was on show stays there)
            sys.excepthook(*sys.exc_info())  # kept in a report
            self._say_not_opened()
            return
        self.rail.set_current(key)
        if self._current == key:
            return
        self._current = key
        self._stack.setCurrentWidget(widget)
        self.page_shown.emit(key)

    def _say_not_opened(self) -> None:
        words = self.tr(
            "That page could not be opened: parts of Benchtop are missing, or were replaced while it was "
            "open. Restart it, or install it again; nothing is lost."
        )
        self.info_bar.post("error", words)
        if self._current:
            self.rail.set_current(self._current)

    def show_shortcuts(self) -> None:
        """The list of every key, above the window but not in its way."""
        if self._shortcuts is None:
            self._shortcuts = ShortcutsDialog(self)
        self._shortcuts.show()
        self._shortcuts.raise_()
        self._shortcuts.activateWindow()

    def save_state(self) -> dict[str, Any]:
        """Where the window stands and which page is on show, as plain JSON values."""
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        return {"geometry": geometry, "page": self._current}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take up what ``save_state`` gave; anything unreadable is left out."""
        geometry = state.get("geometry")
        if isinstance(geometry, str):
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))
        page = state.get("page")
        if page in PAGE_KEYS and page in self._factories:
            self.show_page(page)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        event.accept()

    def _lay_out(self) -> None:
        for key in ("chat", "compare", "models", "teach"):
            self.rail.add(key, key, self.action_set[f"nav.{key}"])
        self.rail.add_stretch()
        for key in ("settings", "help"):
            self.rail.add(key, key, self.action_set[f"nav.{key}"])
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.info_bar)
        right.addWidget(self._stack, 1)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addLayout(right, 1)
        whole = QWidget(self)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_page)
        actions = self.action_set
        for key in PAGE_KEYS:
            actions.on(f"nav.{key}", partial(self.go_to, key))
        actions.on("window.shortcuts", self.show_shortcuts)
        actions.on("window.theme", self._theme.toggle)
        actions.on("window.text-larger", self._theme.larger)
        actions.on("window.text-smaller", self._theme.smaller)
        actions.on("window.text-normal", self._theme.normal_size)
        actions.on("window.quit", self.close)
