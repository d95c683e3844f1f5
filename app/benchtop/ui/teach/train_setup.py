"""Before a run: what is taught with what, how thoroughly, whether it fits, and the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from benchtop.domain.training import PRESETS, BesideChat, TrainingSettings, preset_settings
from benchtop.ui.teach.preset_cards import PresetCards
from benchtop.ui.teach.train_choices import TrainChoices
from benchtop.ui.teach.train_fit import TrainFit
from benchtop.ui.teach.train_foot import TrainFoot
from benchtop.ui.teach.train_prompts import BesideChatChoice, TrainPrompts
from benchtop.ui.teach.train_rows import (
    AdapterChoice,
    DatasetChoice,
    Forecast,
    ModelChoice,
    ToolsRow,
    TrainWish,
)
from benchtop.ui.teach.train_settings import TrainSettings
from benchtop.ui.teach.train_texts import summary_words
from benchtop.ui.teach.train_tools import TrainTools
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_COLUMN = 860


class TrainSetup(QWidget):
    """``start_requested`` and ``measure_requested`` carry a TrainWish; ``wish_changed``: what was measured
    may be so no more. Whoever hears it answers with ``set_forecasts``."""

    start_requested = Signal(object)
    measure_requested = Signal(object)
    measure_cancelled = Signal()
    wish_changed = Signal(object)
    look_requested = Signal(str, str)

    def __init__(self, runs: QWidget, parent: QWidget | None = None) -> None:
        """``runs`` are shown at the end of the column."""
        super().__init__(parent)
        self.setObjectName("teach.train.setup")
        self.setAccessibleName(self.tr("A new training run"))
        self._forecasts: dict[str, Forecast] = {name: Forecast() for name in PRESETS}
        self._settings_of: dict[str, TrainingSettings] = {}
        self._blocked = self._awaited = ""
        self.tools = TrainTools()
        self.choices = TrainChoices()
        self.presets = PresetCards()
        self.advanced = TrainSettings()
        self.prompts = TrainPrompts()
        self.beside = BesideChatChoice()
        self._fit = TrainFit()
        self.foot = TrainFoot()  # last, so that Tab goes to Start last
        self._lay_out(runs)
        self._connect()
        self._on_base()

    @property
    def wish(self) -> TrainWish:
        """What stands in the fields."""
        return TrainWish(
            self.choices.model_id,
            self.choices.dataset_id,
            self.advanced.settings,
            self.prompts.prompts,
            self.choices.parent_id,
            self.beside.choice,
        )

    def set_models(self, models: Sequence[ModelChoice], chosen: str = "") -> None:
        """Offer these."""
        before = self.choices.model, self.choices.layout
        self.choices.set_models(models, chosen)
        if (self.choices.model, self.choices.layout) != before:
            self._on_base()
        self._show()

    def set_datasets(self, datasets: Sequence[DatasetChoice], chosen: str = "") -> None:
        """Offer these."""
        self.choices.set_datasets(datasets, chosen)
        self._on_dataset()
        self._show()

    def set_adapters(self, adapters: Sequence[AdapterChoice], chosen: str | None = None) -> None:
        """Offer to go on from these; ``chosen`` is taken."""
        before = self.choices.layout
        self.choices.set_adapters(adapters, chosen)
        if self.choices.layout != before:
            self._on_base()
        self._show()

    def set_wish(self, wish: TrainWish) -> None:
        """Take what is offered of this over into the fields."""
        self.set_models(self.choices.models, wish.model_id)
        self.set_datasets(self.choices.datasets, wish.dataset_id)
        self.choices.set_adapters(self.choices.adapters, wish.parent_id)
        self.presets.choose(wish.settings.preset)
        self._on_base()
        self.advanced.set_settings(self._laid_out(wish.settings), self._base())
        self.beside.choose(wish.beside_chat)
        self._show()

    def set_forecasts(self, forecasts: Mapping[str, Forecast]) -> None:
        """What each preset will take, by its name; the one that is chosen with its changed settings."""
        self._forecasts |= dict(forecasts)
        for name, forecast in self._forecasts.items():
            self.presets.set_forecast(name, forecast)
        self._show()

    def set_tools(self, tools: ToolsRow) -> None:
        """Whether training is possible at all."""
        focus = self.focusWidget()
        inside = focus is not None and self.tools.isAncestorOf(focus)
        had_focus = inside and focus is not None and focus.hasFocus()
        self.tools.set_tools(tools)
        self._show()
        if had_focus and self.tools.ready:  # the card is gone, and the keyboard went with it
            self.focus_first()
        elif inside and focus is not None and self.tools.ready:
            focus.clearFocus()  # or it would have it when this is shown again

    def set_beside_chat(self, choice: BesideChat) -> None:
        """What training does while a model writes."""
        self.beside.choose(choice)

    def set_blocked(self, reason: str) -> None:
        """A sentence on why nothing can start now, such as a run that is under way; empty for none."""
        self._blocked = reason
        self._show()

    def set_awaited(self, reason: str) -> None:
        """The same, of a wish that is not in the fields yet: what stands there is not to be started."""
        self._awaited = reason
        self._show()

    def show_top(self) -> None:
        """Begin with the first thing there is to see."""
        self._scroll.verticalScrollBar().setValue(0)

    def focus_first(self) -> None:
        """Give the keyboard to the first thing to decide."""
        self.presets.findChild(QWidget, f"teach.train.preset.{self.presets.name}").setFocus()

    # making

    def _lay_out(self, runs: QWidget) -> None:
        column = QWidget()
        inside = QVBoxLayout(column)
        inside.setContentsMargins(24, 16, 24, 24)
        inside.setSpacing(16)
        inside.addWidget(self.tools)
        inside.addWidget(self.choices)
        thoroughly = QVBoxLayout()
        thoroughly.setSpacing(6)
        title = QLabel(self.presets.accessibleName(), column)
        set_tone(title, "title")
        thoroughly.addWidget(title)
        thoroughly.addWidget(self.presets)
        thoroughly.addWidget(self._fit)
        inside.addLayout(thoroughly)
        inside.addWidget(self.prompts)
        inside.addWidget(self.beside)
        inside.addWidget(self.advanced)
        inside.addWidget(runs)
        inside.addStretch(1)
        self._scroll = ScrolledColumn(column, _COLUMN, self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self.foot)

    def _connect(self) -> None:
        self.choices.changed.connect(self._on_choices)
        self.choices.look_requested.connect(self.look_requested)
        self.presets.chosen.connect(self._on_preset)
        self.advanced.changed.connect(lambda _settings: self._changed())
        self.beside.changed.connect(lambda _choice: self._changed())
        self._fit.measure_requested.connect(lambda: self.measure_requested.emit(self.wish))
        self._fit.measure_cancelled.connect(self.measure_cancelled)
        self._fit.fitting_taken.connect(self._on_fitting)
        self.foot.start_requested.connect(lambda: self.start_requested.emit(self.wish))

    # what a person does

    def _on_choices(self) -> None:
        self._on_base()
        self._on_dataset()
        self._changed()

    def _on_preset(self, _name: str) -> None:
        self.advanced.set_settings(self._with_own(self._base()), self._base())
        self._changed()

    def _on_fitting(self) -> None:
        fitting = self._forecasts[self.presets.name].fitting
        if fitting is not None:
            self.advanced.set_settings(self._laid_out(fitting), self._base())
            self.foot.focus_start()  # the button goes once these are measured
            self._changed()

    def _changed(self) -> None:
        self._show()
        self.wish_changed.emit(self.wish)

    def _on_base(self) -> None:
        """Presets depend on how many layers a model has, and on the adapter that it begins from."""
        model, goes_on = self.choices.model, self.choices.layout is not None
        self.advanced.set_base(self._base(), goes_on=goes_on)
        self.presets.set_layers(model.layers if model is not None else 0, goes_on=goes_on)

    def _on_dataset(self) -> None:
        choice = self.choices.dataset
        self.advanced.set_pairs(choice.pairs if choice is not None else 0)
        if choice is not None:
            known = choice.split_known
            self.prompts.suggest(choice.prompts, choice.held_prompts, split_known=known)
        else:
            self.prompts.suggest((), 0)

    def _base(self) -> TrainingSettings:
        model = self.choices.model
        layers, width = (model.layers, model.width) if model is not None else (0, 0)
        return self._laid_out(preset_settings(self.presets.name, layers, width))

    def _laid_out(self, settings: TrainingSettings) -> TrainingSettings:
        """These, in the layout of the adapter to begin from."""
        layout = self.choices.layout
        return layout.within(settings) if layout is not None else settings

    def _with_own(self, base: TrainingSettings) -> TrainingSettings:
        """A preset says nothing of the machine, the seed and worse answers: those stay as they are."""
        now = self.advanced.settings
        return replace(
            base,
            threads=now.threads,
            seed=now.seed,
            save_memory=now.save_memory,
            preference=now.preference,
            preference_beta=now.preference_beta,
        )

    # showing

    def _obstacle(self) -> str:
        """Why it cannot start; empty where it can."""
        choice, forecast = self.choices.dataset, self._forecasts[self.presets.name]
        if self._blocked or self._awaited:
            return self._blocked or self._awaited
        if not self.tools.ready:
            return self.tr("The training tools are not set up yet; see above.")
        if not self.choices.model_id:
            return self.tr("No model on this machine can be trained.")
        if choice is None:
            return self.tr("There is no data set yet.")
        if choice.learnt <= 0:
            return self.tr("The data set holds nothing to learn from.")
        if not forecast.fits:
            return self.tr("It does not fit into memory; see above what would.")
        return ""

    def _show(self) -> None:
        forecast = self._forecasts[self.presets.name]
        obstacle = self._obstacle()
        ready = self.tools.ready and not (self._blocked or self._awaited)
        self._fit.show_forecasts(
            forecast,
            self._forecasts.values(),
            can_measure=ready and bool(self.choices.model_id and self.choices.dataset_id),
        )
        words = obstacle or self._summary_words(forecast)
        self.foot.show_words(words, can_start=not obstacle, bad=not forecast.fits)

    def _summary_words(self, forecast: Forecast) -> str:
        model, choice, parent = self.choices.model, self.choices.dataset, self.choices.parent
        assert model is not None
        assert choice is not None
        return summary_words(model.name, choice, parent.name if parent else "", forecast)
