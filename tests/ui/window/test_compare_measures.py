"""Measures in the whole window: figures of a real model, there again at the next start."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.cli.compare_rerun import rerun
from benchtop.domain.compare_errors import EnergyUnmeasurable
from benchtop.services.data_folder import find_data_folder
from benchtop.services.energy import find_meter
from benchtop.services.measure_kinds import BenchmarkSizes, EnergyMeters
from benchtop.services.measure_results import kept_results, measures_file
from benchtop.services.measure_service import MeasureService
from benchtop.services.memory_now import MemoryNow
from benchtop.ui.compare.measure_model import MeasureModel
from benchtop.ui.compare.measure_rows import MeasureRow
from benchtop.ui.compare.measure_view import CHATS, FILE, MeasureView
from ui.window.conftest import StartWindow, full_disk, wait_ready
from ui.window.test_compare import page_of, second_model, until
from unit.services.test_energy import zone
from workers.measured_text import story

SMALL = BenchmarkSizes(prompt_tokens=16, tokens=8, repeat=2, energy_tokens=8, energy_repeat=2)


def measures_of(program: Program) -> MeasureView:
    page = page_of(program)
    page.show_tab("measures")
    view = page.view("measures")
    assert isinstance(view, MeasureView)
    service_of(program).sizes = SMALL
    return view


def service_of(program: Program) -> MeasureService:
    assert program.compare.services is not None
    return program.compare.services.measures()


def row_of(view: MeasureView, model_id: str = "starter") -> MeasureRow:
    model = view.findChild(MeasureModel)
    assert isinstance(model, MeasureModel)
    return next(row for row in model.all_rows if row.id == model_id)


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A text that the dialog for texts finds."""
    path = tmp_path / "story.txt"
    path.write_text(story(60))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    return path


