"""The engine as the window sees it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

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
    kit.say("Thanks.")
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
    kit.until(lambda: kit.engine.state.facts and kit.engine.state.facts.threads == 3)


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
    kit.until(lambda: kit.engine.state.facts and kit.engine.state.facts.context_length == 512)
    assert kit.say("Thanks.").state == "complete"


def test_the_largest_context_is_bounded_by_the_model(kit: Kit) -> None:
    context, size = kit.engine.largest_context(kit.model, 10_000_000)
    assert context == kit.model.context_length
    assert size > kit.model.bytes
