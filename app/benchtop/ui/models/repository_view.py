"""An open repository: what it is, its files to choose from, and its model card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.models.card_view import INSET, CardView
from benchtop.ui.models.choice_table import ChoiceTable
from benchtop.ui.models.discover_states import OfflineLine, ThinProgress
from benchtop.ui.models.repository_chooser import MANY, FileChooser, named_like
from benchtop.ui.models.repository_head import RepositoryHead
from benchtop.ui.models.rows import CardRow, ChoiceRow, RepositoryRow
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_COLUMN = 860


class RepositoryView(QWidget):
    """Shows a repository and tells wishes. Esc and Alt+Left go back.

    ``download_requested`` carries a choice's key, ``context_changed`` the tokens to judge by,
    ``link_requested`` a web address of the card, ``terms_requested`` and ``page_requested`` the
    repository's id: what is opened, and whether, is decided by who listens.
    """

    back_requested = Signal()
    download_requested = Signal(str)
    context_changed = Signal(int)
    link_requested = Signal(str)
    terms_requested = Signal(str)
    page_requested = Signal(str)
    account_requested = Signal()
    retry_requested = Signal(str)
    go_online_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.repository")
        self._row = RepositoryRow("", "")
        self._offline = False
        self._back = self._button("back", self.tr("Back"), "back")
        self._back.setToolTip(self.tr("Back to the models (Esc)"))
        self._page = self._button("page", self.tr("Open in the browser"), "external")
        self._line = OfflineLine(
            self.tr("You are offline: what is not here already cannot be asked for."),
            "models.repository.offline",
            self,
        )
        self._info = InfoBar(self)
        self.head = RepositoryHead(self)
        self._progress = ThinProgress("models.repository.asking", self.tr("Asking the Hub"), self)
        self._state = self._muted("state")
        self._chooser = FileChooser(self)
        self._context, self._narrow = self._chooser.context, self._chooser.narrow
        self.table = ChoiceTable(self)
        self._card_title = QLabel(self.tr("Model card"), self)
        self._card_state = self._muted("card_state")
        self.card = CardView(self)
        self._lay_out()
        self._connect()
        self._line.hide()
        self.setFocusProxy(self._back)

    @property
    def repository_id(self) -> str:
        """The id of the repository on show; empty before the first."""
        return self._row.id

    @property
    def context(self) -> int:
        """The tokens to judge by."""
        return self._context.tokens

    def show_loading(self, card: CardRow) -> None:
        """Open a repository of which only the card is known yet."""
        self._row = RepositoryRow(card.id, card.name)
        self.setAccessibleName(card.name)
        self._info.clear()
        self.head.show_row(card)
        self._context.offer(card.context_length)
        self._narrow.clear()
        self.table.set_choices(())
        self._wait(self.tr("Asking the Hub for its files…"))
        self.show_card("")
        self._card_title.hide()
        self._scroll.verticalScrollBar().setValue(0)

    def show_repository(self, row: RepositoryRow) -> None:
        """Show what the Hub says. The card comes by itself."""
        is_other = row.id != self._row.id
        self._row = row
        self.setAccessibleName(row.name)
        self._info.clear()
        self.head.show_row(row)
        self._context.offer(row.context_length)
        self.set_choices(row.choices)
        if is_other:
            self.show_card("")
            self._card_title.hide()
            self._scroll.verticalScrollBar().setValue(0)

    def show_failure(self, sentence: str) -> None:
        """Say why the Hub did not tell."""
        self._wait("")
        self._info.clear()
        again = self.tr("Try again")
        self._info.post("error", sentence, again, lambda: self.retry_requested.emit(self._row.id))

    def set_choices(self, choices: Sequence[ChoiceRow]) -> None:
        """Newer verdicts and states, or other files."""
        self._row = replace(self._row, choices=tuple(choices))
        self._wait("")
        self._narrow.setVisible(len(choices) > MANY)
        self._show_choices()
        self._chooser.setVisible(bool(choices))
        if not choices:
            self._say(self.tr("It holds no GGUF model that could be downloaded."))

    def wants_projector(self, key: str) -> bool:
        """Whether a person wants the projector of a choice as well."""
        return self.table.wants_projector(key)

    def _show_choices(self) -> None:
        """Those whose name holds every word of the field."""
        words, whole = self._narrow.text(), self._row.choices
        shown = named_like(whole, words)
        self.table.set_choices(shown, whole)
        self.table.setVisible(bool(shown))
        if whole:
            none = self.tr("None of its {count} files has “{words}” in its name.")
            count = f"{len(whole):,}"
            self._say("" if shown else none.format(count=count, words=words.strip()))

    def show_card(self, markdown: str, *, cut: bool = False) -> None:
        """Show the model card, as it stands in the repository; ``cut``: only its beginning."""
        self._card_title.show()
        self._card_state.hide()
        self._paper.setVisible(bool(markdown.strip()))
        self.card.show_card(markdown, cut=cut)
        if not markdown.strip() and self._row.choices:
            self.show_card_state(self.tr("The repository has no model card."))

    def show_card_state(self, sentence: str) -> None:
        """Say in the place of the card why it is not there."""
        self._card_title.show()
        self._card_state.setText(sentence)
        self._card_state.setVisible(bool(sentence))

    def set_offline(self, offline: bool) -> None:
        """Whether nothing can be asked for or downloaded."""
        had_focus = self._line.isAncestorOf(self.focusWidget() or self)
        self._offline = offline
        self._line.setVisible(offline)
        self.table.set_offline(offline)
        if had_focus and not offline:
            self._back.setFocus()

    def event(self, event: QEvent) -> bool:
        # Esc may be a shortcut of the window: here it is the way back.
        if is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Alt+Left goes back, whatever has the keyboard makes of Left and the window of Alt+Left."""
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Left:
            return False
        if (
            event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            != Qt.KeyboardModifier.AltModifier
        ):
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self.back_requested.emit()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back_requested.emit()
        else:
            super().keyPressEvent(event)

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """See the keys of what has the keyboard, as long as it stands in here."""
        if before is not None:
            before.removeEventFilter(self)
        if now is not None and self.isAncestorOf(now):
            now.installEventFilter(self)

    def _enter_table(self) -> None:
        first = self.table.first_button()
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _wait(self, words: str) -> None:
        """Say what is being waited for; nothing when it has come."""
        self._progress.setVisible(bool(words))
        self._say(words)
        if words:
            self.table.hide()
            self._chooser.hide()

    def _say(self, words: str) -> None:
        self._state.setText(words)
        self._state.setVisible(bool(words))

    def _muted(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(f"models.repository.{name}")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(label, "muted")
        label.hide()
        return label

    def _button(self, name: str, text: str, icon_name: str) -> QPushButton:
        button = QPushButton(spaced(text), self)
        button.setObjectName(f"models.repository.{name}")
        button.setAccessibleName(text)
        set_kind(button, "quiet")
        set_icon(button, icon_name)
        return button

    def _lay_out(self) -> None:
        set_tone(self._card_title, "title")
        self._paper = QFrame(self)
        self._paper.setProperty("card", True)
        paper = QVBoxLayout(self._paper)
        paper.setContentsMargins(16 - INSET, 16 - INSET, 16 - INSET, 16 - INSET)
        paper.addWidget(self.card)
        for hidden in (self._card_title, self._chooser, self.table, self._paper):
            hidden.hide()
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 0)
        top.addWidget(self._back)
        top.addStretch(1)
        top.addWidget(self._page)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 8, 24, 24)
        column.setSpacing(12)
        self._info.setContentsMargins(-12, 0, -12, 0)
        for widget, space in (
            (self._line, 0),
            (self._info, 0),
            (self.head, 0),
            (self._progress, 4),
            (self._chooser, 8),
            (self._state, 0),
            (self.table, 0),
            (self._card_title, 12),
            (self._card_state, 0),
            (self._paper, 0),
        ):
            column.addSpacing(space)
            column.addWidget(widget)
        column.addStretch(1)
        self._scroll = ScrolledColumn(inside, _COLUMN, self)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(top)
        whole.addWidget(self._scroll, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(lambda _on=False: self.back_requested.emit())
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)
        self._page.clicked.connect(lambda _on=False: self.page_requested.emit(self._row.id))
        self._line.go_online.connect(self.go_online_requested)
        self.head.terms_requested.connect(lambda: self.terms_requested.emit(self._row.id))
        self.head.account_requested.connect(self.account_requested)
        self._context.chosen.connect(self.context_changed)
        self.table.download_requested.connect(self.download_requested)
        self.table.focus_dropped.connect(self._back.setFocus)
        self.card.link_activated.connect(self.link_requested)
        self.head.card_requested.connect(self.link_requested)
        self._narrow.textChanged.connect(lambda _text: self._show_choices())
        self._narrow.went_down.connect(self._enter_table)
