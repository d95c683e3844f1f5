"""The engine as the window sees it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

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
    kit.say("Hello!")
    facts = kit.engine.state.facts
    assert facts is not None
    assert facts.thread_speeds
    assert list(kit.settings.values.thread_counts.values()) == [facts.threads]
    kit.engine.unload()
    kit.say("Thanks.")
    again = kit.engine.state.facts
    assert again is not None
    assert not again.thread_speeds
    assert again.threads == facts.threads


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
