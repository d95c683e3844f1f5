"""General questions that start by themselves are not offered meanwhile; where they could not, they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from benchtop.domain.training import TrainingRun
from benchtop.services.adapters import import_adapter
from benchtop.services.training_judge import TrainingJudge
from benchtop.store.database import open_store
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.teach.result_view import ResultView
from benchtop.ui.teach.result_wiring import ResultWiring
from ui.teach.result_kit import button
from ui.teach.teach_makers import a_result, a_run, a_verdict
from ui.teach.training_kit import WAIT_MS, TrainBench, train_bench, with_colours
from workers.tiny_gguf import lora_adapter, random_model


class Suites(QObject):
    """Begins suites, and never ends one."""

    ended = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.started: list[str] = []

    def start(self, run_id: str) -> None:
        self.started.append(run_id)


class SeenView(ResultView):
    """Remembers each time whether questions were on offer."""

    def __init__(self) -> None:
        super().__init__()
        self.offered: list[bool] = []

    def set_result(self, row: ResultRow | None, curves: object = None) -> None:
        super().set_result(row, curves)  # type: ignore[arg-type]
        if row is not None:
            self.offered.append(button(self, "judge").isVisibleTo(self))


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainBench]:
    with train_bench(qtbot, monkeypatch) as made:
        yield made


def judged_run(bench: TrainBench, tmp_path: Path, **changes: str) -> TrainingRun:
    """A run whose adapter was held against the holdout, and not asked general questions."""
    with bench.qtbot.waitSignal(bench.models.imported, timeout=WAIT_MS) as told:
        bench.models.import_file(random_model(tmp_path / "own.gguf"))
    with open_store(bench.folder.database) as store:
        dataset = with_colours(store)
        version = store.versions.make_version(dataset.id)
        adapter = import_adapter(store, lora_adapter(tmp_path / "doors.gguf"), "doors")
        model = {"id": told.args[0].id, "name": "own"} | changes
        run = a_run(
            id="doors", model=model, dataset_id=dataset.id, version_id=version.id, state="done",
            adapter_id=adapter.id, result=a_result(verdict=a_verdict(general=None).to_json()),
        )  # fmt: skip
        store.training_runs.put(run)
    return run


def shown(bench: TrainBench, suites: Suites) -> tuple[SeenView, TrainingJudge, ResultWiring]:
    judge = TrainingJudge(
        bench.folder, bench.store, bench.models, lambda: suites, bench.parent  # type: ignore[arg-type, return-value]
    )  # fmt: skip
    view = SeenView()
    bench.qtbot.addWidget(view)
    view.show()
    wiring = ResultWiring(view, bench.services, bench.models, judge, tuple)
    return view, judge, wiring


def test_questions_that_begin_by_themselves_are_not_offered(
    bench: TrainBench, tmp_path: Path
) -> None:
    run, suites = judged_run(bench, tmp_path), Suites()
    view, judge, wiring = shown(bench, suites)
    bench.until(lambda: view.offered)
    assert view.offered[-1], "nobody asked them"
    view.offered.clear()
    judge.judge(run.id)
    wiring.open(run.id)
    bench.until(
        lambda: (suites.started and not judge.is_beginning(run.id)) or view.info_bar.notices()
    )
    assert not [one.text for one in view.info_bar.notices()]
    count = len(view.offered)
    wiring.open(run.id)
    bench.until(lambda: len(view.offered) > count)
    assert not any(view.offered)


def test_questions_that_could_not_begin_are_offered_again(
    bench: TrainBench, tmp_path: Path
) -> None:
    run, suites = judged_run(bench, tmp_path, id="gone"), Suites()
    view, judge, wiring = shown(bench, suites)
    bench.until(lambda: view.offered)
    view.offered.clear()
    judge.judge(run.id)
    wiring.open(run.id)
    bench.until(lambda: [one.kind for one in view.info_bar.notices()] == ["error"])
    assert not judge.is_beginning(run.id)
    bench.until(lambda: view.offered and view.offered[-1])
