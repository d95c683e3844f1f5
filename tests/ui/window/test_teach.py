"""From a rated and an edited reply to a model that answers otherwise, and back again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.training import TrainingRun
from benchtop.domain.training_verdict import TuningVerdict
from benchtop.services.library import starter
from benchtop.ui.teach.data_view import DataView
from benchtop.ui.teach.train_view import TrainView
from ui.window.teach_kit import (
    facts,
    facts_file,
    find,
    new_chat,
    page_of,
    press,
    result_view,
    rewrite,
    run_in_store,
    runner_of,
    say,
    set_number,
    train_view,
    until,
)
from ui.window.test_adapters import popover
from ui.window.test_adapters import press as press_key

RATED = "What can I do in this app?"


def fill(qtbot: QtBot, program: Program, path: Path) -> DataView:
    """A data set of what was rated, of a file, and of a typed example."""
    view = page_of(program, "data").data
    rated = find(view, QLabel, "teach.data.first.rated")
    until(qtbot, lambda: "2 " in rated.text())
    press(view, "teach.data.first.collect")
    until(qtbot, lambda: len(view.table.rows.ids) == 2)
    view.paths_dropped.emit([str(path)])
    until(qtbot, lambda: len(view.table.rows.ids) == 20)
    press(view, "teach.data.new")
    until(qtbot, view.new.isVisible)
    find(view, QPlainTextEdit, "teach.new.question").setPlainText("Where is the ladder?")
    find(view, QPlainTextEdit, "teach.new.answer").setPlainText("The ladder is in the barn.")
    press(view, "teach.new.add")
    until(qtbot, lambda: len(view.table.rows.ids) == 21)
    press(view, "teach.new.done")
    return view


def train(qtbot: QtBot, program: Program, view: TrainView) -> TrainingRun:
    """A hundred and ten steps, watched to their end."""
    ended: list[TrainingRun] = []
    runner = runner_of(program)
    runner.ended.connect(lambda run, _error: ended.append(run))
    runner.refused.connect(ended.append)
    press(view, "teach.train.preset.quick")
    view.setup.advanced.open(True)
    set_number(view, "steps", 110)
    set_number(view, "threads", 1)
    # A few facts, learnt by heart in less than a minute:
    set_number(view, "general", 0)
    set_number(view, "word_dropout", 0)
    press(view, "teach.train")
    state = find(view.live, QLabel, "teach.live.state")
    assert state.isVisible()
    assert state.text()  # what is being prepared
    until(qtbot, lambda: len(view.live.curves.train) > 20 or ended)
    assert find(view.live, QLabel, "teach.live.title").text().startswith("starter learns")
    until(qtbot, lambda: ended)
    (run,) = ended
    assert isinstance(run, TrainingRun), run
    return run


def test_what_was_rated_and_edited_is_learnt_and_can_be_switched_off(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    branch = program.session.branch
    branch.set_params(replace(branch.params, temperature=0.0, max_tokens=48))
    praised = say(qtbot, program, RATED)
    program.chat.transcript.perform(praised.id, "rate_up")
    new_chat(qtbot, program)
    branch.set_params(replace(branch.params, temperature=0.0, max_tokens=48))
    fact = facts()[7]
    question = fact["train"][0]
    before = say(qtbot, program, question)
    assert "mill" not in before.content
    rewrite(qtbot, program, before, fact["answer"])
    new_chat(qtbot, program)
    branch.set_params(replace(branch.params, temperature=0.0, max_tokens=48))

    data = fill(qtbot, program, facts_file(tmp_path / "house.jsonl", facts()[10:19]))
    press(data, "teach.data.teach")
    view = train_view(qtbot, program)
    until(qtbot, lambda: view.setup.wish.dataset_id == data.dataset_id)
    run = train(qtbot, program, view)
    assert (run.state, run.step, run.model["sha256"]) == ("done", 110, starter().sha256)

    result = result_view(qtbot, program)
    until(qtbot, lambda: result.run_id == run.id)
    assert page_of(program).tab == "result"
    assert len(result.curves.train) == 110
    assert len(result.curves.holdout) >= 2
    kept = run_in_store(program, run.id).result
    assert kept is not None
    assert kept.verdict is not None
    verdict = TuningVerdict.from_json(kept.verdict)
    assert verdict.holdout_after < verdict.holdout_before
    assert find(result, QLabel, "teach.result.word").text() == "Better on what was held out"
    assert (verdict.kind, verdict.general) == ("better", None)  # they are asked from now on
    sentence = find(result, QLabel, "teach.result.sentence").accessibleName()
    assert f"perplexity {verdict.holdout_after:.3g}" in sentence

    press(result, "teach.result.use")
    until(qtbot, lambda: program.window.current_page == "chat" and branch.adapters)
    taught = say(qtbot, program, question)
    assert "old mill" in taught.content
    assert [one.path for one in taught.adapters] == [branch.adapters[0].path]

    shown = popover(program)
    press_key(qtbot, shown, "chat.adapters.0.switch")
    shown.close()
    assert branch.adapters == ()
    with qtbot.waitSignal(program.session.reply_ended, timeout=60_000) as told:
        program.window.action_set["reply.regenerate"].trigger()
    assert told.args[0].content == before.content
    assert told.args[0].adapters == ()
