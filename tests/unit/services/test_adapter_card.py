"""The card of an adapter, and how it gets into the adapter's file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchtop.domain.adapters import BASE_SUM_KEY, CARD_KEY, inspect_adapter
from benchtop.domain.cards import CardPoints
from benchtop.domain.examples import DatasetVersion
from benchtop.domain.gguf import read_header
from benchtop.domain.model_errors import GgufTruncated
from benchtop.domain.training import (
    HoldoutPoint,
    TrainingResult,
    TrainingRun,
    TrainingSettings,
    TrainPoint,
)
from benchtop.evaluation.card_html import card_to_html
from benchtop.services.adapter_card import (
    MOST_POINTS,
    adapter_card,
    adapter_facts,
    card_of,
    learnt_from,
)
from benchtop.services.gguf_texts import replace_texts
from workers.tiny_gguf import lora_adapter

VERSION = DatasetVersion("v", "d", "version 3", "cd" * 32, 1.0, 40, 7)
RUN = TrainingRun(
    "run-1",
    "My <answers>",
    {
        "name": "starter",
        "path": "/home/me/models/starter.gguf",
        "sha256": "ab" * 32,
        "quantisation": "Q8_0",
        "licence": "apache-2.0",
        "bytes": 1_000,
    },
    "d",
    "v",
    TrainingSettings(),
)
RESULT = TrainingResult(loss=1.0, holdout_before=2.5, holdout_after=1.75, best_step=60, steps=80)
STEPS = [TrainPoint(step, 2.0 - step / 1_000, 1e-4, 10, 0.1) for step in range(1_000)]
HELD = [HoldoutPoint(step, 2.5 - step / 400) for step in range(0, 300, 100)]


def test_the_facts_are_those_of_gguf_and_two_of_our_own() -> None:
    facts = adapter_facts(RUN, VERSION, "My answers")
    card = facts.pop(CARD_KEY)
    assert facts == {
        "general.name": "My <answers>",
        "general.base_model.0.name": "starter",
        "general.license": "apache-2.0",
        BASE_SUM_KEY: "ab" * 32,
        "benchtop.dataset.version": "cd" * 32,
    }
    assert learnt_from(card) == "My answers, version 3"
    assert "general.license" not in adapter_facts(replace(RUN, model={"name": "x"}), VERSION)


def test_the_card_tells_what_it_was_made_of_and_what_came_of_it() -> None:
    card = adapter_card(replace(RUN, result=RESULT), VERSION, "My answers", STEPS, HELD)
    assert card.kind == "training"
    assert "2.500 before, 1.750 after" in card.summary
    base = card.models[0]
    assert (base.file, base.sha256, base.licence) == ("starter.gguf", "ab" * 32, "apache-2.0")
    assert card.inputs["version_sum"] == "cd" * 32
    assert TrainingSettings.from_json(card.inputs["settings"]) == RUN.settings
    training, held = [one for one in card.sections if isinstance(one, CardPoints)]
    assert len(training.rows) == MOST_POINTS
    assert (training.rows[0].x, training.rows[-1].x) == (0, 999)
    assert [row.x for row in held.rows] == [0, 100, 200]
    page = card_to_html(card)
    assert "My &lt;answers&gt;" in page
    assert "/home/me" not in page


def test_a_card_comes_back_from_its_text() -> None:
    text = adapter_facts(RUN, VERSION)[CARD_KEY]
    card = card_of(text)
    assert card is not None
    assert card.title == "Adapter My <answers>"
    for wrong in ("", "{", "[]", "1", text.replace('"version": 1', '"version": 99')):
        assert card_of(wrong) is None
    for wrong in ("", "{", "[]", '{"inputs": 3}', '{"inputs": {"dataset": 5}}'):
        assert learnt_from(wrong) == ""


def test_texts_are_replaced_and_all_else_stays(tmp_path: Path) -> None:
    path = lora_adapter(tmp_path / "mine.gguf", facts={CARD_KEY: "old", BASE_SUM_KEY: "ab" * 32})
    before, data = read_header(path), path.read_bytes()
    for card in ("new ü " * 100, "", "x"):
        replace_texts(path, {CARD_KEY: card, "benchtop.more": "more"})
        after = read_header(path)
        assert after.metadata == {**before.metadata, CARD_KEY: card, "benchtop.more": "more"}
        assert after.tensors == before.tensors
        assert after.data_offset % 32 == 0
        assert path.read_bytes()[after.data_offset :] == data[before.data_offset :]
    assert inspect_adapter(path).base_sha256 == "ab" * 32
    assert [one.name for one in tmp_path.iterdir()] == ["mine.gguf"]


def test_what_is_cut_short_is_not_touched(tmp_path: Path) -> None:
    path = lora_adapter(tmp_path / "mine.gguf")
    path.write_bytes(path.read_bytes()[:-100])
    data = path.read_bytes()
    with pytest.raises(GgufTruncated):
        replace_texts(path, {CARD_KEY: "new"})
    assert path.read_bytes() == data
