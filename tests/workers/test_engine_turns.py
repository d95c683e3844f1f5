"""Engine workers take turns, and measure themselves."""

from pathlib import Path

import pytest
from filelock import FileLock

from benchtop.domain.errors import BadParameter
from benchtop.domain.generation import SamplingParams
from benchtop.engine.turn_lock import VARIABLE
from benchtop.protocol.messages import (
    BenchmarkDone,
    Chunk,
    Finished,
    Generate,
    Progress,
    RunBenchmark,
    Started,
    Waiting,
)
from workers.conftest import StartEngine
from workers.engine_client import EngineClient, turns
from workers.tiny_gguf import NEVER_END

LONG = SamplingParams(max_tokens=900, logit_bias=NEVER_END)


@pytest.fixture
def turn_lock(tmp_path: Path) -> Path:
    """A lock file in a folder that is not there yet."""
    return tmp_path / "run" / "turn.lock"


@pytest.fixture
def waiting_engine(start_engine: StartEngine, tiny_model: Path, turn_lock: Path) -> EngineClient:
    """A worker with a model that takes turns by ``turn_lock``."""
    client = start_engine({VARIABLE: str(turn_lock)})
    client.load(tiny_model)
    return client


def test_a_request_waits_for_its_turn_and_says_so_once(
    waiting_engine: EngineClient, turn_lock: Path
) -> None:
    with FileLock(turn_lock):
        waiting_engine.send(Generate("r", turns=turns("Hello"), params=LONG))
        assert waiting_engine.next() == Waiting("r")
    assert isinstance(waiting_engine.next(), Started)
    assert waiting_engine.gather_rest().stop == "length"


def test_a_waiting_request_is_cancelled(waiting_engine: EngineClient, turn_lock: Path) -> None:
    with FileLock(turn_lock):
        waiting_engine.send(Generate("r", turns=turns("Hello"), params=LONG))
        waiting_engine.wait_for(Waiting)
        waiting_engine.cancel("r")
        assert waiting_engine.wait_for(Finished).stop == "cancelled"


def test_a_killed_worker_frees_its_turn(
    waiting_engine: EngineClient, start_engine: StartEngine, tiny_model: Path, turn_lock: Path
) -> None:
    waiting_engine.send(Generate("r", turns=turns("Hello"), params=LONG))
    waiting_engine.wait_for(Chunk)
    waiting_engine.kill()
    other = start_engine({VARIABLE: str(turn_lock)})
    other.load(tiny_model)
    reply = other.chat("Hello", params=SamplingParams(max_tokens=2))
    assert not [message for message in reply.messages if isinstance(message, Waiting)]


def test_a_lock_that_cannot_be_made_stops_no_reply(
    start_engine: StartEngine, tiny_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    client = start_engine({VARIABLE: str(tmp_path / "file" / "turn.lock")})
    client.load(tiny_model)
    assert client.chat("Hello", params=SamplingParams(max_tokens=2)).finished


def test_the_benchmark_reports_every_repetition(tiny_engine: EngineClient) -> None:
    tiny_engine.chat("Hello", conversation="c", params=SamplingParams(max_tokens=2, seed=1))
    tiny_engine.send(RunBenchmark("b", prompt_tokens=600, tokens=20, repeat=3, threads=2))
    seen = []
    while not (seen and isinstance(seen[-1], BenchmarkDone)):
        seen.append(tiny_engine.next())
    assert [m.fraction for m in seen if isinstance(m, Progress)] == [1 / 3, 2 / 3, 1.0]
    done = seen[-1]
    assert isinstance(done, BenchmarkDone)
    assert (len(done.prompt_rates), len(done.generation_rates), done.threads) == (3, 3, 2)
    assert min(done.prompt_rates + done.generation_rates) > 0
    again = tiny_engine.chat("Hello", conversation="c", params=SamplingParams(max_tokens=2, seed=1))
    assert again.evaluated == 1  # the conversation survived the benchmark


def test_the_benchmark_measures_behind_a_filled_context(tiny_engine: EngineClient) -> None:
    tiny_engine.send(
        RunBenchmark("b", prompt_tokens=64, tokens=4, repeat=2, threads=1, depths=(0, 700, 100))
    )
    seen = []
    while not (seen and isinstance(seen[-1], BenchmarkDone)):
        seen.append(tiny_engine.next())
    fractions = [m.fraction for m in seen if isinstance(m, Progress)]
    assert fractions == pytest.approx([n / 6 for n in range(1, 7)])
    done = seen[-1]
    assert isinstance(done, BenchmarkDone)
    assert [rates.depth for rates in done.depths] == [0, 700, 100]
    assert all(len(rates.prompt_rates) == 2 for rates in done.depths)
    assert min(min(rates.prompt_rates + rates.generation_rates) for rates in done.depths) > 0
    assert done.prompt_rates == done.depths[0].prompt_rates
    for depths in ((0, 961), (-1,), ()):
        tiny_engine.send(RunBenchmark("b", prompt_tokens=64, tokens=4, depths=depths))
        with pytest.raises(BadParameter, match="depths"):
            tiny_engine.wait_for(BenchmarkDone)


def test_a_benchmark_is_cancelled_and_refused(tiny_engine: EngineClient) -> None:
    tiny_engine.send(RunBenchmark("b", prompt_tokens=1000, tokens=1000, repeat=1000))
    tiny_engine.wait_for(Progress)
    tiny_engine.cancel("b")
    assert tiny_engine.wait_for(Finished).stop == "cancelled"
    tiny_engine.send(RunBenchmark("b", prompt_tokens=5000))
    with pytest.raises(BadParameter, match="prompt_tokens"):
        tiny_engine.wait_for(BenchmarkDone)
