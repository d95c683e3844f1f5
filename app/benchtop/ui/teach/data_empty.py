"""Where there are no examples yet: what they are, and three ways to get some."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.icons import pixmap, set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone, tokens
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_COLUMN, _SIGN = 560, 48


class DataEmpty(ScrolledColumn):
    """``set_rated`` says how many replies in chats are worth collecting."""

    collect_wanted = Signal()
    import_wanted = Signal()
    new_wanted = Signal()
    chat_wanted = Signal()

    def __init__(self, prefix: str, parent: QWidget | None = None) -> None:
        column = QWidget()
        super().__init__(column, _COLUMN, parent)
        self._prefix = prefix
        self.setObjectName(prefix)
        title = self.tr("Teach a small model from your own examples")
        self.setAccessibleName(title)
        self._sign = QLabel(column)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        heading = QLabel(title, column)
        set_tone(heading, "heading")
        about = QLabel(
            self.tr(
                "An example is a question with the answer that you want. Forty good ones are enough "
                "to begin with, and teach more than a thousand careless ones."
            ),
            column,
        )
        self._rated = QLabel(column)
        self._rated.setObjectName(f"{prefix}.rated")
        set_tone(self._rated, "muted")
        ways = FlowLayout(gap=8, centred=True)
        self._ways = [
            self._button("collect", self.tr("Collect from my chats"), "chat"),
            self._button("import", self.tr("Import a file"), "import"),
            self._button("type", self.tr("Type one"), "edit"),
        ]
        for button in self._ways:
            ways.addWidget(button)
        # After the others: Tab goes at once to the first of them, and past all that was made before it.
        self._chat = self._button("chat", self.tr("Go to the chat"), "chat")
        set_kind(self._chat, "quiet")
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(24, 16, 24, 16)
        self._column.setSpacing(12)
        self._column.addStretch(2)
        for label in (self._sign, heading, about):
            self._column.addWidget(label)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
        self._column.addLayout(_centred(ways))
        self._column.addWidget(self._rated)
        self._rated.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._rated.setWordWrap(True)
        chat = FlowLayout()
        chat.addWidget(self._chat)
        self._column.addLayout(_centred(chat))
        self._column.addStretch(3)
        wishes = (self.collect_wanted, self.import_wanted, self.new_wanted)
        for button, wish in zip(self._ways, wishes, strict=True):
            button.clicked.connect(wish)
        self._chat.clicked.connect(self.chat_wanted)
        self.setFocusProxy(self._ways[0])
        self.set_rated(None)
        self._draw_sign()

    def set_rated(self, count: int | None) -> None:
        """How many replies are rated up, starred or edited; None: nobody has counted yet."""
        if count:
            one = self.tr("1 reply in your chats is rated up, starred or edited.")
            many = self.tr("{count} replies in your chats are rated up, starred or edited.")
            words = one if count == 1 else many.format(count=f"{count:,}")
        else:
            words = self.tr(
                "No reply is rated yet. In a chat, press the thumb or the star under a good reply, or "
                "edit a reply into what it should have been: then it can be collected here."
            )
        self._rated.setText("" if count is None else words)
        self._chat.setVisible(count == 0)
        for place, button in enumerate(self._ways):
            primary = place == (2 if count == 0 else 0)
            set_kind(button, "primary" if primary else "normal")
            sign = ("chat", "import", "edit")[place]
            set_icon(button, sign, "on_primary" if primary else "text")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()

    def _button(self, key: str, words: str, sign: str) -> QPushButton:
        button = QPushButton(spaced(words), self)
        button.setObjectName(f"{self._prefix}.{key}")
        button.setAccessibleName(words)
        set_icon(button, sign)
        return button

    def _draw_sign(self) -> None:
        colour = tokens(QGuiApplication.palette()).muted
        self._sign.setPixmap(pixmap("teach", colour, _SIGN, self.devicePixelRatioF()))


def _centred(flow: FlowLayout) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    row.addLayout(flow)
    row.addStretch(1)
    return row
