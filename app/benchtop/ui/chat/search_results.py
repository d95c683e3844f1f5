"""What a search found: messages grouped by conversation, with the matching words marked."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QListView, QVBoxLayout, QWidget

from benchtop.domain.chat import SearchHit
from benchtop.services.conversations import MOST_HITS
from benchtop.ui.chat.conversation_list import AnyIndex
from benchtop.ui.chat.conversation_sections import local_time
from benchtop.ui.chat.conversation_texts import full_time_text
from benchtop.ui.chat.key_override import is_override
from benchtop.ui.chat.search_result_delegate import SearchResultDelegate
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.announce import announce


class HitRole(IntEnum):
    """What the delegate asks of a row."""

    HIT = Qt.ItemDataRole.UserRole + 1  # the SearchHit
    HEADS_GROUP = HIT + 1  # the first hit of its conversation: the title stands above it


class SearchResultsModel(QAbstractListModel):
    """Hits grouped by conversation, in the order in which each conversation was first met."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[SearchHit] = []

    def show(self, hits: Sequence[SearchHit]) -> None:
        """Put these hits in the place of those before."""
        groups: dict[str, list[SearchHit]] = {}
        for hit in hits:
            groups.setdefault(hit.conversation_id, []).append(hit)
        self.beginResetModel()
        self._hits = [hit for group in groups.values() for hit in group]
        self.endResetModel()

    def hit(self, index: AnyIndex) -> SearchHit | None:
        """The hit of a row."""
        return self._hits[index.row()] if index.isValid() else None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.hit(index)
        if hit is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return hit.snippet
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return f"{hit.conversation_title}, {full_time_text(local_time(hit.created))}"
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return hit.snippet
            case HitRole.HIT:
                return hit
            case HitRole.HEADS_GROUP:
                row = index.row()
                before = self._hits[row - 1] if row else None
                return before is None or before.conversation_id != hit.conversation_id
        return None


class SearchResultsView(QListView):
    """The rows. Enter or a click opens one; Up from the first and Esc go back to the field."""

    chosen = Signal(object)
    left = Signal()
    left_upwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat.search.results")
        self.setAccessibleName(self.tr("Search results"))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(SearchResultDelegate(self))
        self.clicked.connect(self._choose)

    def _choose(self, index: QModelIndex) -> None:
        hit = index.data(HitRole.HIT)
        if hit is not None:
            self.chosen.emit(hit)

    def event(self, event: QEvent) -> bool:
        # Esc is the page's shortcut for Stop: while the results have the keyboard it is ours.
        if is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose(self.currentIndex())
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Up if self.currentIndex().row() <= 0:
                self.left_upwards.emit()
            case _:
                super().keyPressEvent(event)


class SearchResults(QWidget):
    """The count of hits and the hits; or the words that nothing was found for."""

    hit_selected = Signal(str, str)
    left = Signal()
    left_upwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = SearchResultsModel(self)
        self._view = SearchResultsView(self)
        self._view.setModel(self._model)
        self._summary = QLabel(self)
        self._summary.setObjectName("chat.search.summary")
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setWordWrap(True)
        self._summary.setContentsMargins(16, 4, 16, 4)
        set_tone(self._summary, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._summary)
        layout.addWidget(self._view, 1)
        self._view.chosen.connect(self._on_chosen)
        self._view.left.connect(self.left)
        self._view.left_upwards.connect(self.left_upwards)
        self.setFocusProxy(self._view)

    def show_hits(self, words: str, hits: Sequence[SearchHit]) -> None:
        """Show the hits of a search for ``words``, and say how many there are."""
        more, hits = len(hits) > MOST_HITS, hits[:MOST_HITS]
        self._model.show(hits)
        self._view.setVisible(bool(hits))
        summary = self._summary_of(words, hits, more=more)
        if not hits:
            # A stretch in the place of the view keeps the sentence at the top.
            self._summary.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self._summary.setText(summary)
        announce(self, summary)

    def _summary_of(self, words: str, hits: Sequence[SearchHit], *, more: bool) -> str:
        if not hits:
            return self.tr("Nothing found for “{words}”. Try fewer or other words.").format(
                words=words
            )
        if more:
            newest = self.tr("The newest {count} are shown, and there are more: try more words.")
            return newest.format(count=len(hits))
        conversations = len({hit.conversation_id for hit in hits})
        found = self.tr("1 message") if len(hits) == 1 else self.tr("%n messages", "", len(hits))
        where = (
            self.tr("in 1 conversation")
            if conversations == 1
            else self.tr("in %n conversations", "", conversations)
        )
        return f"{found} {where}"

    def enter(self) -> None:
        """Give the keyboard to the first hit."""
        if self._model.rowCount():
            self._view.setCurrentIndex(self._model.index(0, 0))
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_first(self) -> None:
        """Open the first hit, as Enter in the search field does."""
        hit = self._model.hit(self._model.index(0, 0))
        if hit is not None:
            self._on_chosen(hit)

    def _on_chosen(self, hit: SearchHit) -> None:
        self.hit_selected.emit(hit.conversation_id, hit.message_id)
