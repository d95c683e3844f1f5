"""Stopping one request costs no other its reply, and a worker that hears nothing is ended and told so."""

import os
import queue
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import BenchtopError, WorkerDeaf, WorkerDied
from benchtop.domain.generation import SamplingParams
from benchtop.engine.worker import FAKE_VARIABLE
from benchtop.protocol.messages import Chunk, Failed, Finished, Generate, LoadModel
from benchtop.services.data_folder import find_data_folder
from benchtop.services.engine_worker import CANCEL_GRACE_MS, EngineWorker, LoadOptions
from benchtop.services.library import starter
from workers.conftest import StartEngine
from workers.engine_client import EngineClient, turns
from workers.services_kit import WAIT_MS, Kit
from workers.tiny_gguf import NEVER_END

LONG = SamplingParams(seed=1, max_tokens=900, logit_bias=NEVER_END)
SHORT = SamplingParams(seed=1, max_tokens=2, logit_bias=NEVER_END)


def test_a_request_that_waits_is_cancelled_at_once(start_engine: StartEngine) -> None:
    client = start_engine({FAKE_VARIABLE: "hang"})
    client.load("any.gguf")
    client.send(Generate("a", turns=turns("Hello")))
    for _word in range(3):
        client.wait_for(Chunk)
    client.send(Generate("b", turns=turns("Hello")))
    client.send(LoadModel("l", "other.gguf"))
    client.cancel("b")
    finished = client.wait_for(Finished, seconds=10)
    assert (finished.request_id, finished.stop) == ("b", "cancelled")
    assert finished.timings.completion_tokens == 0
    client.cancel("b")
    with pytest.raises(queue.Empty):
        client.next(seconds=0.3)


def test_a_cancelled_request_is_answered_once_and_its_neighbours_are_served(
    fresh_tiny_engine: EngineClient,
) -> None:
    client = fresh_tiny_engine
    client.send(Generate("a", turns=turns("Hello"), params=LONG))
    client.wait_for(Chunk)
    client.send(Generate("b", turns=turns("Hello"), params=SHORT))
    client.send(LoadModel("l", "none.gguf"))
    client.send(Generate("c", turns=turns("Hello"), params=SHORT))
    client.cancel("b")
    client.cancel("l")
    seen: list[Finished | Failed] = []
    while not (seen and seen[-1].request_id == "c"):
        message = client.next()
        if isinstance(message, Finished | Failed):
            seen.append(message)
    assert [m.request_id for m in seen] == ["b", "l", "a", "c"]
    assert [m.stop for m in seen if isinstance(m, Finished)] == ["cancelled", "length", "length"]
    assert isinstance(seen[1], Failed)
    assert "cancelled" in str(seen[1].error())


@dataclass
class Heard:
    """What an EngineWorker said."""

    words: int = 0
    finished: list[Finished] = field(default_factory=list)
    failed: dict[str, BenchtopError] = field(default_factory=dict)

    def take(self, answer: Any) -> None:
        self.words += isinstance(answer, Chunk)
        if isinstance(answer, Finished):
            self.finished.append(answer)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def hanging(
    qtbot: QtBot, starter_path: Path, monkeypatch: pytest.MonkeyPatch, heard: Heard
) -> Iterator[EngineWorker]:
    """A worker that hangs in the middle of the request "a", with "b" waiting behind it."""
    monkeypatch.setenv(FAKE_VARIABLE, "hang")
    folder = find_data_folder()
    folder.prepare()
    worker = EngineWorker(starter(), folder, LoadOptions(threads=1))
    worker.answered.connect(heard.take)
    worker.failed.connect(heard.failed.__setitem__)
    worker.start()
    worker.load()
    for name in ("a", "b"):
        worker.ask(Generate(name, turns=turns("Hello")))
    try:
        qtbot.waitUntil(lambda: heard.words == 3, timeout=WAIT_MS)
        yield worker
    finally:
        worker.stop_and_wait()


def test_a_worker_deaf_on_the_request_at_hand_is_ended_and_told_so(
    qtbot: QtBot, hanging: EngineWorker, heard: Heard
) -> None:
    hanging.cancel("b")
    qtbot.waitUntil(lambda: bool(heard.finished), timeout=CANCEL_GRACE_MS - 500)
    assert (heard.finished[0].request_id, heard.finished[0].stop) == ("b", "cancelled")
    with qtbot.waitSignal(hanging.gone, timeout=WAIT_MS):
        hanging.cancel("a")
    assert list(heard.failed) == ["a"]
    assert isinstance(heard.failed["a"], WorkerDeaf)
    assert "did not stop when asked" in str(heard.failed["a"])
    assert "memory" not in str(heard.failed["a"])


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows cannot stop a process")
def test_a_request_that_waits_for_a_stopped_worker_ends_without_the_worker(
    qtbot: QtBot, hanging: EngineWorker, heard: Heard
) -> None:
    os.kill(hanging.pid, signal.SIGSTOP)
    hanging.cancel("b")
    qtbot.waitUntil(lambda: bool(heard.finished), timeout=WAIT_MS)
    os.kill(hanging.pid, signal.SIGCONT)
    assert [f.request_id for f in heard.finished] == ["b"]
    assert heard.failed == {}
    assert hanging.pid


def test_a_kill_by_others_is_told_as_such(
    qtbot: QtBot, hanging: EngineWorker, heard: Heard
) -> None:
    with qtbot.waitSignal(hanging.gone, timeout=WAIT_MS):
        os.kill(hanging.pid, signal.SIGKILL)
    assert set(heard.failed) == {"a", "b"}
    assert all(type(error) is WorkerDied for error in heard.failed.values())


def test_stop_in_one_conversation_leaves_the_reply_of_another(
    qtbot: QtBot, slow_model_path: Path
) -> None:
    kit = Kit(qtbot)
    try:
        kit.use_slow(slow_model_path)
        kit.defaults(temperature=1.0, logit_bias={"2": -100.0}, max_tokens=400)
        kit.begin_long_reply()
        first = kit.session.branch.here.id
        pid = kit.engine.pid
        kit.open(None)
        kit.session.send("And a question beside it.")
        stopped = kit.reply(kit.session.stop)
        assert (stopped.conversation_id != first, stopped.state) == (True, "stopped")
        kit.until(lambda: len(kit.heard.ended) == 2)
        other = kit.heard.ended[1]
        assert (other.conversation_id, other.note) == (first, "")
        assert other.state == "complete"
        assert kit.engine.pid == pid
    finally:
        kit.close()
