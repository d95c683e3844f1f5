"""A suite run from a command: kept reply by reply, so that it can be paused and gone on with."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any

from benchtop.cli.common import one_line, opened_store, print_json
from benchtop.cli.event_wait import EventWait
from benchtop.cli.worker_room import worker_room
from benchtop.domain.compare_errors import SuiteRunUnknown
from benchtop.domain.contest_json import contestant_from
from benchtop.domain.contests import Contestant
from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.models import ModelFile
from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.services.contest_entry import Entry
from benchtop.services.data_folder import DataFolder
from benchtop.services.library import check_present, find_model
from benchtop.services.suite_card import cell_json, names_of, rate_json
from benchtop.services.suite_runner import SuiteRunner
from benchtop.services.suite_start import new_run
from benchtop.services.suite_totals import RunTotals, run_totals
from benchtop.services.suites import find_suite
from benchtop.store.database import Store


def ask_suite(
    folder: DataFolder, wanted: str, entries: Sequence[Entry], repeats: int, *, json: bool
) -> int:
    """Ask all of a suite, and print what came of it; the exit status: 1 where a reply is missing.

    Raises SuiteUnknown, SuiteInvalid, and the error of a contestant's file before anything is kept.
    """
    with opened_store(folder) as store:
        run = new_run(folder, find_suite(store, wanted), entries, repeats)
        store.suite_runs.add(run)
    return _answer(folder, run, {one.model.path: one.model for one in entries}, json=json)


def go_on(folder: DataFolder, wanted: str, *, json: bool) -> int:
    """Go on with a run by its id or the beginning of it; raises SuiteRunUnknown."""
    with opened_store(folder) as store:
        ids = [one.id for one in store.suite_runs.heads() if one.id.startswith(wanted)]
        if len(ids) != 1:
            raise SuiteRunUnknown(run=wanted)
        again = store.suite_cells.try_failed_again(ids[0])
        if again:
            sys.stderr.write(f"benchtop: {again:,} without a reply are asked again\n")
        run = store.suite_runs.get(ids[0])
        models = {}
        for one in map(contestant_from, run.contestants):
            try:
                models[one.path] = _found(store, one)
            except BenchtopError as error:  # its cells say so, and the others are asked
                sys.stderr.write(f"benchtop: {one.name}: {one_line(str(error))}\n")
    return _answer(folder, run, models, json=json)


def _found(store: Store, one: Contestant) -> ModelFile:
    """The file where it was, else the model of the list that it was, wherever that lies now: whether it is
    the same file its sum says. Raises the error of the place where it was."""
    try:
        return find_model(store, one.path)
    except BenchtopError:
        with suppress(BenchtopError):
            return check_present(find_model(store, one.model_id))
        with suppress(BenchtopError):
            return check_present(find_model(store, one.name))
        raise


def _answer(folder: DataFolder, run: SuiteRun, models: dict[str, ModelFile], *, json: bool) -> int:
    cells = answer_run(folder, run, models, json=json)
    totals = run_totals(run, cells)
    if json:
        print_json(_summary(run, cells, totals))
    else:
        _print_table(run, cells, totals)
    elsewhere = sum(one.state == "running" for one in cells)
    if elsewhere:
        sys.stderr.write(f"benchtop: another process is still answering {elsewhere:,}\n")
    return 1 if any(one.state in ("failed", "queued") for one in cells) else 0


def answer_run(
    folder: DataFolder,
    run: SuiteRun,
    models: dict[str, ModelFile],
    *,
    json: bool,
    seeds: Mapping[tuple[int, str, int], int] = MappingProxyType({}),
) -> list[SuiteCell]:
    """Ask what is left of a run that is kept, and tell of each reply; all of its cells.

    ``models`` are those of the contestants by their path, ``seeds`` as in SuiteRunner. Raises
    Interrupted with how it goes on.
    """
    command = _Command(folder, run, models, json=json, seeds=seeds)
    try:
        command.answer()
    finally:
        command.close()
    if command.interrupted:
        words = f"paused; `benchtop suites run --resume {run.id}` goes on with it"
        raise Interrupted(detail=words)
    with opened_store(folder) as store:
        return store.suite_cells.of(run.id)


class _Command:
    """One run and the event loop it is answered in."""

    def __init__(
        self,
        folder: DataFolder,
        run: SuiteRun,
        models: dict[str, ModelFile],
        *,
        json: bool,
        seeds: Mapping[tuple[int, str, int], int],
    ) -> None:
        self._events = EventWait(folder.logs)
        self._run, self._json, self._models = run, json, models
        self._titles = {one.id: one.title for one in run.suite.prompts}
        self._names = names_of(run)
        self._room = worker_room(folder, models.values())
        self._runner = SuiteRunner(
            self._room.workers, self._room.store, self._model_of, folder=folder
        )
        self._runner.seeds = dict(seeds)
        self._runner.cell_ended.connect(self._ended)
        self._runner.loading.connect(self._loading)
        self._runner.ended.connect(lambda _run: self._events.end())
        self._runner.refused.connect(lambda _run, error: self._fail(error))
        self._done = self._alike = 0
        self._said: set[tuple[str, str]] = set()
        self._loaded = ""
        self._error: BenchtopError | OSError | None = None
        self.interrupted = False

    def answer(self) -> None:
        """Answer what is left of the run; raises what kept it from being read or kept."""
        self._events.wait(partial(self._runner.start, self._run.id), self._interrupt, self._fail)
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """End the workers, and write what waits to be written."""
        if self._alike:
            self._tell(f"benchtop: {self._alike:,} more failed for the same reasons")
            self._alike = 0
        self._runner.close()
        self._room.close()

    def _model_of(self, one: Contestant) -> ModelFile | None:
        return self._models.get(one.path)

    def _ended(self, cell: SuiteCell) -> None:
        self._done += 1
        if self._error is not None:
            return
        try:
            if self._json:
                print_json({"run": self._run.id, **cell_json(self._run, cell)})
                sys.stdout.flush()
            self._say(cell)
        except OSError as error:  # raised on here, it would be lost in Qt's event loop
            self._error = error
            self._runner.pause()

    def _say(self, cell: SuiteCell) -> None:
        passed = {True: "passed", False: "failed", None: "answered"}[cell.passed]
        word = one_line(cell.error) if cell.state == "failed" else passed
        name = one_line(self._names[cell.contestant])
        if cell.state == "failed":
            if (name, cell.error) in self._said:
                self._alike += 1
                return
            self._said.add((name, cell.error))
        title = one_line(self._titles[cell.prompt_id])
        self._tell(f"{self._done:,}: {name}: {title}: {word}")

    def _loading(self, name: str, fraction: float) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[Kloading {one_line(name)} {fraction:.0%}")
            sys.stderr.flush()
        elif self._loaded != name:
            self._loaded = name
            self._tell(f"loading {one_line(name)}")

    def _tell(self, text: str) -> None:
        clear = "\r\033[K" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{clear}{text}\n")
        sys.stderr.flush()

    def _interrupt(self) -> None:
        """The first Ctrl+C pauses after the token at hand; the second ends at once, and the cell at
        hand is asked again."""
        if self.interrupted or not self._runner.run_id:
            self._events.soon(self._events.end)
        self.interrupted = True
        self._runner.pause()

    def _fail(self, error: BenchtopError) -> None:
        self._error = error
        self._events.end()


def _summary(run: SuiteRun, cells: Sequence[SuiteCell], totals: RunTotals) -> dict[str, Any]:
    """The last line of the JSON: what the replies before it come to."""
    names = names_of(run)
    return {
        "run": run.id,
        "suite": run.suite.name,
        "replies": len(cells),
        "errors": sum(one.state == "failed" for one in cells),
        "rates": {names[place]: rate_json(rate) for place, rate in totals.rates.items()},
        "apart": [
            {
                "first": names[first],
                "second": names[second],
                "difference": change.difference,
                "better": change.better,
                "worse": change.worse,
                "same": change.same,
                "p_value": change.p_value,
            }
            for first, second, change in totals.apart
            if change.prompts
        ],
    }


def _print_table(run: SuiteRun, cells: Sequence[SuiteCell], totals: RunTotals) -> None:
    names = [one_line(name) for name in names_of(run)]
    rows = [("CONTESTANT", "PASSED", "95 % INTERVAL", "NO ANSWER")]
    for place, name in enumerate(names):
        rate = totals.rates.get(place)
        errors = sum(one.contestant == place and one.state == "failed" for one in cells)
        passed = f"{rate.passed:,} of {rate.replies:,}" if rate else "-"
        between = f"{rate.low:.0%} to {rate.high:.0%}" if rate else "-"
        rows.append((name, passed, between, f"{errors:,}"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(f"{line.rstrip()}\n")
    for first, second, change in totals.apart:
        if change.prompts:
            sys.stdout.write(
                f"{names[first]} and {names[second]}: {change.better:,} prompts against "
                f"{change.worse:,}, {change.same:,} alike ({_chance(change.p_value)})\n"
            )


def _chance(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"
