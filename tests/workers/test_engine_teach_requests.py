"""What Teach asks of an engine, by the ways in which the window and the commands ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.cli.engine_run import EngineRun
from benchtop.domain.errors import FileInTheWay
from benchtop.protocol.encode_messages import Encoded, EncodeExamples, Quantise, Quantised
from benchtop.protocol.messages import Answer, Progress
from benchtop.services.data_folder import find_data_folder
from benchtop.services.engine_worker import EngineWorker, LoadOptions
from benchtop.services.library import starter
from workers.engine_client import EngineClient, turns
from workers.services_kit import WAIT_MS

TALK = turns("Hi", "Yes.")


def test_a_worker_is_done_when_it_has_answered(qtbot: QtBot, tmp_path: Path) -> None:
    """A worker that is told to end does so after its last answer."""
    worker = EngineWorker(starter(), find_data_folder(), LoadOptions(threads=1))
    answers: list[Answer] = []
    worker.answered.connect(answers.append)
    with qtbot.waitSignal(worker.loaded, timeout=WAIT_MS):
        worker.start()
        worker.load()
    target = tmp_path / "small.gguf"
    worker.ask(EncodeExamples("e", (TALK,), 512))
    worker.ask(Quantise("q", starter().path, str(target), "Q4_0"))
    with qtbot.waitSignal(worker.gone, timeout=WAIT_MS):
        worker.retire()
    last = [answer for answer in answers if not isinstance(answer, Progress)]
    assert [type(answer) for answer in last] == [Encoded, Quantised]
    assert target.is_file()


def test_a_command_gets_the_answer(qapp: object, tmp_path: Path) -> None:
    run = EngineRun(find_data_folder(), starter(), LoadOptions(threads=1))
    try:
        run.load()
        encoded = run.ask(EncodeExamples("e", (TALK,), 512))
        assert isinstance(encoded, Encoded)
        assert len(encoded.sequences) == 1
        target = tmp_path / "small.gguf"
        quantised = run.ask(Quantise("q", starter().path, str(target), "Q4_0"))
        assert isinstance(quantised, Quantised)
        with pytest.raises(FileInTheWay):
            run.ask(Quantise("q", starter().path, str(target), "Q4_0"))
    finally:
        run.close()


def test_nothing_is_at_hand_once_it_is_answered(tiny_engine: EngineClient, tmp_path: Path) -> None:
    tiny_engine.send(EncodeExamples("e", (TALK,), 512))
    tiny_engine.wait_for(Encoded)
    assert tiny_engine.status().busy_with == ""
    tiny_engine.send(Quantise("q", starter().path, str(tmp_path / "small.gguf"), "Q8_0"))
    tiny_engine.wait_for(Quantised)
    assert tiny_engine.status().busy_with == ""
