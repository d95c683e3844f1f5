"""A conversation with the starter model: real worker, real store, no window."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import WorkerDied
from benchtop.domain.generation import SamplingParams
from benchtop.domain.model_errors import ModelFileError
from benchtop.domain.models import inspect_model
from workers.services_kit import Kit


@pytest.fixture
def kit(qtbot: QtBot, starter_path: Path) -> Iterator[Kit]:
    made = Kit(qtbot)
    yield made
    made.close()


def test_a_question_is_answered_streamed_titled_and_kept(kit: Kit) -> None:
    reply = kit.say("Tell me a story about an owl.")
    assert reply.state == "complete"
    assert reply.content == "".join(kit.heard.grown)
    assert reply.timings is not None
    assert reply.timings.completion_tokens > 0
    assert reply.params["seed"] is not None
    assert reply.model_name == "starter"
    question, answer = kit.stored()
    assert (question.content, answer.content) == ("Tell me a story about an owl.", reply.content)
    assert answer.timings == reply.timings
    assert kit.session.branch.here.title.startswith("Tell me a story")
    assert kit.session.branch.here.titled


def test_a_new_turn_evaluates_only_its_own_tokens(kit: Kit) -> None:
    kit.say("Hello!")
    second = kit.say("Thanks.")
    assert second.timings is not None
    assert second.timings.prompt_tokens - second.timings.cached_tokens < 16


def test_regenerate_makes_a_sibling_and_evaluates_no_prompt_again(kit: Kit) -> None:
    kit.defaults(temperature=1.0, max_tokens=24)
    first = kit.say("Tell me a story.")
    second = kit.reply(lambda: kit.session.regenerate(first.id))
    assert second.id != first.id
    assert second.timings is not None
    assert second.timings.prompt_tokens - second.timings.cached_tokens <= 1
    step = kit.session.branch.path()[-1]
    assert (step.sibling, step.siblings) == (2, 2)
    kit.session.show_sibling(second.id, -1)
    assert kit.path()[-1] == first.content
    assert [m.content for m in kit.stored()][1:] == [first.content, second.content]


def test_an_edit_is_a_new_branch_and_the_old_one_stays(kit: Kit) -> None:
    kit.say("Hello!")
    question = kit.session.branch.messages()[0]
    kit.reply(lambda: kit.session.edit(question.id, "Good evening!"))
    assert kit.path()[0] == "Good evening!"
    assert kit.session.branch.path()[0].siblings == 2
    assert "Hello!" in [m.content for m in kit.stored()]


def test_an_edited_reply_is_kept_without_asking_the_model(kit: Kit) -> None:
    reply = kit.say("Hello!")
    kit.session.edit(reply.id, "Something else.")
    assert kit.path()[-1] == "Something else."
    assert not kit.session.busy


def test_stop_keeps_what_was_written(kit: Kit, slow_model_path: Path) -> None:
    kit.use_slow(slow_model_path)
    kit.begin_long_reply()
    reply = kit.reply(kit.session.stop)
    assert reply.state == "stopped"
    assert len(reply.content) > 20
    assert kit.stored()[-1].content == reply.content


def test_stop_before_the_model_is_ready(kit: Kit) -> None:
    kit.session.send("Hello!")
    reply = kit.reply(kit.session.stop)
    assert reply.state == "stopped"
    assert kit.stored()[-1].state == "stopped"
    assert not kit.session.busy


def test_continue_grows_the_same_reply(kit: Kit) -> None:
    kit.defaults(temperature=0.0, max_tokens=8)
    first = kit.say("Tell me a story.")
    assert first.stop == "length"
    longer = kit.reply(lambda: kit.session.continue_reply(first.id))
    assert longer.id == first.id
    assert longer.content.startswith(first.content)
    assert len(longer.content) > len(first.content)
    assert longer.timings is not None
    assert longer.timings.completion_tokens > 8
    assert kit.stored()[-1].content == longer.content


def test_a_retry_names_the_model_that_answered(kit: Kit) -> None:
    good = kit.model
    kit.model = replace(good, id="bad", name="bad-model", path="/nope/bad.gguf")
    kit.defaults(max_tokens=8)
    failed = kit.say("Hello!")
    assert (failed.state, failed.model_name) == ("failed", "bad-model")
    kit.session.set_model(good)
    again = kit.reply(lambda: kit.session.retry(failed.id))
    assert again.id == failed.id
    assert (again.state, again.model_id, again.model_name) == ("complete", good.id, good.name)
    assert kit.stored()[-1].model_name == good.name


def test_a_reply_continued_by_another_model_names_both(kit: Kit, slow_model_path: Path) -> None:
    kit.defaults(temperature=0.0, max_tokens=8)
    first = kit.say("Tell me a story.")
    other = inspect_model(slow_model_path)
    kit.session.set_model(other)
    longer = kit.reply(lambda: kit.session.continue_reply(first.id))
    assert longer.model_name == f"{first.model_name} + {other.name}"
    assert longer.model_id == other.id
    assert kit.stored()[-1].model_name == longer.model_name


def test_an_older_reply_can_be_continued_and_later_turns_stay(kit: Kit) -> None:
    kit.defaults(temperature=0.0, max_tokens=8)
    first = kit.say("Tell me a story.")
    kit.say("Thanks.")
    longer = kit.reply(lambda: kit.session.continue_reply(first.id))
    assert longer.id == first.id
    assert longer.state == "complete"
    assert longer.content.startswith(first.content)
    assert len(kit.path()) == 4


def test_a_worker_killed_mid_reply_costs_no_text_and_retry_answers(
    kit: Kit, slow_model_path: Path
) -> None:
    kit.use_slow(slow_model_path)
    kit.begin_long_reply()
    reply = kit.reply(lambda: os.kill(kit.engine.pid, signal.SIGSEGV))
    assert reply.state == "interrupted"
    assert "SIGSEGV" in reply.note
    assert reply.content == "".join(kit.heard.grown)
    assert kit.stored()[-1].content == reply.content
    kit.session.branch.set_params(replace(kit.session.branch.params, max_tokens=8))
    again = kit.reply(lambda: kit.session.retry(reply.id))
    assert again.state == "complete"
    assert again.id != reply.id


def test_a_reply_goes_on_while_another_conversation_is_on_show(
    kit: Kit, slow_model_path: Path
) -> None:
    kit.use_slow(slow_model_path)
    kit.session.branch.set_params(SamplingParams(max_tokens=300, logit_bias={2: -100.0}))
    kit.begin_long_reply()
    first = kit.session.branch.here.id
    before = len(kit.heard.ended)
    kit.open(None)
    assert not kit.session.busy
    assert kit.session.branch.path() == []
    kit.until(lambda: len(kit.heard.ended) > before)
    kit.open(first)
    assert kit.path()[-1] == kit.heard.ended[-1].content
    assert kit.heard.ended[-1].timings is not None


def test_a_model_that_cannot_be_loaded_leaves_the_choice(kit: Kit, tmp_path: Path) -> None:
    kit.say("Hello!")
    pid = kit.engine.pid
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(Path(kit.model.path).read_bytes()[:-100])
    kit.engine.choose(replace(kit.model, path=str(broken), id="broken"))
    kit.until(lambda: bool(kit.heard.errors))
    assert isinstance(kit.heard.errors[0], ModelFileError)
    assert kit.engine.pid == pid
    assert kit.say("Thanks.").state == "complete"


def test_another_model_takes_over_and_the_old_process_ends(kit: Kit, tmp_path: Path) -> None:
    kit.say("Hello!")
    pid = kit.engine.pid
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(Path(kit.model.path).read_bytes())
    kit.session.set_model(replace(inspect_model(copy), name="copy"))
    reply = kit.say("Thanks.")
    assert reply.model_name == "copy"
    assert kit.engine.pid != pid
    kit.until(lambda: not Path(f"/proc/{pid}").exists())


def test_a_full_context_is_asked_about_and_dropping_helps(kit: Kit) -> None:
    kit.settings.set("context_length", 256)
    for number in range(12):
        if kit.heard.questions:
            break
        kit.say(f"Please remember the number {number} and tell me a story about a fox and an owl.")
    kit.until(lambda: bool(kit.heard.questions))
    question = kit.heard.questions[0]
    assert question.drop_before is not None
    assert question.drop_turns >= 1
    assert question.larger is not None
    reply = kit.reply(lambda: kit.session.drop_oldest(question))
    assert reply.state in ("complete", "stopped")
    assert kit.session.branch.here.dropped_before == question.drop_before
    assert len(kit.stored()) >= len(kit.path())  # nothing was removed


def test_a_full_context_can_be_enlarged(kit: Kit) -> None:
    kit.settings.set("context_length", 256)
    for number in range(12):
        if kit.heard.questions:
            break
        kit.say(f"Please remember the number {number} and tell me a story about a fox and an owl.")
    kit.until(lambda: bool(kit.heard.questions))
    kit.reply(lambda: kit.session.enlarge_context(kit.heard.questions[0]))
    facts = kit.engine.state.facts
    assert facts is not None
    assert facts.context_length > 256


def test_a_dead_worker_is_told_once(kit: Kit, slow_model_path: Path) -> None:
    errors: list[object] = []
    kit.engine.failed.connect(lambda _id, error: errors.append(error))
    kit.use_slow(slow_model_path)
    kit.begin_long_reply()
    kit.reply(lambda: os.kill(kit.engine.pid, signal.SIGKILL))
    assert [type(e) for e in errors] == [WorkerDied]


def test_the_context_meter_knows_the_numbers(kit: Kit) -> None:
    kit.say("Hello!")
    used, total = kit.heard.contexts[-1]
    assert 0 < used < total
    facts = kit.engine.state.facts
    assert facts is not None
    assert total == facts.context_length


def test_a_model_whose_file_is_gone_is_never_answered_for_by_another(
    kit: Kit, tmp_path: Path
) -> None:
    kit.say("Hello!")
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(Path(kit.model.path).read_bytes())
    gone = replace(inspect_model(copy), name="gone")
    copy.unlink()
    kit.session.set_model(gone)
    reply = kit.say("Who answers?")
    assert reply.state == "failed"
    assert str(copy) in reply.note
    assert reply.content == ""
    assert not kit.session.busy


def test_a_worker_that_hangs_is_ended_by_stop_and_its_text_stays(
    kit: Kit, slow_model_path: Path
) -> None:
    kit.use_slow(slow_model_path)
    kit.begin_long_reply()
    os.kill(kit.engine.pid, signal.SIGSTOP)
    reply = kit.reply(kit.session.stop)
    assert reply.state == "interrupted"
    assert reply.content == "".join(kit.heard.grown)
    assert not kit.session.busy


def test_looking_at_another_conversation_does_not_undo_the_choice_of_a_model(
    kit: Kit, slow_model_path: Path
) -> None:
    kit.say("Hello!")
    here = kit.session.branch.here.id
    slow = inspect_model(slow_model_path)
    kit.engine.choose(slow)
    kit.open(here)
    kit.until(lambda: kit.engine.is_ready(slow))


def test_questions_to_two_models_are_both_answered(kit: Kit, slow_model_path: Path) -> None:
    kit.defaults(temperature=0.0, max_tokens=8)
    kit.session.send("Hello!")
    kit.open(None)
    kit.session.set_model(inspect_model(slow_model_path))
    kit.session.send("And you?")
    kit.until(lambda: len(kit.heard.ended) == 2)
    assert {m.model_name for m in kit.heard.ended} == {"starter", "random slow"}
    assert all(m.content for m in kit.heard.ended)
