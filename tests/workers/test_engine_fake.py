"""The fake engine fails as it is told to, so that tests of its clients can rely on it."""

import queue
import signal

import pytest

from benchtop.domain.model_errors import ModelLoadFailed
from benchtop.engine.worker import FAKE_VARIABLE
from benchtop.protocol.messages import Chunk, Finished, Generate
from benchtop.protocol.wire import WireError
from workers.conftest import StartEngine
from workers.engine_client import EngineClient, turns
from workers.worker_client import WorkerGone


def started(start_engine: StartEngine, mode: str) -> EngineClient:
    client = start_engine({FAKE_VARIABLE: mode})
    client.load("any.gguf")
    client.send(Generate("r", turns=turns("Hello")))
    for _word in range(3):
        client.wait_for(Chunk)
    return client


@pytest.mark.parametrize(
    ("mode", "status"),
    [("segv", -signal.SIGSEGV), ("abort", -signal.SIGABRT), ("exit", 9)],
)
def test_it_dies_after_three_words(start_engine: StartEngine, mode: str, status: int) -> None:
    client = started(start_engine, mode)
    with pytest.raises(WorkerGone):
        client.next()
    assert client.process.wait(10) == status


def test_it_hangs_and_hears_no_cancel(start_engine: StartEngine) -> None:
    client = started(start_engine, "hang")
    client.cancel("r")
    with pytest.raises(queue.Empty):
        client.next(seconds=0.3)
    assert client.status().busy_with == "r"


def test_it_is_slow_and_can_be_cancelled(start_engine: StartEngine) -> None:
    client = started(start_engine, "slow")
    client.cancel("r")
    assert client.wait_for(Finished).stop == "cancelled"


def test_it_sends_garbage(start_engine: StartEngine) -> None:
    client = start_engine({FAKE_VARIABLE: "garbage"})
    client.load("any.gguf")
    client.send(Generate("r", turns=turns("Hello")))
    with pytest.raises(WireError):
        client.wait_for(Finished)


def test_it_fails_and_dies_while_loading(start_engine: StartEngine) -> None:
    with pytest.raises(ModelLoadFailed):
        start_engine({FAKE_VARIABLE: "load-fail"}).load("any.gguf")
    client = start_engine({FAKE_VARIABLE: "load-segv"})
    with pytest.raises(WorkerGone):
        client.load("any.gguf")
    assert client.process.wait(10) == -signal.SIGSEGV
