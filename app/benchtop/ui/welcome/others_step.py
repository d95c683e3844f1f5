"""The step about other programs: what they have on this disk, a tick for each, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.settings.setting_row import SettingCard
from benchtop.ui.theme import Tone, set_kind
from benchtop.ui.welcome.outcome import Outcome
from benchtop.ui.welcome.welcome_steps import Step
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.flow_layout import FlowLayout

_Tick = tuple[str, str]
"""What a tick is for, "models" or "chats", and the name of the program."""


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program and how much was found of it; ``size`` is that of its models, in words."""

    name: str
    models: int = 0
    size: str = ""
    chats: int = 0


class ProgramTicks(QWidget):
    """A program's name and its ticks: one for its models, one for its chats."""

    def __init__(self, row: ProgramRow) -> None:
        super().__init__()
        self.row = row
        name = QLabel(row.name, self)
        name.setProperty("strong", True)
        self.models = self._tick("models", self._models_words(), on=row.models > 0)
        self.chats = self._tick("chats", self._chats_words(), on=row.chats > 0)
        ticks = QWidget(self)
        flow = FlowLayout(ticks, gap=16)
        flow.setContentsMargins(0, 0, 0, 0)
        for tick in (self.models, self.chats):
            flow.addWidget(tick)
            tick.setVisible(bool(tick.text()))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(4)
        column.addWidget(name)
        column.addWidget(ticks)

    def ticks(self) -> list[QCheckBox]:
        """Those that can be set."""
        return [tick for tick in (self.models, self.chats) if tick.text()]

    def _tick(self, kind: str, words: str, *, on: bool) -> QCheckBox:
        tick = QCheckBox(words, self)
        tick.setObjectName(f"welcome.{kind}.{self.row.name}")
        tick.setAccessibleName(f"{self.row.name}: {words}")
        tick.setChecked(on)
        return tick

    def _models_words(self) -> str:
        if not self.row.models:
            return ""
        if self.row.models == 1:
            return self.tr("1 model ({size})").format(size=self.row.size)
        words = self.tr("{n} models ({size})")
        return words.format(n=f"{self.row.models:,}", size=self.row.size)

    def _chats_words(self) -> str:
        if not self.row.chats:
            return ""
        if self.row.chats == 1:
            return self.tr("1 chat")
        return self.tr("{n} chats").format(n=f"{self.row.chats:,}")


class OthersStep(Step):
    """Searching, then what was found; nothing is taken over before its button is pressed."""

    bring_requested = Signal(list, list)
    """The names of programs whose models, and of those whose chats, are wanted."""
    keyboard_left = Signal()
    """The button that had the keyboard cannot be pressed any more: the page knows where to put it."""

    pending_changed = Signal()
    grown = Signal()
    """There is more to see at the bottom than before."""

    def __init__(self) -> None:
        super().__init__("others")
        self._programs: list[ProgramTicks] = []
        self._brought: set[_Tick] = set()
        self._busy = False
        self._place = QVBoxLayout()
        self._bring = QPushButton(self.tr("Bring in what is ticked"), self)
        self._bring.setObjectName("welcome.bring")
        self._bring.setAccessibleName(self._bring.text())
        self._bring.clicked.connect(self._ask)
        self._outcome = Outcome("welcome", self)
        self._outcome.grown.connect(self.grown)
        row = QHBoxLayout()
        row.addWidget(self._bring)
        row.addStretch(1)
        self.column.addLayout(self._place)
        self.column.addLayout(row)
        self.column.addWidget(self._outcome)
        self.set_searching()

    @property
    def first(self) -> QWidget | None:
        """The first tick."""
        ticks = [tick for program in self._programs for tick in program.ticks()]
        return ticks[0] if ticks else None

    def set_searching(self) -> None:
        """A search is under way."""
        self._show([])
        self._say(self.tr("Looking for models and chats of other programs on this disk…"))

    def set_found(self, rows: Sequence[ProgramRow], *, is_whole: bool = True) -> None:
        """Show what there is; not ``is_whole``: some folders did not answer."""
        self._show(rows)
        if rows:
            words = self.tr(
                "Models are used where they lie: nothing is copied. Chats are read and kept in a folder "
                "for each program. The files of the other programs stay as they are."
            )
        else:
            words = self.tr(
                "No models or chats of GPT4All, LM Studio, Jan or Ollama were found on this disk. You can "
                "look again at any time: this welcome is in Help."
            )
        if not is_whole:
            words += " " + self.tr(
                "Some folders did not answer in time: there may be more in them."
            )
        self._say(words)

    def set_busy(self, *, busy: bool) -> None:
        """Whether what is ticked is being brought in."""
        self._busy = busy
        if busy and self._bring.hasFocus():  # Qt would hand it to what comes next in the window
            self.keyboard_left.emit()
        self._show_button()

    def set_brought(self, models_of: Sequence[str], chats_of: Sequence[str]) -> None:
        """These programs' models and chats have been brought in."""
        self._brought |= {("models", name) for name in models_of}
        self._brought |= {("chats", name) for name in chats_of}
        self._show_button()

    def tell(
        self, words: str, tone: Tone = "normal", all_of: Sequence[str] = (), *, spoken: bool = True
    ) -> None:
        """Say below the button what came of it; ``all_of`` is a list for who wants to know it all."""
        self._outcome.tell(words, tone, all_of, spoken=spoken)

    @property
    def result(self) -> str:
        """What is said below the button."""
        return self._outcome.words

    @property
    def is_pending(self) -> bool:
        """Whether something is ticked that was not brought in yet."""
        return not self._busy and not self._ticked() <= self._brought

    def _say(self, words: str) -> None:
        self.say(self.tr("From other programs"), words)
        if self.isVisible():
            announce(self, words)

    def _show(self, rows: Sequence[ProgramRow]) -> None:
        while (item := self._place.takeAt(0)) is not None:
            card = item.widget()
            card.hide()
            card.deleteLater()
        self._programs, self._brought = [ProgramTicks(row) for row in rows], set()
        if rows:
            card = SettingCard(self.tr("Found on this disk"))
            for program in self._programs:
                card.add(program)
                for tick in program.ticks():
                    tick.toggled.connect(self._show_button)
            self._place.addWidget(card)
        before: QWidget = self
        for program in self._programs:
            for tick in program.ticks():
                if before is not self:
                    QWidget.setTabOrder(before, tick)
                before = tick
        if before is not self:
            QWidget.setTabOrder(before, self._bring)
        self._show_button()

    def _ticked(self) -> set[_Tick]:
        models = {("models", p.row.name) for p in self._programs if _is_on(p.models)}
        return models | {("chats", p.row.name) for p in self._programs if _is_on(p.chats)}

    def _show_button(self) -> None:
        self._bring.setVisible(bool(self._programs))
        self._bring.setEnabled(bool(self._ticked()) and not self._busy)
        # What a person came here for leads on; where all of it is done the page's own button does.
        set_kind(self._bring, "primary" if self.is_pending else "normal")
        self.pending_changed.emit()

    def _ask(self) -> None:
        ticked = self._ticked()
        names = [program.row.name for program in self._programs]
        self.bring_requested.emit(
            [name for name in names if ("models", name) in ticked],
            [name for name in names if ("chats", name) in ticked],
        )


def _is_on(tick: QCheckBox) -> bool:
    return bool(tick.text()) and tick.isChecked()
