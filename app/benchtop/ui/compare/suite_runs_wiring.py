"""Runs of suites: begun, paused and followed, with the results of the one on show."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.chat import Conversation
from benchtop.domain.compare_errors import SuiteInvalid
from benchtop.domain.errors import BenchtopError
from benchtop.domain.suite_runs import RunState, SuiteRun, SuiteRunHead
from benchtop.domain.suites import Suite
from benchtop.services.compare_services import CompareServices
from benchtop.services.reply_stream import explain
from benchtop.services.suite_progress import SuiteProgress
from benchtop.services.suite_runner import SuiteRunner
from benchtop.services.suite_start import new_run
from benchtop.services.suites import find_suite
from benchtop.ui.compare.contestants_wiring import ContestantsWiring
from benchtop.ui.compare.suite_making import RunOnShow, prompts_of, read_run, run_words
from benchtop.ui.compare.suite_results_wiring import SuiteResultsWiring
from benchtop.ui.compare.suite_rows import RunChoice, RunProgress, SuiteResults
from benchtop.ui.compare.suites_page import SuitesPage
from benchtop.ui.widgets.info_bar import InfoBar

if TYPE_CHECKING:
    from benchtop.store.database import Store


class SuiteRunsWiring(QObject):
    """Shows the newest run of a suite; the queue itself is the SuiteRunner's."""

    changed = Signal()
    """A run began, ended or was paused."""
    mend_requested = Signal(str, str)
    """The ids of a suite and of its prompt that cannot be asked as it is."""

    def __init__(
        self,
        page: SuitesPage,
        services: CompareServices,
        contestants: ContestantsWiring,
        info: InfoBar,
        *,
        runner: SuiteRunner,
        progress: SuiteProgress,
        open_chat: Callable[[Conversation], object],
    ) -> None:
        super().__init__(page)
        self._page, self._view, self._bar = page, page.results, page.results.run_bar
        self._services, self._store, self._info = services, services.store, info
        self._contestants, self._runner, self._progress = contestants, runner, progress
        self._disk = services.disk
        self._suite: Suite | None = None
        self._heads: list[SuiteRunHead] = []
        self._state: RunState | None = None
        self._trouble = self._wanted = ""
        self._is_pausing = self._is_starting = False
        self._known: set[str] = set()
        self._results = SuiteResultsWiring(page.results, services, info, runner, open_chat)
        self._connect()
        self._offer(None)

    @property
    def shown(self) -> SuiteRun | None:
        """The run on show."""
        return self._results.run

    def show_suite(self, suite: Suite) -> None:
        """Put a suite with its newest run on show, or with nobody asked yet."""
        self._suite, self._trouble, self._wanted = suite, "", ""
        self._results.clear()
        self._heads, self._state = [], None
        self._show_runs()
        self._view.set_results(suite.name, SuiteResults((), prompts_of(suite)))
        self._page.show_part("results")
        self._show_progress()
        self._read()

    def show_running(self) -> None:
        """Put the run that goes on, if there is one, on show."""
        run = self._progress.run
        if run is not None:
            self.show_suite(run.suite)

    def _connect(self) -> None:
        bar, runner = self._bar, self._runner
        bar.start_requested.connect(self._start)
        bar.pause_requested.connect(self._pause)
        bar.resume_requested.connect(self._resume)
        bar.again_requested.connect(self._ask_again)
        bar.stop_requested.connect(self._stop)
        self._view.tools.run_chosen.connect(self._open)
        self._contestants.shown.connect(self._offer)
        self._progress.changed.connect(self._show_progress)
        runner.begun.connect(lambda run: self._moved(run.id))
        runner.ended.connect(self._moved)
        runner.refused.connect(self._refused)
        self._results.counted.connect(self._show_progress)

    def _say(self, error: BenchtopError) -> None:
        self._info.post("error", explain(error))

    # What is on show

    def _read(self) -> None:
        """A run of the suite, the newest unless another one is wanted, and which others there are."""
        suite = self._suite
        if suite is None:
            return
        suite_id, wanted = suite.id, self._wanted

        def work(store: Store) -> tuple[list[SuiteRunHead], RunOnShow | None]:
            heads = store.suite_runs.heads(suite_id)
            ids = [one.id for one in heads]
            if not ids:
                return heads, None
            return heads, read_run(store, wanted if wanted in ids else ids[0])

        def show(found: tuple[list[SuiteRunHead], RunOnShow | None]) -> None:
            heads, there = found
            if self._suite is None or self._suite.id != suite_id or there is None:
                return
            if wanted != self._wanted:
                return  # another one is on its way
            self._heads, self._state = heads, there.run.state
            self._results.show(there)
            self._show_runs()
            self._show_progress()

        self._store.run(work, show, self._say)

    def _show_runs(self) -> None:
        """The runs there are, and those before the one on show to compare it with."""
        runs = run_words(self._heads)
        shown = self.shown.id if self.shown is not None else ""
        ids = [run_id for run_id, _words in runs]
        before = runs[ids.index(shown) + 1 :] if shown in ids else []
        self._view.tools.set_runs(runs, shown)
        self._view.tools.set_earlier_runs(before, self._results.earlier)

    def _open(self, run_id: str) -> None:
        """Put another run of the suite on show."""
        if self.shown is not None and self.shown.id == run_id:
            return
        self._wanted, self._trouble = run_id, ""
        self._results.clear()
        self._read()

    def _moved(self, run_id: str) -> None:
        """A run began to go on, or ended, or was paused."""
        self._is_pausing = False
        self.changed.emit()
        run = self.shown
        if run is None or run.id != run_id:
            return
        suite_id = run.suite.id

        def read(heads: list[SuiteRunHead]) -> None:
            head = next((one for one in heads if one.id == run_id), None)
            if head is not None and self.shown is run:
                self._heads, self._state = heads, head.state
                self._results.settle()
                self._show_runs()
                self._show_progress()
            self.changed.emit()  # what was kept meanwhile

        self._store.run(lambda store: store.suite_runs.heads(suite_id), read, self._say)

    def _show_progress(self) -> None:
        run, progress = self.shown, self._progress
        if run is None or self._state is None:
            state = "running" if self._is_starting else "idle"
            now = self.tr("reading the files") if self._is_starting else ""
            self._bar.set_progress(RunProgress(state, now=now, trouble=self._trouble))  # type: ignore[arg-type]
            return
        done, errors = self._results.ended, self._results.errors
        if progress.run is not None and progress.run.id == run.id:
            shown = RunProgress(
                "stopping" if self._is_pausing else "running",
                done,
                run.cells,
                progress.seconds_left,
                errors,
                self._now_words(),
            )
        elif self._trouble:
            shown = RunProgress("paused", done, run.cells, None, errors, trouble=self._trouble)
        else:
            now = self.tr("it waits for another run") if self._state == "running" else ""
            shown = RunProgress(self._state, done, run.cells, None, errors, now)
        self._bar.set_progress(shown)

    def _now_words(self) -> str:
        progress = self._progress
        if progress.loading is not None:
            words = self.tr("loading {name}, {percent} %")
            return words.format(name=progress.now, percent=round(progress.loading * 100))
        return self.tr("{name} answers").format(name=progress.now) if progress.now else ""

    def _offer(self, _rows: object) -> None:
        """Who can be asked: those who are new are ticked."""
        choices = [
            RunChoice(row.key, row.name, row.params_summary, row.problem)
            for row in self._contestants.rows
        ]
        new = [one.id for one in choices if one.id not in self._known]
        self._known.update(new)
        self._bar.set_choices(choices, new)

    # What a person wants

    def _start(self, keys: list[str], repeats: int) -> None:
        suite = self._suite
        entries = [entry for key, entry in self._contestants.entries() if key in keys]
        if suite is None or not entries or self._is_starting:
            return
        self._trouble, self._is_starting = "", True
        folder, suite_id = self._services.folder, suite.id

        def check(now: Suite) -> None:
            self._disk.run(
                lambda: new_run(folder, now, entries, repeats), self._add, self._not_begun
            )

        self._store.run(lambda store: find_suite(store, suite_id), check, self._not_begun)

    def _add(self, run: SuiteRun) -> None:
        """From here on the run goes on by itself, also after a death of the program."""

        def added(_none: None) -> None:
            self._is_starting = False
            if self._suite is not None and self._suite.id == run.suite.id:
                self._suite, self._wanted = run.suite, ""
                self._results.clear()
                self._read()
            self.changed.emit()
            self._runner.start(run.id)

        self._store.run(lambda store: store.suite_runs.add(run), added, self._not_begun)

    def _not_begun(self, error: BenchtopError) -> None:
        self._is_starting = False
        suite, prompt_id = self._suite, str(error.facts.get("prompt", ""))
        if isinstance(error, SuiteInvalid) and prompt_id and suite is not None:
            words, suite_id = self.tr("Open the prompt"), suite.id
            self._info.post(
                "error",
                explain(error),
                words,
                lambda: self.mend_requested.emit(suite_id, prompt_id),
            )
        else:
            self._say(error)
        self._show_progress()

    def _pause(self) -> None:
        self._halt("paused")

    def _stop(self) -> None:
        self._halt("done")

    def _halt(self, state: RunState) -> None:
        """Pause the run, or end it where it is: what was not asked stays so."""
        run = self.shown
        if run is None:
            return
        self._trouble = ""
        if self._runner.run_id == run.id:
            self._is_pausing = True
            self._runner.pause()
            self._show_progress()
            if state == "paused":
                return  # the runner keeps that
        run_id = run.id
        self._store.run(
            lambda store: store.suite_runs.set_state(run_id, state),
            lambda _none: self._moved(run_id),
            self._say,
        )

    def _resume(self) -> None:
        run = self.shown
        if run is None:
            return
        self._trouble = ""
        if not self._runner.run_id:
            self._runner.start(run.id)
            return
        run_id = run.id  # it goes on when the other one has ended
        self._store.run(
            lambda store: store.suite_runs.set_state(run_id, "running"),
            lambda _none: self._moved(run_id),
            self._say,
        )

    def _ask_again(self) -> None:
        """Queue what got no answer; from there on the run goes on by itself, also after a death."""
        run = self.shown
        if run is None:
            return
        self._trouble, run_id = "", run.id

        def queued(_count: int) -> None:
            if self.shown is run:
                self._wanted = run_id
                self._read()
            self.changed.emit()
            self._runner.start(run_id)  # while another one runs, it goes on when that has ended

        self._store.run(lambda store: store.suite_cells.try_failed_again(run_id), queued, self._say)

    def _refused(self, run_id: str, error: BenchtopError) -> None:
        run = self.shown
        if run is not None and run.id == run_id:
            self._trouble = explain(error)
            self._show_progress()
        else:
            self._say(error)
        self.changed.emit()
