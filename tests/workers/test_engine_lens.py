"""The lens over the wire, against a softmax of llama.cpp's own logits."""

from pathlib import Path

import numpy as np
import pytest

from benchtop.domain.errors import BadParameter, FileUnreadable, PromptError
from benchtop.domain.model_errors import ModelLoadFailed
from benchtop.protocol.measure_messages import Lens, LensRead
from benchtop.protocol.messages import Finished
from workers.engine_client import EngineClient
from workers.measured_text import story
from workers.raw_logits import raw_model
from workers.tiny_gguf import random_model

TEXT = story(5)


def ask(engine: EngineClient, **options: object) -> LensRead:
    engine.send(Lens("l", **options))  # type: ignore[arg-type]  # the options of the test's own choice
    return engine.wait_for(LensRead)


@pytest.mark.parametrize("top", [0, 1, 7, 100])
def test_probabilities_are_a_softmax_of_the_raw_logits(
    engine: EngineClient, starter_path: Path, top: int
) -> None:
    engine.load(starter_path)
    read = ask(engine, prompt=TEXT, top=top)
    with raw_model(starter_path) as model:
        assert list(read.tokens) == model.tokens(TEXT)
        expected = model.log_softmax(read.tokens)
    came = expected[np.arange(len(read.tokens) - 1), read.tokens[1:]]
    assert np.abs(np.exp(read.logprobs) - np.exp(came)).max() < 1e-4
    assert np.abs(np.array(read.logprobs) - came).max() < 1e-2  # of rare ones too
    shape = (len(read.tokens), top)
    ids = np.reshape(read.top_ids, shape).astype(int)
    found = np.reshape(read.top_logprobs, shape)
    assert (
        np.abs(np.exp(found) - np.exp(np.take_along_axis(expected, ids, axis=1))).max(initial=0)
        < 1e-4
    )
    best = np.sort(expected, axis=1)[:, ::-1][:, :top]
    assert np.abs(np.exp(found) - np.exp(best)).max(initial=0) < 1e-4
    assert (np.diff(found, axis=1) <= 0).all()
    assert all(len(set(row)) == top for row in ids.tolist())
    assert set(read.texts) == {*ids.ravel().tolist(), *read.tokens}
    assert "".join(read.texts[token] for token in read.tokens) == TEXT


def test_exact_tokens_are_read_as_they_are(engine: EngineClient, starter_path: Path) -> None:
    engine.load(starter_path)
    read = ask(engine, prompt="Once upon a time", top=3)
    other = read.top_ids[-1]  # the third likeliest: go on from there
    on = ask(engine, tokens=(*read.tokens, other), top=3)
    assert on.tokens == (*read.tokens, other)
    assert on.logprobs[-1] == pytest.approx(read.top_logprobs[-1], abs=1e-2)
    late = ask(engine, tokens=on.tokens, top=3, first=2)
    assert late.logprobs == pytest.approx(on.logprobs[2:], abs=1e-3)
    assert late.top_ids == on.top_ids[6:]


def test_a_part_of_a_character_is_shown_as_such(tiny_engine: EngineClient) -> None:
    read = ask(tiny_engine, prompt="é", top=1)
    assert [read.texts[token] for token in read.tokens[-2:]] == ["\ufffd", "\ufffd"]


def test_rows_are_kept_and_another_model_is_compared_with_them(
    engine: EngineClient, tmp_path: Path
) -> None:
    paths = [random_model(tmp_path / f"{seed}.gguf", seed=seed) for seed in (1, 2)]
    rows = tmp_path / "rows"
    rows.touch()
    engine.load(paths[0])
    one = ask(engine, prompt=TEXT, top=1, keep_rows=str(rows))
    itself = ask(engine, tokens=one.tokens, top=1, compare_rows=str(rows))
    engine.load(paths[1])
    two = ask(engine, tokens=one.tokens, top=1, compare_rows=str(rows))
    with raw_model(paths[0]) as first, raw_model(paths[1]) as second:
        p, q = (model.log_softmax(one.tokens) for model in (first, second))
    kept = np.fromfile(rows, np.float32).reshape(p.shape)
    assert np.abs(np.exp(kept) - np.exp(p)).max() < 1e-4
    assert set(itself.divergences) == {0.0}
    assert all(itself.same_top)
    assert two.divergences == pytest.approx((np.exp(p) * (p - q)).sum(axis=1), rel=1e-3)
    assert two.same_top == tuple((p.argmax(axis=1) == q.argmax(axis=1)).tolist())


def test_rows_that_cannot_be_used_are_told(tiny_engine: EngineClient, tmp_path: Path) -> None:
    rows = tmp_path / "rows"
    for use in ("keep_rows", "compare_rows"):
        with pytest.raises(FileUnreadable, match="no such file"):
            ask(tiny_engine, prompt="abc", **{use: str(rows)})
    assert not rows.exists()
    rows.write_bytes(b"\0" * 64)
    with pytest.raises(FileUnreadable, match="the other model"):
        ask(tiny_engine, prompt="abc", compare_rows=str(rows))


def test_a_full_disk_is_told(tiny_engine: EngineClient) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("/dev/full is Linux's")
    with pytest.raises(Exception, match="no space left on device"):
        ask(tiny_engine, prompt="abc", keep_rows=str(full))


@pytest.mark.parametrize(
    "wrong",
    [
        {"prompt": "a", "top": 101},
        {"prompt": "a", "top": -1},
        {"prompt": "a", "first": 50},
        {"tokens": (1, 10_000_000)},
        {"tokens": (1, -1)},
    ],
)
def test_what_makes_no_sense_is_refused(
    tiny_engine: EngineClient, wrong: dict[str, object]
) -> None:
    with pytest.raises(BadParameter):
        ask(tiny_engine, **wrong)


def test_a_text_longer_than_the_model_reads_is_refused(tiny_engine: EngineClient) -> None:
    with pytest.raises(PromptError, match="reads at most 1,024"):
        ask(tiny_engine, prompt="a" * 2_000)


def test_an_empty_prompt_shows_what_a_text_begins_with(tiny_engine: EngineClient) -> None:
    read = ask(tiny_engine, prompt="", top=2)
    assert (len(read.tokens), read.logprobs, len(read.top_ids)) == (1, (), 2)


def test_a_lens_is_cancelled(engine: EngineClient, slow_model_path: Path) -> None:
    engine.load(slow_model_path)
    engine.send(Lens("l", tokens=(1,) * 8_000))
    engine.cancel("l")
    assert engine.wait_for(Finished).stop == "cancelled"


def test_a_model_that_computes_no_numbers_is_told(engine: EngineClient, tmp_path: Path) -> None:
    path = random_model(tmp_path / "nan.gguf")
    data = bytearray(path.read_bytes())
    data[-4 * 1_000 :] = np.full(1_000, np.nan, np.float32).tobytes()
    path.write_bytes(data)
    engine.load(path)
    with pytest.raises(ModelLoadFailed, match="no numbers"):
        ask(engine, prompt="abc")
