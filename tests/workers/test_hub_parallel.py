"""A download over several connections: what each brings, and what one that fails does to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.hub_errors import DownloadChanged, DownloadDamaged, HubOffline
from benchtop.domain.unfinished import unfinished
from local_hub.body_faults import Cut, Stall, WrongLength
from local_hub.faults import ChangeHeaders, Fault, ForRange, IgnoreRange, Refuse, WebPage
from workers.parallel_lab import (
    CONTENT,
    FURTHER,
    KNOWN,
    MIB,
    NEVER,
    SIZE,
    Lab,
    hub,
    lab,
    trickle,
)

__all__ = ["hub", "lab", "trickle"]

WAY = "*/resolve/*"
"""What leads to the store of files."""
IN_FLIGHT = 20 * MIB
"""What a connection that is broken off may have on its way: most of it in buffers of the system."""


def test_four_connections_bring_a_part_each(lab: Lab) -> None:
    lab.hurry_with(4)
    assert lab.fetch() == SIZE
    lab.whole()
    assert lab.asked[0] == ""
    assert len(set(lab.asked)) == len(lab.asked) >= 4
    assert 0 <= lab.sent_twice <= IN_FLIGHT * len(lab.asked)
    ended = [line for line in lab.told if line.state != "begun"]
    assert {line.state for line in ended} == {"ended"}
    assert sorted(line.detail for line in ended if line.detail != "302") == (
        ["200"] + ["206"] * (len(lab.asked) - 1)
    )
    assert sum(line.received for line in ended if line.detail != "302") >= SIZE


def test_a_file_whose_sum_the_hub_does_not_say_comes_over_one(lab: Lab) -> None:
    lab.hurry()
    assert lab.fetch(file=replace(KNOWN, sha256="")) == SIZE
    lab.whole()
    assert lab.asked == [""]


def test_one_that_makes_nothing_faster_is_let_go_and_not_tried_again(lab: Lab) -> None:
    lab.hurry_with(2)
    assert lab.fetch(NEVER) == SIZE
    lab.whole()
    assert 2 <= len(lab.asked) <= 3  # the first, the try, and what lies behind what that brought
    assert 0 <= lab.sent_twice <= 2 * IN_FLIGHT


ANYWHERE: list[Fault] = [
    Refuse(429, retry_after=9),
    Refuse(503),
    Refuse(404, code="EntryNotFound"),
    WebPage(),
    Cut(None),
]
AT_THE_STORE: list[Fault] = [
    Refuse(416),
    IgnoreRange(),
    Cut(0),
    ChangeHeaders({"Content-Range": f"bytes 7-9/{SIZE}"}),
]


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        *((WAY, fault) for fault in ANYWHERE),
        *((CONTENT, fault) for fault in ANYWHERE + AT_THE_STORE),
    ],
)
def test_a_further_one_that_is_refused_costs_nothing(lab: Lab, path: str, fault: Fault) -> None:
    planned = lab.hub.fault(path, ForRange(FURTHER, fault), times=None)

    def watch(_here: int) -> None:
        if planned.used:
            lab.hurry()

    lab.watch = watch
    assert lab.fetch() == SIZE
    lab.whole()
    assert planned.used == 1
    served = [r for r in lab.hub.requests_for(CONTENT) if r.status == 200 and not r.range]
    assert len(served) == 1  # the first went on to the end of the file


@pytest.mark.parametrize("reset", [False, True])
def test_one_that_is_cut_leaves_the_others_at_work(lab: Lab, reset: bool) -> None:
    cut = lab.hub.fault(CONTENT, ForRange(FURTHER, Cut(MIB + 7, reset)), times=2)
    lab.hurry_with(6)
    assert lab.fetch() == SIZE
    lab.whole()
    assert cut.used == 2
    assert 0 <= lab.sent_twice <= IN_FLIGHT * len(lab.asked)


def test_the_first_of_several_may_be_cut_as_well(lab: Lab) -> None:
    lab.hub.fault(CONTENT, ForRange("", Cut(12 * MIB, reset=True)))
    lab.hurry_with(5)
    assert lab.fetch() == SIZE
    lab.whole()


def test_a_hub_that_has_enough_of_it_ends_all_but_one(lab: Lab) -> None:
    refusal = ForRange(FURTHER, Refuse(429, retry_after=9))
    planned = []

    def watch(_here: int) -> None:
        if len(lab.asked) == 3 and not planned:
            planned.append(lab.hub.fault(CONTENT, refusal))
        elif planned and planned[0].used:
            lab.hurry()

    lab.watch = watch
    assert lab.fetch() == SIZE
    lab.whole()
    assert planned[0].used == 1
    requests = lab.hub.requests_for(CONTENT)
    refused = next(at for at, request in enumerate(requests) if request.status == 429)
    later = requests[refused + 1 :]
    ends = [not one.range or one.range.endswith("-") for one in later]
    assert len(later) <= 4  # the gaps that are left, one after the other
    assert ends.count(True) <= 1


@pytest.mark.parametrize(
    ("path", "fault", "kind"),
    [
        (WAY, ChangeHeaders({"X-Linked-ETag": f'"{"0" * 64}"'}), DownloadChanged),
        (CONTENT, WrongLength(said=100, sent=100), DownloadDamaged),
        (CONTENT, WrongLength(said=-100, sent=-100), DownloadDamaged),
    ],
)
def test_a_further_one_that_brings_another_file_ends_it(
    lab: Lab, path: str, fault: Fault, kind: type[BenchtopError]
) -> None:
    lab.hub.fault(path, ForRange(FURTHER, fault))
    with pytest.raises(kind):
        lab.fetch()


def test_a_range_that_is_ignored_later_brings_all_of_it_anew(lab: Lab) -> None:
    _broken_off(lab)
    lab.hub.clear_faults()
    lab.hub.fault(CONTENT, IgnoreRange(), times=None)
    assert lab.fetch() == SIZE
    lab.whole()


@pytest.mark.parametrize("way", ["cancel", "offline"])
def test_what_has_come_of_each_is_kept_when_it_is_stopped(lab: Lab, way: str) -> None:
    here = _broken_off(lab, way)
    assert unfinished(lab.target).spread.exists()
    lab.hub.clear_faults()
    lab.hub.wait_idle()
    lab.hub.forget_requests()
    lab.cancel.clear()
    lab.connections.offline = False
    assert lab.fetch() == SIZE - here
    lab.whole()
    assert lab.hub.wait_idle()
    assert "" not in lab.asked


def _broken_off(lab: Lab, way: str = "cancel") -> int:
    """A download that a person stopped while four connections were at work; the bytes that came."""
    reached: list[int] = []

    def watch(here: int) -> None:
        reached.append(here)
        if len(lab.asked) == 4 and here > 24 * MIB:
            if way == "cancel":
                lab.cancel.set()
            else:
                lab.connections.offline = True

    lab.watch = watch
    with pytest.raises(Interrupted if way == "cancel" else HubOffline):
        lab.fetch()
    lab.watch = lambda _here: None
    lab.cancel.clear()
    return reached[-1]


def test_one_that_falls_silent_is_done_without(lab: Lab) -> None:
    stall = Stall(3 * MIB)
    lab.hub.fault(CONTENT, ForRange(FURTHER, stall))
    lab.hurry_with(4)
    assert lab.fetch() == SIZE
    lab.whole()
