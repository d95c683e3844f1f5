"""The fields of each sort of check: built from a check, read back as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from benchtop.domain.suites import (
    LANGUAGES,
    Check,
    Contains,
    Equals,
    JsonSchema,
    Language,
    Length,
    Number,
    Regex,
    Similarity,
)
from benchtop.ui.compare.suite_check_words import language_name
from benchtop.ui.tab_order import tab_stops
from benchtop.ui.theme import code_font, pad_spin_box, set_tone

_Spin = TypeVar("_Spin", QSpinBox, QDoubleSpinBox)
_LINES = 3
_LINE_END = "⏎"
"""Stands for the end of a line inside one text, where each line is a text."""
MOST_COUNT = 1_000_000
DEFAULTS: dict[str, Check] = {
    "contains": Contains(("",)),
    "equals": Equals(("",)),
    "number": Number(0.0),
    "regex": Regex(""),
    "json_schema": JsonSchema('{"type": "object"}'),
    "similarity": Similarity(0.5),
    "length": Length("words", 0, 100),
    "language": Language("en"),
}
"""What a new check of each sort begins with."""


class SuiteCheckFields(QWidget):
    """The fields of one check. ``check()`` raises ValueError, with a sentence, for no number."""

    changed = Signal()

    def __init__(self, check: Check, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._read: Callable[[], Check] = self._build(check)

    def check(self) -> Check:
        """What the fields say."""
        return self._read()

    def stops(self) -> list[QWidget]:
        """What Tab visits, from top to bottom."""
        return tab_stops(self)

    def _build(self, check: Check) -> Callable[[], Check]:  # one case for each sort
        match check:
            case Contains():
                return self._contains(check)
            case Equals():
                texts = self._texts("texts", self.tr("One of"), check.texts)
                exact = self._box(
                    "exact", self.tr("Exactly, also capitals and spaces"), check.exact
                )
                return lambda: Equals(_lines(texts), exact.isChecked())
            case Regex():
                return self._regex(check)
            case JsonSchema():
                schema = self._text("schema", self.tr("Schema"), check.schema)
                bare = self._box("bare", self.tr("Nothing but JSON: no code block"), check.bare)
                return lambda: JsonSchema(schema.toPlainText(), bare.isChecked())
            case Number():
                return self._number(check)
            case Similarity():
                least = self._share("least", self.tr("chrF at least"), check.least)
                label = self.tr("References, where the prompt's own is not meant")
                texts = self._texts("references", label, check.references)
                return lambda: Similarity(least.value(), _lines(texts))
            case Length():
                return self._length(check)
            case Language():
                names = sorted((language_name(code), code) for code in LANGUAGES)
                box = self._combo("code", self.tr("Language"), names, check.code)
                return lambda: Language(box.currentData())

    def _contains(self, check: Contains) -> Callable[[], Check]:
        choices = (
            (self.tr("all of these texts"), "all"),
            (self.tr("any of these texts"), "any"),
            (self.tr("none of these texts"), "none"),
        )
        how = self._combo("how_many", self.tr("Holds"), choices, check.how_many)
        texts = self._texts("texts", self.tr("Texts, one in each line"), check.texts)
        case = self._box("case", self.tr("Capitals matter"), not check.ignore_case)
        return lambda: Contains(_lines(texts), how.currentData(), not case.isChecked())

    def _regex(self, check: Regex) -> Callable[[], Check]:
        choices = ((self.tr("must be found"), True), (self.tr("must not be found"), False))
        wanted = self._combo("wanted", self.tr("The pattern"), choices, check.wanted)
        field = self._line("pattern", self.tr("Pattern"), check.pattern)
        field.setFont(code_font(self.font()))
        case = self._box("case", self.tr("Capitals matter"), not check.ignore_case)
        whole = self._box("whole", self.tr("It is the whole reply"), check.whole)
        return lambda: Regex(
            field.text(), not case.isChecked(), whole.isChecked(), wanted.currentData()
        )

    def _number(self, check: Number) -> Callable[[], Check]:
        choices = (
            (self.tr("the last number"), "last"),
            (self.tr("the first number"), "first"),
            (self.tr("the only number"), "only"),
        )
        which = self._combo("which", self.tr("Which"), choices, check.which)
        value = self._line("value", self.tr("Is"), f"{check.value:.15g}")
        within = self._line("within", self.tr("Give or take"), f"{check.within:.15g}")
        return lambda: Number(self._float(value), self._float(within), which.currentData())

    def _length(self, check: Length) -> Callable[[], Check]:
        units = (
            (self.tr("words"), "words"),
            (self.tr("characters"), "characters"),
            (self.tr("sentences"), "sentences"),
        )
        unit = self._combo("unit", self.tr("Counted in"), units, check.unit)
        low = self._count("at_least", self.tr("At least"), check.at_least)
        high = self._count(
            "at_most", self.tr("At most"), -1 if check.at_most is None else check.at_most
        )
        high.setMinimum(-1)
        high.setSpecialValueText(self.tr("no limit"))
        high.setValue(-1 if check.at_most is None else check.at_most)
        return lambda: Length(
            unit.currentData(), low.value(), None if high.value() < 0 else high.value()
        )

    # fields

    def _add(self, key: str, label: str, field: QWidget) -> None:
        if field.focusProxy() is None:
            field.setObjectName(f"{self._name}.{key}")
            field.setAccessibleName(label)
        words = QLabel(label, self)
        words.setWordWrap(True)
        set_tone(words, "muted")
        words.setBuddy(field)
        self._form.addRow(words, field)

    def _combo(
        self, key: str, label: str, choices: Sequence[tuple[str, object]], chosen: object
    ) -> QComboBox:
        box = QComboBox(self)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for words, value in choices:
            box.addItem(words, value)
        box.setCurrentIndex(max(box.findData(chosen), 0))
        box.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self._add(key, label, box)
        return box

    def _line(self, key: str, label: str, text: str) -> QLineEdit:
        field = QLineEdit(text, self)
        field.textChanged.connect(lambda _text: self.changed.emit())
        self._add(key, label, field)
        return field

    def _text(self, key: str, label: str, text: str) -> QPlainTextEdit:
        field = QPlainTextEdit(text, self)
        field.setProperty("field", True)
        field.setTabChangesFocus(True)
        high = field.fontMetrics().lineSpacing()
        field.setFixedHeight(_LINES * high + 22)
        field.textChanged.connect(self.changed)
        self._add(key, label, field)
        return field

    def _texts(self, key: str, label: str, texts: Sequence[str]) -> QPlainTextEdit:
        return self._text(key, label, "\n".join(text.replace("\n", _LINE_END) for text in texts))

    def _box(self, key: str, words: str, on: bool) -> QCheckBox:
        box = QCheckBox(words, self)
        box.setObjectName(f"{self._name}.{key}")
        box.setAccessibleName(words)
        box.setChecked(on)
        box.toggled.connect(lambda _on: self.changed.emit())
        self._form.addRow(box)
        return box

    def _share(self, key: str, label: str, value: float) -> QDoubleSpinBox:
        spin = QDoubleSpinBox(self)
        spin.setRange(0.01, 1.0)
        spin.setSingleStep(0.05)
        spin.setValue(value)
        pad_spin_box(spin)
        spin.valueChanged.connect(lambda _value: self.changed.emit())
        return self._add_spin(key, label, spin)

    def _add_spin(self, key: str, label: str, spin: _Spin) -> _Spin:
        self._add(key, label, self._beside(spin))
        spin.setObjectName(f"{self._name}.{key}")
        spin.setAccessibleName(label)
        return spin

    def _count(self, key: str, label: str, value: int) -> QSpinBox:
        spin = QSpinBox(self)
        spin.setRange(0, MOST_COUNT)
        spin.setGroupSeparatorShown(True)
        spin.setValue(value)
        pad_spin_box(spin)
        spin.valueChanged.connect(lambda _value: self.changed.emit())
        return self._add_spin(key, label, spin)

    def _beside(self, spin: QWidget) -> QWidget:
        """A number as wide as numbers are, at the beginning of its line."""
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(spin)
        row.addStretch(1)
        holder.setFocusProxy(spin)
        return holder

    def _float(self, field: QLineEdit) -> float:
        text = field.text().strip().replace(",", "")
        try:
            return float(text)
        except ValueError:
            words = self.tr("“{text}” is not a number: write it such as 3.5.")
            raise ValueError(words.format(text=text)) from None


def _lines(field: QPlainTextEdit) -> tuple[str, ...]:
    lines = field.toPlainText().split("\n")
    return tuple(line.replace(_LINE_END, "\n") for line in lines if line.strip())
