"""Contestants that take turns on real models."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from filelock import FileLock
from pytestqt.qtbot import QtBot

from benchtop.domain.contests import PromptTurn
from benchtop.domain.generation import AdapterUse
from benchtop.domain.memory import FreeMemory
from benchtop.domain.models import inspect_model
from benchtop.services.library import starter
from benchtop.store.database import open_store
from workers.compare_kit import CompareKit, copy_of, entry
from workers.tiny_gguf import NEVER_END

QUESTION = "Do you work offline?"
LONG = {"temperature": 1.0, "seed": 1, "max_tokens": 4_000, "logit_bias": {2: -100.0}}


@pytest.fixture
def kit(qtbot: QtBot, starter_path: Path) -> Iterator[CompareKit]:
    made = CompareKit(qtbot)
    yield made
    made.close()


def test_one_file_in_two_settings_is_loaded_once_and_its_prompt_read_once(kit: CompareKit) -> None:
    kit.session.begin([entry(), entry(max_tokens=5), entry(system_prompt="Talk like a pirate.")])
    first, short, _pirate = kit.ask(QUESTION)
    assert kit.loads == ["starter.gguf"]
    assert first.text
    assert first.text.startswith(short.text)
    assert (short.stop, first.number) == ("length", 0)
    assert [s.prompt_tokens - s.cached_tokens for s in kit.started][1] == 1
    own = kit.started[2]
    assert own.cached_tokens == 0  # another prompt: as if it were alone, to the last bit
    assert kit.texts == {answer.place: answer.text for answer in kit.answers}
    for answer in kit.answers:
        assert answer.timings is not None
        assert answer.timings.completion_tokens > 0
        assert answer.timings.tokens_per_second > 0
        assert answer.timings.first_token_seconds > 0
        assert answer.memory_bytes > 10_000_000
        assert answer.turns == (PromptTurn("user", QUESTION),)
    contest = kit.contests[0]
    assert len({one.sha256 for one in contest.contestants}) == 1
    assert len(set(contest.contestants)) == 3
    kit.written()
    with open_store(kit.folder.database) as store:
        assert store.contests.all() == [contest]
        assert store.contests.answers(contest.id) == sorted(kit.answers, key=lambda a: a.place)
        assert store.loads.last_of("starter") is not None


def test_each_model_is_loaded_once_however_the_contestants_stand(
    kit: CompareKit, starter_path: Path, tmp_path: Path
) -> None:
    other = copy_of(starter_path, tmp_path / "other.gguf")
    kit.session.begin([entry(), entry(other), entry(max_tokens=4), entry(other, max_tokens=3)])
    one = kit.ask(QUESTION)
    assert kit.loads == ["starter.gguf", "other.gguf"]
    assert [answer.place for answer in kit.answers] == [0, 2, 1, 3]
    assert one[0].text == one[1].text  # the same weights
    kit.ask("Thanks.")
    assert kit.loads == ["starter.gguf", "other.gguf"]
    assert [turn.place for turn in kit.turns if turn.stage == "writing"] == [0, 2, 1, 3, 0, 2, 1, 3]
    assert kit.session.turn.stage == "idle"


def test_temperature_0_repeats_to_the_token(
    kit: CompareKit, starter_path: Path, tmp_path: Path
) -> None:
    """Whatever the worker was asked before, and in whatever company."""
    other = copy_of(starter_path, tmp_path / "other.gguf")
    pirate = entry(max_tokens=60, system_prompt="Talk like a pirate.")
    kit.session.begin([entry(max_tokens=60), pirate])
    before = [kit.ask("Tell me a story about a dragon."), kit.ask("And then?")]
    kit.session.begin([pirate, entry(other), entry(max_tokens=60)])
    again = [kit.ask("Tell me a story about a dragon."), kit.ask("And then?")]
    for first, second in zip(before, again, strict=True):
        assert [first[0].text, first[1].text] == [second[2].text, second[0].text]
        assert first[0].text
    kit.session.begin(
        [entry(temperature=1.0, seed=9), entry(temperature=1.0, seed=9, max_tokens=9)]
    )
    one, short = kit.ask("Tell me a story about a dragon.")
    assert one.text.startswith(short.text)
    assert (one.seed, short.seed) == (9, 9)


def test_a_conversation_goes_on_with_all_and_reads_only_what_is_new(kit: CompareKit) -> None:
    kit.session.begin([entry(), entry(max_tokens=6)])
    first = kit.ask(QUESTION)
    second = kit.ask("Who made you?")
    for place in (0, 1):
        said = (PromptTurn("user", QUESTION), PromptTurn("assistant", first[place].text))
        assert second[place].turns == (*said, PromptTurn("user", "Who made you?"))
        assert kit.session.history(place) == (
            *second[place].turns, PromptTurn("assistant", second[place].text),
        )  # fmt: skip
    assert all(s.cached_tokens > kit.started[0].prompt_tokens for s in kit.started[2:])
    own = {s.prompt_tokens - s.cached_tokens for s in kit.started[2:]}
    assert len(own) == 1  # the question's, however long the answers before it were
    whole = [
        PromptTurn("user", "Hi."),
        PromptTurn("assistant", "Hello."),
        PromptTurn("user", "Bye."),
    ]
    assert kit.session.ask_conversation(whole, [1])
    assert not kit.session.ask("too early")
    kit.until(lambda: len(kit.rounds) == 3)
    assert kit.answers[-1].turns == tuple(whole)
    assert kit.session.positions == (1,)


def test_an_adapter_is_switched_on_the_loaded_model(
    kit: CompareKit, tiny_model: Path, tiny_adapter: Path
) -> None:
    tiny = inspect_model(tiny_model)
    use = AdapterUse(str(tiny_adapter), 1.0)
    loose = {"logit_bias": NEVER_END}
    entries = [
        entry(tiny, **loose),
        entry(tiny, use, **loose),
        entry(tiny, replace(use, scale=0.0), **loose),
    ]
    kit.session.begin(entries)
    base, adapted, off = kit.ask(QUESTION)
    assert len(kit.loads) == 1
    assert base.text == off.text != adapted.text
    contest = kit.contests[0]
    assert contest.contestants[0] == contest.contestants[2] != contest.contestants[1]
    assert len(contest.contestants[1].adapters[0].sha256) == 64


class RoomForOne:
    """Memory that holds one model: there is room while no engine worker of this process lives."""

    def __init__(self) -> None:
        self.most = 0

    def has_room(self, _need: int, _free: FreeMemory) -> bool:
        return not engine_workers()

    def count(self, *_told: object) -> None:
        self.most = max(self.most, len(engine_workers()))


def engine_workers() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [one for one in children if one.cmdline()[-2:] == ["--worker", "engine"]]


def test_memory_for_one_model_lets_one_go_for_the_next_and_the_chats_too(
    kit: CompareKit, starter_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.engine.choose(starter())
    kit.until(lambda: kit.engine.is_ready(starter()))
    room = RoomForOne()
    monkeypatch.setattr(kit.memory, "has_room", room.has_room)
    kit.session.loaded.connect(room.count)
    other = copy_of(starter_path, tmp_path / "other.gguf")
    kit.session.begin([entry(), entry(other), entry(max_tokens=3)])
    kit.ask(QUESTION)
    assert kit.loads == ["starter.gguf", "other.gguf"]
    assert kit.engine.state.model is None
    kit.ask("Thanks.")  # the one that is still there first
    assert kit.loads == ["starter.gguf", "other.gguf", "starter.gguf"]
    assert room.most == 1
    assert all(answer.is_whole for answer in kit.answers)


def test_memory_for_none_lets_the_worker_say_so(
    kit: CompareKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit.memory, "has_room", lambda _need, _free: False)
    monkeypatch.setattr(kit.memory, "correction", lambda _architecture: 10**15)
    kit.session.begin([entry(), entry(max_tokens=3)])
    answers = kit.ask(QUESTION)
    assert kit.loads == []
    assert all("needs about" in answer.error for answer in answers)


def test_a_file_that_is_gone_is_a_sentence_in_its_column(
    kit: CompareKit, starter_path: Path, tmp_path: Path, tiny_model: Path
) -> None:
    gone = copy_of(starter_path, tmp_path / "gone.gguf")
    Path(gone.path).unlink()
    later = copy_of(starter_path, tmp_path / "later.gguf")
    adapter = entry(inspect_model(tiny_model), AdapterUse("/none.gguf"))
    kit.session.begin([entry(gone), entry(), entry(later), adapter])
    kit.until(lambda: kit.contests)
    Path(later.path).unlink()
    answers = kit.ask(QUESTION)
    assert answers[0].error.startswith(f"{gone.path} is not there")
    assert answers[1].is_whole
    assert answers[2].error.startswith(f"{later.path} is not there")
    assert answers[3].error.startswith("The adapter /none.gguf cannot be used")
    again = kit.ask("Thanks.")
    assert len(again[1].turns) == 3
    assert again[0].turns == (PromptTurn("user", "Thanks."),)


def test_an_engine_that_dies_ends_its_column_and_no_other(
    kit: CompareKit, slow_model_path: Path
) -> None:
    slow = inspect_model(slow_model_path)
    kit.session.begin([entry(slow, **LONG), entry(), entry(slow, **{**LONG, "max_tokens": 4})])
    assert kit.session.ask(QUESTION)
    kit.until(lambda: kit.texts.get(0))
    os.kill(kit.workers.pid(slow.path), signal.SIGKILL)
    kit.until(lambda: kit.rounds)
    dead, other, same = sorted(kit.answers, key=lambda answer: answer.place)
    assert "ended unexpectedly while running slow.gguf" in dead.error
    assert dead.text == kit.texts[0]
    assert not dead.is_whole
    assert other.is_whole
    assert same.is_whole
    assert kit.loads == ["slow.gguf", "slow.gguf", "starter.gguf"]


def test_one_is_stopped_and_the_others_go_on(kit: CompareKit, slow_model_path: Path) -> None:
    slow = inspect_model(slow_model_path)
    kit.session.begin([entry(slow, **LONG), entry(), entry(slow, **LONG)])
    assert kit.session.ask(QUESTION)
    kit.until(lambda: kit.texts.get(0))
    kit.session.cancel(2)  # its turn has not come
    kit.session.cancel(0)
    kit.until(lambda: kit.rounds)
    stopped, whole, never = sorted(kit.answers, key=lambda answer: answer.place)
    assert stopped.stop == never.stop == "cancelled"
    assert stopped.text == kit.texts[0]
    assert never.text == ""
    assert whole.is_whole
    assert [len(kit.session.history(place)) for place in range(3)] == [0, 2, 0]


def test_all_are_stopped(kit: CompareKit, slow_model_path: Path) -> None:
    kit.session.begin([entry(inspect_model(slow_model_path), **LONG), entry(), entry(max_tokens=2)])
    assert kit.session.ask(QUESTION)
    kit.until(lambda: kit.texts.get(0))
    kit.session.cancel_all()
    kit.until(lambda: kit.rounds)
    assert [answer.stop for answer in kit.answers] == ["cancelled"] * 3
    assert kit.loads == ["slow.gguf"]


def test_a_load_that_nobody_needs_any_more_is_given_up(
    kit: CompareKit, slow_model_path: Path
) -> None:
    slow = inspect_model(slow_model_path)
    kit.session.begin([entry(slow), entry(slow, max_tokens=2), entry()])
    assert kit.session.ask(QUESTION)
    kit.until(lambda: kit.session.turn.fraction is not None)
    kit.session.cancel(0)
    assert kit.session.turn.place == 1  # it needs that model
    kit.session.cancel(1)
    kit.until(lambda: kit.rounds)
    assert kit.loads == ["starter.gguf"]
    assert [answer.place for answer in kit.answers] == [0, 1, 2]


def test_another_contest_begins_in_the_middle_of_an_answer(
    kit: CompareKit, slow_model_path: Path
) -> None:
    slow = entry(inspect_model(slow_model_path), **LONG)
    kit.session.begin([slow, entry()])
    assert kit.session.ask(QUESTION)
    kit.until(lambda: kit.texts.get(0))
    kit.session.begin([entry(), entry(max_tokens=2)])
    answers = kit.ask(QUESTION)
    assert all(answer.is_whole for answer in answers)
    assert len(kit.contests) == 2
    kit.written()
    with open_store(kit.folder.database) as store:
        (half, _) = sorted(store.contests.answers(kit.contests[0].id), key=lambda a: a.place)
    assert half.stop == "cancelled"
    assert half.text


def test_what_was_written_is_kept_when_the_program_ends(
    kit: CompareKit, slow_model_path: Path
) -> None:
    kit.session.begin([entry(inspect_model(slow_model_path), **LONG), entry()])
    assert kit.session.ask(QUESTION)
    kit.until(lambda: kit.texts.get(0))
    kit.session.close()
    kit.store.close()
    with open_store(kit.folder.database) as store:
        (contest,) = store.contests.all()
        half, never = store.contests.answers(contest.id)
    assert (half.text, half.stop, never.text) == (kit.texts[0], "cancelled", "")


def test_it_waits_while_another_writes(kit: CompareKit) -> None:
    kit.session.begin([entry(), entry(max_tokens=2)])
    kit.ask(QUESTION)
    with FileLock(kit.folder.turn_lock):
        assert kit.session.ask("Thanks.")
        kit.until(lambda: kit.session.turn.stage == "waiting")
    kit.until(lambda: len(kit.rounds) == 2)
    assert all(answer.is_whole for answer in kit.answers)


@pytest.mark.parametrize("count", [0, 1, 7])
def test_two_to_six_take_part(kit: CompareKit, count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} contestants"):
        kit.session.begin([entry()] * count)
    assert not kit.session.ask(QUESTION)
