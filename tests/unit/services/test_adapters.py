"""Adapters that are registered, and what they fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchtop.domain.adapters import BASE_SUM_KEY
from benchtop.domain.errors import AdapterFailed
from benchtop.domain.model_errors import ModelIsAdapter
from benchtop.domain.teach_errors import AdapterAmbiguous
from benchtop.services.adapters import (
    adapters_for,
    find_adapter,
    free_name,
    import_adapter,
    models_for,
    with_noted_sums,
)
from benchtop.services.data_folder import find_data_folder
from benchtop.services.file_hashes import model_sha256
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


def test_a_name_that_several_have_is_refused(store: Store, tmp_path: Path) -> None:
    named = {"general.name": "Facts on starter"}
    one = import_adapter(store, lora_adapter(tmp_path / "a.gguf", facts=named))
    other = import_adapter(store, lora_adapter(tmp_path / "b.gguf", facts=named))
    with pytest.raises(AdapterAmbiguous, match=f"{one.id}.*{other.id}"):
        find_adapter(store, "facts on starter")
    assert find_adapter(store, one.id) == one
    assert find_adapter(store, other.path) == other
    assert free_name(store, "FACTS on starter") == "FACTS on starter (2)"
    assert free_name(store, "Other") == "Other"


def test_the_model_an_adapter_was_made_from_goes_before_all_that_are_as_large(
    store: Store, tmp_path: Path, data_home: Path
) -> None:
    folder = find_data_folder()
    folder.prepare()
    base = import_model(store, random_model(tmp_path / "base.gguf"))
    twin = import_model(store, random_model(tmp_path / "twin.gguf", seed=1, name="twin"))
    facts = {BASE_SUM_KEY: model_sha256(folder, base.path)}
    adapter = import_adapter(store, lora_adapter(tmp_path / "mine.gguf", facts=facts))
    assert models_for(adapter, [base, twin]) == [base, twin]  # no sum is known
    noted = with_noted_sums(folder, [base, twin])
    assert [one.sha256 for one in noted] == [facts[BASE_SUM_KEY], ""]
    assert models_for(adapter, noted) == [noted[0]]
    known = replace(twin, sha256=model_sha256(folder, twin.path))
    assert models_for(adapter, [base, known]) == [base]
    Path(base.path).write_bytes(Path(twin.path).read_bytes())  # another file lies there now
    assert with_noted_sums(folder, [base])[0].sha256 == ""
