"""Suites answered in the background by a real engine, and what is left when something dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.contest_json import contestant_json
from benchtop.domain.contests import Contestant, PromptTurn
from benchtop.domain.generation import SamplingParams
from benchtop.domain.models import ModelFile, inspect_model
from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.domain.suites import Contains, Length, Suite, SuitePrompt
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.library import starter
from benchtop.services.memory_now import MemoryNow
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from benchtop.services.suite_runner import SuiteRunner
from benchtop.store.database import open_store

WAIT_MS = 120_000
WILD = {"temperature": 2.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0}
"""Settings under which the starter does not always say the same."""
TESTS = Path(__file__).resolve().parents[1]


def contestant(name: str = "starter", *, seed: int | None = 7, **params: Any) -> Contestant:
    model = starter()
    settings = SamplingParams(**{"max_tokens": 12, **params})
    return Contestant(
        model.id, name, "starter.gguf", model.path, model.sha256, params=settings, seed=seed
    )


def suite(count: int = 4) -> Suite:
    checks = (Length("characters", 1), Contains(("zyzzyva",)))
    return Suite(
        "s1",
        "Small",
        tuple(
            SuitePrompt(
                f"p{n}", (PromptTurn("user", f"Say {n} things."),), checks=checks[: 1 + n % 2]
            )
            for n in range(count)
        ),
    )


def run_of(*contestants: Contestant, prompts: int = 4, repeats: int = 1) -> SuiteRun:
    plain = tuple(contestant_json(one) for one in contestants)
    return SuiteRun("r1", suite(prompts), plain, repeats, 1.0)


class Kit:
    def __init__(self, qtbot: QtBot, folder: DataFolder) -> None:
        self.qtbot, self.folder = qtbot, folder
        settings = SettingsKeeper(folder)
        self.store = StoreThread(folder.database)
        self.workers = CompareWorkers(folder, settings, MemoryNow())
        self.gone: set[str] = set()
        self.model = starter()
        self.runner = SuiteRunner(self.workers, self.store, self._model_of, folder=folder)
        self.cells: list[SuiteCell] = []
        self.ended: list[str] = []
        self.runner.cell_ended.connect(self.cells.append)
        self.runner.ended.connect(self.ended.append)

    def _model_of(self, one: Contestant) -> ModelFile | None:
        return None if one.name in self.gone else self.model

    def add(self, run: SuiteRun) -> None:
        with open_store(self.folder.database) as store:
            store.suite_runs.add(run)

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def stored(self, run_id: str = "r1") -> list[SuiteCell]:
        with open_store(self.folder.database) as store:
            return store.suite_cells.of(run_id)

    def state(self, run_id: str = "r1") -> str:
        with open_store(self.folder.database) as store:
            return store.suite_runs.get(run_id).state

    def close(self) -> None:
        self.runner.close()
        self.store.close()


@pytest.fixture
def kit(qtbot: QtBot, starter_path: Path) -> Iterator[Kit]:
    folder = find_data_folder()
    folder.prepare()
    made = Kit(qtbot, folder)
    yield made
    made.close()


def test_every_prompt_is_answered_by_every_contestant_and_judged(kit: Kit) -> None:
    kit.add(run_of(contestant(), contestant("greedy", temperature=0.0), repeats=2))
    kit.runner.start("r1")
    kit.until(lambda: kit.ended)
    cells = kit.stored()
    assert len(cells) == 4 * 2 * 2
    assert {cell.state for cell in cells} == {"done"}
    assert kit.state() == "done"
    assert [replace(cell, finished=None) for cell in kit.cells] == [
        replace(cell, finished=None) for cell in cells
    ]
    for cell in cells:
        number = int(cell.prompt_id[1:])
        assert cell.passed is (number % 2 == 0)  # nobody says zyzzyva
        assert len(cell.checks) == 1 + number % 2
        assert cell.timings is not None
        assert cell.timings.completion_tokens > 0
        assert cell.seed == 7 + cell.repeat
    greedy = [cell.reply for cell in cells if cell.contestant == 1]
    assert greedy[0::2] == greedy[1::2], "temperature 0 repeats to the token"


def test_the_same_seeds_give_the_same_replies_again(kit: Kit) -> None:
    kit.add(run_of(contestant(**WILD), repeats=2))
    kit.add(replace(run_of(contestant(**WILD), repeats=2), id="r2"))
    for number, run_id in enumerate(("r1", "r2"), 1):
        kit.runner.start(run_id)
        kit.until(lambda wanted=number: len(kit.ended) == wanted)
    first, second = ([cell.reply for cell in kit.stored(run_id)] for run_id in ("r1", "r2"))
    assert first == second
    assert first[0::2] != first[1::2], "another seed, another reply"


def test_a_killed_engine_costs_one_cell(kit: Kit) -> None:
    kit.add(run_of(contestant(max_tokens=400, logit_bias={2: -100.0}), prompts=5))
    killed: list[str] = []

    def kill_once(cell: SuiteCell, _text: str) -> None:
        if cell.prompt_id == "p2" and not killed:
            killed.append(cell.prompt_id)
            psutil.Process(kit.workers.pid(starter().path)).send_signal(signal.SIGKILL)

    kit.runner.grown.connect(kill_once)
    kit.runner.start("r1")
    kit.until(lambda: kit.ended)
    cells = {cell.prompt_id: cell for cell in kit.stored()}
    assert sorted(cell.state for cell in cells.values()) == ["done"] * 4 + ["failed"]
    (lost,) = [cell for cell in cells.values() if cell.state == "failed"]
    assert lost.prompt_id in ("p2", "p3"), "a reply that was on its way already is none of the lost"
    assert "ended unexpectedly" in lost.error
    assert kit.state() == "done"


def test_a_pause_puts_the_cell_at_hand_back(kit: Kit, slow_model_path: Path) -> None:
    kit.model = inspect_model(slow_model_path)  # no reply is over before the pause is heard
    anybody = replace(contestant(max_tokens=2_000, logit_bias={2: -100.0}), sha256="")
    kit.add(run_of(anybody))
    paused: list[str] = []

    def pause_at(cell: SuiteCell, _text: str) -> None:
        if not paused:
            paused.append(cell.prompt_id)
            kit.runner.pause()

    connection = kit.runner.grown.connect(pause_at)
    kit.runner.start("r1")
    kit.until(lambda: kit.ended)
    kit.store.write_now()
    assert kit.state() == "paused"
    assert {cell.state for cell in kit.stored()} == {"queued"}
    assert kit.runner.run_id == ""
    kit.runner.grown.disconnect(connection)
    kit.model = starter()
    kit.runner.start("r1")
    kit.until(lambda: kit.cells)
    assert kit.cells[0].prompt_id == paused[0]
    kit.runner.pause()
    kit.until(lambda: len(kit.ended) == 2)


def test_the_end_of_the_program_leaves_no_cell_taken(kit: Kit) -> None:
    kit.add(run_of(contestant()))
    gate = threading.Event()
    # The store stands still, so that the first cell is asked for and not handed out yet.
    kit.runner.begun.connect(lambda _run: kit.store.run(lambda _store: gate.wait(60)))
    with kit.qtbot.waitSignal(kit.runner.begun, timeout=WAIT_MS):
        kit.runner.start("r1")
    kit.runner.close()
    gate.set()
    kit.store.write_now()
    assert {cell.state for cell in kit.stored()} == {"queued"}
    assert kit.state() == "running"


def test_a_contestant_whose_model_is_gone_says_so_in_its_cells(kit: Kit) -> None:
    kit.gone = {"lost"}
    kit.add(run_of(contestant("lost"), contestant("here"), prompts=3))
    kit.runner.start("r1")
    kit.until(lambda: kit.ended)
    cells = kit.stored()
    assert [cell.state for cell in cells] == ["failed"] * 3 + ["done"] * 3
    assert "lost" in cells[0].error


PROGRAM = """
import sys
from PySide6.QtCore import QCoreApplication
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.data_folder import find_data_folder
from benchtop.services.library import starter
from benchtop.services.memory_now import MemoryNow
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from benchtop.services.suite_runner import SuiteRunner
app = QCoreApplication(sys.argv)
folder = find_data_folder()
store = StoreThread(folder.database)
workers = CompareWorkers(folder, SettingsKeeper(folder), MemoryNow())
runner = SuiteRunner(workers, store, lambda _one: starter(), folder=folder)
runner.cell_ended.connect(lambda cell: print(cell.prompt_id, flush=True))
runner.ended.connect(lambda _run: app.quit())
runner.go_on()
app.exec()
runner.close()
store.close()
"""


def test_a_killed_program_goes_on_where_it_was(kit: Kit) -> None:
    kit.add(run_of(contestant(), prompts=30))
    kit.store.close()
    answered: list[str] = []
    for stop_after in (4, 3, None):
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, cwd=TESTS
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                answered.append(line.strip())
                if stop_after is not None and len(answered) >= stop_after:
                    os.kill(process.pid, signal.SIGKILL)
                    break
            if stop_after is not None:
                answered += [line.strip() for line in process.stdout]
        if stop_after is not None:
            answered_before = {c.prompt_id for c in kit.stored() if c.state == "done"}
            assert answered_before >= set(answered)
    cells = kit.stored()
    assert {cell.state for cell in cells} == {"done"}
    assert len(cells) == 30
    assert len(answered) == len(set(answered)), "nothing that was kept is asked again"
