"""The Train tab: preparing a run, watching it, and the runs there were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from benchtop.domain.training import (
    ENDED,
    BesideChat,
    HoldoutPoint,
    SamplePoint,
    TrainPoint,
)
from benchtop.ui.teach.run_list import RunList
from benchtop.ui.teach.train_live import TrainLive
from benchtop.ui.teach.train_rows import (
    AdapterChoice,
    DatasetChoice,
    Forecast,
    LiveRun,
    ModelChoice,
    RunCurves,
    RunRow,
    ToolsRow,
    TrainWish,
)
from benchtop.ui.teach.train_setup import TrainSetup
from benchtop.ui.teach.train_texts import trained_kinds
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.placeholder_page import PlaceholderPage

PageKey = Literal["setup", "live", "no_model", "no_dataset"]


class TrainView(QWidget):
    """Takes data and tells wishes. ``start_requested``, ``measure_requested`` and ``wish_changed`` carry a
    TrainWish; those of a run its id; ``beside_chat_changed`` a BesideChat.

    ``look_requested`` carries a data set's id and what there is to look at: personal, drafts, few, holdout
    or empty. ``info_bar`` is where errors are posted.
    """

    start_requested = Signal(object)
    measure_requested = Signal(object)
    measure_cancelled = Signal()
    wish_changed = Signal(object)
    look_requested = Signal(str, str)
    setup_requested = Signal()
    setup_cancelled = Signal()
    find_model_requested = Signal()
    make_dataset_requested = Signal()
    pause_requested = Signal(str)
    resume_requested = Signal(str)
    stop_requested = Signal(str)
    delete_requested = Signal(str)
    run_chosen = Signal(str)
    """A run of the list was opened: what came of it is on the Result tab, and one that is not over is to be
    put on show here, with show_live."""
    beside_chat_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.train.view")
        self.setAccessibleName(self.tr("Train"))
        self._models: tuple[ModelChoice, ...] = ()
        self._datasets: tuple[DatasetChoice, ...] = ()
        self._rows: tuple[RunRow, ...] = ()
        self._current: LiveRun | None = None
        self._aside = False
        self.info_bar = InfoBar(self)
        self._runs = RunList()
        self.setup = TrainSetup(self._runs)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.setup)
        self._pages: dict[PageKey, QWidget] = {"setup": self.setup}  # others are made when needed
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.info_bar)
        column.addWidget(self._stack, 1)
        self._connect()
        self._show_page()

    # before a run

    def set_models(self, models: Sequence[ModelChoice], chosen: str = "") -> None:
        """The models on this machine; those with a ``trouble`` cannot be taken."""
        self._models = tuple(models)
        self.setup.set_models(models, chosen)
        self._show_page()

    def set_datasets(self, datasets: Sequence[DatasetChoice], chosen: str = "") -> None:
        """The data sets there are."""
        self._datasets = tuple(datasets)
        self.setup.set_datasets(datasets, chosen)
        self._show_page()

    def set_adapters(self, adapters: Sequence[AdapterChoice], chosen: str | None = None) -> None:
        """Adapters that can be gone on with; with ``chosen`` one of them is taken."""
        self.setup.set_adapters(adapters, chosen)

    def set_forecasts(self, forecasts: Mapping[str, Forecast]) -> None:
        """What each preset will take, by its name."""
        self.setup.set_forecasts(forecasts)

    def set_tools(self, tools: ToolsRow) -> None:
        """Whether training is possible at all, or how far setting it up is."""
        self.setup.set_tools(tools)

    def set_wish(self, wish: TrainWish) -> None:
        """Prepare this, for teaching again: what is still offered of it stands in the fields."""
        self.setup.set_wish(wish)
        self.setup.set_awaited("")
        self.show_setup()
        self.setup.show_top()

    def await_wish(self) -> None:
        """A wish will come by set_wish() as soon as it is read: what stands in the fields is not it."""
        self.setup.set_awaited(self.tr("Looking at what is to be taught…"))
        self.setup.show_top()

    def set_beside_chat(self, choice: BesideChat) -> None:
        """What training does while a model writes in a chat."""
        self.setup.set_beside_chat(choice)
        if "live" in self._pages:
            self.live.set_beside_chat(choice)

    @property
    def live(self) -> TrainLive:
        """The view of a run."""
        page = self._page("live")
        assert isinstance(page, TrainLive)
        return page

    @property
    def wish(self) -> TrainWish:
        """What stands in the fields."""
        return self.setup.wish

    # a run

    def set_runs(self, rows: Sequence[RunRow]) -> None:
        """The runs there were, the newest first."""
        self._rows = tuple(rows)
        self._show_runs()

    def show_live(self, live: LiveRun | None) -> None:
        """Show a run as it is now: under way, paused, or just over. None: there is none."""
        before, self._current = self._current, live
        if live is not None:
            if before is None or before.run.id != live.run.id or live.going:
                self._aside = False
            self.live.show_run(live)
        going = live is not None and live.going
        self._show_page()  # first: the keyboard must not be on a start that is greyed
        self.setup.set_blocked(self.tr("Another run is under way.") if going else "")
        self._show_runs()

    def set_curves(self, curves: RunCurves) -> None:
        """All that the run on show has left behind so far."""
        self.live.set_curves(curves)

    def add_train(self, points: Sequence[TrainPoint]) -> None:
        """More steps of the run on show."""
        self.live.add_train(points)

    def add_holdout(self, points: Sequence[HoldoutPoint]) -> None:
        """More readings of its holdout."""
        self.live.add_holdout(points)

    def add_samples(self, samples: Sequence[SamplePoint]) -> None:
        """More answers to its prompts."""
        self.live.add_samples(samples)

    def show_setup(self) -> None:
        """Put the preparation of a run on show, unless one is under way."""
        self._aside = True
        self._show_page()

    def focus_first(self) -> None:
        """Give the keyboard to what can be done now."""
        page = self._stack.currentWidget()
        if isinstance(page, (TrainSetup, TrainLive)):
            page.focus_first()
        elif page is not None:
            page.setFocus()

    def _connect(self) -> None:
        setup, runs = self.setup, self._runs
        setup.start_requested.connect(self.start_requested)
        setup.measure_requested.connect(self.measure_requested)
        setup.measure_cancelled.connect(self.measure_cancelled)
        setup.wish_changed.connect(self.wish_changed)
        setup.look_requested.connect(self.look_requested)
        setup.tools.setup_requested.connect(self.setup_requested)
        setup.tools.cancel_requested.connect(self.setup_cancelled)
        setup.beside.changed.connect(self._on_beside)
        runs.resume_requested.connect(self.resume_requested)
        runs.delete_requested.connect(self.delete_requested)
        runs.open_requested.connect(self._on_open)

    def _on_beside(self, choice: BesideChat) -> None:
        self.set_beside_chat(choice)
        self.beside_chat_changed.emit(choice)

    def _on_another(self) -> None:
        self.show_setup()
        self.focus_first()

    def _on_open(self, run_id: str) -> None:
        """A run that is not over is watched here; of the others there is a result."""
        now = self._current.run if self._current is not None else None
        if now is None or run_id != now.id or now.state in ENDED:
            self.run_chosen.emit(run_id)
            return
        self._aside = False
        self._show_page()
        self.focus_first()

    def _show_runs(self) -> None:
        going = self._current is not None and self._current.going
        self._runs.set_rows(self._rows, can_resume=not going)

    def _show_page(self) -> None:
        going = self._current is not None and self._current.going
        key: PageKey = "setup"
        if self._current is not None and (going or not self._aside):
            key = "live"
        elif not any(not one.trouble for one in self._models):
            key = "no_model"
        elif not self._datasets:
            key = "no_dataset"
        before, page = self._stack.currentWidget(), self._page(key)
        if before is page:
            return
        focus = self.focusWidget()
        had_focus = before is not None and focus is not None and before.isAncestorOf(focus)
        had_focus = had_focus and focus is not None and focus.hasFocus()
        self._stack.setCurrentWidget(page)
        if had_focus:
            self.focus_first()

    def _page(self, key: PageKey) -> QWidget:
        if key not in self._pages:
            makers: dict[PageKey, Callable[[], QWidget]] = {
                "live": self._make_live,
                "no_model": self._make_no_model,
                "no_dataset": self._make_no_dataset,
            }
            self._pages[key] = makers[key]()
            self._stack.addWidget(self._pages[key])
        return self._pages[key]

    def _make_live(self) -> TrainLive:
        live = TrainLive()
        live.set_beside_chat(self.wish.beside_chat)
        live.pause_requested.connect(self.pause_requested)
        live.resume_requested.connect(self.resume_requested)
        live.stop_requested.connect(self.stop_requested)
        live.result_requested.connect(self.run_chosen)
        live.another_requested.connect(self._on_another)
        live.beside_changed.connect(self._on_beside)
        return live

    def _make_no_model(self) -> PlaceholderPage:
        action = QAction(self.tr("Find a model"), self)
        action.setObjectName("teach.train.find")
        action.setProperty("icon_name", "search")
        action.triggered.connect(self.find_model_requested)
        return PlaceholderPage(
            "models",
            self.tr("No model here can be taught"),
            self.tr(
                "Benchtop teaches models of the kinds {kinds}. Small ones learn in minutes on this machine."
            ).format(kinds=trained_kinds()),
            [action],
            self,
        )

    def _make_no_dataset(self) -> PlaceholderPage:
        action = QAction(self.tr("Make a data set"), self)
        action.setObjectName("teach.train.make")
        action.setProperty("icon_name", "data")
        action.triggered.connect(self.make_dataset_requested)
        return PlaceholderPage(
            "data",
            self.tr("First, something to learn from"),
            self.tr(
                "A model learns from examples: questions with the answers you want. Rate replies in your "
                "chats, import a file, or write a few yourself."
            ),
            [action],
            self,
        )
