"""Above the lens: the prompt, who reads it, and the button that begins."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.lens_rows import LensRequest
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import pad_spin_box, set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout

MOST_TOP = 100
_LINES = 3


class LensHead(QWidget):
    """Ctrl+Enter in the prompt reads, as the button does."""

    read_requested = Signal(object)
    stop_requested = Signal()
    card_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prompt = QPlainTextEdit(self)
        self._first, self._second = QComboBox(self), QComboBox(self)
        self._chat = QCheckBox(self.tr("as a chat message"), self)
        self._count = QCheckBox(self.tr("with word counts of my chats"), self)
        self._top = QSpinBox(self)
        self._read = QPushButton(spaced(self.tr("Read")), self)
        self._stop = QPushButton(self.tr("Stop"), self)
        self._card = QPushButton(spaced(self.tr("Save as card…")), self)
        self._words = QLabel(self)
        self._going = False
        self._build()
        self._show_state()

    def request(self) -> LensRequest:
        """What the fields ask for."""
        second = self._second.currentData() or ""
        return LensRequest(
            self.prompt.toPlainText(),
            self._first.currentData() or "",
            "" if second == self._first.currentData() else second,
            self._top.value(),
            self._count.isChecked() and self._count.isEnabled(),
            self._chat.isChecked(),
        )

    def set_contestants(self, choices: Sequence[tuple[str, str]], first: str, second: str) -> None:
        """Offer these contestants as (id, name); choose two of them, or what was chosen before."""
        for box, chosen, none in (
            (self._first, first, ""),
            (self._second, second, self.tr("no second model")),
        ):
            before = chosen or box.currentData()
            box.blockSignals(True)  # it is filled, nobody chose
            box.clear()
            if none:
                box.addItem(none, "")
            for key, name in choices:
                box.addItem(name, key)
            box.setCurrentIndex(max(box.findData(before), 0))
            box.blockSignals(False)
        self._show_state()

    def set_counting(self, *, possible: bool, why: str) -> None:
        """Whether there is text of the person's own to count; ``why`` not, in a sentence."""
        self._count.setEnabled(possible)
        self._count.setToolTip(why or self._count_words())
        self._count.setAccessibleDescription(why or self._count_words())

    def set_running(self, words: str, *, going: bool) -> None:
        """Say what goes on."""
        self._going = going
        self._words.setText(words)
        self._show_state()

    def set_result(self, *, there: bool) -> None:
        """Whether there is something that can be saved."""
        self._card.setVisible(there)

    def set_prompt(self, text: str) -> None:
        """Put a prompt into the field."""
        self.prompt.setPlainText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.prompt
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._on_read()
            return True
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self.prompt.setObjectName("compare.lens.prompt")
        self.prompt.setAccessibleName(self.tr("The text to read"))
        self.prompt.setPlaceholderText(
            self.tr("Any text: what would a model have expected in its place?")
        )
        self.prompt.setProperty("field", True)
        self.prompt.setTabChangesFocus(True)
        self.prompt.setFixedHeight(self.prompt.fontMetrics().lineSpacing() * _LINES + 22)
        self.prompt.installEventFilter(self)
        self.prompt.textChanged.connect(self._show_state)
        flow = FlowLayout(gap=8)
        for box, key, name, words in (
            (self._first, "first", self.tr("Who reads it"), self.tr("Read by")),
            (self._second, "second", self.tr("Who reads it for comparison"), self.tr("and by")),
        ):
            box.setObjectName(f"compare.lens.{key}")
            box.setAccessibleName(name)
            box.setMinimumContentsLength(10)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.currentIndexChanged.connect(lambda _index: self._show_state())
            label = QLabel(words, self)
            label.setBuddy(box)
            set_tone(label, "muted")
            flow.addWidget(label)
            flow.addWidget(box)
        self._build_options()
        self._read.setObjectName("compare.lens.read")
        self._read.setAccessibleName(self.tr("Read the text"))
        self._read.setToolTip(self.tr("Read (Ctrl+Enter)"))
        set_icon(self._read, "search", "on_primary")
        set_kind(self._read, "primary")
        self._read.clicked.connect(self._on_read)
        self._stop.setObjectName("compare.lens.stop")
        self._stop.setAccessibleName(self.tr("Stop reading"))
        self._stop.clicked.connect(self.stop_requested)
        self._card.setObjectName("compare.lens.card")
        self._card.setAccessibleName(self.tr("Save as card"))
        set_icon(self._card, "save")
        set_kind(self._card, "quiet")
        self._card.clicked.connect(self.card_requested)
        self._words.setObjectName("compare.lens.state")
        set_tone(self._words, "muted")
        for widget in (
            self._chat,
            self._count,
            self._top,
            self._read,
            self._stop,
            self._card,
            self._words,
        ):
            flow.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.prompt)
        column.addLayout(flow)

    def _build_options(self) -> None:
        self._count.setObjectName("compare.lens.count")
        self._count.setAccessibleName(self.tr("With word counts of my chats"))
        self._count.setToolTip(self._count_words())
        self._chat.setObjectName("compare.lens.chat")
        self._chat.setAccessibleName(self.tr("Read the text as a chat message"))
        self._chat.setToolTip(
            self.tr(
                "The text is put as your message through the model's chat template, as in a chat. A model "
                "that was trained to chat finds bare text very surprising."
            )
        )
        self._chat.setAccessibleDescription(self._chat.toolTip())
        self._top.setObjectName("compare.lens.top")
        self._top.setAccessibleName(self.tr("How many alternatives"))
        self._top.setToolTip(
            self.tr("How many of the likeliest tokens are listed for each place of the text")
        )
        self._top.setRange(1, MOST_TOP)
        self._top.setValue(10)
        self._top.setPrefix(self.tr("top "))
        pad_spin_box(self._top)

    def _count_words(self) -> str:
        return self.tr(
            "One more row, by no language model: how often each token followed the last ones in your own "
            "chats."
        )

    def read(self) -> None:
        """As the button does, where somebody can read."""
        self._on_read()

    def _on_read(self) -> None:
        if self._read.isEnabled() and not self._going:
            self.read_requested.emit(self.request())

    def _show_state(self) -> None:
        ready = bool(self.prompt.toPlainText().strip()) and bool(self._first.currentData())
        had_focus = self._read.hasFocus() or self._stop.hasFocus()
        self._read.setEnabled(ready)
        self._read.setVisible(not self._going)
        self._stop.setVisible(self._going)
        if had_focus:
            (self._stop if self._going else self._read).setFocus()
        self._words.setVisible(bool(self._words.text()))
