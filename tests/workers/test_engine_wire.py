"""The engine worker's wire: the handshake, lines that make no sense, questions at any time."""

import json

import pytest

import benchtop
from benchtop.domain.errors import PromptError, ProtocolMismatch, WorkerError
from benchtop.protocol.messages import (
    PROTOCOL_VERSION,
    AskStatus,
    ChatTurn,
    Failed,
    Generate,
    Hello,
    Status,
)
from benchtop.protocol.wire import encode
from workers.conftest import StartEngine
from workers.engine_client import EngineClient
from workers.worker_client import WorkerGone


def test_hello_is_answered_with_hello(start_engine: StartEngine) -> None:
    client = start_engine(shake=False)
    hello = client.shake_hands()
    assert hello == Hello("engine", PROTOCOL_VERSION, benchtop.__version__, client.process.pid)


def test_another_version_is_refused_with_status_3(start_engine: StartEngine) -> None:
    client = start_engine(shake=False)
    with pytest.raises(ProtocolMismatch) as caught:
        client.shake_hands(protocol=PROTOCOL_VERSION + 1)
    assert caught.value.facts["theirs"] == PROTOCOL_VERSION
    assert caught.value.facts["ours"] == PROTOCOL_VERSION + 1
    assert client.process.wait(10) == 3


def test_a_request_before_hello_is_refused(start_engine: StartEngine) -> None:
    client = start_engine(shake=False)
    client.send(AskStatus("early"))
    assert isinstance(client.next(), Failed)
    with pytest.raises(WorkerGone):
        client.next()
    assert client.process.wait(10) == 3


@pytest.mark.parametrize(
    "line",
    [
        b"not json\n",
        b"\xff\xfe\x00\n",
        b"[1, 2]\n",
        b'{"type": "Nonsense", "request_id": "x"}\n',
        b'{"type": "Generate", "request_id": 7}\n',
        b'{"type": "LoadModel", "request_id": "x"}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_line_that_is_no_request_is_explained_and_survived(
    fresh_engine: EngineClient, line: bytes
) -> None:
    fresh_engine.write(line)
    answer = fresh_engine.next()
    assert isinstance(answer, Failed)
    assert isinstance(answer.error(), WorkerError)
    assert fresh_engine.status().path == ""


def test_the_failure_of_a_bad_line_carries_its_request_id(fresh_engine: EngineClient) -> None:
    fresh_engine.write(
        json.dumps({"type": "Generate", "request_id": "r9", "turns": 3}).encode() + b"\n"
    )
    answer = fresh_engine.next()
    assert isinstance(answer, Failed)
    assert answer.request_id == "r9"


def test_an_answer_sent_as_a_request_is_refused(fresh_engine: EngineClient) -> None:
    fresh_engine.write(encode(Status("s", "", 0, 0, 0, 0, 0, 0.0)))
    answer = fresh_engine.next()
    assert isinstance(answer, Failed)
    assert "Status" in str(answer.error())


def test_empty_lines_are_passed_over(fresh_engine: EngineClient) -> None:
    fresh_engine.write(b"\n\n")
    assert fresh_engine.status().request_id == "status"


def test_a_request_without_a_model_is_explained(fresh_engine: EngineClient) -> None:
    with pytest.raises(PromptError, match="no model is loaded"):
        fresh_engine.ask(Generate("r", turns=(ChatTurn("user", "Hello"),)))


def test_native_chatter_stays_off_the_wire(fresh_tiny_engine: EngineClient) -> None:
    log = fresh_tiny_engine.log_path.read_text()
    assert "llama_model_loader" in log
    assert fresh_tiny_engine.status().path  # every line that came could be decoded
