"""Measures: the models of this machine, what is known of them, and the buttons that measure more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QLocale, QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.errors import BenchtopError, FileNotWritten
from benchtop.domain.models import ModelFile
from benchtop.domain.windows import USUAL_WINDOW
from benchtop.services.compare_services import CompareServices
from benchtop.services.library import is_missing
from benchtop.services.measure_card import measure_card
from benchtop.services.measure_results import CHATS, Kind, MeasureResult
from benchtop.services.measure_service import MeasureWish
from benchtop.services.model_list import ModelList
from benchtop.services.reply_stream import explain
from benchtop.store.whole_file import replace_file
from benchtop.ui.compare.card_saver import CardSaver
from benchtop.ui.compare.contestants_wiring import SETTING
from benchtop.ui.compare.measure_result_rows import MeasuredOn, measure_row, usable_results
from benchtop.ui.compare.measure_rows import KINDS, MeasureRow
from benchtop.ui.compare.measure_view import FILE, WINDOWS, MeasureView
from benchtop.ui.widgets.info_bar import InfoBar

_SHOW_MS = 100
"""Progress comes in faster than anybody reads."""


class MeasuresWiring(QObject):
    """The text, the window, the reference and the price of a kWh are kept among the settings of the page."""

    def __init__(
        self,
        view: MeasureView,
        services: CompareServices,
        models: ModelList,
        info: InfoBar,
        find: Callable[[], object],
    ) -> None:
        super().__init__(view)
        self._view, self._services, self._models, self._info = view, services, models, info
        self._cards = CardSaver(view, info)
        self._measures = services.measures()
        self._gone: frozenset[str] = frozenset()
        self._references: list[tuple[str, str]] = []
        self._later = QTimer(self, singleShot=True, interval=_SHOW_MS)
        self._later.timeout.connect(self._show)
        self._connect(find)
        price = self._kept("price")
        view.set_price(
            price if isinstance(price, (int, float)) and price >= 0 else 0.0, self._currency()
        )
        view.set_text(*self._shown_text())
        view.set_window(self._window())
        self.look()

    def _connect(self, find: Callable[[], object]) -> None:
        view = self._view
        view.measure_requested.connect(self._measure)
        view.measure_all_requested.connect(self._measure_all)
        view.stop_requested.connect(self._stop)
        view.text_chosen.connect(self._choose_text)
        view.window_chosen.connect(self._choose_window)
        view.reference_chosen.connect(self._choose_reference)
        view.price_changed.connect(lambda price: self._keep("price", float(price)))
        view.card_requested.connect(self._save)
        view.find_requested.connect(find)
        view.exported.connect(self._export)
        self._measures.changed.connect(self._soon)
        self._measures.failed.connect(self._say)
        self._models.changed.connect(lambda _models: self.look())

    def look(self) -> None:
        """Bring the models up to date; the disk is asked which files are there."""
        models = self._models.models
        self._gone = frozenset(model.id for model in models if is_missing(model))
        references = [(model.id, model.name) for model in models if model.id not in self._gone]
        if references != self._references:
            self._references = references
            self._view.set_references(references, self._reference())
        self._show()

    def _soon(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _show(self) -> None:
        self._view.set_rows([self._row(model) for model in self._models.models])

    def _row(self, model: ModelFile) -> MeasureRow:
        missing = model.id in self._gone
        reference = self._models.by_id(self._reference())
        on = MeasuredOn(self._text(), self._window(), reference)
        return measure_row(model, self._measures, on, missing=missing)

    # What is chosen

    def _kept(self, key: str) -> object:
        return self._services.settings.values.compare.get(key)

    def _keep(self, key: str, value: object) -> None:
        self._services.settings.put(SETTING, key, value)

    def _text(self) -> str:
        """CHATS, or the path of a file."""
        kept = self._kept("text")
        return kept if isinstance(kept, str) and kept else CHATS

    def _shown_text(self) -> tuple[str, str]:
        text = self._text()
        return (CHATS, "") if text == CHATS else (FILE, Path(text).name)

    def _window(self) -> int:
        kept = self._kept("window")
        return kept if isinstance(kept, int) and kept in WINDOWS else USUAL_WINDOW

    def _reference(self) -> str:
        kept = self._kept("reference")
        return kept if isinstance(kept, str) and self._models.by_id(kept) is not None else ""

    def _currency(self) -> str:
        kept = self._kept("currency")
        usual = QLocale().currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode)
        return kept if isinstance(kept, str) and kept else usual

    def _choose_text(self, kind: str) -> None:
        text = CHATS
        if kind == FILE:
            text, _ = QFileDialog.getOpenFileName(
                self._view, self.tr("A text to measure on"), "", self.tr("Texts (*.txt *.md *);;*")
            )
        if text:
            self._keep("text", text)
        self._view.set_text(*self._shown_text())
        self._show()

    def _choose_window(self, tokens: int) -> None:
        self._keep("window", tokens)
        self._show()

    def _choose_reference(self, model_id: str) -> None:
        self._keep("reference", model_id)
        self._show()

    # Measuring

    def _measure(self, model_id: str, kind: Kind) -> None:
        model, reference = self._models.by_id(model_id), self._models.by_id(self._reference())
        if model is None or kind not in get_args(Kind):
            return
        if kind == "divergence" and (reference is None or reference.id == model.id):
            return
        against = reference if kind == "divergence" else None
        wish = MeasureWish(model, kind, self._text(), against, self._window())
        self._measures.measure(wish)

    def _measure_all(self, model_id: str) -> None:
        model = self._models.by_id(model_id)
        if model is None:
            return
        row = self._row(model)
        known: dict[Kind, bool] = {
            "perplexity": row.perplexity is not None,
            "divergence": row.kl_mean is not None,
            "speed": bool(row.speeds),
            "energy": row.joules is not None or bool(row.unmeasurable),
        }
        for kind in KINDS:
            if not known[kind]:
                self._measure(model_id, kind)

    def _stop(self, model_id: str, kind: Kind) -> None:
        self._measures.stop(model_id, kind)

    # What is taken along

    def _export(self, path: str, content: bytes) -> None:
        def work() -> None:
            try:
                replace_file(Path(path), content)
            except OSError as error:
                detail = (error.strerror or str(error)).lower()
                raise FileNotWritten(path=path, detail=detail) from error

        text = self.tr("The picture is in {path}.").format(path=path)
        self._measures.disk.run(work, lambda _none: self._info.post("info", text), self._say)

    def _save(self, model_id: str) -> None:
        model = self._models.by_id(model_id)
        if model is None:
            return
        results = usable_results(model, self._measures.results)
        references, folder = self._held_against(results), self._services.folder
        self._cards.save(
            "benchtop-measures", lambda: measure_card(model, results, references, folder)
        )

    def _held_against(self, results: list[MeasureResult]) -> list[ModelFile]:
        ids = dict.fromkeys(one.reference_id for one in results if one.reference_id)
        found = [self._models.by_id(model_id) for model_id in ids]
        return [model for model in found if model is not None]

    def _say(self, error: BenchtopError) -> None:
        self._info.post("error", explain(error))
