"""The engine as the window sees it."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import psutil
import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain import gguf
from benchtop.domain.model_errors import NotGguf
from benchtop.domain.models import ModelFile, inspect_model
from benchtop.protocol.messages import Finished, Rendered
from benchtop.services.thread_memory import plausible, thread_key
from workers.services_kit import Kit


@pytest.fixture
def kit(qtbot: QtBot, starter_path: Path) -> Iterator[Kit]:
    made = Kit(qtbot)
    yield made
    made.close()


def test_an_unchanged_state_is_not_told_again(kit: Kit) -> None:
    """A listener that asks something when told (the context meter does) must not be told by that."""
    told: list[object] = []
    kit.engine.state_changed.connect(told.append)
    kit.engine.state_changed.connect(lambda _state: kit.session.count_context())
    kit.say("Hello!")
    before = len(told)
    kit.engine.choose(kit.model)
    with kit.qtbot.waitSignal(
        kit.engine.answered, check_params_cb=lambda answer: isinstance(answer, Rendered)
    ):
        kit.session.count_context()
    assert len(told) == before


def test_the_thread_count_is_measured_once_and_remembered(kit: Kit) -> None:
    """Unless the machine is so busy now that what it measures says nothing."""
    kit.say("Hello!")
    facts = kit.engine.state.facts
    assert facts is not None
    assert facts.thread_speeds
    quiet = plausible(facts.thread_speeds)
    counts = list(kit.settings.values.thread_counts.values())
    assert counts == ([facts.threads] if quiet else [])
    kit.engine.unload()
    kit.say("Thanks.")
    again = kit.engine.state.facts
    assert again is not None
    assert bool(again.thread_speeds) is not quiet
    assert again.threads == facts.threads or not quiet


def test_a_thread_count_of_a_person_s_own_is_taken_over(kit: Kit) -> None:
    kit.say("Hello!")
    kit.settings.set("threads", 3)
    kit.engine.choose(kit.model)
    kit.until(lambda: (facts := kit.engine.state.facts) is not None and facts.threads == 3)


def test_a_count_that_has_grown_old_reloads_no_model(kit: Kit) -> None:
    key = thread_key(kit.model)
    kit.settings.set("thread_times", {key: time.time()})
    kit.settings.set("thread_counts", {key: 1})
    kit.say("Hello!")
    pid = kit.engine.pid
    kit.settings.set("thread_times", {})
    kit.say("Thanks.")
    assert kit.engine.pid == pid


def test_a_setting_for_loading_holds_after_the_next_choice(kit: Kit) -> None:
    kit.say("Hello!")
    kit.settings.set("context_length", 512)
    kit.engine.choose(kit.model)
    kit.until(lambda: (facts := kit.engine.state.facts) is not None and facts.context_length == 512)
    assert kit.say("Thanks.").state == "complete"


def test_the_largest_context_is_bounded_by_the_model(kit: Kit) -> None:
    ((context, size),) = largest(kit, kit.model)
    assert context == kit.model.context_length
    assert size > kit.model.bytes


def test_a_file_that_is_gone_has_no_largest_context(kit: Kit) -> None:
    assert largest(kit, replace(kit.model, path="/none.gguf")) == [(0, 0)]


def largest(kit: Kit, model: ModelFile) -> list[tuple[int, int]]:
    """The context and the bytes that the engine tells."""
    told: list[tuple[int, int]] = []
    kit.engine.largest_context(model, 10_000_000, lambda *found: told.append(found))
    kit.until(lambda: bool(told))
    return told


def test_the_window_s_thread_reads_no_header(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large vocabulary takes nine of its frames."""
    threads: list[threading.Thread] = []

    def parse(stream: BinaryIO, size: int, name: str) -> gguf.GgufHeader:
        threads.append(threading.current_thread())
        return parse_header(stream, size, name)

    parse_header = gguf.parse_header
    monkeypatch.setattr(gguf, "parse_header", parse)
    kit.say("Hello!")
    largest(kit, kit.model)
    assert len(threads) == 2
    assert threading.current_thread() not in threads


def test_a_file_that_is_slow_to_read_holds_up_no_other_choice(
    kit: Kit, slow_model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()

    def parse(stream: BinaryIO, size: int, name: str) -> gguf.GgufHeader:
        if name == str(slow_model_path):
            assert answers.wait(20)
        return parse_header(stream, size, name)

    slow = inspect_model(slow_model_path)
    parse_header = gguf.parse_header
    monkeypatch.setattr(gguf, "parse_header", parse)
    kit.engine.choose(slow)
    assert kit.engine.state.loading == slow
    kit.engine.choose(kit.model)
    kit.until(lambda: kit.engine.is_ready(kit.model))
    answers.set()
    assert kit.say("Hello!").model_name == kit.model.name
    assert kit.engine.state.model == kit.model


def test_a_file_that_cannot_be_read_leaves_the_choice_and_no_process(
    kit: Kit, tmp_path: Path
) -> None:
    kit.say("Hello!")
    page = tmp_path / "page.gguf"
    page.write_text("<html>")
    kit.engine.choose(replace(kit.model, path=str(page)))
    kit.until(lambda: bool(kit.heard.errors))
    assert [type(error) for error in kit.heard.errors] == [NotGguf]
    assert kit.engine.state.model == kit.model
    assert kit.engine.state.loading is None
    kit.until(lambda: [p.pid for p in psutil.Process().children()] == [kit.engine.pid])


def test_the_memory_told_is_that_of_the_last_reply(kit: Kit) -> None:
    finished: list[Finished] = []
    kit.engine.answered.connect(lambda a: finished.append(a) if isinstance(a, Finished) else None)
    kit.engine.choose(kit.model)
    kit.until(lambda: kit.engine.state.facts is not None)
    facts = kit.engine.state.facts
    assert facts is not None
    assert kit.engine.state.memory_bytes == facts.memory_bytes
    kit.say("Hello! " * 20)
    assert finished[-1].memory_bytes != facts.memory_bytes
    assert kit.engine.state.memory_bytes == finished[-1].memory_bytes
    assert kit.engine.state.facts is facts
    kit.engine.unload()
    assert kit.engine.state.memory_bytes == 0
