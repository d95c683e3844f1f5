from __future__ import annotations

from dataclasses import replace

import pytest

from benchtop.domain.errors import StoreError
from benchtop.domain.models import ModelFile
from benchtop.store.database import Store

MODEL = ModelFile(
    "tiny-1", "Tiny", "/models/tiny.gguf", 1_000, "llama", 260_000, "Q8_0", 2_048, True, "imported",
    "MIT", "ab" * 32, 5.0, None, {"temperature": 0.3, "top_k": 20}, "Quick, and right.", "maker/tiny",
    "c" * 40, "q8/tiny.gguf", 6.5, None, True,
)  # fmt: skip


def test_a_model_comes_back_as_it_went_in(store: Store) -> None:
    store.models.put(MODEL)
    assert store.models.all() == [MODEL]
    assert store.models.get("tiny-1") == MODEL
    assert store.models.by_path("/models/tiny.gguf") == MODEL


def test_new_facts_replace_the_old_ones(store: Store) -> None:
    store.models.put(MODEL)
    store.models.put(replace(MODEL, name="Tiny 2", sha256=""))
    assert store.models.all() == [replace(MODEL, name="Tiny 2", sha256="")]


def test_a_path_that_is_no_text_finds_its_file_again(store: Store) -> None:
    model = replace(MODEL, path="/models/caf\udce9.gguf", name="caf\udce9")
    store.models.put(model)
    assert store.models.by_path(model.path) == replace(model, name="caf\ufffd")


def test_absurd_numbers_of_a_strangers_file_are_kept_small_enough(store: Store) -> None:
    store.models.put(replace(MODEL, parameters=2**80, context_length=2**64))
    stored = store.models.get(MODEL.id)
    assert stored is not None
    assert stored.parameters == stored.context_length == 2**63 - 1


def test_one_path_is_one_model(store: Store) -> None:
    store.models.put(MODEL)
    with pytest.raises(StoreError, match="UNIQUE"):
        store.models.put(replace(MODEL, id="tiny-2"))
    assert store.models.all() == [MODEL]


def test_models_are_removed_and_touched_by_id(store: Store) -> None:
    store.models.put(MODEL)
    store.models.touch(MODEL.id, 7.5)
    store.models.touch("starter", 7.5)
    assert store.models.all() == [replace(MODEL, last_used=7.5)]
    store.models.remove(MODEL.id)
    assert store.models.get(MODEL.id) is None
    assert store.models.by_path(MODEL.path) is None
    with pytest.raises(StoreError, match="no model with the id tiny-1"):
        store.models.remove(MODEL.id)
