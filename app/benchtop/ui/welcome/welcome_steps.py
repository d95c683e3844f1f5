"""What stands in the steps of the welcome that only say something, and the offline switch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from benchtop.ui.chat.parameter_row import rich_tip
from benchtop.ui.icons import pixmap
from benchtop.ui.settings.setting_row import SettingCard
from benchtop.ui.theme import icon_side, set_tone, tokens
from benchtop.ui.widgets.breaking_label import with_breaks
from benchtop.ui.widgets.switch import Switch

_ABOVE = 6  # what a switch, with room for its ring, stands out above a line of words


@dataclass(frozen=True, slots=True)
class Line:
    """A sign, a few words, and a sentence about them; ``tip`` explains what may be new in it to somebody."""

    icon: str
    name: str
    words: str
    tip: str = ""


class SignedLine(QWidget):
    """One Line: the sign at the left, the name over its sentence, a control at the right of the name."""

    def __init__(self, line: Line, control: QWidget | None = None) -> None:
        super().__init__()
        self._icon = line.icon
        self._sign = QLabel(self)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._sign.setContentsMargins(0, _ABOVE, 0, 0)
        self._name = wrapped(line.name, self)
        self._name.setVisible(bool(line.name))
        self._name.setProperty("strong", True)
        self.words = wrapped(line.words, self)
        explain_words(self.words, line.tip)
        text = QVBoxLayout()
        text.setContentsMargins(0, _ABOVE, 0, 0)
        text.setSpacing(2)
        text.addWidget(self._name)
        text.addWidget(self.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10 - _ABOVE, 16, 10)
        row.setSpacing(12)
        row.addWidget(self._sign)
        row.addLayout(text, 1)
        if control is not None:
            row.addWidget(control, 0, Qt.AlignmentFlag.AlignTop)
            self._name.setBuddy(control)
            control.setAccessibleName(line.name)
            control.setAccessibleDescription(line.words)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._draw()

    def _draw(self) -> None:
        side = icon_side(self.font().pointSizeF())
        colour = tokens(QGuiApplication.palette()).accent
        self._sign.setPixmap(pixmap(self._icon, colour, side, self.devicePixelRatioF()))


class Step(QWidget):
    """A step: a heading, a sentence, and what comes below."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(f"welcome.{name}")
        self.heading = wrapped("", self)
        set_tone(self.heading, "heading")
        self.words = wrapped("", self)
        self.words.setObjectName(f"welcome.{name}.words")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.column.addWidget(self.heading)
        self.column.addWidget(self.words)

    @property
    def first(self) -> QWidget | None:
        """What has the keyboard when the step is shown; None: the button that leads on."""
        return None

    def told(self) -> str:
        """What a screen reader says when the step is shown."""
        return f"{self.heading.text()}. {self.words.text()}"

    def say(self, heading: str, words: str) -> None:
        """Set both."""
        self.setAccessibleName(heading)
        self.heading.setText(heading)
        self.words.setText(words)

    def add_lines(self, title: str, lines: Sequence[Line]) -> None:
        """A card of lines."""
        card = SettingCard(title)
        for line in lines:
            card.add(SignedLine(line))
        self.column.addWidget(card)


