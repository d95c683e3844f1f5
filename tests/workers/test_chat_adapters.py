"""Adapters of a conversation: real engine, real store, adapters that change what the model writes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.adapters import BASE_SUM_KEY
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import inspect_model
from workers.services_kit import Kit
from workers.tiny_gguf import NEVER_END, lora_adapter, random_model


@pytest.fixture
def kit(qtbot: QtBot, tiny_model: Path) -> Iterator[Kit]:
    made = Kit(qtbot)
    made.model = inspect_model(tiny_model)
    bias = {str(token): value for token, value in NEVER_END.items()}
    made.defaults(temperature=0.0, max_tokens=12, logit_bias=bias)
    yield made
    made.close()


def attach(kit: Kit, *uses: AdapterUse) -> None:
    kit.session.branch.set_adapters(uses)


def test_it_is_attached_and_detached_without_loading_again(kit: Kit, tiny_adapter: Path) -> None:
    plain = kit.say("Hello!")
    pid = kit.engine.pid
    use = AdapterUse(str(tiny_adapter), 1.0)
    attach(kit, use)
    changed = kit.reply(lambda: kit.session.regenerate(plain.id))
    assert changed.state == "complete"
    assert changed.content != plain.content
    assert (plain.adapters, changed.adapters) == ((), (use,))
    attach(kit)
    again = kit.reply(lambda: kit.session.regenerate(plain.id))
    assert again.content == plain.content
    assert again.adapters == ()
    assert kit.engine.pid == pid
    assert [one.adapters for one in kit.stored()] == [(), (), (use,), ()]


def test_several_are_scaled_and_added(kit: Kit, tiny_adapter: Path, tmp_path: Path) -> None:
    other = lora_adapter(tmp_path / "other.gguf", seed=8)
    first = kit.say("Hello!")
    written = {first.content}
    for uses in (
        (AdapterUse(str(tiny_adapter), 1.0),),
        (AdapterUse(str(tiny_adapter), 0.5),),
        (AdapterUse(str(tiny_adapter), 1.0), AdapterUse(str(other), 2.0)),
    ):
        attach(kit, *uses)
        reply = kit.reply(lambda: kit.session.regenerate(first.id))
        assert reply.adapters == uses
        written.add(reply.content)
    assert len(written) == 4
    attach(kit, AdapterUse(str(tiny_adapter), 0.0))
    assert kit.reply(lambda: kit.session.regenerate(first.id)).content == first.content


def test_what_a_new_conversation_begins_with_is_its_own(kit: Kit, tiny_adapter: Path) -> None:
    use = AdapterUse(str(tiny_adapter), 1.0)
    attach(kit, use)
    kit.say("Hello!")
    here = kit.session.branch.here
    assert here.adapters == (use,)
    kit.open(None)
    attach(kit)
    assert kit.say("Hello!").adapters == ()
    kit.open(here.id)
    assert kit.session.branch.adapters == (use,)
    assert kit.say("And now?").adapters == (use,)


def test_a_missing_file_is_said_and_no_word_is_lost(
    kit: Kit, tiny_adapter: Path, tmp_path: Path
) -> None:
    place = tmp_path / "mine.gguf"
    place.write_bytes(tiny_adapter.read_bytes())
    attach(kit, AdapterUse(str(place), 1.0))
    written = kit.say("Hello!")
    pid = kit.engine.pid
    place.unlink()
    failed = kit.say("Words that I typed")
    assert failed.state == "failed"
    assert failed.note.startswith(f"The adapter {place} is not there any more: switch it off")
    assert kit.stored()[2].content == "Words that I typed"
    attach(kit)
    answered = kit.reply(lambda: kit.session.retry(failed.id))
    assert (answered.id, answered.state, answered.adapters) == (failed.id, "complete", ())
    assert answered.content
    place.write_bytes(tiny_adapter.read_bytes())
    attach(kit, AdapterUse(str(place), 1.0))
    assert kit.reply(lambda: kit.session.regenerate(written.id)).content == written.content
    assert kit.engine.pid == pid  # the process lives: nothing reached llama.cpp


def test_an_adapter_of_other_measures_never_reaches_the_engine(kit: Kit, tmp_path: Path) -> None:
    kit.say("Hello!")
    pid, facts = kit.engine.pid, kit.engine.state.facts
    wide = lora_adapter(
        tmp_path / "wide.gguf", width=64, facts={"general.base_model.0.name": "big"}
    )
    attach(kit, AdapterUse(str(wide), 1.0))
    failed = kit.say("Hello again!")
    assert failed.state == "failed"
    assert failed.note == (
        f"The adapter {wide} was made for big and cannot be used with tiny: switch it off, or choose "
        "the model it was made for."
    )
    assert (kit.engine.pid, kit.engine.state.facts) == (pid, facts)
    assert str(wide) not in (kit.folder.logs / "engine.log").read_text()


def test_an_adapter_of_another_file_is_refused_by_its_sum(kit: Kit, tmp_path: Path) -> None:
    """The same measures, other weights: only the sum tells, and it is read where nobody knows it."""
    right = hashlib.sha256(Path(kit.model.path).read_bytes()).hexdigest()
    other = random_model(tmp_path / "other.gguf", seed=5)
    sums = {"right": right, "wrong": hashlib.sha256(other.read_bytes()).hexdigest()}
    made = {
        name: lora_adapter(tmp_path / f"{name}.gguf", facts={BASE_SUM_KEY: sha256})
        for name, sha256 in sums.items()
    }
    assert not kit.model.sha256
    attach(kit, AdapterUse(str(made["right"]), 1.0))
    assert kit.say("Hello!").state == "complete"
    attach(kit, AdapterUse(str(made["right"]), 1.0), AdapterUse(str(made["wrong"]), 1.0))
    failed = kit.say("Hello again!")
    assert failed.state == "failed"
    assert f"{made['wrong']} was made for another model" in failed.note
    kit.model = inspect_model(other)
    kit.session.set_model(kit.model)
    attach(kit, AdapterUse(str(made["wrong"]), 1.0))
    assert kit.reply(lambda: kit.session.retry(failed.id)).state == "complete"


def test_a_reply_can_be_stopped_while_the_model_is_summed(kit: Kit, tmp_path: Path) -> None:
    adapter = lora_adapter(tmp_path / "mine.gguf", facts={BASE_SUM_KEY: "a" * 64})
    attach(kit, AdapterUse(str(adapter), 1.0))
    ended = kit.heard.ended
    kit.session.send("Hello!")
    assert kit.session.busy
    kit.session.stop()  # before the thread's answer can come through the event loop
    kit.until(lambda: bool(ended))
    assert ended[0].state == "stopped"
    attach(kit)
    assert kit.say("Again!").state == "complete"
    assert [one.state for one in ended] == ["stopped", "complete"]


def test_going_on_with_another_adapter_names_both(kit: Kit, tiny_adapter: Path) -> None:
    first = kit.say("Hello!")
    use = AdapterUse(str(tiny_adapter), 1.0)
    attach(kit, use)
    longer = kit.reply(lambda: kit.session.continue_reply(first.id))
    assert longer.content.startswith(first.content)
    assert longer.adapters == (use,)
    other = replace(use, scale=0.5)
    attach(kit, other)
    assert kit.reply(lambda: kit.session.continue_reply(first.id)).adapters == (use, other)
