"""The help: a list of pages, the page, a search in it, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.help.help_browser import HelpBrowser
from benchtop.ui.help.help_files import ORDER, HelpPlace, place_of, read_help
from benchtop.ui.icons import icon, set_icon
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.info_bar import InfoBar


class HelpPage(QWidget):
    """Links between pages are followed; an address outside is shown and can be copied, no more."""

    welcome_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self.setAccessibleName(self.tr("Help"))
        self._history: list[HelpPlace] = []
        self._at = -1
        self._hits = 0
        self._pages = self._make_pages()
        self._info = InfoBar(self)
        self._back = self._button("back", self.tr("Back (Alt+Left)"), self.tr("Back"))
        self._forward = self._button("forward", self.tr("Forward (Alt+Right)"), self.tr("Forward"))
        self._welcome = self._make_welcome()
        self._search = self._make_search()
        self._count = QLabel(self)
        self._count.setObjectName("help.count")
        set_tone(self._count, "muted")
        self.browser = HelpBrowser(self)  # last, as it stands below the others: Tab follows
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.browser)
        self.show_page("index")

    @property
    def current(self) -> HelpPlace:
        """The page on show and the heading it was opened at."""
        return self._history[self._at]

    def show_page(self, name: str, anchor: str | None = None) -> None:
        """Show a page, at a heading if one is named; an unknown name shows the first page."""
        place = HelpPlace(name if name in ORDER else "index", anchor or "")
        if self._history and place == self.current:
            self._show(place)
            return
        del self._history[self._at + 1 :]
        self._history.append(place)
        self._at = len(self._history) - 1
        self._show(place)

    def focus_search(self) -> None:
        """Put the keyboard into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def go_back(self) -> None:
        """The page before; nothing at the first one."""
        self._walk(-1)

    def go_forward(self) -> None:
        """The page that was gone back from."""
        self._walk(1)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_pages()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Enter goes to the next hit, Shift+Enter to the one before, Esc empties the field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                self._say_hits(self.browser.step(-1 if back else 1))
                return True
            if event.key() == Qt.Key.Key_Escape and self._search.text():
                self._search.clear()
                return True
        return False

    def _walk(self, by: int) -> None:
        there = self._at + by
        if 0 <= there < len(self._history):
            self._at = there
            self._show(self.current)

    def _show(self, place: HelpPlace) -> None:
        self._info.clear()
        self.browser.show_text(read_help(place.name).text)
        if place.anchor:
            self.browser.go_to(place.anchor)
        row = ORDER.index(place.name)
        blocked = self._pages.blockSignals(True)
        self._pages.setCurrentRow(row, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._pages.blockSignals(blocked)
        self._back.setEnabled(self._at > 0)
        self._forward.setEnabled(self._at < len(self._history) - 1)
        self._on_search(self._search.text(), keep_place=True)

    def _on_link(self, link: str) -> None:
        place = place_of(link, self.current.name)
        if place is not None:
            self.show_page(place.name, place.anchor)
            return
        words = self.tr("This address is outside Benchtop, which opens no connection: {address}")
        self._info.post(
            "info",
            words.format(address=link),
            self.tr("Copy address"),
            lambda: QGuiApplication.clipboard().setText(link),
        )

    def _on_search(self, words: str, *, keep_place: bool = False) -> None:
        bar = self.browser.verticalScrollBar()
        before = bar.value()
        found = self.browser.search(words)
        if keep_place:
            bar.setValue(before)
        self._hits = found
        self._say_hits(1 if found else 0)
        self._count.setVisible(bool(words))

    def _say_hits(self, number: int) -> None:
        if self._hits:
            words = self.tr("{number} of {hits}").format(number=number, hits=self._hits)
        else:
            words = self.tr("not on this page")
        self._count.setText(words)

    def _make_pages(self) -> QListWidget:
        pages = QListWidget(self)
        pages.setObjectName("help.pages")
        pages.setAccessibleName(self.tr("Help pages"))
        pages.setProperty("pages", True)
        pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name in ORDER:
            entry = QListWidgetItem(read_help(name).title)
            entry.setData(Qt.ItemDataRole.UserRole, name)
            pages.addItem(entry)
        pages.ensurePolished()
        return pages

    def _button(self, name: str, tip: str, said: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"help.{name}")
        button.setToolTip(tip)
        button.setAccessibleName(said)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_icon(button, name)
        return button

    def _make_welcome(self) -> QPushButton:
        button = QPushButton(self.tr("Welcome"), self)
        button.setObjectName("help.welcome")
        button.setAccessibleName(self.tr("Show the welcome again"))
        button.setToolTip(self.tr("Show the welcome of the first start again"))
        set_kind(button, "quiet")
        button.clicked.connect(self.welcome_requested)
        return button

    def _make_search(self) -> QLineEdit:
        search = QLineEdit(self)
        search.setObjectName("help.search")
        search.setAccessibleName(self.tr("Search on this page"))
        search.setPlaceholderText(self.tr("Search this page"))
        search.setToolTip(self.tr("Enter: next place. Shift+Enter: the one before."))
        search.setClearButtonEnabled(True)
        self._search_sign = QAction(icon("search", "muted"), "", search)
        set_icon(self._search_sign, "search", "muted")
        search.addAction(self._search_sign, QLineEdit.ActionPosition.LeadingPosition)
        search.installEventFilter(self)
        return search

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(12, 8, 12, 8)
        tools.setSpacing(4)
        tools.addWidget(self._back)
        tools.addWidget(self._forward)
        tools.addWidget(self._welcome)
        tools.addStretch(1)
        tools.addWidget(self._count)
        tools.addSpacing(8)
        tools.addWidget(self._search, 2)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(tools)
        right.addWidget(self._info)
        right.addWidget(self.browser, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._pages)
        row.addLayout(right, 1)
        self._fit_pages()

    def _connect(self) -> None:
        self._pages.currentRowChanged.connect(lambda at: self.show_page(ORDER[at]))
        self._back.clicked.connect(self.go_back)
        self._forward.clicked.connect(self.go_forward)
        self._search.textChanged.connect(self._on_search)
        self.browser.link_chosen.connect(self._on_link)
        self.browser.back_asked.connect(self.go_back)
        self.browser.forward_asked.connect(self.go_forward)
        self.browser.search_asked.connect(self.focus_search)

    def _fit_pages(self) -> None:
        """As wide as the longest title."""
        titles = [self._pages.item(row).text() for row in range(self._pages.count())]
        metrics = self._pages.fontMetrics()
        widest = max(metrics.horizontalAdvance(title) for title in titles)
        self._pages.setFixedWidth(widest + 56)