class StaysStep(Step):
    """What stays on this machine, and the offline switch."""

    offline_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__("stays")
        self.say(
            self.tr("Welcome to Benchtop"),
            self.tr(
                "A lab for small language models on this machine: chat with them, compare them, "
                "teach them. It has no account, and it reports nothing to anybody."
            ),
        )
        self._folder = SignedLine(Line("folder", self.tr("All that is yours"), ""))
        self.offline = Switch()
        self.offline.setObjectName("welcome.offline")
        self.offline.toggled.connect(self.offline_changed)
        card = SettingCard(self.tr("What stays on this machine"))
        card.add(self._folder)
        offline = Line(
            "offline",
            self.tr("Offline"),
            self.tr(
                "While this is on, no connection to another machine is made. Off, Benchtop may ask "
                "the Hugging Face Hub for what you search and download, and a package index for the "
                "tools for training when you set them up; your chats stay here either way. The same "
                "switch is always in the line at the bottom."
            ),
            self.tr(
                "The Hugging Face Hub is a public library of models. A package index is where Python "
                "programs come from, such as PyPI; from there the tools for training are fetched, "
                "once, when you ask for them."
            ),
        )
        card.add(SignedLine(offline, self.offline))
        self.column.addWidget(card)

    def set_folder(self, folder: str) -> None:
        """Where everything of the person's lies."""
        words = self.tr(
            "Your chats, your examples and all answers lie in {folder}, and nowhere else."
        )
        self._folder.words.setText(with_breaks(words.format(folder=folder)))
        self._folder.words.setAccessibleName(words.format(folder=folder))

    def set_offline(self, *, offline: bool) -> None:
        """Show the switch so, without telling anyone."""
        blocked = self.offline.blockSignals(True)
        self.offline.setChecked(offline)
        self.offline.blockSignals(blocked)
        self.offline.update()


class TipsStep(Step):
    """The starter model, and a tip for each page."""

    def __init__(self) -> None:
        super().__init__("tips")
        self.set_starter("")
        self.add_lines(
            self.tr("Four pages, a tip for each"),
            (
                Line("chat", self.tr("Chat"), self.tr(
                    "Edit a question or ask for another answer as often as you like: every version "
                    "stays. Ctrl+K finds any word that you or a model wrote.")),
                Line("compare", self.tr("Compare"), self.tr(
                    "Ask several models the same and vote without seeing their names. The ranking says "
                    "how sure it is.")),
                Line("models", self.tr("Models"), self.tr(
                    "Says before a download whether a model fits into the memory of this machine.")),
                Line("teach", self.tr("Teach"), self.tr(
                    "Good answers in your chats become examples. A small adapter learns from them on "
                    "this machine, and you see whether it really answers better."), self.tr(
                    "An adapter is a small file that is put on top of a model and changes its answers. "
                    "The model itself stays as it is, and you can switch the adapter off again.")),
            ),
        )  # fmt: skip

    def set_starter(self, facts: str) -> None:
        """``facts`` are what is known of the starter's size, or empty."""
        words = self.tr(
            "The starter model comes with Benchtop and answers at once. It is very small{facts}: good to "
            "see how everything works. The Models page finds better ones for this machine."
        )
        facts = f" ({facts})" if facts else ""
        self.say(self.tr("A model is ready"), words.format(facts=facts))
        explain_words(self.words, self.tr(
            "Parameters are the numbers that a model consists of. More of them know more, take more "
            "memory and answer more slowly."
        ) if facts else "")  # fmt: skip


class ReadyStep(Step):
    """The end."""

    def __init__(self) -> None:
        super().__init__("ready")
        self.say(
            self.tr("That was all"),
            self.tr("Type a message, press Enter, and the starter model answers."),
        )
        self.add_lines(
            self.tr("Good to know"),
            (
                Line("undo", self.tr("Nothing is lost by a slip"), self.tr(
                    "Ctrl+Z brings back what you deleted; the bin keeps it for 30 days.")),
                Line("help", self.tr("Help"), self.tr(
                    "F1 opens short pages on everything, and this welcome again. A ? shows all keys.")),
                Line("info", self.tr("If something goes wrong"), self.tr(
                    "What happened is kept in a text file on this machine. You can read it and delete "
                    "it; it is sent nowhere.")),
            ),
        )  # fmt: skip


def explain_words(label: QLabel, tip: str) -> None:
    """Explain a word of the label on hovering it, and to a screen reader."""
    label.setToolTip(rich_tip(tip) if tip else "")
    label.setAccessibleDescription(tip)


def wrapped(text: str, parent: QWidget) -> QLabel:
    """A label of plain text in as many lines as it takes."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
