"""One prompt under edit: what is asked, what a good reply is like, and its place in the suite."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.contests import PromptTurn
from benchtop.domain.suites import Check, SuitePrompt, prompt_troubles
from benchtop.ui.compare.focus_order import put_before
from benchtop.ui.compare.suite_check_fields import DEFAULTS
from benchtop.ui.compare.suite_check_form import SuiteCheckForm
from benchtop.ui.compare.suite_check_words import check_words, checks_words, kind_hints, kind_words
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_WIDTH = 720
_LINES = {"prompt": 5, "system": 2, "reference": 2}


class SuitePromptPane(QWidget):
    """``changed`` comes with each key; ``prompt()`` is what the fields say then."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.suite.prompt_pane")
        self._prompt: SuitePrompt | None = None
        self._showing = False
        self._forms: list[SuiteCheckForm] = []
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 4, 16, 16)
        self._column.setSpacing(4)
        self._lines: dict[str, QLineEdit] = {}
        self._texts: dict[str, QPlainTextEdit] = {}
        self._before = QLabel(inside)
        self._locked = QLabel(inside)
        self._build(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._scroll = ScrolledColumn(inside, _WIDTH, self)
        self._scroll.show_ground()
        whole.addWidget(self._scroll)
        self.set_prompt(None, locked=False)

    def set_prompt(self, prompt: SuitePrompt | None, *, locked: bool) -> None:
        """Show a prompt; ``locked``: to read, not to change."""
        self._prompt, self._showing = prompt, True
        self.setEnabled(prompt is not None)
        shown = prompt or SuitePrompt("", ())
        values = {
            "name": shown.name,
            "tags": ", ".join(shown.tags),
            "pair": shown.pair,
            "variant": shown.variant,
        }
        for key, text in values.items():
            self._lines[key].setText(text)
            self._lines[key].setReadOnly(locked)
        texts = {"prompt": shown.text, "system": shown.system, "reference": shown.reference}
        for key, text in texts.items():
            self._texts[key].setPlainText(text)
            self._texts[key].setReadOnly(locked)
        turns = len(shown.turns) // 2
        words = self.tr("It follows {count} turns of a conversation, which stay as they are.")
        self._before.setText(words.format(count=turns))
        self._before.setVisible(turns > 0)
        self._show_checks(shown, locked=locked)
        self._showing = False
        self._show_trouble()

    def prompt(self) -> SuitePrompt | None:
        """What the fields say."""
        if self._prompt is None:
            return None
        turns = (*self._prompt.turns[:-1], PromptTurn("user", self._texts["prompt"].toPlainText()))
        tags = (tag.strip() for tag in self._lines["tags"].text().split(","))
        return replace(
            self._prompt,
            turns=turns,
            name=self._lines["name"].text().strip(),
            system=self._texts["system"].toPlainText(),
            reference=self._texts["reference"].toPlainText(),
            tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
            pair=self._lines["pair"].text().strip(),
            variant=self._lines["variant"].text().strip(),
            checks=tuple(form.check() for form in self._forms) if self._forms else self._kept(),
        )

    def set_trouble(self, words: str) -> None:
        """Say what is wrong with it, in one sentence; empty: nothing is."""
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))

    def focus_prompt(self) -> None:
        """Give the keyboard to what is asked."""
        self._texts["prompt"].setFocus()

    def _kept(self) -> tuple[Check, ...]:
        """Checks that are only shown in words."""
        return self._prompt.checks if self._prompt is not None and self._is_locked else ()

    def _build(self, inside: QWidget) -> None:
        self._trouble = QLabel(inside)
        self._trouble.setObjectName("compare.suite.trouble")
        self._trouble.setWordWrap(True)
        set_tone(self._trouble, "bad")
        self._column.addWidget(self._trouble)
        self._line("name", self.tr("Name"), self.tr("empty: its first words"))
        self._column.addWidget(self._before)
        self._before.setWordWrap(True)
        set_tone(self._before, "muted")
        self._text("prompt", self.tr("Prompt"), self.tr("What is asked?"))
        self._add_checks(inside)
        self._text("reference", self.tr("Reference reply"), self.tr("for similarity; may be empty"))
        self._text("system", self.tr("System prompt"), self.tr("may be empty"))
        self._line("tags", self.tr("Tags"), self.tr("with commas between"))
        pair = QHBoxLayout()
        pair.setSpacing(12)
        for key, label, hint in (
            ("pair", self.tr("Pair (fairness)"), self.tr("the same for both prompts")),
            ("variant", self.tr("Variant"), self.tr("what differs")),
        ):
            part = QVBoxLayout()
            part.setSpacing(4)
            self._line(key, label, hint, part)
            pair.addLayout(part)
        self._column.addLayout(pair)
        self._column.addStretch(1)

    def _label(self, words: str, field: QWidget, column: QVBoxLayout) -> None:
        label = QLabel(words, self)
        label.setBuddy(field)
        label.setContentsMargins(0, 8, 0, 0)
        set_tone(label, "muted")
        column.addWidget(label)

    def _line(self, key: str, label: str, hint: str, column: QVBoxLayout | None = None) -> None:
        field = QLineEdit(self)
        field.setObjectName(f"compare.suite.{key}")
        field.setAccessibleName(label)
        field.setPlaceholderText(hint)
        field.textEdited.connect(lambda _text: self._on_changed())
        self._lines[key] = field
        self._label(label, field, column or self._column)
        (column or self._column).addWidget(field)

    def _text(self, key: str, label: str, hint: str) -> None:
        field = QPlainTextEdit(self)
        field.setObjectName(f"compare.suite.{key}")
        field.setAccessibleName(label)
        field.setPlaceholderText(hint)
        field.setProperty("field", True)
        field.setTabChangesFocus(True)
        field.setFixedHeight(field.fontMetrics().lineSpacing() * _LINES[key] + 22)
        field.textChanged.connect(self._on_changed)
        self._texts[key] = field
        self._label(label, field, self._column)
        self._column.addWidget(field)

    def _add_checks(self, inside: QWidget) -> None:
        heading = QLabel(self.tr("A reply passes when all of these hold"), inside)
        heading.setContentsMargins(0, 8, 0, 0)
        set_tone(heading, "muted")
        self._column.addWidget(heading)
        self._locked.setObjectName("compare.suite.checks_words")
        self._locked.setWordWrap(True)
        self._column.addWidget(self._locked)
        self._checks = QVBoxLayout()
        self._checks.setSpacing(8)
        self._column.addLayout(self._checks)
        self._new = QComboBox(inside)
        self._new.setObjectName("compare.suite.add_check")
        self._new.setAccessibleName(self.tr("Add a check"))
        self._new.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._new.addItem(self.tr("Add a check…"), "")
        for key, words in kind_words().items():
            self._new.addItem(words, key)
            hint = kind_hints()[key]
            self._new.setItemData(self._new.count() - 1, hint, Qt.ItemDataRole.ToolTipRole)
        self._new.activated.connect(lambda _index: self._on_add())
        line = QHBoxLayout()
        line.addWidget(self._new)
        line.addStretch(1)
        self._column.addLayout(line)

    def _show_checks(self, prompt: SuitePrompt, *, locked: bool) -> None:
        self._is_locked = locked
        for form in self._forms:
            self._take_out(form)
        self._forms = []
        self._locked.setVisible(locked)
        lines = [check_words(check) for check in prompt.checks] or [checks_words(())]
        self._locked.setText("\n".join(f"• {line}" for line in lines))
        self._new.setVisible(not locked)
        for check in () if locked else prompt.checks:
            self._add_form(check)

    def _add_form(self, check: Check) -> SuiteCheckForm:
        form = SuiteCheckForm(check, len(self._forms) + 1, self)
        form.changed.connect(self._on_changed)
        form.remove_requested.connect(lambda form=form: self._on_remove(form))
        self._forms.append(form)
        self._checks.addWidget(form)
        put_before(form.stops(), self._new)
        form.show()  # now, not with the next turn of the event loop
        return form

    def _take_out(self, form: SuiteCheckForm) -> None:
        self._checks.removeWidget(form)
        form.hide()
        form.setParent(None)
        form.deleteLater()

    def _on_add(self) -> None:
        kind = self._new.currentData()
        self._new.setCurrentIndex(0)
        if kind:
            form = self._add_form(DEFAULTS[kind])
            self._on_changed()
            form.focus_fields()
            QTimer.singleShot(0, form, lambda: self._scroll.ensureWidgetVisible(form))

    def _on_remove(self, form: SuiteCheckForm) -> None:
        kept = [one.check() for one in self._forms if one is not form]
        for one in self._forms:
            self._take_out(one)
        self._forms = []
        for check in kept:
            self._add_form(check)
        self._new.setFocus()
        self._on_changed()

    def _on_changed(self) -> None:
        if not self._showing and self._prompt is not None and not self._is_locked:
            self._show_trouble()
            self.changed.emit()

    def _show_trouble(self) -> None:
        prompt = self.prompt()
        trouble = next(prompt_troubles(prompt), "") if prompt is not None else ""
        self.set_trouble(
            self.tr("In this prompt {trouble}.").format(trouble=trouble) if trouble else ""
        )
