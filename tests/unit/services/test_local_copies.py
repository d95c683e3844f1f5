"""A file of another program that is the one on the Hub, and files that only look so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchtop.domain.hub import HubRepository
from benchtop.domain.repo_files import Choice, RepoFile
from benchtop.services.library import import_model
from benchtop.services.local_copies import find_copy, register_copy
from benchtop.services.local_models import LocalModel
from benchtop.services.local_places import LM_STUDIO, Place
from benchtop.store.database import Store, open_store
from unit.services.local_layouts import model_bytes, put, sha256, shards

CONTENT = model_bytes()
FILE = RepoFile("tiny-Q8_0.gguf", len(CONTENT), sha256(CONTENT))
CHOICE = Choice("Q8_0", (FILE,))
REPOSITORY = HubRepository("org/tiny-GGUF", revision="1" * 40, licence="mit")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "benchtop.sqlite3")
    yield made
    made.close()


def found_in(
    folder: Path, choice: Choice, told: list[LocalModel] | None = None
) -> LocalModel | None:
    compared = [] if told is None else told
    return find_copy(choice, [Place(LM_STUDIO, folder, "publisher")], compared.append)


def test_the_same_bytes_under_any_name_are_found(tmp_path: Path) -> None:
    path = put(tmp_path / "me" / "mine" / "whatever.gguf")
    told: list[LocalModel] = []
    found = found_in(tmp_path, CHOICE, told)
    assert found is not None
    assert (found.path, found.program) == (path, LM_STUDIO)
    assert told == [found]


def test_the_right_size_with_other_bytes_is_not_it(tmp_path: Path) -> None:
    put(tmp_path / "me" / "mine" / "tiny-Q8_0.gguf")
    other = Choice("Q8_0", (replace(FILE, sha256="0" * 64),))
    told: list[LocalModel] = []
    assert found_in(tmp_path, other, told) is None
    assert len(told) == 1  # it was read to its end, and not believed


def test_another_size_is_not_even_read(tmp_path: Path) -> None:
    put(tmp_path / "me" / "mine" / "tiny-Q8_0.gguf")
    told: list[LocalModel] = []
    assert found_in(tmp_path, Choice("Q8_0", (replace(FILE, size=FILE.size + 1),)), told) is None
    assert told == []


def test_without_a_sum_nothing_is_taken_for_the_same(tmp_path: Path) -> None:
    put(tmp_path / "me" / "mine" / "tiny-Q8_0.gguf")
    assert found_in(tmp_path, Choice("Q8_0", (replace(FILE, sha256=""),))) is None


def test_every_part_of_a_split_model_must_be_the_same(tmp_path: Path) -> None:
    parts = shards(tmp_path / "me" / "mine", "big", 2)
    files = [RepoFile(p.name, p.stat().st_size, sha256(p.read_bytes())) for p in parts]
    assert found_in(tmp_path, Choice("Q8_0", tuple(files))) is not None
    files[1] = replace(files[1], sha256="0" * 64)
    assert found_in(tmp_path, Choice("Q8_0", tuple(files))) is None


def test_it_is_registered_as_the_file_of_the_hub(store: Store, tmp_path: Path) -> None:
    put(tmp_path / "me" / "mine" / "whatever.gguf")
    found = found_in(tmp_path, CHOICE)
    assert found is not None
    model = register_copy(store, found, REPOSITORY, CHOICE)
    assert store.models.all() == [model]
    assert (model.source, model.found_in) == ("found", LM_STUDIO)
    assert (model.repo, model.revision, model.remote_path) == (
        "org/tiny-GGUF", "1" * 40, "tiny-Q8_0.gguf"
    )  # fmt: skip
    assert (model.sha256, model.licence) == (FILE.sha256, "mit")
    assert model.verified is not None


def test_one_on_the_list_stays_one(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path / "me" / "mine" / "whatever.gguf")
    imported = import_model(store, path)
    store.models.note(imported.id, "Mine")
    found = found_in(tmp_path, CHOICE)
    assert found is not None
    model = register_copy(store, found, REPOSITORY, CHOICE)
    assert (model.id, model.notes, model.repo) == (imported.id, "Mine", "org/tiny-GGUF")
    assert len(store.models.all()) == 1