def test_figures_of_a_model_are_kept_for_the_next_start(
    qtbot: QtBot, start: StartWindow, text: Path
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = measures_of(program)
    view.text_chosen.emit(FILE)
    view.measure_requested.emit("starter", "perplexity")
    view.measure_requested.emit("starter", "speed")
    until(qtbot, lambda: row_of(view).perplexity is not None)
    until(qtbot, lambda: row_of(view).speeds)
    row = row_of(view)
    assert row.perplexity is not None
    assert row.perplexity.value > 1
    assert row.perplexity.error > 0
    assert "story.txt" in row.perplexity.source
    assert not row.troubles
    reply = [speed.generation for speed in row.speeds]
    assert reply[0] is not None
    assert reply[0] > 0
    assert reply[2] is None  # the starter reads 1,024 tokens
    assert row.memory > row.size
    kept = kept_results(find_data_folder())
    assert {one.kind for one in kept} == {"perplexity", "speed"}
    assert all(one.machine["cores"] for one in kept)
    program.settings.write_now()
    program.window.close()
    second = start()
    wait_ready(qtbot, second)
    again = measures_of(second)
    until(qtbot, lambda: row_of(again).speeds)
    assert row_of(again).perplexity == row.perplexity
    assert (row_of(again).speeds, row_of(again).memory) == (row.speeds, row.memory)


def test_ones_own_chats_are_measured_on_and_where_there_are_none_it_says_so(
    qtbot: QtBot, start: StartWindow
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = measures_of(program)
    assert view.chosen_id() == "starter"  # the first one, so that there is something to press
    view.findChild(QPushButton, "compare.measure.perplexity").click()
    until(qtbot, lambda: row_of(view).troubles)
    assert "no chats yet" in row_of(view).troubles["perplexity"]
    assert not row_of(view).jobs


def test_damage_against_the_same_bytes_is_none(
    qtbot: QtBot, start: StartWindow, tmp_path: Path, text: Path
) -> None:
    program = start()
    wait_ready(qtbot, program)
    finch = second_model(qtbot, program, tmp_path)
    view = measures_of(program)
    view.text_chosen.emit(FILE)
    view.reference_chosen.emit("starter")
    assert row_of(view).is_reference
    view.measure_requested.emit(finch, "divergence")
    until(qtbot, lambda: row_of(view, finch).kl_mean is not None or row_of(view, finch).troubles)
    row = row_of(view, finch)
    assert not row.troubles
    assert row.kl_mean is not None
    assert abs(row.kl_mean.value) < 1e-6
    assert row.same_top is not None
    assert row.same_top.value == 1
    view.reference_chosen.emit("")
    assert row_of(view, finch).kl_mean is None  # it is told only beside what it was held against


def test_two_that_do_not_fit_into_the_memory_together(
    qtbot: QtBot, start: StartWindow, tmp_path: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = start()
    wait_ready(qtbot, program)
    finch = second_model(qtbot, program, tmp_path)
    view = measures_of(program)
    view.text_chosen.emit(FILE)
    view.reference_chosen.emit("starter")
    monkeypatch.setattr(MemoryNow, "has_room", staticmethod(lambda _need, _free: False))
    view.measure_requested.emit(finch, "divergence")
    until(qtbot, lambda: row_of(view, finch).troubles)
    assert "do not fit into the memory together" in row_of(view, finch).troubles["divergence"]
    left = find_data_folder().root / "measures"
    assert not left.exists() or not list(left.iterdir())


def test_energy_where_the_machine_tells(qtbot: QtBot, start: StartWindow, tmp_path: Path) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = measures_of(program)
    service = service_of(program)
    counter = zone(tmp_path, "intel-rapl:0", "package-0", 1_000_000)
    service.meters = EnergyMeters(find_meter(tmp_path))
    service.changed.emit()
    until(qtbot, lambda: not row_of(view).unmeasurable)
    view.measure_requested.emit("starter", "energy")
    until(qtbot, lambda: row_of(view).troubles)
    assert "stand still" in row_of(view).troubles["energy"]
    spent = iter(range(2_000_000, 100_000_000, 1_000_000))
    service.changed.connect(lambda: counter.write_text(f"{next(spent)}\n"))
    view.measure_requested.emit("starter", "energy")
    until(qtbot, lambda: row_of(view).joules is not None)
    row = row_of(view)
    (kept,) = kept_results(find_data_folder())
    decoded = 1 + 8 + 2 * (1 + 8)
    assert kept.figures["tokens"] == decoded
    assert row.joules == pytest.approx(kept.figures["joules"] / decoded * 1_000)
    assert kept.figures["joules"] == round(kept.figures["joules"]) > 0
    assert "whole processor" in row.energy_scope
    assert "energy" not in row.troubles


def test_energy_where_the_machine_does_not_tell(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = measures_of(program)
    service = service_of(program)
    service.meters = EnergyMeters(EnergyUnmeasurable(detail="no counters"))
    service.changed.emit()
    until(qtbot, lambda: row_of(view).unmeasurable == "Energy is not measurable here: no counters.")
    button = view.findChild(QPushButton, "compare.measure.energy")
    assert not button.isEnabled()


def test_stopping_and_what_waits(qtbot: QtBot, start: StartWindow, text: Path) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = measures_of(program)
    service = service_of(program)
    view.text_chosen.emit(FILE)
    view.measure_requested.emit("starter", "perplexity")
    view.measure_requested.emit("starter", "speed")
    assert set(service.jobs) == {("starter", "perplexity"), ("starter", "speed")}
    view.stop_requested.emit("starter", "speed")
    view.stop_requested.emit("starter", "perplexity")
    until(qtbot, lambda: not service.jobs)
    assert not service.troubles
    assert service.results == []
    view.measure_requested.emit("starter", "perplexity")
    until(qtbot, lambda: row_of(view).perplexity is not None)


def test_a_window_that_is_closed_in_the_middle_keeps_no_half_figure(
    qtbot: QtBot, start: StartWindow, text: Path
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = measures_of(program)
    view.text_chosen.emit(FILE)
    text.write_text(story(6_000))  # it takes a while
    view.measure_requested.emit("starter", "perplexity")
    view.measure_requested.emit("starter", "speed")
    job = service_of(program).jobs["starter", "perplexity"]
    until(qtbot, lambda: not job.loading and (job.fraction or 0) > 0)
    program.settings.write_now()
    program.window.close()
    assert kept_results(find_data_folder()) == []
    second = start()
    wait_ready(qtbot, second)
    again = measures_of(second)
    row = row_of(again)
    assert (row.perplexity, row.jobs, row.troubles) == (None, {}, {})
    text.write_text(story(60))
    again.measure_requested.emit("starter", "perplexity")
    until(qtbot, lambda: row_of(again).perplexity is not None)


def test_price_export_and_card(
    qtbot: QtBot,
    start: StartWindow,
    text: Path,
    tmp_path: Path,
    *,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = measures_of(program)
    price = view.findChild(QDoubleSpinBox, "compare.measure.price")
    price.setValue(0.31)
    assert program.settings.values.compare["price"] == 0.31
    view.text_chosen.emit(FILE)
    view.measure_all_requested.emit("starter")
    until(qtbot, lambda: row_of(view).perplexity is not None and row_of(view).speeds)
    picture = tmp_path / "models.csv"
    view.exported.emit(str(picture), view.scatter.csv())
    until(qtbot, picture.exists)
    (told,) = csv.DictReader(io.StringIO(picture.read_text()))
    assert float(told["perplexity"]) == row_of(view).perplexity.value  # type: ignore[union-attr]
    card = tmp_path / "starter.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(card), ""))
    view.card_requested.emit("starter")
    until(qtbot, card.exists)
    values = json.loads(card.with_suffix(".json").read_text())
    assert values["kind"] == "measurement"
    assert len(values["models"][0]["sha256"]) == 64
    view.exported.emit(str(tmp_path / "nowhere" / "x.png"), b"x")
    until(
        qtbot,
        lambda: any("cannot be written" in one.text for one in program.window.info_bar.notices()),
    )
    view.text_chosen.emit(CHATS)
    assert row_of(view).perplexity is None  # another text, another figure
    program.window.close()
    assert rerun(str(card), json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["same"], "the perplexity of the same text is the same"
    assert any(one["what"].endswith("generation_rate") for one in told["figures"])


def test_a_full_disk_leaves_what_was_kept_and_shows_what_is_new(
    qtbot: QtBot, qapp: QApplication, start: StartWindow, text: Path
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = measures_of(program)
    view.text_chosen.emit(FILE)
    program.settings.write_now()
    place = measures_file(find_data_folder())
    place.write_text(json.dumps({"results": [], "padding": "x" * 5_000}))
    before = place.read_bytes()
    service = service_of(program)
    with full_disk(), qtbot.waitSignal(service.failed, timeout=60_000):
        view.measure_requested.emit("starter", "perplexity")
    until(qtbot, lambda: row_of(view).perplexity is not None)
    assert place.read_bytes() == before
    assert not list(place.parent.glob(".measures*"))
