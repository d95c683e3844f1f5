"""Models of other programs on the list: once, where they lie, under a name that is free."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.model_errors import ModelFileMissing
from benchtop.services.found_models import KnownModels, register_all_found, register_found
from benchtop.services.library import import_model
from benchtop.services.local_models import LocalModel, find_local
from benchtop.services.local_places import HUB, OLLAMA, Place
from benchtop.store.database import Store, open_store
from unit.services.local_layouts import in_hub, in_ollama, model_bytes, put, sha256, shards


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "benchtop.sqlite3")
    yield made
    made.close()


@pytest.fixture
def of_hub(tmp_path: Path) -> LocalModel:
    in_hub(tmp_path / "hub", "owner/name", "tiny-Q8_0.gguf")
    (model,) = find_local([Place(HUB, tmp_path / "hub", "hub")])
    return model


@pytest.fixture
def of_ollama(tmp_path: Path) -> LocalModel:
    in_ollama(tmp_path / "ollama", "registry.ollama.ai/library/tiny/1b", {"model": model_bytes()})
    (model,) = find_local([Place(OLLAMA, tmp_path / "ollama", "ollama")])
    return model


def test_a_found_model_keeps_what_its_place_says(store: Store, of_hub: LocalModel) -> None:
    model = register_found(store, of_hub)
    assert store.models.all() == [model]
    assert (model.source, model.name, model.path) == ("found", "Tiny", str(of_hub.path))
    assert (model.repo, model.remote_path) == ("owner/name", "tiny-Q8_0.gguf")
    assert (model.revision, model.sha256) == (of_hub.revision, sha256(model_bytes()))
    assert model.verified is None  # a name promises a check sum; nobody has computed it


def test_ollama_s_name_is_kept(store: Store, of_ollama: LocalModel) -> None:
    assert register_found(store, of_ollama).name == "tiny:1b"


def test_a_taken_name_is_made_longer(
    store: Store, tmp_path: Path, of_hub: LocalModel, of_ollama: LocalModel
) -> None:
    import_model(store, put(tmp_path / "mine.gguf"))
    assert register_found(store, of_hub).name == "owner/name:tiny-Q8_0.gguf"
    store.models.rename(store.models.all()[0].id, "Tiny:1B")
    assert register_found(store, of_ollama).name == "tiny:1b 2"


def test_the_same_file_or_the_same_check_sum_is_known(
    store: Store, tmp_path: Path, of_hub: LocalModel, of_ollama: LocalModel
) -> None:
    link = tmp_path / "link.gguf"
    os.link(of_hub.path.resolve(), link)
    imported = import_model(store, link)
    known = KnownModels(store.models.all())
    assert known.same_as(of_hub) == imported  # by the file itself
    assert known.same_as(of_ollama) is None  # a copy, and no check sum of the imported one is known
    known.add(register_found(store, of_hub))
    same = known.same_as(of_ollama)
    assert same is not None
    assert same.sha256 == of_ollama.sha256


def test_a_file_without_a_check_sum_is_not_taken_for_another(store: Store, tmp_path: Path) -> None:
    import_model(store, put(tmp_path / "mine.gguf"))
    put(tmp_path / "place/other.gguf")
    (found,) = find_local([Place("", tmp_path / "place", "folder")])
    assert KnownModels(store.models.all()).same_as(found) is None


def test_one_in_the_bin_comes_back_as_itself(store: Store, of_hub: LocalModel) -> None:
    first = register_found(store, of_hub)
    store.models.delete(first.id)
    again = register_found(store, of_hub)
    assert (again.id, again.name) == (first.id, "Tiny")
    assert [model.id for model in store.models.all()] == [first.id]


def test_shards_count_whole(store: Store, tmp_path: Path) -> None:
    parts = shards(tmp_path / "place", "big", 3)
    (found,) = find_local([Place("", tmp_path / "place", "folder")])
    model = register_found(store, found)
    assert model.bytes == sum(part.stat().st_size for part in parts)
    assert model.parameters == found.parameters
    assert model.path == str(parts[0])


def test_a_file_that_is_gone_by_now_is_said(store: Store, of_hub: LocalModel) -> None:
    of_hub.path.unlink()
    with pytest.raises(ModelFileMissing):
        register_found(store, of_hub)
    assert store.models.all() == []


def test_finding_it_again_leaves_what_a_person_said(store: Store, of_hub: LocalModel) -> None:
    (first,) = register_all_found(store, [of_hub])
    store.models.rename(first.id, "Mine")
    store.models.note(first.id, "Good at stories")
    before = store.models.all()
    assert register_all_found(store, [of_hub]) == []
    assert store.models.all() == before
    store.models.delete(first.id)
    (again,) = register_all_found(store, [of_hub])
    assert (again.name, again.notes, again.added) == ("Mine", "Good at stories", first.added)
    assert (again.found_in, again.source) == (HUB, "found")


def test_one_that_is_gone_does_not_stop_the_others(
    store: Store, of_hub: LocalModel, of_ollama: LocalModel
) -> None:
    of_hub.path.unlink()
    assert [model.name for model in register_all_found(store, [of_hub, of_ollama])] == ["tiny:1b"]
