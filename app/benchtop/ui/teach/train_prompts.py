"""The prompts that are asked at every checkpoint, and what training does while somebody chats."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.training import BesideChat
from benchtop.ui.teach.preset_cards import check_radio
from benchtop.ui.teach.train_rows import PROMPTS
from benchtop.ui.theme import set_tone


class TrainPrompts(QWidget):
    """Three lines to type in. What a person typed is not replaced by another suggestion. Beside each stands
    what its answer proves: of a held-out question that it learnt, of a learnt one little."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: list[QLineEdit] = []
        self._labels: list[QLabel] = []
        self._suggested: tuple[str, ...] = ("",) * PROMPTS
        self._held, self._split_known = 0, True
        title = QLabel(self.tr("Ask while it trains"), self)
        set_tone(title, "title")
        about = QLabel(
            self.tr(
                "At every checkpoint these are asked, and the answers stand beside those of the "
                "untrained model. Those that are held out show what it understood; those that are "
                "learnt from can be said by heart. Or write others."
            ),
            self,
        )
        about.setWordWrap(True)
        set_tone(about, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(about)
        for number in range(PROMPTS):
            field = QLineEdit(self)
            field.setObjectName(f"teach.train.prompt.{number + 1}")
            name = self.tr("Prompt {number}").format(number=number + 1)
            field.setAccessibleName(name)
            field.setPlaceholderText(name)
            label = QLabel(self)
            label.setObjectName(f"teach.train.prompt.{number + 1}.kind")
            set_tone(label, "muted")
            self._fields.append(field)
            self._labels.append(label)
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(field, 1)
            line.addWidget(label)
            column.addLayout(line)
            field.textChanged.connect(lambda _text: self._show_kinds())
        self._show_kinds()

    @property
    def prompts(self) -> tuple[str, ...]:
        """What is asked; empty lines left out."""
        return tuple(text for field in self._fields if (text := field.text().strip()))

    def suggest(self, prompts: Sequence[str], held: int, *, split_known: bool = True) -> None:
        """Fill the lines in which nobody wrote anything of their own; the first ``held`` are held out, the
        others learnt from, or nobody knows yet."""
        lines = (*(" ".join(one.split()) for one in prompts), *("",) * PROMPTS)[:PROMPTS]
        for field, old, new in zip(self._fields, self._suggested, lines, strict=True):
            if field.text() == old:
                field.setText(new)
                field.setCursorPosition(0)
        self._suggested, self._held, self._split_known = lines, held, split_known
        self._show_kinds()

    def _show_kinds(self) -> None:
        words = (self.tr("held out"), self.tr("learnt from"), self.tr("your own"))
        wide = max(map(self.fontMetrics().horizontalAdvance, words))
        for field, label in zip(self._fields, self._labels, strict=True):
            text = field.text().strip()
            kind = words[2]
            if text in self._suggested:
                held = self._suggested.index(text) < self._held
                kind = words[0] if held else words[1] if self._split_known else ""
            label.setText(kind if text else "")
            label.setMinimumWidth(wide)
            field.setAccessibleDescription(kind if text else "")


class BesideChatChoice(QWidget):
    """``changed`` carries a BesideChat; choose() does not emit it."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("While a model writes in a chat"), self)
        set_tone(title, "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(title)
        self._buttons: dict[BesideChat, QRadioButton] = {}
        group = QButtonGroup(self)
        choices: tuple[tuple[BesideChat, str], ...] = (
            ("wait", self.tr("Training waits, and chat is as fast as ever")),
            ("share", self.tr("Both go on, each with fewer threads")),
        )
        for key, words in choices:
            button = QRadioButton(words, self)
            button.setObjectName(f"teach.train.beside.{key}")
            button.setAccessibleName(words)
            group.addButton(button)
            button.clicked.connect(lambda _on=True, key=key: self.changed.emit(key))
            self._buttons[key] = button
            column.addWidget(button)
        self.choose("wait")

    @property
    def choice(self) -> BesideChat:
        """What is chosen."""
        return "share" if self._buttons["share"].isChecked() else "wait"

    def choose(self, choice: BesideChat) -> None:
        """Choose one."""
        check_radio(self._buttons[choice], list(self._buttons.values()))
