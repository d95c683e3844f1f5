"""The list beneath the header's preset button: choose, save, update, rename, delete."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.domain.chat import Preset
from benchtop.ui.chat.choice_list import Choice, ChoiceList
from benchtop.ui.chat.name_field import NameField
from benchtop.ui.chat.popover import Popover
from benchtop.ui.chat.preset_texts import builtin_order, preset_line, preset_name
from benchtop.ui.icons import set_icon
from benchtop.ui.theme import set_kind, set_tone


class PresetMenu(Popover):
    """The buttons below the list are about the preset in use.

    ``saved`` with the name of a preset there is means: update it.
    """

    chosen = Signal(str)
    saved = Signal(str)
    renamed = Signal(str, str)
    removed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chat.preset.menu")
        self.setAccessibleName(self.tr("Presets"))
        self._presets: list[Preset] = []
        self._current: Preset | None = None
        self._modified = False
        self._renaming = False
        self._list = ChoiceList(self)
        self._list.setObjectName("chat.preset.list")
        self._list.setAccessibleName(self.tr("Presets"))
        self._hint = QLabel(self)
        self._hint.setWordWrap(True)
        self._hint.setMargin(4)
        set_tone(self._hint, "muted")
        self._name = NameField("chat.preset.name", self)
        self._deeds = QWidget(self)
        self._update = self._button("save", "chat.preset.update", self._on_update)
        self._save = self._button("plus", "chat.preset.save", self._on_save_as)
        self._rename = self._button("rename", "chat.preset.rename", self._on_rename)
        self._remove = self._button("trash", "chat.preset.remove", self._on_remove)
        self._build()

    def set_presets(self, presets: Sequence[Preset], current: str | None, modified: bool) -> None:
        """Show these presets, built-in ones first; ``modified``: the values differ from it."""
        self._presets = sorted(presets, key=builtin_order)
        self._current = next((one for one in presets if one.id == current), None)
        self._modified = modified
        self._list.set_choices(
            [
                Choice(one.id, self._row_name(one), preset_line(one), current=one.id == current)
                for one in self._presets
            ]
        )
        self._refresh()

    def open_beneath(self, anchor: QWidget) -> None:
        """Show it with the keyboard on the preset in use."""
        self._end_naming()
        self.show_beneath(anchor)
        self._list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _build(self) -> None:
        rows = QVBoxLayout(self._deeds)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        for button in (self._update, self._save, self._rename, self._remove):
            rows.addWidget(button)
        self.content.addWidget(self._list, 1)
        self.content.addWidget(self._hint)
        self.content.addWidget(self._deeds)
        self.content.addWidget(self._name)
        self._name.hide()
        self._name.named.connect(self._on_named)
        self._name.cancelled.connect(self._on_cancelled)
        self._list.chosen.connect(self._on_chosen)

    def _button(self, icon_name: str, name: str, deed: object) -> QPushButton:
        button = QPushButton(self._deeds)
        button.setObjectName(name)
        button.setStyleSheet("text-align: left")
        set_kind(button, "quiet")
        set_icon(button, icon_name)
        button.clicked.connect(deed)
        return button

    def _row_name(self, preset: Preset) -> str:
        name = preset_name(preset)
        return self.tr("{name} (built in)").format(name=name) if preset.builtin else name

    def _refresh(self) -> None:
        current = self._current
        own = current is not None and not current.builtin
        name = preset_name(current) if current is not None else ""
        _label(self._save, self.tr("Save as a new preset…"))
        _label(self._update, self.tr("Update “{name}”").format(name=name))
        _label(self._rename, self.tr("Rename “{name}”…").format(name=name))
        _label(self._remove, self.tr("Delete “{name}”").format(name=name))
        self._update.setVisible(own and self._modified)
        self._rename.setVisible(own)
        self._remove.setVisible(own)
        self._hint.setVisible(self._modified and not own)
        self._hint.setText(
            self.tr("The system prompt or the parameters were changed. Save them to keep them.")
        )
        self.fit()

    def _problem_of(self, name: str) -> str:
        taken = {
            text.casefold()
            for one in self._presets
            for text in (one.name, preset_name(one))
            if not (self._renaming and one is self._current)
        }
        if name.casefold() in taken:
            return self.tr("There is a preset called “{name}” already.").format(name=name)
        return ""

    def _ask(self, save: str, name: str) -> None:
        self._deeds.hide()
        self._name.ask(self.tr("Name of the preset"), save, name, self._problem_of)
        self.fit()

    def _end_naming(self) -> None:
        self._name.hide()
        self._deeds.show()
        self.fit()

    def _on_chosen(self, preset_id: str) -> None:
        self.close()
        self.chosen.emit(preset_id)

    def _on_save_as(self) -> None:
        self._renaming = False
        self._ask(self.tr("Save"), "")

    def _on_rename(self) -> None:
        if self._current is not None:
            self._renaming = True
            self._ask(self.tr("Rename"), self._current.name)

    def _on_cancelled(self) -> None:
        self._end_naming()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_named(self, name: str) -> None:
        current = self._current
        self.close()
        if not self._renaming:
            self.saved.emit(name)
        elif current is not None and name != current.name:
            self.renamed.emit(current.id, name)

    def _on_update(self) -> None:
        if self._current is not None:
            self.close()
            self.saved.emit(self._current.name)

    def _on_remove(self) -> None:
        if self._current is not None:
            self.close()
            self.removed.emit(self._current.id)


def _label(button: QPushButton, text: str) -> None:
    button.setText(text.replace("&", "&&"))
    button.setAccessibleName(text)
