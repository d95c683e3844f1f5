"""Suites answered in the background, cell by cell, by whoever runs: the window or a command.

The queue is in the store. A reply is on the disk before the next one is asked for, and what was being
written when the program died is asked again (see store/suite_cells.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.contest_json import contestant_from
from benchtop.domain.contests import Contestant
from benchtop.domain.errors import BenchtopError, ModelUnknown
from benchtop.domain.model_errors import ModelFileMissing
from benchtop.domain.models import ModelFile
from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.domain.suites import SuitePrompt
from benchtop.evaluation.checks import CheckResult, judge, verdict
from benchtop.protocol.messages import Answer, Chunk, Finished, Generate, Loaded, Started
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.contest_entry import refuse_changed
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread
from benchtop.services.load_memory import record_load
from benchtop.services.reply_stream import explain
from benchtop.services.store_thread import StoreThread
from benchtop.services.suite_cell_asked import (
    AskedCell,
    cell_request,
    keep_cell,
    waiting_runs,
)

if TYPE_CHECKING:
    from benchtop.store.database import Store

ModelOf = Callable[[Contestant], ModelFile | None]
"""Where the model of a contestant is now; None where it is not on the list any more."""


class SuiteRunner(QObject):
    """One run at a time. A cell that gets no reply says why, and the rest goes on."""

    begun = Signal(object)
    """A SuiteRun that goes on from now."""
    loading = Signal(str, float)
    """The name of a contestant whose model is being loaded, and the fraction done."""
    grown = Signal(object, str)
    """A SuiteCell, and what was added to its reply."""
    cell_ended = Signal(object)
    """A SuiteCell that is done or failed, as it is kept."""
    ended = Signal(str)
    """The id of a run that has nothing left to do, or was paused."""
    refused = Signal(str, object)
    """The id of a run that could not be read or kept, and the BenchtopError."""

    def __init__(
        self,
        workers: CompareWorkers,
        store: StoreThread,
        model_of: ModelOf,
        parent: QObject | None = None,
        *,
        folder: DataFolder,
    ) -> None:
        super().__init__(parent)
        self._workers, self._store, self._model_of = workers, store, model_of
        self._folder = folder
        self.seeds: Mapping[tuple[int, str, int], int] = {}
        """Seeds by contestant, prompt and repeat, where a run without seeds is to say the same again."""
        self._unchanged: set[int] = set()
        workers.setParent(self)
        self._judging = DiskThread(self)  # a pattern or a schema may take a while
        self._run: SuiteRun | None = None
        self._contestants: list[Contestant] = []
        self._prompts: dict[str, SuitePrompt] = {}
        self._broken: dict[str, BenchtopError] = {}
        self._asked: AskedCell | None = None
        self._pausing = False
        workers.ready.connect(self._ready)
        workers.refused.connect(self._model_refused)
        workers.loading.connect(self._loading)
        workers.loaded.connect(self._loaded)
        workers.answered.connect(self._take)
        workers.failed.connect(self._failed)

    @property
    def run_id(self) -> str:
        """The run that goes on; empty while there is none."""
        return self._run.id if self._run is not None else ""

    def go_on(self) -> None:
        """Go on with what was running when the program last ended, the oldest first. What another
        process is answering is left to it."""

        def waiting(heads: list[str]) -> None:
            if heads and self._run is None:
                self.start(heads[-1])

        self._store.run(
            waiting_runs,
            waiting,
            lambda _error: None,
        )

    def start(self, run_id: str) -> None:
        """Go on with a run, paused or not; ``begun`` follows. Nothing happens while another one runs."""
        if self._run is not None:
            return

        def read(run: SuiteRun) -> None:
            if self._run is not None:
                return
            self._run, self._pausing, self._broken, self._unchanged = run, False, {}, set()
            self._contestants = [contestant_from(one) for one in run.contestants]
            self._prompts = {prompt.id: prompt for prompt in run.suite.prompts}
            self.begun.emit(run)
            self._next()

        def work(store: Store) -> SuiteRun:
            store.suite_runs.set_state(run_id, "running")
            return store.suite_runs.get(run_id)

        self._store.run(work, read, partial(self.refused.emit, run_id))

    def pause(self) -> None:
        """Stop after the token at hand; the cell it belongs to is asked again later."""
        run, asked = self._run, self._asked
        if run is None or self._pausing:
            return
        self._pausing = True
        self._store.keep(lambda store: store.suite_runs.set_state(run.id, "paused"))
        if asked is not None and asked.sent:
            self._workers.cancel(asked.request.request_id)
        elif asked is not None:
            self._workers.give_up()
            self._put_back(asked)

    def close(self) -> None:
        """End the workers; blocks until they are gone. The run goes on at the next start, with the cell
        at hand."""
        self._let_go()
        self._judging.close()
        self._workers.close()

    # One cell after the other

    def _next(self) -> None:
        run = self._run
        if run is None:
            return
        if self._pausing:
            self._end()
            return
        self._store.run(
            lambda store: store.suite_cells.take(run.id),
            partial(self._taken, run),
            partial(self._not_kept, run),
        )

    def _taken(self, run: SuiteRun, cell: SuiteCell | None) -> None:
        if run is not self._run:
            return
        if cell is None:
            self._end()
            return
        contestant = self._contestants[cell.contestant]
        model = self._model_of(contestant)
        if model is None:
            gone = not Path(contestant.path).exists()
            missing = ModelFileMissing(path=contestant.path)
            self._fail(cell, missing if gone else ModelUnknown(model=contestant.name))
        elif model.path in self._broken:
            self._fail(cell, self._broken[model.path])
        elif cell.contestant in self._unchanged:
            self._ask(run, cell, model)
        else:
            self._judging.run(
                lambda: refuse_changed(self._folder, contestant, model),
                lambda _none: self._ask(run, cell, model),
                lambda error: self._fail(cell, error) if run is self._run else None,
            )

    def _ask(self, run: SuiteRun, cell: SuiteCell, model: ModelFile) -> None:
        if run is not self._run:
            return
        self._unchanged.add(cell.contestant)
        self._asked = AskedCell(cell, model, self._request(run, cell))
        if self._pausing:
            self._put_back(self._asked)
            return
        self._workers.want(model)

    def _request(self, run: SuiteRun, cell: SuiteCell) -> Generate:
        contestant, prompt = self._contestants[cell.contestant], self._prompts[cell.prompt_id]
        seed = self.seeds.get((cell.contestant, cell.prompt_id, cell.repeat))
        return cell_request(run.id, cell, contestant, prompt, seed)

    def _ready(self, path: str) -> None:
        asked = self._asked
        if asked is not None and not asked.sent and asked.model.path == path:
            asked.sent = True
            self._workers.ask(path, asked.request)

    def _model_refused(self, path: str, error: BenchtopError) -> None:
        """It would be refused again for each of its cells, after the same wait."""
        self._broken[path] = error
        asked = self._asked
        if asked is not None and asked.model.path == path:
            self._fail(asked.cell, error)

    def _loading(self, path: str, fraction: float) -> None:
        asked = self._asked
        if asked is not None and asked.model.path == path:
            self.loading.emit(self._contestants[asked.cell.contestant].name, fraction)

    def _loaded(self, model: ModelFile, facts: Loaded) -> None:
        self._store.keep(lambda store: record_load(store, model, facts))

    def _take(self, answer: Answer) -> None:
        asked = self._asked
        if asked is None or getattr(answer, "request_id", "") != asked.request.request_id:
            return
        match answer:
            case Started():
                asked.seed = answer.seed
            case Chunk():
                asked.text += answer.text
                asked.reasoning += answer.reasoning
                if answer.text:
                    self.grown.emit(asked.cell, answer.text)
            case Finished(stop="cancelled"):
                self._put_back(asked)
            case Finished():
                self._finish(asked, answer)
            case _:
                pass

    def _failed(self, request_id: str, error: BenchtopError) -> None:
        asked = self._asked
        if asked is not None and request_id == asked.request.request_id:
            self._fail(asked.cell, error)

    # What became of it

    def _finish(self, asked: AskedCell, finished: Finished) -> None:
        run, prompt = self._run, self._prompts[asked.cell.prompt_id]

        def judged(results: tuple[CheckResult, ...]) -> None:
            if run is not self._run or run is None:
                return
            done = replace(
                asked.cell,
                state="done",
                reply=asked.text,
                reasoning=asked.reasoning,
                seed=asked.seed,
                timings=finished.timings,
                stop=finished.stop,
                checks=tuple(one.to_json() for one in results),
                passed=verdict(results),
                finished=time.time(),
            )
            self._store.run(
                lambda store: keep_cell(store, done),
                partial(self._kept, done),
                partial(self._not_kept, run),
            )

        self._judging.run(lambda: judge(prompt, asked.text), judged)

    def _fail(self, cell: SuiteCell, error: BenchtopError) -> None:
        run, sentence = self._run, explain(error)
        if run is None:
            return
        done = replace(cell, state="failed", error=sentence, finished=time.time())
        self._store.run(
            lambda store: store.suite_cells.fail(cell, sentence),
            partial(self._kept, done),
            partial(self._not_kept, run),
        )

    def _kept(self, done: SuiteCell, _none: object) -> None:
        self._asked = None
        self.cell_ended.emit(done)
        self._next()

    def _not_kept(self, run: SuiteRun, error: BenchtopError) -> None:
        """Nothing more is asked for that nobody could keep; the cell at hand is asked again later."""
        if run is not self._run:
            return
        self._let_go()
        self.refused.emit(run.id, error)

    def _let_go(self) -> None:
        """Leave the run to whoever goes on with it; a cell that the store is about to hand out too."""
        run, self._run, self._asked = self._run, None, None
        if run is not None:
            self._store.keep(lambda store: store.suite_cells.put_all_back(run.id))

    def _put_back(self, asked: AskedCell) -> None:
        self._asked = None
        self._store.keep(lambda store: store.suite_cells.put_back(asked.cell))
        self._end()

    def _end(self) -> None:
        run, self._run, self._asked = self._run, None, None
        if run is not None:
            self.ended.emit(run.id)
            if not self._pausing:
                self.go_on()  # the next one that waits
