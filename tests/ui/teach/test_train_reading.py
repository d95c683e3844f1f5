"""What the Train tab says of the models on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchtop.domain.adapter_layout import AdapterLayout
from benchtop.domain.examples import Dataset, Example, Turn
from benchtop.domain.models import ModelFile, inspect_model
from benchtop.domain.training import (
    TRAINABLE,
    TRAINABLE_BY_TRANSFORMERS,
    TrainingRun,
    TrainingSettings,
)
from benchtop.services.adapters import import_adapter
from benchtop.services.datasets import new_dataset
from benchtop.store.database import Store, open_store
from benchtop.ui.teach.run_texts import outcome_words
from benchtop.ui.teach.train_asks import asked_splits, held_question
from benchtop.ui.teach.train_reading import model_choices, read_facts, run_rows, trouble
from benchtop.ui.teach.train_rows import PROMPTS
from ui.teach.teach_makers import a_result, a_run, a_verdict
from workers.tiny_gguf import lora_adapter, random_model


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.db") as made:
        yield made


@pytest.fixture
def model(tmp_path: Path) -> ModelFile:
    path = tmp_path / "model.gguf"
    path.touch()
    return ModelFile("m", "A model", str(path), 0, "llama", 2_600_000_000, "Q4_K_M")


def test_every_kind_that_is_trained_can_be_chosen(model: ModelFile) -> None:
    for architecture in (*TRAINABLE, *TRAINABLE_BY_TRANSFORMERS):
        assert trouble(replace(model, architecture=architecture)) == ""


def test_what_trains_unpacked_says_how_large_that_is(model: ModelFile) -> None:
    packed, unpacked = model_choices([model, replace(model, architecture="gemma2")])
    assert packed.detail == "2.6B · Q4_K_M"
    assert unpacked.detail == "2.6B · Q4_K_M · by transformers, unpacked to 10.4 GB"


def test_another_kind_is_named_with_those_that_can(model: ModelFile) -> None:
    words = trouble(replace(model, architecture="mamba"))
    assert words.startswith("Its kind (mamba) cannot be taught here; those of Llama, Qwen 2 and 3,")
    assert "StarCoder 2" in words
    assert "not told" in trouble(replace(model, architecture=""))


def dataset_with(store: Store, pairs: Sequence[tuple[str, str]]) -> Dataset:
    dataset = new_dataset(store, "Doors")
    turns = [(Turn("user", question), Turn("assistant", answer)) for question, answer in pairs]
    store.examples.add(dataset.id, [Example(one) for one in turns])
    return store.datasets.get(dataset.id)


def test_the_prompts_are_those_that_a_run_will_hold_out(store: Store) -> None:
    """Three wordings each of a few questions, as they stand in a data set that was never taught."""
    pairs = [
        (f"{wording} {thing}?", f"The {thing} is in the barn.")
        for thing in ("ladder", "hose", "rake", "spade", "saw", "drill", "key", "pump")
        for wording in ("Where is the", "Where do I find the", "Who hid the")
    ]
    dataset = dataset_with(store, pairs)
    (before,) = read_facts(store, ()).datasets
    version = store.versions.make_version(dataset.id)
    entries = store.versions.read_version(version.id)
    held = {one.example.prompt[0].content for one in entries if one.split == "holdout"}
    assert set(before.prompts[: before.held_prompts]) <= held
    assert (before.dataset.held_out, before.train) == (version.holdout, version.train)
    answers = [dict(pairs)[one] for one in before.prompts]
    assert len(set(answers)) == len(before.prompts) == PROMPTS
    (after,) = read_facts(store, ()).datasets
    assert (after.prompts, after.held_prompts) == (before.prompts, before.held_prompts)

    asked = (*before.prompts, "  Where is the\tladder? ", "Who are you?")
    splits = asked_splits(store, version.id, asked)
    for one in before.prompts:
        assert splits[one] == ("holdout" if one in held else "train")
    assert splits["Where is the ladder?"] in ("holdout", "train")
    assert "Who are you?" not in splits
    questions = [held_question(store, version.id, place) for place in range(len(held) + 1)]
    assert set(questions) == held
    assert questions[0] == questions[-1]


def test_questions_that_are_learnt_stand_last_and_are_said_to_be(store: Store) -> None:
    dataset = dataset_with(store, [(f"Which door is {n}?", f"Door {n}.") for n in range(5)])
    choice = read_facts(store, ()).datasets[0]
    assert (choice.dataset.held_out, choice.held_prompts, len(choice.prompts)) == (1, 1, 3)
    store.examples.include(store.examples.ids(dataset.id)[1:], False)
    alone = read_facts(store, ()).datasets[0]
    assert (alone.dataset.held_out, alone.held_prompts) == (0, 0), "of one nothing is held out"
    assert alone.prompts == ("Which door is 0?",)


def test_adapters_are_offered_with_the_layout_that_they_have_to_keep(
    store: Store, tmp_path: Path
) -> None:
    model = inspect_model(random_model(tmp_path / "model.gguf"))
    taught = import_adapter(store, lora_adapter(tmp_path / "taught.gguf", seed=3))
    store.adapters.put(replace(taught, run_id="r1"))
    settings = TrainingSettings(rank=4, last_layers=1)
    store.training_runs.put(TrainingRun("r1", "Doors", {"id": "m"}, "d", "v", settings))
    brought = import_adapter(store, lora_adapter(tmp_path / "brought.gguf", rank=3))
    import_adapter(store, lora_adapter(tmp_path / "other.gguf", width=128))
    found = {one.id: one for one in read_facts(store, [model]).parents}
    assert found.keys() == {taught.id, brought.id}
    assert (found[taught.id].model_id, found[taught.id].layout) == ("m", AdapterLayout.of(settings))
    kept = AdapterLayout(3, 3.0, ("attn_q", "attn_v", "ffn_down"), 0)
    assert (found[brought.id].model_id, found[brought.id].layout) == (model.id, kept)
    Path(brought.path).unlink()
    gone = {one.id: one for one in read_facts(store, [model]).parents}[brought.id]
    assert gone.layout is None
    assert str(brought.path) in gone.trouble


def test_the_list_says_better_of_the_holdout_alone_where_nothing_general_was_asked() -> None:
    shown = []
    for verdict in (
        a_verdict(), a_verdict(general=None), a_verdict(general=None, ratio_low=1.1, ratio_high=1.9),
    ):  # fmt: skip
        run = a_run(state="done", result=a_result(verdict=verdict.to_json()))
        (row,) = run_rows([run], {})
        shown.append(outcome_words(row.run, row.verdict))
    assert shown == ["better", "better on held-out only", "worse"]
