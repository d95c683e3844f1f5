"""Finding models: the catalogue as cards, a search of the Hub, and what each state has to say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.models.card_list import CardList
from benchtop.ui.models.catalogue_filter import narrowed
from benchtop.ui.models.discover_side import SIDE, FilterSide, stacked
from benchtop.ui.models.discover_states import AboutList, NothingFound, OfflineLine, ThinProgress
from benchtop.ui.models.discover_texts import Shown, nothing_texts, summary_text
from benchtop.ui.models.model_card import MARGIN, width_of_cards
from benchtop.ui.models.rows import CardRow, SearchWish
from benchtop.ui.models.search_bar import SearchBar
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.info_bar import InfoBar

_SCROLL_BAR = 12
_LEAST_CARDS = 120


class DiscoverView(QWidget):
    """Shows cards and tells wishes.

    ``search_requested`` carries a SearchWish with words; the view is searching until ``show_results``
    or ``show_failure`` answers that very wish, and answers to older ones are dropped.
    ``search_cancelled``: the answer is not wanted any more. ``more_requested`` asks for the next page
    of the same wish, ``card_opened`` carries a card's id.
    """

    search_requested = Signal(SearchWish)
    search_cancelled = Signal()
    more_requested = Signal(SearchWish)
    card_opened = Signal(str)
    go_online_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.discover")
        self.setAccessibleName(self.tr("Discover models"))
        self._catalogue: tuple[CardRow, ...] = ()
        self._results: tuple[CardRow, ...] | None = None
        self._answered = SearchWish()
        self._waiting: SearchWish | None = None
        self._has_more = self._wants_more = self._offline = self._failed = False
        self._bar = SearchBar(self)
        self._line = OfflineLine(
            self.tr(
                "You are offline: the catalogue is here, searching the Hub needs a connection."
            ),
            "models.offline",
            self,
        )
        self._progress = ThinProgress("models.searching", self.tr("Searching"), self)
        self._progress.keep_its_place()
        self._info = InfoBar(self)
        self._about = AboutList(self)
        self._side = FilterSide(self)
        self._summary = QLabel(self)
        self._list = CardList(self)
        self._nothing = NothingFound(self)
        self._more = QPushButton(self)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self._bar)
        self._line.hide()
        self._refresh()

    @property
    def wish(self) -> SearchWish:
        """What the field, the filters and the order say now."""
        return self._bar.wish

    @property
    def offline(self) -> bool:
        """Whether it shows itself offline."""
        return self._offline

    def set_catalogue(self, cards: Sequence[CardRow]) -> None:
        """Take the catalogue, best first."""
        self._catalogue = tuple(cards)
        self._refresh()

    def show_results(self, wish: SearchWish, cards: Sequence[CardRow], *, more: bool) -> None:
        """Show what was found for ``wish``: all pages so far; ``more`` when there is another one."""
        if wish != self.wish or self._is_catalogue:
            return
        is_new = wish != self._answered or self._results is None
        self._waiting = None
        self._wants_more = self._failed = False
        self._answered, self._results, self._has_more = wish, tuple(cards), more
        self._info.clear()
        self._refresh()
        if is_new and not self._list.hasFocus():
            self._list.scrollToTop()
        announce(self, self._summary.text())

    def show_failure(self, wish: SearchWish, sentence: str) -> None:
        """Say why ``wish`` was not answered. What is on show stays, and if that is nothing the catalogue
        comes back: a search that failed did not find nothing."""
        if wish != self.wish or self._is_catalogue:
            return
        self._waiting = None
        self._failed = True
        if not self._results:
            self._results = None
            self._list.set_cards(narrowed(self._catalogue, "", self.wish.filters))
        self._wants_more, more = False, self._wants_more
        self._info.clear()
        again = self._ask_more if more else self._search
        self._info.post("error", sentence, self.tr("Try again"), again)
        self._refresh()

    def set_about(self, words: str) -> None:
        """How the catalogue is ordered and what it was made from; told when a person asks."""
        self._about.set_words(words)
        self._refresh()

    def set_offline(self, offline: bool) -> None:
        """Search the Hub or not; the catalogue stands either way."""
        if offline == self._offline:
            return
        had_focus = self._line.isAncestorOf(self.focusWidget() or self)
        self._offline = offline
        self._line.setVisible(offline)
        if had_focus and not offline:
            self._bar.setFocus()
        self._on_wish()

    def focus_search(self) -> None:
        """Put the keyboard into the search field."""
        self._bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._bar.field.selectAll()

    def focus_cards(self) -> None:
        """Put the keyboard back to the card it was on; into the search field when there is none."""
        if self._list.cards:
            self._list.enter()
        else:
            self._bar.setFocus()

    def cards(self) -> list[CardRow]:
        """The cards on show."""
        return self._list.cards

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc among the cards goes back to the search field."""
        if (
            watched is self._list
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            self.focus_search()
            return True
        return super().eventFilter(watched, event)

    @property
    def _is_catalogue(self) -> bool:
        return self._offline or not self._bar.words

    def _on_wish(self) -> None:
        """The words, a filter, the order or the switch changed."""
        self._bar.row.set_sortable(sortable=not self._is_catalogue)
        self._failed = False
        if self._is_catalogue:
            self._stop_waiting()
            self._results = None
            self._wants_more = self._has_more = False
            self._info.clear()
            self._refresh()
        elif self._results is not None and self.wish == self._answered:
            self._stop_waiting()
            self._info.clear()
            self._refresh()
        elif self.wish != self._waiting:
            self._search()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting = None
            self.search_cancelled.emit()

    def _search(self) -> None:
        self._waiting = self.wish
        self._wants_more = self._failed = False
        self._info.clear()
        self._refresh()
        self.search_requested.emit(self.wish)

    def _ask_more(self) -> None:
        if self._wants_more or self._waiting is not None:
            return
        self._wants_more = True
        self._info.clear()
        self._refresh()
        self.more_requested.emit(self._answered)

    def _refresh(self) -> None:
        """Show what the state of the moment asks for."""
        had_focus = self._list.hasFocus() or self._nothing.isAncestorOf(self.focusWidget() or self)
        if self._is_catalogue:
            self._list.set_cards(narrowed(self._catalogue, self._bar.words, self.wish.filters))
        elif self._results is not None:
            self._list.set_cards(self._results)
        self._list.set_stale(stale=self._waiting is not None)
        empty = not self._list.cards and self._waiting is None
        self._say_nothing(empty=empty and not self._failed)
        self._summary.setText(self._summary_words())
        self._summary.setVisible(bool(self._summary.text()))
        self._about.offer(offered=self._is_catalogue and not empty)
        self._progress.setVisible(self._waiting is not None or self._wants_more)
        self._show_more_button()
        if had_focus and empty:
            self._bar.setFocus()

    def _say_nothing(self, *, empty: bool) -> None:
        self._pages.setCurrentWidget(self._nothing if empty else self._list)
        if not empty:
            return
        words, filters = self._bar.words, self._bar.row.words()
        title, tip = nothing_texts(words, filters, offline=self._offline)
        self._nothing.show_words(title, tip, filtered=bool(filters), searched=bool(words))

    def _summary_words(self) -> str:
        return summary_text(
            Shown(
                words=self._bar.words,
                count=len(self._list.cards),
                whole=len(self._catalogue),
                is_catalogue=self._is_catalogue,
                searching=self._waiting is not None,
                answered=self._results is not None,
                older=self._answered != self.wish,
                more=self._has_more,
            )
        )

    def _show_more_button(self) -> None:
        shown = not self._is_catalogue and self._has_more and self._answered == self.wish
        text = self.tr("Fetching more…") if self._wants_more else self.tr("Show more")
        self._more.setText(text)
        self._more.setAccessibleName(text)
        if self._more.hasFocus() and not shown:
            self._list.enter()
        self._foot.setVisible(shown)

    def _lay_out(self) -> None:
        self._summary.setObjectName("models.summary")
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setWordWrap(True)
        set_tone(self._summary, "muted")
        self._more.setObjectName("models.more")
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._list)
        self._pages.addWidget(self._nothing)
        # What its pages would like to have is not taken from the filters above.
        self._pages.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._pages.setMinimumHeight(_LEAST_CARDS)
        self._foot = QWidget(self)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 8, 0, 8)
        foot.addStretch(1)
        foot.addWidget(self._more)
        foot.addStretch(1)
        self._info.setContentsMargins(-12, 0, -12, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(stacked(((self._bar, 0), (self._line, 12), (self._progress, 8))))
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self._side)
        across.addLayout(self._found_column(), 1)
        whole.addLayout(across, 1)

    def _found_column(self) -> QVBoxLayout:
        """What was found, and above it what is to be said of it."""
        cards = QVBoxLayout()
        # The cards keep their own distance: their edges stand below those of the field.
        cards.setContentsMargins(SIDE - MARGIN, 4, SIDE - MARGIN - _SCROLL_BAR, 0)
        cards.addWidget(self._pages)
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._summary, 1)
        row.addWidget(self._about.button)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(stacked(((self._info, 0), (line, 8), (self._about, 4)), above=0))
        column.addLayout(cards, 1)
        column.addWidget(self._foot)
        return column

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_filters()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            QTimer.singleShot(0, self, self._place_filters)  # once the controls have the new font

    def _place_filters(self) -> None:
        """Beside the cards where two of those still have room, else behind their button."""
        room = QSize(self.width() - 3 * SIDE - width_of_cards(2, self.font()), self.height())
        was_aside = not self._side.isHidden()
        aside = self._side.take(self._bar.row, room)
        self._bar.set_aside(aside=aside)
        if aside is not was_aside:  # Tab goes where they are
            order = (self._bar.field, self._bar.unfold, *self._bar.row.controls, self._about.button)
            for before, after in pairwise((*order, self._list, self._more)):
                QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self._bar.wished.connect(self._on_wish)
        self._bar.went_down.connect(self._list.enter)
        self._line.go_online.connect(self.go_online_requested)
        self._list.opened.connect(self.card_opened)
        self._list.left_upwards.connect(self.focus_search)
        self._list.installEventFilter(self)
        self._more.clicked.connect(lambda _on=False: self._ask_more())
        self._nothing.reset_requested.connect(self._bar.row.reset)
        self._nothing.catalogue_requested.connect(self._back_to_catalogue)
        self._bar.row.set_sortable(sortable=False)

    def _back_to_catalogue(self) -> None:
        self._bar.setFocus()
        self._bar.field.clear()
