"""What the makers of a model suggest is what a new conversation with it begins with."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.generation import SamplingParams
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready
from workers.tiny_gguf import random_model


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


def bring(qtbot: QtBot, program: Program, path: Path) -> str:
    """Import a model and wait until it is the one that answers; its id."""
    with qtbot.waitSignal(program.models.imported, timeout=WAIT_MS):
        program.models.import_file(path)
    until(qtbot, lambda: program.session.model and program.session.model.path == str(path))
    assert program.session.model is not None
    return program.session.model.id


def test_the_suggestion_follows_the_model(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    mild = bring(qtbot, program, random_model(tmp_path / "mild.gguf", temperature=0.25))
    assert program.session.branch.params == SamplingParams(temperature=0.25)
    assert "Suggested by the model" in preset_said(program)
    plain = bring(qtbot, program, random_model(tmp_path / "plain.gguf", seed=1))
    assert program.session.branch.params == SamplingParams()
    assert "Balanced" in preset_said(program)
    program.chat.header.model_chosen.emit(mild)
    assert program.session.branch.params.temperature == 0.25
    assert mild != plain


def test_a_conversation_keeps_what_was_chosen_when_the_model_changes(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    bring(qtbot, program, random_model(tmp_path / "mild.gguf", temperature=0.25))
    program.chat.header.params_changed.emit(SamplingParams(temperature=1.5, max_tokens=4))
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.session.send("Hello")
    bring(qtbot, program, random_model(tmp_path / "plain.gguf", seed=1))
    assert program.session.branch.params == SamplingParams(temperature=1.5, max_tokens=4)


def test_a_conversation_that_follows_goes_on_following(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    mild = bring(qtbot, program, random_model(tmp_path / "mild.gguf", temperature=0.25))
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.session.send("Hello")
        program.session.stop()
    bring(qtbot, program, random_model(tmp_path / "hot.gguf", seed=1, temperature=0.9))
    assert program.session.branch.params.temperature == 0.9
    program.chat.header.model_chosen.emit(mild)
    assert program.session.branch.params.temperature == 0.25


def test_a_chosen_preset_holds_for_the_next_model_and_the_next_start(
    qtbot: QtBot, start: StartWindow, tmp_path: Path
) -> None:
    first = start()
    wait_ready(qtbot, first)
    bring(qtbot, first, random_model(tmp_path / "mild.gguf", temperature=0.25))
    first.chat.header.preset_chosen.emit("precise")
    precise = first.session.branch.params
    assert precise.temperature == 0.2
    bring(qtbot, first, random_model(tmp_path / "plain.gguf", seed=1))
    assert first.session.branch.params == precise
    first.window.close()
    second = start()
    wait_ready(qtbot, second)
    until(qtbot, lambda: second.session.branch.params == precise)


def test_reset_goes_back_to_the_suggestion(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    bring(qtbot, program, random_model(tmp_path / "mild.gguf", temperature=0.25))
    program.chat.header.params_changed.emit(SamplingParams(temperature=1.5))
    program.chat.header.set_params(program.session.branch.params)
    reset = program.chat.header.sampling_panel.findChild(QPushButton, "chat.sampling.reset")
    assert reset is not None
    reset.click()
    assert program.session.branch.params == SamplingParams(temperature=0.25)


def preset_said(program: Program) -> str:
    """What the button of the presets says."""
    button = program.chat.header.findChild(QAbstractButton, "chat.preset")
    assert button is not None
    return button.accessibleName()


def test_what_is_set_in_a_new_chat_is_of_that_chat_alone(qtbot: QtBot, start: StartWindow) -> None:
    first = start()
    wait_ready(qtbot, first)
    plain = first.session.branch.params
    first.chat.header.system_prompt_changed.emit("You are a pirate.")
    first.chat.header.params_changed.emit(SamplingParams(temperature=1.9, max_tokens=4))
    first.window.close()  # nothing of it is lost before the first message
    second = start()
    wait_ready(qtbot, second)
    assert second.session.branch.system_prompt == "You are a pirate."
    with qtbot.waitSignal(second.session.reply_ended, timeout=WAIT_MS):
        second.session.send("Hello")
    assert second.session.branch.here.system_prompt == "You are a pirate."
    assert second.session.branch.params.temperature == 1.9
    second.chat.new_chat()
    until(qtbot, lambda: second.session.branch.conversation is None)
    assert second.session.branch.system_prompt == ""
    assert second.session.branch.params == plain
