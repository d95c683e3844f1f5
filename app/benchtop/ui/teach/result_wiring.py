"""The Result tab with the services behind it: the verdict of a run, and what is done with its adapter."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.errors import BenchtopError
from benchtop.domain.examples import Split
from benchtop.domain.models import ModelFile
from benchtop.domain.training import ENDED, SamplePoint, TrainingRun
from benchtop.domain.training_verdict import TuningVerdict
from benchtop.services.adapter_library import RemovedAdapter
from benchtop.services.example_collecting import collect_from_chats, new_from_chats
from benchtop.services.model_list import ModelList
from benchtop.services.reply_stream import explain
from benchtop.services.teach_services import TeachServices
from benchtop.services.training_general import with_general, with_votes
from benchtop.services.training_judge import TrainingJudge, found_adapter
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.teach.result_view import ResultView
from benchtop.ui.teach.train_asks import asked_splits, held_question
from benchtop.ui.teach.train_reading import (
    read_curves,
    run_rows,
    verdict_of_run,
    version_of,
)
from benchtop.ui.teach.train_rows import RunCurves, RunRow
from benchtop.ui.widgets.when_visible import WhenVisible

if TYPE_CHECKING:
    from benchtop.store.database import Store


_Splits = dict[str, dict[str, Split]]
"""By the id of a run: which of the prompts that it was asked were held out, and which learnt from."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The runs that are over, and what came of one of them."""

    runs: tuple[RunRow, ...]
    row: ResultRow | None = None
    curves: RunCurves | None = None


class ResultWiring(QObject):
    """Shows one run at a time. ``attached`` tells the adapters of the conversation on show."""

    vote_wanted = Signal(object, str, str, str)
    """A ModelFile, an adapter's path, its name and a question that was held out, or none: a blind comparison
    with the base is wanted."""
    use_wanted = Signal(object, str, bool)
    """A ModelFile, an adapter's path, and whether it shall be attached in the chat on show."""
    merge_wanted = Signal(str, str, str, str)
    """The ids of an adapter and of its model, where to, and the quantisation."""
    again_wanted = Signal(object, str)
    """A TrainingRun and its adapter's id: what was rated since is in the data set by now."""

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
        self._splits: _Splits = {}
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

        def take(found: _Read) -> None:
            if self._run_id == run_id:  # else another one was chosen meanwhile
                self._take(found)

        self._services.ask(lambda store: _read(store, run_id, attached, splits), take, self._say)

    def _take(self, found: _Read) -> None:
        row = found.row
        self._run_id = row.run.id if row is not None else ""
        self._view.set_runs(found.runs, self._run_id)
        self._view.set_result(row, found.curves)
        if row is not None and row.judging:
            self._judge.follow()

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
            version = version_of(store, run)
            return held_question(store, version.id, votes) if version is not None else ""

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
            since = _since(store, run)
            if not new_from_chats(store, dataset.id, since):
                return 0
            return len(collect_from_chats(store, dataset, since))

        def told(count: int) -> None:
            words = self.tr("%n example(s) from what you rated since were added.", None, count)
            self._view.info_bar.post("info", words)
            self.again_wanted.emit(run, adapter.id)

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


def _read(store: Store, run_id: str, attached: tuple[str, ...], splits: _Splits) -> _Read:
    """The runs that are over, and of one of them (else the newest) all that is known of its worth by now;
    what is new is kept. ``splits`` are those of the runs that were looked at before."""
    names = {one.id: one.name for one in store.datasets.all()}
    ended = [run for run in store.training_runs.all() if run.state in ENDED]
    chosen = next((run for run in ended if run.id == run_id), ended[0] if ended else None)
    rows = tuple(run_rows(ended, names))
    if chosen is None:
        return _Read(rows)
    run = with_general(store, chosen)
    adapter = next((one for one in store.adapters.all() if one.id == run.adapter_id), None)
    path = adapter.path if adapter is not None else ""
    run = with_votes(store, run, path)
    curves = read_curves(store, run.id)
    verdict = verdict_of_run(run)
    version = version_of(store, run)
    if version is not None and run.id not in splits:
        splits[run.id] = asked_splits(store, version.id, (one.prompt for one in curves.samples))
    parents = {one.run_id: one.name for one in store.adapters.all() if one.run_id}
    row = ResultRow(
        run,
        str(run.model.get("name", "")),
        names.get(run.dataset_id, ""),
        version.name if version is not None else "",
        verdict,
        _judging(store, run, verdict),
        samples=_of_best(curves.samples, run.result.best_step if run.result else 0),
        adapter=path,
        adapter_bytes=adapter.bytes if adapter is not None else 0,
        splits=splits.get(run.id, {}),
        parent=parents.get(run.parent_id, "") or _imported_parent(run),
        in_use=bool(path) and path in attached,
        rated_since=_rated_since(store, run),
    )
    return _Read(rows, row, curves)


def _imported_parent(run: TrainingRun) -> str:
    """What a run began from that no run here had made; empty where it began anew."""
    began = run.result is not None and run.result.against_parent is not None
    if not began and not run.parent_id:
        return ""
    if run.parent_id:
        return QCoreApplication.translate("ResultWiring", "an adapter that is gone by now")
    return QCoreApplication.translate("ResultWiring", "an adapter that was imported")


def _judging(store: Store, run: TrainingRun, verdict: TuningVerdict | None) -> str:
    if run.result is None or not run.result.general_run:
        return ""
    if verdict is not None and verdict.general is not None:
        return ""
    head = next((one for one in store.suite_runs.heads() if one.id == run.result.general_run), None)
    if head is None or head.state == "done":
        return ""
    done, whole = head.done + head.failed, head.queued + head.running + head.done + head.failed
    words = QCoreApplication.translate(
        "ResultWiring", "{done} of {whole} general questions are answered."
    )
    return words.format(done=f"{done:,}", whole=f"{whole:,}")


def _of_best(samples: tuple[SamplePoint, ...], best: int) -> tuple[SamplePoint, ...]:
    """The base's answers and those of the best step; of the last before it, where that was not asked."""
    steps = sorted({one.step for one in samples if 0 <= one.step <= best})
    wanted = {-1, steps[-1] if steps else -1}
    return tuple(one for one in samples if one.step in wanted)


def _rated_since(store: Store, run: TrainingRun) -> int:
    if run.deleted is not None or time.time() < run.created:
        return 0
    return len(new_from_chats(store, run.dataset_id, _since(store, run)))


def _since(store: Store, run: TrainingRun) -> float:
    """From when on replies count as rated since. Where the data set holds examples from chats, all that it
    does not hold was rated later, however old the reply is; no other one is to be filled with old ones."""
    return 0.0 if store.examples.from_chats(run.dataset_id) else run.created
