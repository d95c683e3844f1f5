"""Lengths in a model's tokens, over the wire, from its vocabulary alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.domain.errors import BenchtopError
from benchtop.domain.model_errors import ModelFileMissing, ModelIsAdapter, ModelLoadFailed
from benchtop.protocol.encode_messages import Counted, CountTokens, Encoded, EncodeExamples
from benchtop.protocol.messages import ChatTurn
from workers.chat_templates import TEMPLATES, Template
from workers.engine_client import EngineClient, turns
from workers.test_engine_encode import SCRIPTS, TALK, model_of
from workers.tiny_gguf import CHATML, random_model

by_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)


def count(engine: EngineClient, path: Path, *examples: tuple[ChatTurn, ...]) -> tuple[int, ...]:
    engine.send(CountTokens("c", str(path), examples))
    return engine.wait_for(Counted).lengths


@by_template
def test_lengths_are_those_of_what_is_trained(
    engine: EngineClient, template: Template, tmp_path: Path
) -> None:
    path = model_of(template, tmp_path)
    examples = [tuple(turns(*TALK)), *(tuple(turns("So?", text)) for text in SCRIPTS)]
    engine.load(str(path), context_length=1024)
    engine.send(EncodeExamples("e", tuple(examples), 1_000_000))
    encoded = engine.wait_for(Encoded)
    longest = {
        number: max(len(one.ids) for one in encoded.sequences if one.example == number)
        for number in range(len(examples))
    }
    counted = count(engine, path, *examples)
    assert dict(enumerate(counted)) == longest
    assert min(counted) > 0


def test_no_model_is_loaded_for_it_and_another_file_is_noticed(
    fresh_engine: EngineClient, tmp_path: Path
) -> None:
    short, long = tmp_path / "a.gguf", tmp_path / "b.gguf"
    random_model(short, template=None)
    random_model(long, template=CHATML)
    talk = tuple(turns(*TALK))
    first = count(fresh_engine, short, talk)
    assert fresh_engine.status().path == ""
    assert count(fresh_engine, short, talk, talk) == first * 2
    second = count(fresh_engine, long, talk)
    assert second != first
    long.replace(short)
    assert count(fresh_engine, short, talk) == second


def test_nothing_is_learnt_from_what_has_no_answer(engine: EngineClient, tiny_model: Path) -> None:
    assert count(engine, tiny_model, tuple(turns("Why?")), (), tuple(turns("Why?", "So."))) == (
        0, 0, count(engine, tiny_model, tuple(turns("Why?", "So.")))[0],
    )  # fmt: skip


def test_a_file_that_is_no_model_is_refused_and_the_worker_stays(
    engine: EngineClient, tiny_model: Path, tiny_adapter: Path, tmp_path: Path
) -> None:
    strange = random_model(tmp_path / "strange.gguf", architecture="never-seen")
    for path, error in (
        (tmp_path / "gone.gguf", ModelFileMissing),
        (tiny_adapter, ModelIsAdapter),
        (strange, ModelLoadFailed),
    ):
        with pytest.raises(error) as told:
            count(engine, path, tuple(turns("Why?", "So.")))
        assert isinstance(told.value, BenchtopError)
        assert path.name in str(told.value)
    assert count(engine, tiny_model, tuple(turns("Why?", "So.")))[0] > 0
