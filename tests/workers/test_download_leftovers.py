"""Cancel and delete: all of this download goes, and nothing that is somebody else's."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from benchtop.protocol.hub_messages import Discard
from benchtop.services.hub_cache import cache_folder
from benchtop.services.model_list import ModelList
from local_hub.body_faults import Stall
from local_hub.hub import LocalHub
from workers.commands import COMMAND
from workers.hub_kit import HubKit
from workers.queue_lab import (
    PARTS,
    SIGHTED,
    SIZE,
    SPLIT,
    files_here,
    hub,
    kit,
    now,
    put,
    reason,
    start,
)

__all__ = ["hub", "kit"]

SECOND_PART = f"*{PARTS[1]}"


def stored(kit: HubKit) -> list[tuple[str, int]]:
    """State and bytes of the queue as it is on the disk."""
    kit.settle()
    rows: list[tuple[str, int]] = []
    kit.store.run(lambda s: [(d.state, d.done_bytes) for d in s.downloads.all()], rows.extend)
    kit.settle()
    return rows


def half_way(kit: HubKit, hub: LocalHub) -> str:
    """The split model: its first part whole, its second begun. The id of the download."""
    hub.fault(SECOND_PART, Stall(after=SIZE // 2))
    download = start(kit, SPLIT)
    kit.until(lambda: now(kit, download).done_bytes > SIZE + 1_000_000)
    return download.id


@pytest.mark.parametrize("own", [False, True])
def test_all_of_it_goes_finished_parts_too(
    kit: HubKit, hub: LocalHub, tmp_path: Path, own: bool
) -> None:
    kit.folder = str(tmp_path / "models") if own else ""
    key = half_way(kit, hub)
    folder = Path(kit.folder) if own else cache_folder()
    assert len(files_here(folder)) >= 2
    kit.downloads.cancel(key)
    assert kit.downloads.queue == []
    kit.until(lambda: not stored(kit))
    assert files_here(folder) == []


def test_kept_all_of_it_stays(kit: HubKit, hub: LocalHub) -> None:
    key = half_way(kit, hub)
    kit.downloads.cancel(key, keep=True)
    kit.until(lambda: not stored(kit))
    assert sum(p.stat().st_size for p in files_here() if not p.is_symlink()) > SIZE + 1_000_000


def test_what_another_entry_needs_stays(kit: HubKit, hub: LocalHub) -> None:
    repository, choices = kit.open(SIGHTED)
    hub.fault("*sighted-Q4_K_M.gguf", Stall(after=SIZE // 2))
    first, second = (put(kit, repository, choice) for choice in choices)
    kit.until(lambda: now(kit, second).state == "done")  # the projector with it
    kit.until(lambda: now(kit, first).done_bytes > 1_000_000)
    kit.downloads.cancel(first.id)
    kit.until(lambda: len(stored(kit)) == 1)
    assert [path for path in files_here() if "incomplete" in path.name] == []
    blobs = [path for path in files_here() if not path.is_symlink()]
    assert sorted(path.stat().st_size for path in blobs) == [SIZE + 1, SIZE + 2]


def test_a_model_on_the_list_stays_also_in_the_bin(kit: HubKit, hub: LocalHub) -> None:
    models = ModelList(kit.store)
    kit.downloads.arrived.connect(models.register)
    repository, choices = kit.open(SIGHTED)
    done = put(kit, repository, choices[1])
    kit.until(lambda: models.models)
    (model,) = (m for m in models.models if m.source == "hub")
    kit.downloads.cancel(done.id)  # off the queue, on the list
    models.remove(model.id)
    hub.fault("*sighted-Q4_K_M.gguf", Stall(after=SIZE // 2))
    first = put(kit, repository, choices[0])
    for path in files_here():
        os.utime(path, (first.added + 60, first.added + 60))  # as if it had come since
    kit.until(lambda: now(kit, first).done_bytes > 1_000_000)
    kit.downloads.cancel(first.id)
    kit.until(lambda: not stored(kit))
    blobs = [path for path in files_here() if not path.is_symlink()]
    assert sorted(path.stat().st_size for path in blobs) == [SIZE + 1, SIZE + 2]


@pytest.mark.parametrize("reason_to_stay", ["it is old", "another revision has it"])
def test_what_another_program_brought_stays(
    kit: HubKit, hub: LocalHub, reason_to_stay: str
) -> None:
    _, choices = kit.open(SPLIT)
    part = choices[0].files[0]
    folder = cache_folder() / "models--org--split-GGUF"
    blob, link = folder / "blobs" / part.sha256, folder / "snapshots" / "other" / part.path
    first = start(kit, SPLIT)
    kit.until(lambda: kit.arrived)
    kit.downloads.cancel(first.id)
    for path in files_here():
        if path != blob:
            path.unlink()
    if reason_to_stay == "it is old":
        os.utime(blob, (1_000_000_000, 1_000_000_000))
    else:
        link.parent.mkdir()
        link.symlink_to(os.path.relpath(blob, link.parent))
    key = half_way(kit, hub)
    if reason_to_stay != "it is old":
        os.utime(blob, (time.time() + 60, time.time() + 60))
    kit.downloads.cancel(key)
    kit.until(lambda: not stored(kit))
    expected = [blob] if reason_to_stay == "it is old" else sorted([blob, link])
    assert files_here() == expected


def test_a_pull_that_writes_the_same_file_is_left_alone(kit: HubKit, hub: LocalHub) -> None:
    repository, choices = kit.open(SIGHTED)
    stall = Stall(after=SIZE // 2)
    hub.fault("*sighted-Q4_K_M.gguf", stall)
    words = ("models", "pull", f"{SIGHTED}:Q4_K_M", "--online")
    with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, text=True) as pull:
        kit.until(stall.reached.is_set)
        kit.until(files_here)
        download = put(kit, repository, choices[0])
        kit.until(lambda: reason(kit, download) == "elsewhere")
        kit.downloads.cancel(download.id)
        kit.until(lambda: not stored(kit))
        assert files_here()
        stall.released.set()
        told, _ = pull.communicate(timeout=60)
        assert pull.returncode == 0
    assert "is here as" in told


def test_a_program_that_ends_before_it_is_deleted_finds_it_again(
    kit: HubKit, hub: LocalHub
) -> None:
    key = half_way(kit, hub)
    kit.downloads.cancel(key)
    kit.close()  # the worker was never asked
    following = HubKit(kit.qtbot)
    try:
        following.downloads.load()
        following.until(lambda: following.downloads.queue)
        (again,) = following.downloads.queue
        assert (again.id, again.state) == (key, "paused")
        following.until(lambda: now(following, again).done_bytes > SIZE)
        following.downloads.cancel(key)
        following.until(lambda: not stored(following))
        assert files_here() == []
    finally:
        following.close()


def test_what_cannot_be_deleted_brings_it_back_with_a_sentence(
    kit: HubKit, hub: LocalHub, tmp_path: Path
) -> None:
    kit.folder = str(tmp_path / "models")
    key = half_way(kit, hub)
    folder = tmp_path / "models" / SPLIT
    in_the_way = folder / f"{PARTS[0]}.ranges"
    in_the_way.mkdir()
    kit.downloads.cancel(key)
    kit.until(lambda: kit.failed)
    assert f"What is here of {PARTS[0]} could not be deleted from {folder}" in kit.failed[0].error
    assert [state for state, _ in stored(kit)] == ["failed"]
    kit.until(lambda: now(kit, kit.failed[0]).done_bytes == SIZE)  # its other part is gone
    in_the_way.rmdir()
    kit.downloads.cancel(key)
    kit.until(lambda: not stored(kit))
    assert files_here(tmp_path / "models") == []


def test_asked_for_again_while_it_is_deleted_it_begins_after_that(
    kit: HubKit, hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository, choices = kit.open(SPLIT)
    key = half_way(kit, hub)
    ask, again = kit.hub.ask, []

    def asked(question: Any, *rest: Any) -> str:
        if isinstance(question, Discard):
            again.append(put(kit, repository, choices[0]).state)
            again.append(kit.downloads.queue[0].state)
        return ask(question, *rest)

    monkeypatch.setattr(kit.hub, "ask", asked)
    kit.downloads.cancel(key)
    kit.until(lambda: kit.arrived)
    assert again == ["queued", "queued"]
    sizes = [Path(path).stat().st_size for path in kit.arrived[0][1]]
    assert sizes == [SIZE, SIZE + 1]


def test_no_lock_stays_in_a_folder_of_ones_own(kit: HubKit, tmp_path: Path) -> None:
    kit.folder = str(tmp_path / "models")
    start(kit, SPLIT)
    kit.until(lambda: kit.arrived)
    assert [path.name for path in files_here(tmp_path / "models")] == list(PARTS)


def test_paused_it_says_after_a_restart_how_far_it_is(kit: HubKit, hub: LocalHub) -> None:
    key = half_way(kit, hub)
    kit.downloads.pause(key)
    (state, done) = stored(kit)[0]
    assert (state, done > SIZE + 1_000_000) == ("paused", True)
    kit.close()
    following = HubKit(kit.qtbot)
    try:
        following.downloads.load()
        following.until(lambda: following.downloads.queue)
        assert following.downloads.queue[0].done_bytes > SIZE + 1_000_000
        shutil.rmtree(cache_folder())  # somebody tidied up
    finally:
        following.close()
    last = HubKit(kit.qtbot)
    try:
        last.downloads.load()
        last.until(lambda: last.downloads.queue and last.downloads.queue[0].done_bytes == 0)
    finally:
        last.close()
