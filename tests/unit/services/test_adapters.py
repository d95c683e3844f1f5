"""Adapters that are registered, and what they fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.domain.errors import AdapterFailed, ModelIsAdapter
from benchtop.services.adapters import adapters_for, import_adapter, models_for
from benchtop.services.library import import_model, import_some
from benchtop.store.database import Store, open_store
from workers.tiny_gguf import lora_adapter, random_model


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "benchtop.sqlite3")


def test_it_is_registered_once_and_comes_out_of_the_bin(store: Store, tmp_path: Path) -> None:
    path = lora_adapter(tmp_path / "mine.gguf")
    first = import_adapter(store, path)
    assert store.adapters.all() == [first]
    store.adapters.delete(first.id)
    lora_adapter(path, rank=4)
    again = import_adapter(store, path)
    assert (again.id, again.added, again.rank) == (first.id, first.added, 4)
    assert store.adapters.all() == [again]


def test_models_and_adapters_find_each_other(store: Store, tmp_path: Path) -> None:
    adapter = import_adapter(store, lora_adapter(tmp_path / "mine.gguf"))
    model = import_model(store, random_model(tmp_path / "model.gguf"))
    assert adapters_for([adapter], model) == [adapter]
    assert models_for(adapter, [model]) == [model]
    (tmp_path / "mine.gguf").unlink()
    assert adapters_for([adapter], model) == []  # it cannot be used any more


def test_a_folder_of_both_is_sorted_out(store: Store, tmp_path: Path) -> None:
    adapter, model = lora_adapter(tmp_path / "mine.gguf"), random_model(tmp_path / "model.gguf")
    (tmp_path / "broken.gguf").write_bytes(b"GGUF")
    found = import_some(store, [str(adapter), str(model), str(tmp_path / "broken.gguf")])
    assert [one.path for one in found.new] == [str(model)]
    assert [one.path for one in found.adapters] == [str(adapter)]
    assert len(found.refused) == 1


def test_neither_is_taken_for_the_other(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ModelIsAdapter, match="choose a model"):
        import_model(store, lora_adapter(tmp_path / "mine.gguf"))
    with pytest.raises(AdapterFailed):
        import_adapter(store, random_model(tmp_path / "model.gguf"))
