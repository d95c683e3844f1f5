"""Checks of model files: begun, watched, stopped, and what came of each in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import ModelFile
from benchtop.services.file_check import Reading, known_sum
from benchtop.services.hub_services import HubServices
from benchtop.services.reply_stream import explain
from benchtop.ui.models.library_view import LibraryView
from benchtop.ui.widgets.info_bar import InfoBar

NEWS_MS = 12_000
"""How long good news stays."""


class LibraryChecks(QObject):
    """``changed`` is called when a row's progress is another."""

    def __init__(
        self,
        view: LibraryView,
        services: HubServices,
        info: InfoBar,
        changed: Callable[[], object],
    ) -> None:
        super().__init__(view)
        self._models, self._info, self._changed = services.models, info, changed
        self._checker, self._again = services.checker, services.fetch_again
        self._progress: dict[str, float] = {}
        view.verify_requested.connect(self._begin)
        view.verify_stop_requested.connect(self._checker.stop)
        view.again_requested.connect(self._fetch)
        self._checker.checking.connect(self._reached)
        self._checker.checked.connect(self._ended)
        self._again.refused.connect(self._refused)

    def progress_of(self, model_id: str) -> float | None:
        """How far the check of a model is, 0 to 1; None while there is none."""
        return self._progress.get(model_id)

    def _begin(self, model_id: str) -> None:
        model = self._models.by_id(model_id)
        if model is not None:
            self._checker.check(model)

    def _fetch(self, model_id: str) -> None:
        model = self._models.by_id(model_id)
        if model is not None:
            self._again.fetch(model)

    def _refused(self, error: BenchtopError) -> None:
        self._info.post("error", explain(error))

    def _reached(self, model_id: str, fraction: float) -> None:
        self._progress[model_id] = fraction
        self._changed()

    def _ended(self, model: ModelFile, reading: Reading) -> None:
        self._progress.pop(model.id, None)
        known = self._models.by_id(model.id)
        if known is not None:
            tell = {
                "read": self._tell_read,
                "stopped": self._tell_stopped,
                "missing": self._tell_missing,
                "unreadable": self._tell_unreadable,
            }
            tell[reading.ended](known, reading)
        self._changed()

    def _tell_read(self, model: ModelFile, reading: Reading) -> None:
        had_sum = bool(known_sum(model))
        checked = self._models.set_checked(model, reading.sums)
        if checked.damaged is not None:
            words = self.tr("{name} is not as it should be: its file was changed or damaged.")
            self._tell_bad(model, words.format(name=model.name))
            return
        right = self.tr("{name} is as it should be.")
        noted = self.tr("{name} had no check sum to compare with: it is noted now.")
        words = (right if had_sum else noted).format(name=model.name)
        self._info.post("info", words, timeout_ms=NEWS_MS)

    def _tell_stopped(self, model: ModelFile, _reading: Reading) -> None:
        words = self.tr("{name} was not compared to its end, so nothing new is known of it.")
        self._info.post("info", words.format(name=model.name), timeout_ms=NEWS_MS)

    def _tell_missing(self, model: ModelFile, reading: Reading) -> None:
        words = self.tr("{name} is not whole: {path} is not there any more.")
        self._tell_bad(model, words.format(name=model.name, path=reading.path))

    def _tell_unreadable(self, model: ModelFile, reading: Reading) -> None:
        words = self.tr("{name} could not be read to its end ({path}: {why}).")
        self._tell_bad(model, words.format(name=model.name, path=reading.path, why=reading.why))

    def _tell_bad(self, model: ModelFile, sentence: str) -> None:
        """With what can be done: the Hub has the file of most of them."""
        if model.repo:
            do = partial(self._fetch, model.id)
            self._info.post("error", sentence, self.tr("Download again"), do)
        else:
            self._info.post("error", f"{sentence} {self.tr('Copy it here again.')}")
