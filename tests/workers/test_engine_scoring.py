"""Perplexity as llama-perplexity defines it, over the wire, against llama.cpp's own logits."""

import math
import signal
from pathlib import Path

import numpy as np
import pytest

from benchtop.domain.compare_errors import TextTooShort
from benchtop.domain.errors import AdapterFailed, BadParameter, PromptError
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.protocol.measure_messages import Score, Scored
from benchtop.protocol.messages import Finished, Progress, Render, Rendered
from workers.engine_client import EngineClient
from workers.measured_text import story
from workers.raw_logits import raw_model, scored_rows
from workers.worker_client import WorkerGone


def ask(engine: EngineClient, **options: object) -> Scored:
    engine.send(Score("s", **options))  # type: ignore[arg-type]  # the options of the test's own choice
    return engine.wait_for(Scored)


@pytest.mark.parametrize("length", [64, 129, 512])
@pytest.mark.parametrize("begins", ["with BOS", "without"])
def test_the_sums_are_those_of_llama_perplexity(
    engine: EngineClient, starter_path: Path, tiny_model: Path, length: int, begins: str
) -> None:
    """llama-perplexity (llama.cpp, tools/perplexity/perplexity.cpp, perplexity()) cuts the text into chunks
    of n_ctx tokens, puts BOS in the place of the first of each, and takes e to the mean of
    -log softmax(logits)[token that came] over positions n_ctx/2 to n_ctx - 2 of all chunks; the error is
    sqrt((mean of squares - mean²) / (count - 1)) times that."""
    path = tiny_model if begins == "with BOS" else starter_path
    engine.load(path)
    text = story(50)
    scored = ask(engine, text=text, context_length=length)
    with raw_model(path) as model:
        assert model.adds_bos == (begins == "with BOS")
        tokens = model.tokens(text)
        losses = np.concatenate(
            [-rows[np.arange(len(came)), came] for rows, came in scored_rows(model, tokens, length)]
        )
    assert len(losses) > length // 2
    assert (scored.tokens, scored.windows) == (len(losses), len(tokens) // length)
    assert (scored.text_tokens, scored.context_length) == (len(tokens), length)
    assert scored.nll == pytest.approx(losses.sum(), rel=1e-5)
    assert scored.nll_squares == pytest.approx(np.square(losses).sum(), rel=1e-5)
    assert math.exp(scored.nll / scored.tokens) == pytest.approx(math.exp(losses.mean()), rel=5e-3)


def test_one_window_is_enough_and_less_is_told(tiny_engine: EngineClient) -> None:
    text = "a" * 200
    tiny_engine.send(Render("r", prompt=text, ids=True))
    rendered = tiny_engine.wait_for(Rendered)
    assert (len(rendered.ids), rendered.bos) == (rendered.tokens, rendered.ids[0])
    whole = ask(tiny_engine, text=text, context_length=rendered.tokens)
    assert (whole.windows, whole.tokens) == (1, rendered.tokens - rendered.tokens // 2 - 1)
    for short, length in ((text, rendered.tokens + 1), ("", 16)):
        with pytest.raises(TextTooShort, match="a longer text or a smaller context"):
            ask(tiny_engine, text=short, context_length=length)
    for length in (15, 0, -1, 1_025):
        with pytest.raises(BadParameter, match="context_length"):
            ask(tiny_engine, text="a" * 5_000, context_length=length)


def test_an_adapter_changes_the_score_and_a_missing_one_is_told(
    tiny_engine: EngineClient, tiny_adapter: Path
) -> None:
    text = story(20)
    bare = ask(tiny_engine, text=text, context_length=64)
    adapted = ask(
        tiny_engine, text=text, context_length=64, adapters=(AdapterUse(str(tiny_adapter)),)
    )
    nothing = ask(
        tiny_engine, text=text, context_length=64, adapters=(AdapterUse(str(tiny_adapter), 0.0),)
    )
    assert bare.nll == nothing.nll
    assert abs(adapted.nll - bare.nll) > 1
    assert ask(tiny_engine, text=text, context_length=64).nll == bare.nll
    with pytest.raises(AdapterFailed):
        ask(tiny_engine, text=text, context_length=64, adapters=(AdapterUse("/none.gguf"),))


def test_a_conversation_survives_a_measurement(tiny_engine: EngineClient) -> None:
    params = SamplingParams(max_tokens=2, seed=1)
    tiny_engine.chat("Hello", conversation="c", params=params)
    ask(tiny_engine, text=story(20), context_length=64)
    assert tiny_engine.chat("Hello", conversation="c", params=params).evaluated == 1


def test_cancel_stops_in_the_middle_and_the_next_request_is_served(
    engine: EngineClient, slow_model_path: Path
) -> None:
    engine.load(slow_model_path)
    engine.send(Score("s", story(2_000), context_length=512))
    told = engine.wait_for(Progress)
    engine.cancel("s")
    finished = engine.wait_for(Finished)
    assert (finished.request_id, finished.stop) == ("s", "cancelled")
    assert told.fraction < 0.5
    assert engine.complete("a", params=SamplingParams(max_tokens=1)).finished


def test_a_worker_killed_in_the_middle_ends_the_stream(
    fresh_engine: EngineClient, slow_model_path: Path
) -> None:
    fresh_engine.load(slow_model_path)
    fresh_engine.send(Score("s", story(2_000), context_length=512))
    fresh_engine.wait_for(Progress)
    assert fresh_engine.kill() == -signal.SIGKILL
    with pytest.raises(WorkerGone):
        fresh_engine.wait_for(Scored)


def test_without_a_model_there_is_a_sentence(fresh_engine: EngineClient) -> None:
    with pytest.raises(PromptError, match="no model is loaded"):
        ask(fresh_engine, text="a")
