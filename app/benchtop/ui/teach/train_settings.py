"""The settings of a training run that most people leave alone, folded away."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from benchtop.domain.adapter_layout import LAID_OUT
from benchtop.domain.training import TrainingSettings
from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.teach.fold import Fold
from benchtop.ui.teach.setting_fields import SettingFields
from benchtop.ui.theme import set_kind

_DEPENDENT = {"preset"}


def differing(settings: TrainingSettings, base: TrainingSettings) -> set[str]:
    """The names of the settings that are not those of ``base``."""
    return {
        one.name
        for one in fields(TrainingSettings)
        if one.name not in _DEPENDENT and getattr(settings, one.name) != getattr(base, one.name)
    }


class TrainSettings(QWidget):
    """``changed`` carries TrainingSettings after a change; set_settings() does not emit it.

    ``base`` are the settings of the preset: what differs from them is counted, and can be put back.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.train.advanced")
        self._settings, self._base = TrainingSettings(), TrainingSettings()
        self._pairs = 0
        self._goes_on = False
        self._fields: SettingFields | None = None  # made when they are first asked for
        self._fold = Fold("teach.train.advanced.fold", self.tr("Advanced settings"), self)
        self._reset = QPushButton(self.tr("As the preset"), self)
        self._reset.setObjectName("teach.train.advanced.reset")
        self._reset.setAccessibleName(self.tr("Put all settings back to those of the preset"))
        self._reset.setToolTip(self._reset.accessibleName())
        set_kind(self._reset, "quiet")
        font = QFont()
        font.setWeight(QFont.Weight.DemiBold)
        self._fold.setFont(font)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._fold)
        head.addStretch(1)
        head.addWidget(self._reset)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self._fold.toggled.connect(self._on_fold)
        self._reset.clicked.connect(self._on_reset)
        self._show()

    @property
    def settings(self) -> TrainingSettings:
        """What stands in the fields."""
        return self._settings

    @property
    def base(self) -> TrainingSettings:
        """Those of the preset."""
        return self._base

    def set_settings(self, settings: TrainingSettings, base: TrainingSettings) -> None:
        """Show these, which differ from the preset's ``base`` or not."""
        self._settings, self._base = settings, base
        self._show()

    def set_base(self, base: TrainingSettings, *, goes_on: bool) -> None:
        """Other settings of the preset: what a person changed stays, but where it ``goes_on`` from an
        adapter, whose layout is not to be changed."""
        now = self._settings
        kept = differing(now, self._base) - (set(LAID_OUT) if goes_on else set())
        self._goes_on = goes_on
        self.set_settings(replace(base, **{name: getattr(now, name) for name in kept}), base)

    def set_pairs(self, pairs: int) -> None:
        """How many examples of the data set have a worse answer: none, no preference tuning."""
        self._pairs = pairs
        if not pairs and self._settings.preference:
            self._take(preference=False)
        self._show()

    def open(self, on: bool) -> None:
        """Unfold, or fold away."""
        self._fold.setChecked(on)

    # what a person does

    def _on_fold(self, on: bool) -> None:
        if on and self._fields is None:
            self._fields = SettingFields(self)
            self._fields.taken.connect(lambda values: self._take(**values))
            self._column.addWidget(self._fields)
            put_in_line((self._fold, self._reset, *self._fields.stops()))
            self._show()
        if self._fields is not None:
            self._fields.setVisible(on)

    def _on_reset(self) -> None:
        self._settings = self._base
        self._fold.setFocus()  # the button goes
        self._show()
        self.changed.emit(self._settings)

    def _take(self, **values: Any) -> None:
        self._settings = replace(self._settings, **values)
        self._show()
        self.changed.emit(self._settings)

    # showing

    def _show(self) -> None:
        changed_ones = differing(self._settings, self._base)
        if self._fields is not None:
            self._fields.show_settings(self._settings, changed_ones, self._pairs)
            self._fields.set_laid_out(self._goes_on)
        self._reset.setVisible(bool(changed_ones))
        text, count = self.tr("Advanced settings"), len(changed_ones)
        if count:
            changed = self.tr("1 changed") if count == 1 else self.tr("{count} changed")
            text += " · " + changed.format(count=count)
        self._fold.setText(text)
        self._fold.setAccessibleName(text)
