"""A reply that takes fewer threads than its model has, asked of llama.cpp itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchtop.domain.errors import BadParameter
from benchtop.domain.generation import SamplingParams
from workers.engine_client import EngineClient

# In a process of its own: llama.cpp's log keeps a callback for as long as its process lives.
WATCH = """
import json, sys, time
from benchtop.domain.generation import SamplingParams
from benchtop.engine.engine import LlamaEngine
from benchtop.engine.job import Job
from benchtop.engine.llama import native
from benchtop.engine.template import TemplateProcess
from benchtop.protocol.messages import ChatTurn, Chunk, Failed, Finished, Generate, LoadModel, Started

engine = LlamaEngine(TemplateProcess(None))
seen = []

def threads():
    pointer = engine._loaded.context.pointer
    return native.llama_n_threads(pointer), native.llama_n_threads_batch(pointer)

def send(answer):
    if isinstance(answer, (Started, Chunk, Finished, Failed)):
        seen.append((type(answer).__name__, threads()))
    if isinstance(answer, Chunk) and stopping:
        job.cancel.set()

def ask(request):
    global job
    job = Job(request.request_id, send, time.perf_counter())
    engine.serve(request, job)
    seen.append(("after", threads()))

stopping = False
engine.serve(LoadModel("l", sys.argv[1], threads=3), Job("l", lambda _answer: None, 0.0))
talk = (ChatTurn("user", "Hi"),)
few = SamplingParams(max_tokens=4, seed=1)
for asked in (None, 1, 2, 9):
    ask(Generate("r", talk, params=few, threads=asked))
ask(Generate("r", (ChatTurn("user", "x " * 9_000),), params=few, threads=1))
stopping = True
ask(Generate("r", talk, params=few, threads=1))
print(json.dumps(seen))
"""


def watched(path: Path) -> list[tuple[str, list[int]]]:
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(path)],
        capture_output=True, check=True, env={**os.environ, "BENCHTOP_TURN_LOCK": ""},
    )  # fmt: skip
    return [(name, threads) for name, threads in json.loads(done.stdout.splitlines()[-1])]


def test_a_reply_takes_as_many_threads_as_it_may_and_gives_them_back(tiny_model: Path) -> None:
    replies: list[list[tuple[str, list[int]]]] = [[]]
    for name, threads in watched(tiny_model):
        replies[-1].append((name, threads))
        if name == "after":
            replies.append([])
    expected = [3, 1, 2, 3]
    for reply, count in zip(replies, expected, strict=False):
        assert [name for name, _threads in reply][-2:] == ["Finished", "after"]
        assert all(threads == [count, count] for _name, threads in reply[:-1])
        assert reply[-1] == ("after", [3, 3])
    refused, cancelled = replies[4:6]
    assert [name for name, _threads in refused] == ["Failed", "after"]
    assert refused[-1][1] == [3, 3]
    assert cancelled[0] == ("Started", [1, 1])
    assert cancelled[-1] == ("after", [3, 3])


@pytest.mark.parametrize("threads", [0, -1, 513])
def test_threads_that_cannot_be_are_refused(tiny_engine: EngineClient, threads: int) -> None:
    with pytest.raises(BadParameter, match="threads"):
        tiny_engine.chat("Hi", threads=threads)
    assert tiny_engine.chat("Hi", params=SamplingParams(max_tokens=2), threads=1).finished
