"""The chat page's header: model, adapters, system prompt, preset, sampling parameters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from benchtop.domain.chat import Preset
from benchtop.domain.generation import SamplingParams
from benchtop.ui.chat.adapter_rows import AdapterRow
from benchtop.ui.chat.adapters_button import AdaptersButton
from benchtop.ui.chat.header_button import HeaderButton
from benchtop.ui.chat.model_picker import ModelChoice, ModelPicker
from benchtop.ui.chat.preset_menu import PresetMenu
from benchtop.ui.chat.preset_texts import preset_name
from benchtop.ui.chat.sampling_panel import SamplingPanel
from benchtop.ui.chat.system_prompt_panel import SystemPromptPanel
from benchtop.ui.theme import set_tone, tokens
from benchtop.ui.widgets.elided_label import ElidedLabel

__all__ = ["ChatHeader", "ModelChoice"]

LEAST_WIDTH = 280


class ChatHeader(QWidget):
    """A row of buttons. It knows no service: data in, signals out.

    ``sampling_panel`` is made when it is first wanted, which ``sampling_panel_made`` tells: the page
    lays it out at the right of the transcript, the header shows and hides it. The system prompt opens
    beneath the row, inside the header. ``preset_saved`` with the name of a preset there is means:
    update it. ``models_wanted`` comes before the list of models opens: the moment to look at the disk.
    """

    model_chosen = Signal(str)
    models_wanted = Signal()
    import_model_requested = Signal()
    system_prompt_changed = Signal(str)
    preset_chosen = Signal(str)
    preset_saved = Signal(str)
    preset_renamed = Signal(str, str)
    preset_removed = Signal(str)
    params_changed = Signal(object)
    sidebar_toggled = Signal()
    sampling_panel_made = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat.header")
        # Made in the order in which they stand: Tab follows it.
        self._sidebar = HeaderButton("chat.sidebar.toggle", "sidebar", self)
        self._model = HeaderButton("chat.model", "model", self, arrow=True, least=12)
        self.adapters = AdaptersButton(self)
        self._prompt = HeaderButton("chat.system_prompt", "system-prompt", self)
        self._preset = HeaderButton("chat.preset", "preset", self, arrow=True)
        self._sampling = HeaderButton("chat.sampling", "sliders", self)
        self._state = ElidedLabel("", self)
        self._progress = QProgressBar(self)
        self._picker = ModelPicker(self)
        self._presets = PresetMenu(self)
        self._prompt_panel = SystemPromptPanel(self)
        self._params = self._defaults = SamplingParams()
        self._sampling_panel: SamplingPanel | None = None
        self._build()
        self._connect()
        self.set_models([], None)
        self.set_model_state("", None)
        self.set_presets([], None, modified=False)
        self.set_system_prompt("")
        self.set_params(SamplingParams())

    @property
    def sampling_panel(self) -> SamplingPanel:
        """The panel of parameters; its sixty widgets are made at the first call."""
        if self._sampling_panel is None:
            self._sampling_panel = SamplingPanel()
            self._sampling_panel.hide()
            self._sampling_panel.set_defaults(self._defaults)
            self._sampling_panel.set_params(self._params)
            self._sampling_panel.params_changed.connect(self._on_params)
            self._sampling_panel.closed.connect(lambda: self._show_sampling(False))
            self.sampling_panel_made.emit(self._sampling_panel)
        return self._sampling_panel

    # what the page tells it

    def set_models(self, choices: Sequence[ModelChoice], current: str | None) -> None:
        """The models to choose from, and the one that answers."""
        self._picker.set_models(choices, current)
        chosen = next((one for one in choices if one.id == current), None)
        if chosen is None:
            text = self.tr("Choose a model")
            self._model.say(text, text, self.tr("Choose which model answers"))
        else:
            parts = [part for part in (chosen.name, chosen.detail) if part]
            self._model.say(
                " · ".join(parts),
                self.tr("Model: {name}").format(name=", ".join(parts)),
                self.tr("{name}\nChoose which model answers").format(name=" · ".join(parts)),
            )
        self._fit()

    def set_model_state(self, text: str, progress: float | None) -> None:
        """What the model is doing, such as "loading"; ``progress`` from 0 to 1, or None."""
        self._state.setText(text)
        self._state.setVisible(bool(text))
        self._progress.setVisible(progress is not None)
        self._progress.setAccessibleName(text)
        if progress is not None:
            self._progress.setUpdatesEnabled(False)  # else it paints all that waits, at once
            self._progress.setValue(round(min(max(progress, 0.0), 1.0) * 100))
            self._progress.setUpdatesEnabled(True)
        self._fit()

    def set_system_prompt(self, text: str) -> None:
        """Show a conversation's system prompt; call commit() before showing another one's."""
        self._prompt_panel.set_text(text)
        self._mark_prompt(text)

    def set_adapters(self, rows: Sequence[AdapterRow], model: str) -> None:
        """The adapters there are and those attached, for the model of this name."""
        self.adapters.set_adapters(rows, model)
        self._fit()

    def set_presets(self, presets: Sequence[Preset], current: str | None, modified: bool) -> None:
        """The presets, the one in use, and whether the values differ from it by now."""
        self._presets.set_presets(presets, current, modified)
        used = next((one for one in presets if one.id == current), None)
        name = preset_name(used) if used is not None else self.tr("none")
        if used is not None and modified:
            name = self.tr("{preset} (changed)").format(preset=name)
        text = self.tr("Preset: {name}").format(name=name)
        tip = self.tr("{preset}\nA preset sets the system prompt and the parameters at once")
        self._preset.say(text, text, tip.format(preset=text))
        self._fit()

    def set_params(self, params: SamplingParams) -> None:
        """Show sampling parameters."""
        self._params = params
        if self._sampling_panel is not None:
            self._sampling_panel.set_params(params)
        self._mark_sampling(params)

    def set_default_params(self, defaults: SamplingParams) -> None:
        """What counts as unchanged, and what a reset goes back to."""
        self._defaults = defaults
        if self._sampling_panel is not None:
            self._sampling_panel.set_defaults(defaults)
        self._mark_sampling(self._params)

    def commit(self) -> None:
        """Pass on what was typed and not told yet: before another conversation is shown."""
        self._prompt_panel.commit()

    # what shortcuts open

    def open_models(self) -> None:
        """Open the list of models."""
        self.models_wanted.emit()
        self._picker.open_beneath(self._model)

    def open_presets(self) -> None:
        """Open the list of presets."""
        self._presets.open_beneath(self._preset)

    def open_system_prompt(self) -> None:
        """Open the system prompt and give it the keyboard."""
        self._show_prompt(True)

    def open_sampling(self) -> None:
        """Open the sampling panel and give it the keyboard."""
        self._show_sampling(True)

    def toggle_sampling(self) -> None:
        """Open the sampling panel, or close it when it is open."""
        self._show_sampling(self._sampling_panel is None or self._sampling_panel.isHidden())

    # inside

    def _build(self) -> None:
        self._prompt.setCheckable(True)
        self._sampling.setCheckable(True)
        self._sidebar.set_compact(True)
        name = self.tr("Show or hide the conversations")
        self._sidebar.say("", name, name)
        set_tone(self._state, "muted")
        self._state.setObjectName("chat.model.state")
        self._progress.setObjectName("chat.model.progress")
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(72)
        self._progress.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._prompt_panel.hide()
        row = QHBoxLayout()
        row.setContentsMargins(8, 8, 12, 8)
        row.setSpacing(4)
        row.addWidget(self._sidebar)
        row.addWidget(self._model)
        row.addWidget(self._state)
        row.addWidget(self._progress)
        row.addStretch(1)
        for button in (self.adapters, self._prompt, self._preset, self._sampling):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 1)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._prompt_panel)
        self._row = row

    def _connect(self) -> None:
        self._sidebar.clicked.connect(self.sidebar_toggled)
        self._model.clicked.connect(self.open_models)
        self._preset.clicked.connect(self.open_presets)
        self._prompt.clicked.connect(self._show_prompt)
        self._sampling.clicked.connect(self._show_sampling)
        self._picker.chosen.connect(self.model_chosen)
        self._picker.import_requested.connect(self.import_model_requested)
        self._presets.chosen.connect(self.preset_chosen)
        self._presets.saved.connect(self.preset_saved)
        self._presets.renamed.connect(self.preset_renamed)
        self._presets.removed.connect(self.preset_removed)
        self._prompt_panel.changed.connect(self._on_prompt)
        self._prompt_panel.closed.connect(lambda: self._show_prompt(False))

    def _show_prompt(self, shown: bool) -> None:
        self._prompt.setChecked(shown)
        self._prompt_panel.setVisible(shown)
        if shown:
            self._prompt_panel.focus_editor()
        else:
            self._prompt_panel.commit()
            self._prompt.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_sampling(self, shown: bool) -> None:
        self._sampling.setChecked(shown)
        if self._sampling_panel is None and not shown:
            return
        self.sampling_panel.setVisible(shown)
        if shown:
            self.sampling_panel.focus_first()
        else:
            self._sampling.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_prompt(self, text: str) -> None:
        self._mark_prompt(text)
        self.system_prompt_changed.emit(text)

    def _on_params(self, params: SamplingParams) -> None:
        self._params = params
        self._mark_sampling(params)
        self.params_changed.emit(params)

    def _mark_prompt(self, text: str) -> None:
        label, first = self.tr("System prompt"), " ".join(text.split())
        self._prompt.set_dotted(bool(first))
        tip = self.tr("What the model is told before the conversation begins")
        if first:
            tip = f"{first[:160]}…" if len(first) > 160 else first
        self._prompt.say(label, self.tr("System prompt, set") if first else label, tip)

    def _mark_sampling(self, params: SamplingParams) -> None:
        changed = params != self._defaults
        self._sampling.set_dotted(changed)
        label = self.tr("Sampling")
        tip = self.tr("How the next token is chosen: temperature, top-p, penalties, length, seed")
        self._sampling.say(label, self.tr("Sampling, changed") if changed else label, tip)

    # room

    def minimumSizeHint(self) -> QSize:
        """Narrow: texts give way to icons before anything is cut."""
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Drop the texts at the right, one after the other, until the row has room."""
        buttons: list[HeaderButton] = [self._sampling, self._prompt, self._preset]
        buttons.insert(3 if self.adapters.attached else 0, self.adapters)
        room = self.width() - self._fixed_width()
        wanted = [button.width_when(compact=False) for button in buttons]
        for place, button in enumerate(buttons):
            tight = sum(wanted) > room
            if tight:
                wanted[place] = button.width_when(compact=True)
            button.set_compact(tight)

    def _fixed_width(self) -> int:
        """What the rest of the row takes, with a model's name of readable length."""
        width = self._sidebar.sizeHint().width()
        width += min(self._model.sizeHint().width(), self.fontMetrics().averageCharWidth() * 32)
        if self._state.text():
            width += min(self._state.sizeHint().width(), 160)
        if not self._progress.isHidden():
            width += self._progress.width()
        return width + self._row.spacing() * 8 + 20

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a text or the text size is another
            self._fit()
        return done

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(tokens(self.palette()).border)
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
