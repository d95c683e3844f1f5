"""The Train tab with the services behind it: what can be taught, the run at work, and the runs there were."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.training import ENDED, HoldoutPoint, TrainingRun, TrainPoint
from benchtop.services.model_list import ModelList
from benchtop.services.reply_stream import explain
from benchtop.services.teach_services import TeachServices
from benchtop.services.training_wish import Prepared, TrainingWish
from benchtop.ui.teach.live_facts import live_run
from benchtop.ui.teach.run_removal import RunRemoval
from benchtop.ui.teach.tools_wiring import ToolsWiring
from benchtop.ui.teach.train_forecasts import TrainForecasts
from benchtop.ui.teach.train_news import TrainNews
from benchtop.ui.teach.train_reading import (
    TeachFacts,
    model_choices,
    read_curves,
    read_facts,
    run_rows,
)
from benchtop.ui.teach.train_rows import RunCurves, RunPhase, TrainWish
from benchtop.ui.teach.train_view import TrainView
from benchtop.ui.teach.train_wishes import awaited_run, is_of, services_wish
from benchtop.ui.undo_stack import UndoStack
from benchtop.ui.widgets.when_visible import WhenVisible

FIGURES_MS = 250
"""How often the figures of a run at work are brought up to date."""
_PHASES: dict[str, RunPhase] = {"loading": "loading", "measuring": "measuring"}


class TrainWiring(QObject):
    """Fills the view, and does what it asks for."""

    open_result = Signal(str)
    """A person wants to see what came of a run."""
    started = Signal(str)
    """A run is begun, or gone on with: the name of its model."""

    def __init__(
        self, view: TrainView, services: TeachServices, models: ModelList, undo: UndoStack
    ) -> None:
        super().__init__(view)
        self._view, self._services, self._models = view, services, models
        self._runner = services.runner
        self.forecasts = TrainForecasts(view, services, self._wish_of, self)
        self.facts = TeachFacts((), (), ())
        self._phase: RunPhase = "idle"
        self._live: TrainingRun | None = None
        self._wanted: TrainWish | None = None
        """What is prepared as soon as it is read; nothing else can be started before."""
        self._reading = 0
        self._news = TrainNews(view.info_bar)
        self._memory = 0
        self._late: list[TrainPoint] | None = None
        """Steps that came while the curves of the run on show were read."""
        self._soon = WhenVisible(view, self._read)
        self._tools = ToolsWiring(
            view, services.folder, services.tools, self._say, self._architecture
        )
        self._removal = RunRemoval(services, undo, self._read, self._say, self)
        self._figures = QTimer(self, singleShot=True, interval=FIGURES_MS)
        self._figures.timeout.connect(self._show_step)
        self._connect()
        self._show_models()
        if self._runner.run is not None:  # it goes on since before there was anything to show it in
            self._show_whole(self._runner.run, "training")
        self.refresh()

    def refresh(self) -> None:
        """Read all anew, when somebody looks at it."""
        self._soon.ask()

    def choose_dataset(self, dataset_id: str) -> None:
        """Prepare teaching from this data set. What was chosen to go on from belongs to another one."""
        if dataset_id != self._view.wish.dataset_id:
            self._view.set_adapters(self.facts.parents, "")
        self._want(replace(self._view.wish, dataset_id=dataset_id))

    def prepare_again(self, run: TrainingRun, adapter_id: str) -> None:
        """Prepare to go on from a run's adapter, with what is in its data set now."""
        model_id = str(run.model.get("id", ""))
        self._want(TrainWish(model_id, run.dataset_id, run.settings, parent_id=adapter_id))

    def resume(self, run_id: str) -> None:
        """Go on with a paused run."""
        run = next((one for one in self.facts.runs if one.id == run_id), None)
        if run is not None and not self._runner.busy:
            self._view.info_bar.clear("error")
            self._take_up(run)

    def _connect(self) -> None:
        view, runner = self._view, self._runner
        view.start_requested.connect(self._start)
        view.measure_requested.connect(self.forecasts.measure)
        view.measure_cancelled.connect(self.forecasts.cancel)
        view.wish_changed.connect(self.forecasts.wish_changed)
        view.pause_requested.connect(lambda _run: self._order("pausing", runner.pause))
        view.stop_requested.connect(lambda _run: self._order("stopping", runner.stop))
        view.resume_requested.connect(self.resume)
        view.delete_requested.connect(self._delete)
        view.run_chosen.connect(self._open)
        view.beside_chat_changed.connect(lambda choice: runner.set_share(choice == "share"))
        view.wish_changed.connect(lambda _wish: self._tools.look())
        runner.preparing.connect(self._preparing)
        runner.prepared.connect(self._prepared)
        runner.begun.connect(self._begun)
        runner.stepped.connect(self._stepped)
        runner.holdout_read.connect(self._holdout_read)
        runner.sampled.connect(lambda point: view.add_samples([point]))
        runner.changed.connect(lambda run: self._show(run, self._phase))
        runner.restarted.connect(self._restarted)
        runner.ended.connect(self._ended)
        runner.refused.connect(self._refused)
        self._models.changed.connect(lambda _models: self._show_models())
        self._models.changed.connect(lambda _models: self.refresh())
        self._models.adapters.changed.connect(self.refresh)

    # what there is

    def _want(self, wish: TrainWish) -> None:
        self._wanted = wish  # it may not be on offer yet
        self._view.await_wish()
        self._read()

    def _read(self) -> None:
        models = tuple(self._models.models)
        self._reading += 1
        take = partial(self._take, self._reading)
        self._services.ask(lambda store: read_facts(store, models), take, self._not_read)

    def _not_read(self, error: BenchtopError) -> None:
        again = self.tr("Try again")
        self._view.info_bar.post("error", explain(error), again, self._read)

    def _take(self, number: int, facts: TeachFacts) -> None:
        if (
            number != self._reading
        ):  # it was asked anew meanwhile, maybe for what this knows nothing of
            return
        self.facts = facts
        view, wish = self._view, self._wanted or self._view.wish
        view.set_datasets(facts.datasets, wish.dataset_id)
        view.set_adapters(facts.parents, wish.parent_id or None)
        view.set_runs(run_rows(facts.runs, facts.names))
        if self._wanted is not None:
            self._wanted = None
            view.set_wish(wish)
            self._tools.look()
        self.forecasts.learn(facts.runs)

    def _show_models(self) -> None:
        self._view.set_models(model_choices(self._models.models), self._view.wish.model_id)
        self._tools.look()

    def _architecture(self) -> str:
        """That of the chosen model; empty for none."""
        chosen = self._view.wish.model_id
        return next((one.architecture for one in self._models.models if one.id == chosen), "")

    # a run

    def _start(self, wish: TrainWish) -> None:
        asked = self._wish_of(wish)
        if asked is None or self._runner.busy:
            return
        if self._wanted is not None and not is_of(wish, self._wanted):
            return
        plan = self.forecasts.plan_of(wish.settings.preset)
        if plan is not None:
            asked = replace(asked, plan=plan)
        self._view.info_bar.clear("error")
        self.forecasts.cancel()
        self._show(awaited_run(asked), "loading")
        self._view.set_curves(RunCurves())
        self.started.emit(asked.model.name)
        self._runner.start(asked)

    def _wish_of(self, wish: TrainWish) -> TrainingWish | None:
        """What the services are asked for; None where the model is not on the list any more."""
        return services_wish(wish, self._models, self.facts)

    def _open(self, run_id: str) -> None:
        """Show what came of a run; one that is not over is put on show here."""
        run = next((one for one in self.facts.runs if one.id == run_id), None)
        if run is None or run.state in ENDED:
            self.open_result.emit(run_id)
        elif run.state == "paused" and not self._runner.busy:
            self._show_whole(run, "idle")
        elif self._live is None or run_id != self._live.id:
            words = self.tr("“{name}” is at work in another window or command.")
            self._view.info_bar.post("info", words.format(name=run.name))

    def _delete(self, run_id: str) -> None:
        run = next((one for one in self.facts.runs if one.id == run_id), None)
        if run is None or run.state in ("preparing", "running"):
            return
        if self._live is not None and self._live.id == run_id:
            self._live = None
            self._view.show_live(None)
        self._removal.remove(run)

    def _take_up(self, run: TrainingRun) -> None:
        self._show_whole(replace(run, state="running", error=""), "loading")
        self.started.emit(str(run.model.get("name", "")))
        self._runner.go_on(run)

    def _show_whole(self, run: TrainingRun, phase: RunPhase) -> None:
        """Show a run with all that it left behind so far."""
        self._show(run, phase)
        self._runner.record.keep()
        late: list[TrainPoint] = []
        self._late = late

        def shown(curves: RunCurves) -> None:
            if self._late is not late or self._live is None or self._live.id != run.id:
                return  # another one is on show by now
            self._late = None
            last = curves.train[-1].step if curves.train else 0
            self._memory = self._memory or (curves.train[-1].memory_bytes if curves.train else 0)
            self._view.set_curves(curves)
            self._view.add_train([point for point in late if point.step > last])

        self._services.ask(lambda store: read_curves(store, run.id), shown, self._say)

    def _preparing(self, what: str, _fraction: float) -> None:  # it takes seconds
        if self._live is not None and self._phase != "stopping":
            self._show(self._live, _PHASES.get(what, "encoding"))

    def _prepared(self, prepared: Prepared) -> None:
        self._show(prepared.run, "loading")
        self._view.set_curves(RunCurves())

    def _begun(self, run: TrainingRun, _begun: object) -> None:
        self._show(run, "training")
        self.forecasts.learn([run])  # it was tried before it began

    def _stepped(self, point: TrainPoint) -> None:
        self._memory = point.memory_bytes
        self._news.stepped(point.step)
        self._view.add_train([point])
        if self._late is not None:
            self._late.append(point)
        if not self._figures.isActive():
            self._figures.start()

    def _holdout_read(self, point: HoldoutPoint) -> None:
        self._news.forget()
        self._view.add_holdout([point])

    def _show_step(self) -> None:
        run = self._runner.run
        if run is not None and self._live is not None and run.id == self._live.id:
            self._show(run, self._phase)

    def _order(self, phase: RunPhase, order: object) -> None:
        if callable(order):
            order()
        if self._live is not None:
            self._show(self._live, phase)

    def _show(self, run: TrainingRun, phase: RunPhase) -> None:
        if self._live is None or self._live.id != run.id:
            self._memory = 0
            self._news.clear()
        self._live, self._phase = run, phase
        name = self.facts.names.get(run.dataset_id, "")
        self._view.show_live(live_run(run, phase, self._services, name, self._memory))

    def _restarted(self, run: TrainingRun, error: BenchtopError) -> None:
        """Its trainer died, and another one has taken over."""
        self._show(run, "loading")
        self._news.restarted(error, run.step)

    def _ended(self, run: TrainingRun, error: BenchtopError | None) -> None:
        self._news.forget()
        self._show(run, "idle")
        if error is not None:
            self._say(error)
        self._read()

    def _refused(self, error: BenchtopError) -> None:
        self._live = None
        self._view.show_live(None)
        if isinstance(error, Interrupted):
            self._news.cancelled()
        else:
            self._say(error)
        self._read()

    def _say(self, error: BenchtopError) -> None:
        self._view.info_bar.post("error", explain(error))
