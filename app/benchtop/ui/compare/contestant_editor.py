"""Where a contestant is put together: its model, name, system prompt, adapters and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.generation import SamplingParams
from benchtop.ui.chat.header_button import HeaderButton
from benchtop.ui.chat.lines_edit import LinesEdit
from benchtop.ui.chat.model_picker import ModelChoice, ModelPicker
from benchtop.ui.chat.sampling_panel import SamplingPanel
from benchtop.ui.compare.adapter_list import AdapterList
from benchtop.ui.compare.compare_rows import AdapterChoice, ContestantDraft
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_PROMPT_LINES = 5
_ANY_WIDTH = 16_777_215  # Qt's QWIDGETSIZE_MAX


class ContestantEditor(QDialog):
    """Changes nothing before its button is pressed: then ``drafted`` carries a ContestantDraft.

    ``adapters`` are those that fit, and ``suggested`` what its makers recommend, by a model's id.
    """

    drafted = Signal(ContestantDraft)
    import_requested = Signal()

    def __init__(
        self,
        draft: ContestantDraft,
        models: Sequence[ModelChoice],
        adapters: Mapping[str, Sequence[AdapterChoice]],
        suggested: Mapping[str, SamplingParams],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("compare.editor")
        new = not draft.key
        self.setWindowTitle(self.tr("Add a contestant") if new else self.tr("Edit the contestant"))
        self.setAccessibleName(self.windowTitle())
        self._draft = draft
        self._models = {choice.id: choice for choice in models}
        self._adapters_of, self._suggested = adapters, suggested
        self._defaults = SamplingParams()
        self._name = QLineEdit(draft.name, self)
        self._model = HeaderButton("compare.editor.model", "model", self, arrow=True, least=24)
        self._prompt = LinesEdit(_PROMPT_LINES, self)
        self._adapters = AdapterList(self)
        self._sampling = SamplingPanel(self)
        self._buttons = QDialogButtonBox(self)
        self._done = self._make_buttons(new)
        self._picker = self._make_picker(models)
        self._fill()
        self._lay_out()
        self._take_model(draft.model_id)
        self.setTabOrder(self._model, self._name)
        (self._model if new else self._name).setFocus()

    def set_models(self, models: Sequence[ModelChoice]) -> None:
        """Take a newer list, as after an import; what is chosen stays."""
        self._models = {choice.id: choice for choice in models}
        self._picker.set_models(models, self._draft.model_id or None)
        self._take_model(self._draft.model_id)

    def draft(self) -> ContestantDraft:
        """The contestant as it stands."""
        return replace(
            self._draft,
            name=" ".join(self._name.text().split()),
            system_prompt=self._prompt.toPlainText(),
            params=self._sampling.params(),
            adapters=self._adapters.adapters(),
        )

    def _make_buttons(self, new: bool) -> QPushButton:
        done = QPushButton(self.tr("Add") if new else self.tr("Save"), self)
        cancel = QPushButton(self.tr("Cancel"), self)
        set_kind(done, "primary")
        for button, name in ((done, "done"), (cancel, "cancel")):
            button.setObjectName(f"compare.editor.{name}")
            button.setAccessibleName(button.text())
        done.setDefault(True)
        self._buttons.addButton(done, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        self._buttons.accepted.connect(self._finish)
        self._buttons.rejected.connect(self.reject)
        return done

    def _make_picker(self, models: Sequence[ModelChoice]) -> ModelPicker:
        """The chat's list of models, under names of its own: object names tell widgets apart."""
        picker = ModelPicker(self)
        for widget in (picker, *picker.findChildren(QWidget)):
            name = widget.objectName()
            if name.startswith("chat.model."):
                widget.setObjectName(name.replace("chat.model.", "compare.editor.models.", 1))
        picker.set_models(models, self._draft.model_id or None)
        picker.chosen.connect(self._take_model)
        picker.import_requested.connect(self.import_requested)
        self._model.clicked.connect(lambda _on=False: picker.open_beneath(self._model))
        return picker

    def _fill(self) -> None:
        self._name.setObjectName("compare.editor.name")
        self._name.setAccessibleName(self.tr("Name"))
        self._name.setMaxLength(80)
        self._prompt.setObjectName("compare.editor.system_prompt")
        self._prompt.setAccessibleName(self.tr("System prompt"))
        self._prompt.setPlaceholderText(self.tr("What the model is told before the prompt"))
        self._prompt.setPlainText(self._draft.system_prompt)
        self._adapters.set_adapters(self._draft.adapters)
        self._sampling.set_params(self._draft.params)
        self._sampling.closed.connect(self.reject)
        close = self._sampling.findChild(QWidget, "chat.sampling.close")
        assert close is not None
        close.hide()  # here it is a part of the dialog, which has its own way out
        for button in self._sampling.findChildren(QPushButton):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        fields = QWidget(self)
        model = QFrame(fields)
        model.setProperty("card", True)
        inside = QHBoxLayout(model)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self._model)
        column = QVBoxLayout(fields)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        for label, widget in (
            (self.tr("Model"), model),
            (self.tr("Name"), self._name),
            (self.tr("System prompt"), self._prompt),
            (self.tr("Adapters"), self._adapters),
        ):
            words = QLabel(label, fields)
            words.setBuddy(self._model if widget is model else widget)
            set_tone(words, "muted")
            column.addWidget(words)
            column.addWidget(widget)
            column.addSpacing(8)
        column.addStretch(1)
        left = ScrolledColumn(fields, _ANY_WIDTH, self)
        both = QHBoxLayout()
        both.setSpacing(0)
        both.addWidget(left, 1)
        both.addWidget(self._sampling)
        line = QFrame(self)
        line.setFixedHeight(1)
        line.setProperty("line", True)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        foot.addWidget(self._buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(both, 1)
        whole.addWidget(line)
        whole.addLayout(foot)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(max(720, letter * 100), max(520, self.fontMetrics().height() * 34))

    def _take_model(self, model_id: str) -> None:
        """Show a model; adapters that do not fit it leave."""
        choice = self._models.get(model_id)
        changed = model_id != self._draft.model_id
        self._draft = replace(self._draft, model_id=model_id)
        self._picker.set_models(list(self._models.values()), model_id or None)
        text = choice.name if choice is not None else self.tr("Choose a model")
        tip = choice.detail if choice is not None else self.tr("Which model answers")
        self._model.say(text, self.tr("Model: {name}").format(name=text), tip)
        self._name.setPlaceholderText(text if choice is not None else "")
        fitting = tuple(self._adapters_of.get(model_id, ()))
        self._adapters.set_choices(fitting)
        if changed:
            paths = {one.path for one in fitting}
            kept = [one for one in self._adapters.adapters() if one.path in paths]
            self._adapters.set_adapters(kept)
        defaults = self._suggested.get(model_id, SamplingParams())
        untouched = self._sampling.params() == self._defaults
        self._sampling.set_defaults(defaults)
        if changed and untouched:
            self._sampling.set_params(defaults)
        self._defaults = defaults
        usable = choice is not None and not choice.missing
        self._done.setEnabled(usable)
        self._done.setToolTip("" if usable else self.tr("Choose a model whose file is there first"))

    def _finish(self) -> None:
        self.drafted.emit(self.draft())
        self.accept()
