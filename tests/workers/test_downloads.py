"""The queue of downloads with the real worker against a local Hub."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.services.hub_cache import cache_folder
from local_hub.body_faults import Cut, Stall, WrongBytes
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from unit.domain.gguf_files import write_gguf
from workers.hub_kit import HubKit, point_at

__all__ = ["hub"]

REPO = "org/owl-GGUF"
SIZE = 6_000_000


@pytest.fixture
def kit(
    qtbot: QtBot, hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HubKit]:
    write_gguf(tmp_path / "tiny.gguf")
    header = (tmp_path / "tiny.gguf").read_bytes()
    files = {
        f"owl-{name}.gguf": header + os.urandom(SIZE + more - len(header))
        for more, name in enumerate(("Q4_K_M", "Q8_0", "F16"))
    }
    hub.add(Repository(REPO, files, licence="mit", card="# Owl"))
    point_at(hub, tmp_path / "hf", monkeypatch)
    made = HubKit(qtbot)
    yield made
    made.close()


def again(kit: HubKit) -> HubKit:
    """The next start of the program on the same data folder."""
    kit.close()
    made = HubKit(kit.qtbot)
    made.downloads.load()
    return made


def content(hub: LocalHub, name: str) -> int:
    return hub.bytes_sent(f"{REPO}/owl-{name}.gguf")


def test_a_choice_arrives_in_the_hubs_cache(kit: HubKit, hub: LocalHub) -> None:
    repository, choices = kit.open(REPO)
    kit.downloads.add(repository, choices[0])
    kit.until(lambda: kit.arrived)
    download, paths = kit.arrived[0]
    assert (download.state, download.done_bytes) == ("done", SIZE)
    found = Path(paths[0])
    assert found.read_bytes() == found.resolve().read_bytes()
    assert len(found.read_bytes()) == SIZE
    folder = cache_folder() / "models--org--owl-GGUF"
    assert found.is_relative_to(folder / "snapshots" / repository.revision)
    assert found.resolve().parent == folder / "blobs"
    assert (folder / "refs" / "main").read_text() == repository.revision
    assert list(folder.rglob("*.incomplete")) == []
    kit.settle()
    assert [d.state for d in kit.downloads.queue] == ["done"]


def test_a_revision_that_is_noted_already_stays_noted(kit: HubKit) -> None:
    """The download of an old commit may end long after another program went on to a newer one."""
    refs = cache_folder() / "models--org--owl-GGUF" / "refs"
    refs.mkdir(parents=True)
    (refs / "main").write_text("f" * 40)
    repository, choices = kit.open(REPO)
    kit.downloads.add(repository, choices[0])
    kit.until(lambda: kit.arrived)
    assert (refs / "main").read_text() == "f" * 40


def test_where_there_are_no_links_the_file_lies_under_its_name_and_is_known(
    kit: HubKit, hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(1314, "a required privilege is not held by the client")  # as Windows says

    monkeypatch.setattr(Path, "symlink_to", no_links)
    repository, choices = kit.open(REPO)
    first = kit.downloads.add(repository, choices[0])
    assert first is not None
    kit.until(lambda: kit.arrived)
    found = Path(kit.arrived[0][1][0])
    assert not found.is_symlink()
    assert found.stat().st_size == SIZE
    hub.forget_requests()
    kit.downloads.cancel(first.id)
    kit.downloads.add(repository, choices[0])
    kit.until(lambda: len(kit.arrived) == 2)
    assert content(hub, "Q4_K_M") == 0


def test_the_same_choice_twice_is_one_download(kit: HubKit) -> None:
    repository, choices = kit.open(REPO)
    assert kit.downloads.add(repository, choices[0]) is not None
    assert kit.downloads.add(repository, choices[0]) is None


def test_a_folder_of_ones_own(kit: HubKit, tmp_path: Path) -> None:
    kit.folder = str(tmp_path / "models")
    repository, choices = kit.open(REPO)
    kit.downloads.add(repository, choices[0])
    kit.until(lambda: kit.arrived)
    name = choices[0].files[0].path
    assert kit.arrived[0][1] == [str(tmp_path / "models" / REPO / name)]
    assert (tmp_path / "models" / REPO / name).stat().st_size == SIZE


def test_two_at_a_time_in_the_order_of_the_queue(kit: HubKit, hub: LocalHub) -> None:
    stalls = [Stall(after=100_000) for _ in range(2)]
    repository, choices = kit.open(REPO)
    for stall, choice in zip(stalls, choices, strict=False):
        hub.fault(f"*owl-{choice.quantisation}.gguf*", stall)
    for choice in choices:
        kit.downloads.add(repository, choice)
    for stall in stalls:
        kit.until(stall.reached.is_set)
    assert [d.state for d in kit.downloads.queue] == ["running", "running", "queued"]
    assert content(hub, "F16") == 0
    stalls[0].released.set()
    kit.until(lambda: len(kit.arrived) == 2)
    stalls[1].released.set()
    kit.until(lambda: len(kit.arrived) == 3)
    assert [d.name.split()[-1] for d, _ in kit.arrived] == ["Q4_K_M", "F16", "Q8_0"]


def test_pause_keeps_what_is_here_and_resume_goes_on(kit: HubKit, hub: LocalHub) -> None:
    stall = Stall(after=3_000_000)
    repository, choices = kit.open(REPO)
    hub.fault("*owl-Q4_K_M.gguf*", stall)
    download = kit.downloads.add(repository, choices[0])
    assert download is not None
    kit.until(lambda: kit.downloads.queue[0].done_bytes >= 2_000_000)
    kit.downloads.pause(download.id)
    assert kit.downloads.queue[0].state == "paused"
    stall.released.set()
    assert hub.wait_idle()
    hub.forget_requests()
    kit.downloads.resume(download.id)
    kit.until(lambda: kit.arrived)
    assert content(hub, "Q4_K_M") <= SIZE - 2_000_000


def test_a_connection_that_breaks_twice_is_gone_on_with(kit: HubKit, hub: LocalHub) -> None:
    repository, choices = kit.open(REPO)
    hub.fault("*owl-Q4_K_M.gguf*", Cut(after=2_500_000, reset=True))
    hub.fault("*owl-Q4_K_M.gguf*", Cut(after=1_500_000, reset=True))
    kit.downloads.add(repository, choices[0])
    kit.until(lambda: kit.arrived)
    assert kit.failed == []


def test_the_worker_killed_midway_costs_nothing(kit: HubKit, hub: LocalHub) -> None:
    stall = Stall(after=3_000_000)
    repository, choices = kit.open(REPO)
    hub.fault("*owl-Q4_K_M.gguf*", stall)
    kit.downloads.add(repository, choices[0])
    kit.until(lambda: kit.downloads.queue[0].done_bytes >= 2_000_000)
    os.kill(kit.hub.pid, signal.SIGKILL)
    stall.released.set()
    kit.until(lambda: kit.arrived)
    assert any(c.state == "failed" and c.detail == "its process ended" for c in kit.ledger)


def test_the_queue_is_there_again_after_the_program_ended(kit: HubKit, hub: LocalHub) -> None:
    stall = Stall(after=3_000_000)
    repository, choices = kit.open(REPO)
    hub.fault("*owl-Q4_K_M.gguf*", stall)
    first = kit.downloads.add(repository, choices[0])
    second = kit.downloads.add(repository, choices[1])
    assert first is not None
    assert second is not None
    kit.downloads.pause(second.id)
    kit.until(lambda: kit.downloads.queue[0].done_bytes >= 2_000_000)
    stall.released.set()
    following = again(kit)
    try:
        following.until(lambda: following.arrived)
        assert following.arrived[0][0].id == first.id
        assert [d.state for d in following.downloads.queue] == ["done", "paused"]
    finally:
        following.close()


def test_a_wrong_check_sum_is_told_and_nothing_is_kept(kit: HubKit, hub: LocalHub) -> None:
    repository, choices = kit.open(REPO)
    hub.fault("*owl-Q4_K_M.gguf*", WrongBytes(at=1_000_000))
    download = kit.downloads.add(repository, choices[0])
    assert download is not None
    kit.until(lambda: kit.failed)
    assert "is not what the Hub has" in kit.failed[0].error
    assert [p for p in cache_folder().rglob("*") if p.is_file() and p.stat().st_size] == []
    assert (kit.failed[0].state, kit.failed[0].done_bytes) == ("failed", 0)
    kit.downloads.resume(download.id)  # a person tries again
    kit.until(lambda: kit.arrived)


def test_cancel_deletes_what_is_unfinished(kit: HubKit, hub: LocalHub) -> None:
    stall = Stall(after=3_000_000)
    repository, choices = kit.open(REPO)
    hub.fault("*owl-Q4_K_M.gguf*", stall)
    download = kit.downloads.add(repository, choices[0])
    assert download is not None
    kit.until(lambda: kit.downloads.queue[0].done_bytes >= 2_000_000)
    kit.downloads.cancel(download.id)
    assert kit.downloads.queue == []
    stall.released.set()
    kit.until(lambda: list(cache_folder().rglob("*.incomplete")) == [])


def test_going_offline_stops_and_going_online_goes_on(kit: HubKit, hub: LocalHub) -> None:
    stall = Stall(after=3_000_000)
    repository, choices = kit.open(REPO)
    hub.fault("*owl-Q4_K_M.gguf*", stall)
    kit.downloads.add(repository, choices[0])
    kit.until(lambda: kit.downloads.queue[0].done_bytes >= 2_000_000)
    kit.settings.set("offline", True)
    kit.hub.network_changed()
    kit.downloads.network_changed()
    kit.until(lambda: kit.downloads.queue[0].state == "queued")
    stall.released.set()
    assert kit.failed == []
    kit.settings.set("offline", False)
    kit.hub.network_changed()
    kit.downloads.network_changed()
    kit.until(lambda: kit.arrived)


def test_offline_asks_nothing_and_starts_no_process(kit: HubKit, hub: LocalHub) -> None:
    kit.settings.set("offline", True)
    with kit.qtbot.waitSignal(kit.browser.open_failed) as told:
        kit.browser.open(REPO)
    assert "Benchtop is offline" in str(told.args[1])
    assert hub.requests == []
    assert kit.hub.pid == 0
    assert [(c.state, c.purpose, c.subject) for c in kit.ledger] == [
        ("refused", "repository", REPO)
    ]
