"""Downloads that have to wait: each says for what, and lets another one have its place."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from benchtop.ui.models.row_making import download_row
from local_hub.body_faults import Stall
from local_hub.faults import Refuse
from local_hub.hub import LocalHub
from workers.hub_kit import HubKit
from workers.queue_lab import PARTS, SIGHTED, SIZE, SPLIT, hub, kit, now, put, reason, start

__all__ = ["hub", "kit"]


def test_the_hubs_wish_for_patience_frees_the_place_and_says_until_when(
    kit: HubKit, hub: LocalHub
) -> None:
    repository, choices = kit.open(SIGHTED)
    stall = Stall(after=SIZE // 2)
    hub.fault("*sighted-Q4_K_M.gguf", Refuse(429, retry_after=3_000))
    hub.fault("*sighted-Q8_0.gguf", stall)
    first, second = (put(kit, repository, choice) for choice in choices)
    third = start(kit, SPLIT)
    kit.until(lambda: reason(kit, first) == "hub")
    wait = kit.downloads.wait_of(first.id)
    assert wait is not None
    assert 2_900 < wait.until - time.time() <= 3_000
    kit.until(lambda: [d.id for d, _ in kit.arrived] == [third.id])  # in the place of the first
    assert [d.state for d in kit.downloads.queue] == ["queued", "running", "done"]
    kit.downloads.pause(first.id)
    assert reason(kit, first) is None
    kit.downloads.resume(first.id)  # a person need not wait
    kit.until(lambda: len(kit.arrived) == 2)
    assert kit.failed == []
    stall.released.set()
    kit.until(lambda: len(kit.arrived) == 3)
    assert now(kit, second).state == "done"


def test_after_the_hubs_wait_it_goes_on_by_itself_where_it_was(kit: HubKit, hub: LocalHub) -> None:
    hub.fault(f"*{PARTS[1]}", Refuse(429, retry_after=1))
    start(kit, SPLIT)
    kit.until(lambda: kit.arrived)
    assert hub.bytes_sent(f"{SPLIT}/{PARTS[0]}") < SIZE + 500_000  # once, and its header
    assert kit.failed == []


def test_two_choices_that_share_a_projector_both_arrive(kit: HubKit, hub: LocalHub) -> None:
    stall = Stall(after=SIZE // 2)
    hub.fault("*mmproj-F16.gguf", stall)
    repository, choices = kit.open(SIGHTED)
    first, second = (put(kit, repository, choice) for choice in choices)
    kit.until(lambda: "shared" in (reason(kit, first), reason(kit, second)))
    third = start(kit, SPLIT)
    kit.until(lambda: [d.id for d, _ in kit.arrived] == [third.id])  # it has the place that is free
    stall.released.set()
    kit.until(lambda: len(kit.arrived) == 3)
    assert kit.failed == []
    assert hub.bytes_sent(f"{SIGHTED}/mmproj-F16.gguf") == SIZE + 2


@pytest.mark.parametrize("end", ["pause", "cancel"])
def test_the_other_one_fetches_the_projector_when_the_first_is_stopped(
    kit: HubKit, hub: LocalHub, end: str
) -> None:
    stall = Stall(after=SIZE // 2)
    hub.fault("*mmproj-F16.gguf", stall)
    repository, choices = kit.open(SIGHTED)
    both = [put(kit, repository, choice) for choice in choices]
    kit.until(lambda: "shared" in [reason(kit, one) for one in both])
    waiting = next(one for one in both if reason(kit, one) == "shared")
    fetching = next(one for one in both if one is not waiting)
    kit.until(stall.reached.is_set)
    getattr(kit.downloads, end)(fetching.id)
    kit.until(lambda: [d.id for d, _ in kit.arrived] == [waiting.id])
    assert kit.failed == []
    stall.released.set()


def test_offline_says_so_for_all_that_would_go_on(kit: HubKit, hub: LocalHub) -> None:
    stall = Stall(after=SIZE // 2)
    hub.fault("*sighted-Q4_K_M.gguf", stall)
    repository, choices = kit.open(SIGHTED)
    first, second = (put(kit, repository, choice) for choice in choices)
    kit.downloads.pause(second.id)
    kit.until(lambda: now(kit, first).done_bytes > 1_000_000)
    kit.settings.set("offline", True)
    kit.hub.network_changed()
    kit.downloads.network_changed()
    kit.until(lambda: now(kit, first).state == "queued")
    assert [reason(kit, one) for one in (first, second)] == ["offline", None]
    assert now(kit, first).done_bytes > 1_000_000
    stall.released.set()
    kit.settings.set("offline", False)
    kit.downloads.network_changed()
    kit.hub.network_changed()
    kit.until(lambda: kit.arrived)
    assert kit.failed == []


def test_agreed_to_meanwhile_its_terms_are_linked_until_then(kit: HubKit, hub: LocalHub) -> None:
    repository, choices = kit.open(SPLIT)
    hub.fault(f"*{PARTS[0]}", Refuse(403, code="GatedRepo"), method="")
    download = put(kit, repository, choices[0])
    kit.until(lambda: kit.failed)
    row = download_row(now(kit, download), 0.0)
    assert row.terms == f"{hub.url}/{SPLIT}"
    assert download_row(replace(now(kit, download), error="no such thing"), 0.0).terms == ""
    kit.downloads.resume(download.id)
    kit.until(lambda: kit.arrived)
