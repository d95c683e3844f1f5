"""One model: its facts, its files, its commits."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from huggingface_hub import ModelCard, RepoFile, RepoFolder, constants
from huggingface_hub.errors import RemoteEntryNotFoundError, RevisionNotFoundError

from local_hub.folder import gguf_facts
from local_hub.hub import LocalHub
from local_hub.real_client import Client
from local_hub.repository import Repository

NAME = "lab/one"
WEIGHTS = b"weights" * 1000


def test_sizes_and_hashes_are_those_of_the_files(hub: LocalHub, client: Client) -> None:
    hub.add(Repository(NAME, {"a.gguf": WEIGHTS, "notes.txt": b"hello\n", "empty": b""}))
    info = client.api.model_info(NAME, files_metadata=True)
    found = {sibling.rfilename: sibling for sibling in info.siblings or []}
    weights = found["a.gguf"]
    assert weights.size == len(WEIGHTS)
    assert weights.lfs is not None
    assert weights.lfs.sha256 == hashlib.sha256(WEIGHTS).hexdigest()
    assert weights.lfs.size == len(WEIGHTS)
    assert weights.lfs.pointer_size == 129
    assert found["notes.txt"].lfs is None
    # What `git hash-object` says of these two.
    assert found["notes.txt"].blob_id == "ce013625030ba8dba906f756967f9e9ca394464a"
    assert found["empty"].blob_id == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    plain = client.api.model_info(NAME)
    assert [sibling.size for sibling in plain.siblings or []] == [None] * 3


def test_a_file_on_disk_is_known_like_bytes(
    hub: LocalHub, client: Client, starter_path: Path
) -> None:
    facts = gguf_facts(starter_path)
    hub.add(Repository(NAME, {"starter.gguf": starter_path}, gguf=facts))
    info = client.api.model_info(NAME, files_metadata=True)
    (only,) = info.siblings or []
    assert only.size == starter_path.stat().st_size
    assert only.lfs is not None
    assert only.lfs.sha256 == hashlib.sha256(starter_path.read_bytes()).hexdigest()
    assert info.gguf is not None
    assert info.gguf["architecture"] == "llama"
    assert info.gguf["total"] > 1_000_000
    assert info.gguf["context_length"] > 0
    assert info.used_storage == only.size


def test_the_card_says_what_the_fields_say(
    hub: LocalHub, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", hub.url)
    template = hub.url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    hub.add(
        Repository(
            NAME,
            licence="mit",
            languages=["en", "de"],
            base_model="lab/base",
            card="# Title\n\nText: <b>bold</b>, ünïcode.",
            card_extra={"extra_gated_prompt": "Be: kind"},
        )
    )
    card = ModelCard.load(NAME)
    assert card.data.license == "mit"
    assert card.data.language == ["en", "de"]
    assert card.data.base_model == "lab/base"
    assert card.data.get("extra_gated_prompt") == "Be: kind"
    assert card.text.strip() == "# Title\n\nText: <b>bold</b>, ünïcode."
    info = client.api.model_info(NAME)
    assert info.card_data is not None
    assert str(info.card_data) == str(card.data)
    assert [request.method for request in hub.requests] == ["HEAD", "GET", "GET"]


def test_a_repository_without_a_card_has_no_readme(hub: LocalHub, client: Client) -> None:
    hub.add(Repository(NAME, {"a.gguf": WEIGHTS}))
    with pytest.raises(RemoteEntryNotFoundError):
        client.download(NAME, "README.md")


def test_revisions_are_branches_tags_and_commits(hub: LocalHub, client: Client) -> None:
    repository = hub.add(Repository(NAME, {"a.gguf": b"one", "b.txt": b"b"}))
    first = repository.head
    repository.tag("v1")
    second = repository.commit({"a.gguf": b"second", "b.txt": None}, "Better weights")
    assert client.api.model_info(NAME).sha == second.sha
    for old in ("v1", first.sha):
        info = client.api.model_info(NAME, revision=old, files_metadata=True)
        assert info.sha == first.sha
        assert [(one.rfilename, one.size) for one in info.siblings or []] == [
            ("a.gguf", 3),
            ("b.txt", 1),
        ]
    now = client.api.model_info(NAME, revision="main", files_metadata=True)
    assert [(one.rfilename, one.size) for one in now.siblings or []] == [("a.gguf", 6)]
    assert now.last_modified == datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=1)
    with pytest.raises(RevisionNotFoundError, match="Invalid rev id: v2"):
        client.api.model_info(NAME, revision="v2")


def test_commits_and_refs_are_told(hub: LocalHub, client: Client) -> None:
    repository = hub.add(Repository(NAME))
    repository.tag("v1")
    repository.commit({"a.txt": b"a"}, "Add a.txt")
    commits = client.api.list_repo_commits(NAME)
    assert [(one.title, one.commit_id) for one in commits] == [
        ("Add a.txt", repository.commits[1].sha),
        ("initial commit", repository.commits[0].sha),
    ]
    refs = client.api.list_repo_refs(NAME)
    assert [(one.name, one.target_commit) for one in refs.branches] == [
        ("main", repository.head.sha)
    ]
    assert [(one.name, one.target_commit) for one in refs.tags] == [
        ("v1", repository.commits[0].sha)
    ]


def test_a_tree_is_listed_by_folder_or_whole(hub: LocalHub, client: Client) -> None:
    hub.add(Repository(NAME, {"a.txt": b"a", "x/b.gguf": b"bb", "x/y/c.txt": b"c"}))
    root = {entry.path: entry for entry in client.api.list_repo_tree(NAME)}
    assert sorted(root) == ["a.txt", "x"]
    assert isinstance(root["x"], RepoFolder)
    below = list(client.api.list_repo_tree(NAME, "x/y", expand=True))
    assert [(type(entry), entry.path) for entry in below] == [(RepoFile, "x/y/c.txt")]
    assert below[0].last_commit is not None
    assert below[0].last_commit.title == "initial commit"
    whole = list(client.api.list_repo_tree(NAME, recursive=True))
    assert [entry.path for entry in whole] == ["a.txt", "x", "x/b.gguf", "x/y", "x/y/c.txt"]
    weights = whole[2]
    assert isinstance(weights, RepoFile)
    assert weights.lfs is not None
    assert weights.lfs.sha256 == hashlib.sha256(b"bb").hexdigest()
    with pytest.raises(RemoteEntryNotFoundError):
        list(client.api.list_repo_tree(NAME, "z"))


def test_some_paths_can_be_asked_for(hub: LocalHub, client: Client) -> None:
    hub.add(Repository(NAME, {"a.txt": b"a", "x/b.gguf": b"bb"}))
    found = client.api.get_paths_info(NAME, ["x", "x/b.gguf", "none"], expand=True)
    assert [(type(entry), entry.path) for entry in found] == [
        (RepoFolder, "x"),
        (RepoFile, "x/b.gguf"),
    ]


def test_three_thousand_files_come_in_three_pages(hub: LocalHub, client: Client) -> None:
    hub.add(Repository(NAME, {f"part-{number:04}.gguf": b"%d" % number for number in range(3000)}))
    found = list(client.api.list_repo_tree(NAME, recursive=True))
    assert [entry.path for entry in found] == [f"part-{number:04}.gguf" for number in range(3000)]
    assert len(hub.requests) == 3
    info = client.api.model_info(NAME, files_metadata=True)
    assert sum(sibling.size or 0 for sibling in info.siblings or []) == 10 + 180 + 2700 + 8000


def test_xet_is_named_where_the_repository_has_it(hub: LocalHub, client: Client) -> None:
    hub.add(Repository(NAME, {"a.gguf": WEIGHTS, "b.txt": b"b"}, xet=True))
    tree = {entry.path: entry for entry in client.api.list_repo_tree(NAME)}
    weights, text = tree["a.gguf"], tree["b.txt"]
    assert isinstance(weights, RepoFile)
    assert isinstance(text, RepoFile)
    assert text.xet_hash is None
    known = client.metadata(NAME, "a.gguf").xet_file_data
    assert known is None  # at the end of a redirect on the same host there is no Xet
    with LocalHub(Repository(NAME, {"a.gguf": WEIGHTS}, xet=True), lfs="cdn") as other:
        known = client.point(other).metadata(NAME, "a.gguf").xet_file_data
        assert known is not None
        assert known.file_hash == weights.xet_hash
        assert client.download(NAME, "a.gguf") == WEIGHTS
        assert not other.requests_for("*xet*")
