"""Training in the whole window: runs that outlive it, what becomes of their adapters, chats meanwhile."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.contests import UsedAdapter
from benchtop.domain.examples import Dataset, Example
from benchtop.domain.training import TrainingRun, TrainPoint, preset_settings
from benchtop.domain.training_verdict import TuningVerdict
from benchtop.services import teacher_steps, training_general, training_trial
from benchtop.services.compare_workers import CompareWorkers
from benchtop.store.database import open_store
from benchtop.ui.compare.compare_page import ComparePage
from benchtop.ui.teach.data_rows import DraftWish
from benchtop.ui.teach.result_view import ResultView
from benchtop.ui.teach.train_view import TrainView
from ui.teach.training_kit import with_colours
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready
from ui.window.suites_kit import add, small_suite
from ui.window.teach_kit import (
    find,
    new_chat,
    page_of,
    press,
    result_view,
    run_in_store,
    runner_of,
    say,
    train_view,
    until,
)
from unit.store.contest_makers import contest, contestant, vote

LONG = {"steps": 5_000, "check_every": 5}
LONG_REPLY = 60


@pytest.fixture(autouse=True)
def quick_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_trial, "TRIAL_SECONDS", 0.2)


def colours(program: Program) -> Dataset:
    with open_store(program.folder.database) as store:
        return with_colours(store)


def begin(
    qtbot: QtBot, program: Program, dataset: Dataset, **changes: Any
) -> tuple[TrainView, list[TrainPoint]]:
    """Start a run of a few seconds on the Train tab; its steps come to the list."""
    view = train_view(qtbot, program)
    page_of(program).data.teach_requested.emit(dataset.id)
    until(qtbot, lambda: view.wish.dataset_id == dataset.id)
    quick = {"steps": 12, "threads": 1, "general": 0.0, "check_every": 4, "rank": 4, "patience": 0}
    settings = replace(preset_settings("quick", 4, 256), **quick | changes)
    points: list[TrainPoint] = []
    runner_of(program).stepped.connect(points.append)
    view.start_requested.emit(replace(view.wish, settings=settings, prompts=()))
    return view, points


def endings(program: Program) -> list[TrainingRun]:
    found: list[TrainingRun] = []
    runner_of(program).ended.connect(lambda run, _error: found.append(run))
    return found


def test_a_run_goes_on_by_itself_when_the_window_is_opened_again(
    qtbot: QtBot, start: StartWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start()
    wait_ready(qtbot, first)
    said: list[str] = []
    set_job = first.window.status.set_job
    monkeypatch.setattr(
        first.window.status, "set_job", lambda *job: (said.append(job[1]), set_job(*job))
    )
    _view, points = begin(qtbot, first, colours(first), steps=60, check_every=5)
    until(qtbot, lambda: len(points) >= 7)
    assert said[0] == "Teaching starter: getting ready"
    assert "Teaching starter: step 7 of 60" in said
    assert not [one for one in said if "of 0" in one]
    run = runner_of(first).run
    assert run is not None
    first.window.close()

    second = start()
    until(qtbot, lambda: runner_of(second).run is not None)
    ended = endings(second)
    view = train_view(qtbot, second)
    assert view.live.isVisible()
    assert view.live.run_id == run.id
    until(qtbot, lambda: view.live.curves.train)
    until(qtbot, lambda: ended)
    assert (ended[0].id, ended[0].state, ended[0].step) == (run.id, "done", 60)
    with open_store(second.folder.database) as store:
        assert [one.step for one in store.training_runs.train_points(run.id)] == list(range(1, 61))
    result = result_view(qtbot, second)
    until(qtbot, lambda: result.run_id == run.id)
    assert page_of(second).tab == "result"
    assert len(result.curves.train) == 60


def test_the_words_of_a_deleted_run_go_with_the_bin(qtbot: QtBot, program: Program) -> None:
    kept = program.folder.training / "r"
    kept.mkdir(parents=True)
    (kept / "tokens.jsonl").write_text("words")
    with open_store(program.folder.database) as store:
        facts = {"id": "m", "name": "Tiny", "path": "tiny.gguf", "sha256": "", "bytes": 1}
        settings = preset_settings("quick", 2, 64)
        store.training_runs.put(
            TrainingRun("r", "Doors", facts, "d", "v", settings, state="paused")
        )
        store.training_runs.delete("r")
    program.conversations.empty_bin(1)
    with qtbot.waitSignal(program.conversations.bin_counted, timeout=WAIT_MS):
        program.conversations.count_bin()
    assert kept.is_dir(), "it lies in the bin since a moment ago"
    program.conversations.empty_bin(0)
    until(qtbot, lambda: not kept.exists())
    with open_store(program.folder.database) as store:
        assert store.training_runs.states() == {}


def test_what_is_known_of_a_run_and_what_is_done_with_it(
    qtbot: QtBot, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))  # the bin of this test
    (tmp_path / "share").mkdir()
    monkeypatch.setattr(training_general, "SUITE", "Small")
    monkeypatch.setattr(training_general, "ANSWER_TOKENS", 8)
    add(program, small_suite())
    dataset = colours(program)
    ended = endings(program)
    begin(qtbot, program, dataset)
    until(qtbot, lambda: ended)
    run = ended[0]
    result = result_view(qtbot, program)
    until(qtbot, lambda: (found := verdict(program, run.id)) and found.general)

    judged = verdict(program, run.id)
    assert judged is not None
    assert judged.general is not None
    assert (judged.general.suite, judged.general.prompts) == ("Small", 4)
    assert judged.general.before == judged.general.after == 0.5
    until(qtbot, lambda: "Small" in labels(result))

    cast_votes(program, run)
    program.window.go_to("chat")
    page_of(program)  # who comes back sees the votes
    until(qtbot, lambda: (found := verdict(program, run.id)) and found.votes)
    voted = verdict(program, run.id)
    assert voted is not None
    assert voted.votes is not None
    assert (voted.votes.adapter, voted.votes.base, voted.votes.ties) == (2, 1, 0)

    used_and_taken_out_elsewhere(qtbot, program, result, run)
    asked_blind(qtbot, program, result, run)
    removed_and_back(qtbot, program, result, run)
    again(qtbot, program, result, run)


def used_and_taken_out_elsewhere(
    qtbot: QtBot, program: Program, result: ResultView, run: TrainingRun
) -> None:
    """The page follows what is done in the chat meanwhile."""
    use = find(result, QPushButton, "teach.result.use")
    assert use.accessibleName() == "Use in chat"
    (path,) = [one.path for one in program.models.adapters.adapters if one.run_id == run.id]
    program.window.go_to("chat")
    program.chat.adapters_wiring.attach(path)
    page_of(program)
    until(qtbot, lambda: use.accessibleName() == "Take out of the chat")
    program.window.go_to("chat")
    program.chat.adapters_wiring.detach(path)
    page_of(program)
    until(qtbot, lambda: use.accessibleName() == "Use in chat")


def asked_blind(qtbot: QtBot, program: Program, result: ResultView, run: TrainingRun) -> None:
    """A held-out question stands ready, with the keyboard in it, and a button leads back."""
    press(result, "teach.result.vote")
    until(qtbot, lambda: program.window.current_page == "compare")
    page = program.window.page("compare")
    assert isinstance(page, ComparePage)
    prompt = page.side_by_side.prompt
    with open_store(program.folder.database) as store:
        entries = store.versions.read_version(run.version_id)
    held = [one.example.prompt[0].content for one in entries if one.split == "holdout"]
    until(qtbot, lambda: prompt.text() in held)
    assert prompt.blind
    until(qtbot, prompt.input.hasFocus)
    notices = program.window.info_bar.notices()
    (back,) = [one for one in notices if run.name in one.text]
    find(back, QPushButton, "notice.action").click()
    assert program.window.current_page == "teach"
    assert page_of(program).tab == "result"


def removed_and_back(qtbot: QtBot, program: Program, result: ResultView, run: TrainingRun) -> None:
    if sys.platform != "linux":
        return  # the bin of freedesktop.org
    use = find(result, QPushButton, "teach.result.use")
    until(qtbot, use.isVisible)
    adapters = program.models.adapters
    path = Path(next(one.path for one in adapters.adapters if one.run_id == run.id))
    press(result, "teach.result.remove")
    until(qtbot, lambda: not use.isVisible())
    assert not path.exists()
    (notice,) = [one for one in result.info_bar.notices() if one.kind == "undo"]
    find(notice, QPushButton, notice_button(notice)).click()
    until(qtbot, use.isVisible)
    assert path.is_file()


def again(qtbot: QtBot, program: Program, result: ResultView, run: TrainingRun) -> None:
    """One more reply is rated, and learnt on top of what was learnt before."""
    new_chat(qtbot, program)
    reply = say(qtbot, program, "What can I do in this app?")
    program.chat.transcript.perform(reply.id, "rate_up")
    page_of(program, "result")
    result.run_chosen.emit(run.id)
    button = find(result, QPushButton, "teach.result.again")
    until(qtbot, lambda: "1" in button.text())
    press(result, "teach.result.again")
    view = train_view(qtbot, program)
    until(qtbot, lambda: view.wish.parent_id == run.adapter_id)
    assert view.wish.dataset_id == run.dataset_id
    ended = endings(program)
    press(view, "teach.train")
    until(qtbot, lambda: ended)
    child = ended[0]
    assert (child.state, child.parent_id, child.settings) == ("done", run.id, run.settings)
    assert child.adapter_id not in ("", run.adapter_id)
    with open_store(program.folder.database) as store:
        learnt = [one.example for one in store.versions.read_version(child.version_id)]
        kept = {one.id: Path(one.path) for one in store.adapters.all()}
    assert any(one.origin.message_id == reply.id for one in store_examples(program, run))
    assert any(one.prompt[-1].content == "What can I do in this app?" for one in learnt)
    assert len(learnt) == 13, "the new one beside the old ones"
    assert all(kept[one].is_file() for one in (run.adapter_id, child.adapter_id))


def store_examples(program: Program, run: TrainingRun) -> list[Example]:
    with open_store(program.folder.database) as store:
        return list(store.examples.each(run.dataset_id))


def verdict(program: Program, run_id: str) -> TuningVerdict | None:
    result = run_in_store(program, run_id).result
    return TuningVerdict.from_json(result.verdict) if result and result.verdict else None


def labels(view: ResultView) -> str:
    return " ".join(one.text() for one in view.findChildren(QLabel))


def notice_button(notice: QWidget) -> str:
    return next(
        one.objectName() for one in notice.findChildren(QPushButton) if one.text() == "Undo"
    )


def cast_votes(program: Program, run: TrainingRun) -> None:
    """Blind votes as Compare keeps them: two for the adapter, one for the base; and one with open eyes."""
    with open_store(program.folder.database) as store:
        adapter = next(one for one in store.adapters.all() if one.id == run.adapter_id)
        model = str(run.model["id"])
        base = contestant("base", model_id=model, adapters=())
        taught = contestant("taught", model_id=model, adapters=(UsedAdapter(adapter.path),))
        store.contests.begin(replace(contest(), contestants=(base, taught)))
        for number, (outcome, blind) in enumerate(
            (("b", True), ("b", True), ("a", True), ("b", False))
        ):
            made = vote(f"v{number}", outcome=outcome, blind=blind)
            store.contests.cast(
                replace(
                    made,
                    left=replace(made.left, contestant=base),
                    right=replace(made.right, contestant=taught),
                )
            )


@pytest.mark.parametrize("beside", ["wait", "share"])
def test_chats_are_answered_while_training(
    qtbot: QtBot, program: Program, slow_model_path: Path, beside: str
) -> None:
    with qtbot.waitSignal(program.models.imported, timeout=60_000) as told:
        program.models.import_file(slow_model_path)
    program.chat.header_wiring.choose(told.args[0].id)
    until(qtbot, lambda: (m := program.engine.state.model) and m.id == told.args[0].id)
    wait_ready(qtbot, program)
    view, points = begin(qtbot, program, colours(program), **LONG)
    view.live.beside_changed.emit(beside)
    until(qtbot, lambda: len(points) >= 3)
    program.window.go_to("chat")
    branch = program.session.branch
    most = LONG_REPLY if beside == "wait" else None
    branch.set_params(replace(branch.params, max_tokens=most))
    seen: list[int] = []  # steps there were at each piece of the reply
    program.session.grown.connect(lambda *_: seen.append(len(points)))
    if beside == "wait":
        say(qtbot, program, "Hello!")
        assert seen[-1] - seen[0] <= 1, "the step that was nearly over"
    else:
        program.session.send("Hello!")
        until(qtbot, lambda: len(seen) > 1 and seen[-1] - seen[0] >= 2)
        assert program.session.busy
        program.session.stop()
    so_far = len(points)
    until(qtbot, lambda: len(points) > so_far)  # and goes on


def test_a_teacher_drafts_and_never_sees_what_is_held_out(
    qtbot: QtBot, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    plain_ask = CompareWorkers.ask

    def ask(workers: CompareWorkers, path: str, request: Any) -> None:
        asked.append("\n".join(turn.content for turn in request.turns))
        plain_ask(workers, path, request)

    monkeypatch.setattr(CompareWorkers, "ask", ask)
    monkeypatch.setattr(teacher_steps, "ANSWER_TOKENS", 12)
    dataset = colours(program)
    page = page_of(program, "data")
    until(qtbot, lambda: page.data.dataset_id == dataset.id)
    teacher = program.teach.setup().services.teacher()
    ended: list[int] = []
    teacher.ended.connect(lambda made, _error: ended.append(made))
    for kind, count in (("answers", 3), ("rewrites", 3), ("prompts", 500)):
        asked.clear()
        ended.clear()
        page.data.teacher.start_wanted.emit(DraftWish("starter", kind, count))
        if count == 500:  # more than it has to say
            until(qtbot, lambda: len(asked) >= 2 or ended)
            page.data.teacher.stop_wanted.emit()
        until(qtbot, lambda: ended)
        assert asked
        held = [one for one in kept_examples(program, dataset) if one.holdout]
        assert len(held) == 2
        for one in held:
            assert all(one.prompt[-1].content not in words for words in asked)
            assert all(one.answer not in words for words in asked)
        drafts = [one for one in kept_examples(program, dataset) if one.state == "draft"]
        assert all(one.origin.kind == "teacher" and one.origin.name == "starter" for one in drafts)
        if kind == "answers":
            assert ended == [len(drafts)] == [3]
    with open_store(program.folder.database) as store:
        version = store.versions.make_version(dataset.id)
    assert version.train + version.holdout == 12, "drafts wait for a person's yes"


def kept_examples(program: Program, dataset: Dataset) -> list[Example]:
    with open_store(program.folder.database) as store:
        return list(store.examples.each(dataset.id))
