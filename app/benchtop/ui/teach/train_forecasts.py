"""The forecasts of the presets in the window: measured when asked for, or known from the runs there were."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.models import ModelFile
from benchtop.domain.training import (
    PRESETS,
    TrainingPlan,
    TrainingRun,
    TrainingSettings,
    preset_settings,
)
from benchtop.services.machine_memory import free_memory
from benchtop.services.reply_stream import explain
from benchtop.services.teach_services import TeachServices
from benchtop.services.training_wish import TrainingWish
from benchtop.ui.teach.train_rows import Forecast, TrainWish
from benchtop.ui.teach.train_view import TrainView

_Key = tuple[str, str, TrainingSettings]
"""Of what something was found out: the ids of a model and of a data set, and the settings that matter."""

if TYPE_CHECKING:
    from benchtop.services.training_forecast import TrainingForecast


class TrainForecasts(QObject):
    """``wish_of`` makes of what stands in the fields what the services are asked for."""

    def __init__(
        self,
        view: TrainView,
        services: TeachServices,
        wish_of: Callable[[TrainWish], TrainingWish | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._view, self._services, self._wish_of = view, services, wish_of
        self._forecast: TrainingForecast | None = None
        self._found: dict[_Key, Forecast] = {}
        self._measured: dict[str, _Key] = {}
        """What is measured now, by the names of presets."""

    def plan_of(self, preset: str) -> TrainingPlan | None:
        """What is known of a preset, or None."""
        key = self._keys(self._view.wish).get(preset)
        found = self._found.get(key) if key is not None else None
        return found.plan if found is not None else None

    def measure(self, wish: TrainWish) -> None:
        """Try each preset for some seconds."""
        asked = self._wishes(wish)
        if not asked or self._made().busy or self._services.runner.busy:
            return
        self._measured = {name: _key(one) for name, one in asked.items()}
        first = next(iter(asked.values()))
        self._show()
        settings = [one.settings for one in asked.values()]
        self._made().start(replace(first, start="", parent_id=""), settings)

    def learn(self, runs: Iterable[TrainingRun]) -> None:
        """What runs found out when they began, the newest first, where nothing was measured since."""
        for run in runs:
            model = self._model_of(str(run.model.get("id", "")))
            if model is not None and run.plan.seconds:
                key = _key_of(model, run.dataset_id, run.settings)
                self._found.setdefault(key, Forecast("known", run.plan))
        self._show()

    def wish_changed(self, wish: TrainWish) -> None:
        """Of other settings other things are known; what is measured for others is of no use."""
        if self._measured and self._measured != self._keys(wish):
            self.cancel()
        self._show()

    def cancel(self) -> None:
        """Stop measuring; the run that is begun wants the machine for itself."""
        if self._forecast is not None and self._forecast.busy:
            self._forecast.cancel()

    def _made(self) -> TrainingForecast:
        if self._forecast is None:
            self._forecast = self._services.forecast()
            self._forecast.foretold.connect(self._foretold)
            self._forecast.failed.connect(self._failed)
        return self._forecast

    def _wishes(self, wish: TrainWish) -> dict[str, TrainingWish]:
        """What each preset would be asked for; empty where the model is not on the list any more."""
        asked = self._wish_of(wish)
        if asked is None:
            return {}
        shape = asked.model.shape
        layers, width = (shape.layers, shape.width) if shape is not None else (0, 0)
        found: dict[str, TrainingWish] = {}
        for name in PRESETS:
            settings = wish.settings
            if settings.preset != name:
                settings = preset_settings(name, layers, width)
            made = self._wish_of(replace(wish, settings=settings))
            assert made is not None
            found[name] = made
        return found

    def _keys(self, wish: TrainWish) -> dict[str, _Key]:
        return {name: _key(one) for name, one in self._wishes(wish).items()}

    def _model_of(self, model_id: str) -> ModelFile | None:
        asked = self._wish_of(replace(self._view.wish, model_id=model_id, parent_id=""))
        return asked.model if asked is not None else None

    def _foretold(self, preset: str, plan: TrainingPlan) -> None:
        key = self._measured.pop(preset, None)
        if key is not None:
            self._found[key] = Forecast("known", plan, free_memory())
        self._show()

    def _failed(self, error: BenchtopError) -> None:
        trouble = "" if isinstance(error, Interrupted) else explain(error)
        for key in self._measured.values():
            if trouble:
                self._found[key] = Forecast("failed", trouble=trouble)
        self._measured = {}
        self._show()

    def _show(self) -> None:
        found: dict[str, Forecast] = {}
        for name, key in self._keys(self._view.wish).items():
            known = self._found.get(key, Forecast())
            found[name] = Forecast("measuring") if name in self._measured else known
        if found:
            self._view.set_forecasts(found)


def _key(wish: TrainingWish) -> _Key:
    return _key_of(wish.model, wish.dataset_id, wish.settings)


def _key_of(model: ModelFile, dataset_id: str, settings: TrainingSettings) -> _Key:
    """The seed and the name of the preset matter to nothing; a context is never longer than the model's, and
    whether memory is saved is decided when a run begins."""
    most = min(settings.context_length, model.context_length or settings.context_length)
    plain = replace(settings, preset="", seed=0, save_memory=None, context_length=most)
    return model.id, dataset_id, plain
