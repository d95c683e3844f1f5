"""Repositories for the queue of downloads: one with a projector, one with a model in two parts.

The fixtures are for tests that import them and name them in ``__all__``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.downloads import Download, WaitReason
from benchtop.domain.repo_files import Choice
from benchtop.services.hub_cache import cache_folder
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from unit.domain.gguf_files import write_gguf
from workers.hub_kit import HubKit, point_at

__all__ = ["hub", "kit"]

SIGHTED = "org/sighted-GGUF"
SPLIT = "org/split-GGUF"
SIZE = 3_000_000
PARTS = tuple(f"split-Q8_0-0000{number}-of-00002.gguf" for number in (1, 2))


@pytest.fixture
def kit(
    qtbot: QtBot, hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HubKit]:
    """The services of a window, and a Hub with both repositories."""
    write_gguf(tmp_path / "tiny.gguf")
    header = (tmp_path / "tiny.gguf").read_bytes()

    def content(more: int) -> bytes:
        return header + os.urandom(SIZE + more - len(header))

    sighted = ("sighted-Q4_K_M.gguf", "sighted-Q8_0.gguf", "mmproj-F16.gguf")
    hub.add(Repository(SIGHTED, {name: content(at) for at, name in enumerate(sighted)}))
    hub.add(Repository(SPLIT, {name: content(at) for at, name in enumerate(PARTS)}))
    point_at(hub, tmp_path / "hf", monkeypatch)
    made = HubKit(qtbot)
    yield made
    made.close()


def start(kit: HubKit, repo: str, number: int = 0) -> Download:
    """Queue a choice of a repository."""
    repository, choices = kit.open(repo)
    return put(kit, repository, choices[number])


def put(kit: HubKit, repository: object, choice: Choice) -> Download:
    """Queue a choice that is known already."""
    added = kit.downloads.add(repository, choice)  # type: ignore[arg-type]
    assert added is not None
    return added


def now(kit: HubKit, download: Download) -> Download:
    """The download as the queue has it now."""
    return next(d for d in kit.downloads.queue if d.id == download.id)


def reason(kit: HubKit, download: Download) -> WaitReason | None:
    """Why it waits."""
    wait = kit.downloads.wait_of(download.id)
    return wait.reason if wait is not None else None


def files_here(folder: Path | None = None) -> list[Path]:
    """Every file and link that lies in the Hub's cache or below a folder; no locks of the cache."""
    root = folder or cache_folder()
    found = [path for path in root.rglob("*") if path.is_symlink() or path.is_file()]
    return sorted(path for path in found if ".locks" not in path.parts and "refs" not in path.parts)
