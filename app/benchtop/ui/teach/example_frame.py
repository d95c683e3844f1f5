"""What the pane of one example is made of; what it does is in example_pane.py."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.tab_order import tab_stops
from benchtop.ui.teach.fold import Fold
from benchtop.ui.teach.long_edit import LongEdit
from benchtop.ui.teach.personal_bar import PersonalBar
from benchtop.ui.teach.turn_card import TurnCard
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout


class ExampleFrame(QWidget):
    """Head, turns, the worse answer, tags and the buttons below; nothing is connected here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.example")
        self.setAccessibleName(self.tr("The chosen example"))
        self._cards: list[TurnCard] = []
        self._buttons: dict[str, QPushButton] = {}
        self._is_cut = False
        self._inside = QWidget()
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("teach.example.scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # In this order, which is that of the Tab key.
        head = self._make_head()
        self._make_inside()
        foot = self._make_foot()
        self._nothing = QLabel(self.tr("Choose an example to read or change it."), self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        set_tone(self._nothing, "muted")
        self._body = QWidget(self)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addLayout(head)
        body.addWidget(self._draft)
        body.addWidget(self._scroll, 1)
        body.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._body, 1)
        column.addWidget(self._nothing, 1)
        self._put_in_line()

    def _put_in_line(self) -> None:
        """As one reads, whatever Qt made of parts that came into others."""
        buttons = self._buttons
        head = (self._close, buttons["chat"], buttons["accept"], buttons["refuse"])
        inside = (buttons["add_turn"], self._fold, self._rejected, self._rejected.more, self._tags)
        foot = (buttons["save"], buttons["revert"], self._included)
        put_in_line((*head, *tab_stops(self.personal), *inside, *foot))

    def set_alone(self, *, alone: bool) -> None:
        """Whether it stands in the place of the table, so that there is a way back."""
        self._close.setVisible(alone)

    def _button(self, key: str, words: str, tip: str = "", sign: str = "") -> QPushButton:
        button = QPushButton(spaced(words) if sign else words, self)
        button.setObjectName(f"teach.example.{key}")
        button.setAccessibleName(words)
        button.setToolTip(tip)
        if sign:
            set_icon(button, sign)
        self._buttons[key] = button
        return button

    def _make_head(self) -> QHBoxLayout:
        self._origin = QLabel(self)
        self._origin.setWordWrap(True)
        self._origin.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self._origin, "muted")
        self._chat = self._button("chat", self.tr("Open the chat"), sign="chat")
        set_kind(self._chat, "quiet")
        self._close = QToolButton(self)
        self._close.setObjectName("teach.example.close")
        self._close.setAccessibleName(self.tr("Back to the examples"))
        self._close.setToolTip(self.tr("Back to the examples (Esc)"))
        set_icon(self._close, "back")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._close)
        head.addWidget(self._origin, 1)
        head.addWidget(self._chat)
        self._make_draft()
        return head

    def _make_draft(self) -> None:
        self._draft = QFrame(self)
        self._draft.setProperty("card", True)
        words = QLabel(
            self.tr(
                "A draft: nothing is learnt from it before you accept it. In the table, A accepts "
                "and R refuses."
            ),
            self._draft,
        )
        words.setWordWrap(True)
        flow = FlowLayout(gap=8)
        flow.addWidget(self._button("accept", self.tr("Accept"), sign="check"))
        flow.addWidget(self._button("refuse", self.tr("Refuse"), sign="close"))
        column = QVBoxLayout(self._draft)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(words)
        column.addLayout(flow)

    def _make_inside(self) -> None:
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        self._problem = QLabel(self._inside)
        self._problem.setObjectName("teach.example.problem")
        self._problem.setWordWrap(True)
        set_tone(self._problem, "warning")
        self.personal = PersonalBar("teach.example.personal", self._inside, stacked=True)
        self._held = QLabel(
            self.tr("Held out: it is never taught, and shows afterwards what was learnt."),
            self._inside,
        )
        self._held.setWordWrap(True)
        set_tone(self._held, "muted")
        self._turns = QVBoxLayout()
        self._turns.setSpacing(8)
        add = self._button("add_turn", self.tr("Add a turn"), sign="plus")
        set_kind(add, "quiet")
        self._fold = Fold("teach.example.fold", self.tr("Worse answer"), self._inside)
        self._rejected = LongEdit(self._inside, least=2, most=10)
        self._rejected.setObjectName("teach.example.rejected")
        self._rejected.more.setObjectName("teach.example.rejected.more")
        self._rejected.setAccessibleName(self.tr("The worse answer"))
        self._rejected.setPlaceholderText(
            self.tr("An answer to the same question that the model should rather not give")
        )
        self._rejected.hide()
        self._tags = QLineEdit(self._inside)
        self._tags.setObjectName("teach.example.tags")
        self._tags.setAccessibleName(self.tr("Tags, with commas between"))
        self._tags.setPlaceholderText(self.tr("Tags, with commas between"))
        line = QHBoxLayout()
        line.addWidget(add)
        line.addStretch(1)
        for part in (self._problem, self.personal, self._held):
            column.addWidget(part)
        column.addLayout(self._turns)
        column.addLayout(line)
        for part in (self._fold, self._rejected, self._rejected.more, self._tags):
            column.addWidget(part)
        column.addStretch(1)
        self._scroll.setWidget(self._inside)

    def _make_foot(self) -> FlowLayout:
        self._included = QCheckBox(self.tr("Teach this"), self)
        self._included.setObjectName("teach.example.included")
        self._included.setAccessibleName(self.tr("Teach this example"))
        self._included.setToolTip(self.tr("Space in the table"))
        save = self._button("save", self.tr("Save"), self.tr("Ctrl+Enter"))
        set_kind(save, "primary")
        revert = self._button("revert", self.tr("Revert"), self.tr("Back to what is saved"))
        set_kind(revert, "quiet")
        foot = FlowLayout(gap=8)
        for part in (save, revert, self._included):
            foot.addWidget(part)
        return foot
