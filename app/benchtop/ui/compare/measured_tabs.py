"""The tabs Measures and Next token: made when they are first shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from benchtop.services.compare_services import CompareServices
from benchtop.services.model_list import ModelList
from benchtop.ui.compare.compare_page import ComparePage
from benchtop.ui.compare.contestants_wiring import ContestantsWiring
from benchtop.ui.compare.lens_view import LensView
from benchtop.ui.compare.lens_wiring import LensWiring
from benchtop.ui.compare.measure_view import MeasureView
from benchtop.ui.compare.measures_wiring import MeasuresWiring
from benchtop.ui.widgets.info_bar import InfoBar


class MeasuredTabs(QObject):
    """``find`` leads to where models are found."""

    def __init__(
        self,
        page: ComparePage,
        services: CompareServices,
        contestants: ContestantsWiring,
        models: ModelList,
        *,
        info: InfoBar,
        find: Callable[[], object],
    ) -> None:
        super().__init__(page)
        self._page, self._services, self._contestants = page, services, contestants
        self._models, self._info, self._find = models, info, find
        self.lens: LensWiring | None = None
        self.measures: MeasuresWiring | None = None
        page.tab_shown.connect(self._shown)

    def _shown(self, tab: str) -> None:
        if tab == "next_token":
            self._show_lens()
        elif tab == "measures":
            self._show_measures()

    def _show_lens(self) -> None:
        if self.lens is not None:
            self.lens.look()
            return
        view = LensView()
        self._page.set_view("next_token", view)
        self.lens = LensWiring(view, self._services, self._contestants, self._models, self._info)

    def _show_measures(self) -> None:
        if self.measures is not None:
            self.measures.look()
            return
        view = MeasureView()
        self._page.set_view("measures", view)
        self.measures = MeasuresWiring(view, self._services, self._models, self._info, self._find)
