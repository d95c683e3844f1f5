"""The Result tab with the services behind it: the verdict of a run, and what is done with its adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import ModelFile
from benchtop.domain.training import TrainingRun
from benchtop.services.adapter_library import RemovedAdapter
from benchtop.services.example_collecting import collect_from_chats, new_from_chats
from benchtop.services.model_list import ModelList
from benchtop.services.reply_stream import explain
from benchtop.services.teach_services import TeachServices
from benchtop.services.training_judge import TrainingJudge, found_adapter
from benchtop.ui.teach.result_reading import (
    ResultFacts,
    Splits,
    open_question,
    read_result,
    since,
)
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.teach.result_view import ResultView
from benchtop.ui.teach.train_reading import verdict_of_run
from benchtop.ui.widgets.when_visible import WhenVisible

if TYPE_CHECKING:
    from benchtop.store.database import Store


class ResultWiring(QObject):
    """Shows one run at a time. ``attached`` tells the adapters of the conversation on show."""

    vote_wanted = Signal(object, str, str, str)
    """A ModelFile, an adapter's path, its name and a question that was held out, or none: a blind comparison
    with the base is wanted."""
    use_wanted = Signal(object, str, bool)
    """A ModelFile, an adapter's path, and whether it shall be attached in the chat on show."""
    merge_wanted = Signal(str, str, str, str)
    """The ids of an adapter and of its model, where to, and the quantisation."""
    again_wanted = Signal(object, str, int)
    """A TrainingRun, its adapter's id, and how many examples from what was rated since were added."""

    def __init__(
        self,
        view: ResultView,
        services: TeachServices,
        models: ModelList,
        judge: TrainingJudge,
        attached: Callable[[], tuple[str, ...]],
    ) -> None:
        super().__init__(view)
        self._view, self._services, self._models = view, services, models
        self._judge, self._attached = judge, attached
        self._run_id = ""
        self._removed: dict[str, RemovedAdapter] = {}
        self._splits: Splits = {}
        self._soon = WhenVisible(view, self._read)
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Read all anew, when somebody looks at it."""
        self._soon.ask()

    def open(self, run_id: str) -> None:
        """Put a run on show."""
        self._run_id = run_id
        self._read()

    def _connect(self) -> None:
        view, library = self._view, self._models.adapters
        view.installEventFilter(self)
        view.run_chosen.connect(self.open)
        view.judge_requested.connect(self._judge.judge)
        self._judge.news.connect(self.refresh)
        self._judge.failed.connect(self._say)
        self._judge.failed.connect(lambda _error: self.refresh())
        view.vote_requested.connect(lambda run: self._with_run(run, self._vote))
        view.use_requested.connect(
            lambda run, on: self._with_run(run, lambda *found: self._use(*found, on=on))
        )
        view.export_requested.connect(
            lambda run, path: self._with_run(run, lambda _r, _m, a: library.export(a.id, path))
        )
        view.merge_requested.connect(
            lambda run, path, kind: self._with_run(
                run,
                lambda _r, model, adapter: self.merge_wanted.emit(adapter.id, model.id, path, kind),
            )
        )
        view.remove_requested.connect(
            lambda run: self._with_run(run, lambda _r, _m, adapter: library.remove(adapter.id))
        )
        view.restore_requested.connect(self._restore)
        view.again_requested.connect(lambda run: self._with_run(run, self._again))
        library.removed.connect(self._on_removed)
        library.exported.connect(self._exported)
        library.failed.connect(self._say)
        library.changed.connect(self.refresh)

    def _read(self) -> None:
        run_id, attached, splits = self._run_id, self._attached(), self._splits

        def take(found: ResultFacts) -> None:
            if self._run_id == run_id:  # else another one was chosen meanwhile
                self._take(found)

        self._services.ask(
            lambda store: read_result(store, run_id, attached, splits), take, self._say
        )

    def _take(self, found: ResultFacts) -> None:
        row = self._as_begun(found.row)
        self._run_id = row.run.id if row is not None else ""
        self._view.set_runs(found.runs, self._run_id)
        self._view.set_result(row, found.curves)
        if row is not None and row.judging:
            self._judge.follow()

    def _as_begun(self, row: ResultRow | None) -> ResultRow | None:
        """With a word on general questions that are about to be asked, and not to be asked for again."""
        if row is None or row.judging or not self._judge.is_beginning(row.run.id):
            return row
        return replace(row, judging=self.tr("General questions are about to be asked."))

    def _with_run(
        self, run_id: str, then: Callable[[TrainingRun, ModelFile, AdapterFile], object]
    ) -> None:
        """Call with a run, its model and its adapter, as far as all are there."""

        def told(found: tuple[TrainingRun, AdapterFile | None]) -> None:
            run, adapter = found
            model = self._models.by_id(str(run.model.get("id", "")))
            if model is None or adapter is None:
                words = self.tr("Its model or its adapter is not on the list any more.")
                self._view.info_bar.post("error", words)
                return
            then(run, model, adapter)

        self._services.ask(lambda store: found_adapter(store, run_id), told, self._say)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whoever comes back may have voted, or have switched an adapter on or off."""
        if event.type() == QEvent.Type.Show:
            self.refresh()
        return super().eventFilter(watched, event)

    def _vote(self, run: TrainingRun, model: ModelFile, adapter: AdapterFile) -> None:
        """Ask what was held out: another question each time that there are more votes."""
        verdict = verdict_of_run(run)
        votes = verdict.votes.count if verdict is not None and verdict.votes is not None else 0

        def look(store: Store) -> str:
            return open_question(store, run, votes)

        def told(question: str) -> None:
            self.vote_wanted.emit(model, adapter.path, run.name, question)

        self._services.ask(look, told, self._say)

    def _use(self, _run: TrainingRun, model: ModelFile, adapter: AdapterFile, *, on: bool) -> None:
        self.use_wanted.emit(model, adapter.path, on)
        self._read()

    def _again(self, run: TrainingRun, _model: ModelFile, adapter: AdapterFile) -> None:
        """Put what was rated since into the data set, and prepare to go on from the adapter."""

        def collect(store: Store) -> int:
            dataset = store.datasets.get(run.dataset_id)
            when = since(store, run)
            if not new_from_chats(store, dataset.id, when):
                return 0
            return len(collect_from_chats(store, dataset, when))

        def told(count: int) -> None:
            self.again_wanted.emit(run, adapter.id, count)

        self._services.ask(collect, told, self._say)

    def _on_removed(self, removed: RemovedAdapter) -> None:
        run_id = removed.adapter.run_id
        if run_id:
            self._removed[run_id] = removed
            if run_id == self._view.run_id:
                self._view.offer_undo(run_id, removed.adapter.name)

    def _restore(self, run_id: str) -> None:
        removed = self._removed.pop(run_id, None)
        if removed is not None:
            self._models.adapters.put_back(removed)

    def _exported(self, adapter: AdapterFile, path: str) -> None:
        text = self.tr("“{name}” is now in {path}.").format(name=adapter.name, path=path)
        self._view.info_bar.post("info", text)

    def _say(self, error: BenchtopError) -> None:
        self._view.info_bar.post("error", explain(error))
