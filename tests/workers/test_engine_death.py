"""How an engine worker ends: with its input, with its parent, and by real signals."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from benchtop.domain.generation import SamplingParams
from benchtop.protocol.messages import PROTOCOL_VERSION, Chunk, Finished, Generate, Hello
from benchtop.protocol.wire import decode, encode
from workers.conftest import StartEngine
from workers.engine_client import EngineClient, turns
from workers.tiny_gguf import NEVER_END
from workers.worker_client import WorkerGone

ENDLESS = SamplingParams(seed=1, max_tokens=900, logit_bias=NEVER_END)


def start_long_reply(client: EngineClient) -> None:
    client.send(Generate("long", turns=turns("Hello"), params=ENDLESS))
    client.wait_for(Chunk)


def test_the_end_of_its_input_ends_an_idle_worker(fresh_engine: EngineClient) -> None:
    assert fresh_engine.process.stdin is not None
    fresh_engine.process.stdin.close()
    assert fresh_engine.process.wait(5) == 0


def test_the_end_of_its_input_ends_a_worker_mid_reply(fresh_tiny_engine: EngineClient) -> None:
    start_long_reply(fresh_tiny_engine)
    assert fresh_tiny_engine.process.stdin is not None
    fresh_tiny_engine.process.stdin.close()
    assert fresh_tiny_engine.process.wait(5) == 0


def test_its_template_process_ends_with_a_killed_worker(fresh_tiny_engine: EngineClient) -> None:
    helpers = psutil.Process(fresh_tiny_engine.process.pid).children(recursive=True)
    assert helpers
    assert fresh_tiny_engine.kill() == -signal.SIGKILL
    _gone, alive = psutil.wait_procs(helpers, timeout=5)
    assert alive == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_signal_mid_reply_ends_the_stream_and_nothing_else(
    start_engine: StartEngine, tiny_model: Path, number: signal.Signals
) -> None:
    client, other = start_engine(), start_engine()
    for one in (client, other):
        one.load(tiny_model)
    start_long_reply(client)
    assert client.kill(number) == -number
    with pytest.raises(WorkerGone):
        client.wait_for(Finished)
    assert other.chat("Hello", params=SamplingParams(max_tokens=3)).finished


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_ends_a_group_of_processes_is_left_to_the_client(
    fresh_tiny_engine: EngineClient, number: signal.Signals
) -> None:
    start_long_reply(fresh_tiny_engine)
    family = psutil.Process(fresh_tiny_engine.process.pid)
    for process in (family, *family.children(recursive=True)):
        process.send_signal(number)
    assert fresh_tiny_engine.gather_rest().stop == "length"


PARENT = textwrap.dedent(
    """
    import subprocess, sys
    worker = subprocess.Popen(
        [sys.executable, "-P", "-m", "benchtop", "--worker", "engine"], stdin=int(sys.argv[1])
    )
    print(worker.pid, flush=True)
    sys.stdin.read()
    """
)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="PR_SET_PDEATHSIG is Linux's")
def test_a_killed_parent_takes_the_worker_with_it_even_if_its_input_stays_open() -> None:
    read_end, write_end = os.pipe()  # this test holds the worker's input open
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(read_end)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[read_end],
        text=True,
    )
    try:
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        os.write(write_end, encode(Hello("engine", PROTOCOL_VERSION, "test", os.getpid())))
        assert isinstance(decode(parent.stdout.readline().encode()), Hello)
        family = [worker, *worker.children(recursive=True)]
        parent.kill()
        _gone, alive = psutil.wait_procs(family, timeout=5)
        assert alive == []
    finally:
        os.close(read_end)
        os.close(write_end)
        parent.kill()
        parent.communicate()
