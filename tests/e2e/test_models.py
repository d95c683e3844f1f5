"""A model from the Hub by keyboard alone, in the real program: through two cuts and a kill -9."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import psutil
import pytest

from benchtop.resources import starter_model
from e2e.test_person import screen, travel
from local_hub.answers import Answer
from local_hub.body_faults import Cut, Stall
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from local_hub.request_log import Request
from workers.hub_kit import point_at
from workers.in_turn import InTurn

__all__ = ["hub", "screen"]
pytestmark = pytest.mark.e2e

REPO = "org/owl-GGUF"
FILE = "owl-Q8_0.gguf"
CONTENT = starter_model().read_bytes() + bytes(4_096)
"""A model that answers, and not the very file of the starter: that one would be here already."""


@pytest.fixture
def folder(hub: LocalHub, tmp_path: Path, data_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this person keeps models; a Hub with one, and a bin of the test's own."""
    facts = {"total": 3_672_320, "architecture": "llama", "context_length": 1_024}
    hub.add(
        Repository(
            REPO, {FILE: CONTENT}, licence="mit", card="# Owl\n\nReads at night.", gguf=facts
        )
    )
    point_at(hub, tmp_path / "hf", monkeypatch)
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    models = tmp_path / "models"
    data_home.mkdir()
    (data_home / "settings.json").write_text(
        json.dumps({"models_folder": str(models), "welcomed": True})
    )
    return models


class OfDownloads(InTurn):
    """Not of the few bytes of a header that are read before."""

    def touches(self, request: Request, answer: Answer) -> bool:
        return super().touches(request, answer) and len(answer.body) > 1_000_000


def kill_the_hub_worker() -> None:
    """The one of this test's program."""
    (worker,) = [
        process
        for process in psutil.Process().children(recursive=True)
        if process.cmdline()[-2:] == ["--worker", "hub"]
    ]
    os.kill(worker.pid, signal.SIGKILL)


def test_a_model_is_fetched_checked_used_removed_and_brought_back_by_keyboard(
    screen: str, hub: LocalHub, folder: Path, starter_path: Path, tmp_path: Path
) -> None:
    stall = Stall(after=600_000)
    faults = OfDownloads(Cut(after=1_200_000, reset=True), Cut(after=700_000), stall)
    hub.fault(f"*{FILE}", faults, times=3)

    killed = []

    def break_off() -> None:
        if stall.reached.wait(120) and not stall.released.is_set():
            kill_the_hub_worker()
            killed.append(True)
        stall.released.set()

    breaker = threading.Thread(target=break_off)
    breaker.start()
    try:
        steps = travel("models", screen)
    finally:
        stall.released.set()
        stall.reached.set()
        breaker.join(30)
    assert killed
    assert "Benchtop starter is here" in steps["arrived"]["text"]
    assert steps["answered"]["text"].strip()
    assert "its file is in the bin" in steps["removed"]["text"]
    assert (folder / REPO / FILE).read_bytes() == CONTENT
    assert [p for p in folder.rglob("*") if p.suffix == ".incomplete"] == []
