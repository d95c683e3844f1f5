"""A model with an adapter inside it: the real trainer, the real engine, deaths and full disks."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import (
    BenchtopError,
    FolderMissing,
    Interrupted,
    StoreBusy,
    WorkerDied,
)
from benchtop.domain.file_sums import file_sha256
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import inspect_model
from benchtop.domain.teach_errors import AdapterOfAnotherBase, MergeInTheWay, MergeNoRoom
from benchtop.services.adapter_merging import AdapterMerging
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.merge_files import SUFFIX, Merge, merge_lock, sweep, usual_kind
from workers.engine_client import EngineClient
from workers.tiny_gguf import NEVER_END, lora_adapter, random_model

WAIT_MS = 90_000


class Lab:
    """One merging and what it says."""

    def __init__(self, qtbot: QtBot, place: Path) -> None:
        self.qtbot = qtbot
        self.folder: DataFolder = find_data_folder()
        self.folder.prepare()
        self.merging = AdapterMerging(self.folder)
        self.base = random_model(place / "base.gguf")
        self.adapter = lora_adapter(place / "mine.gguf")
        self.target = place / "made" / "new.gguf"
        self.target.parent.mkdir()
        self.before = set(psutil.Process().children(recursive=True))
        self.made: list[str] = []
        self.errors: list[BenchtopError] = []
        self.fractions: list[float] = []
        self.merging.done.connect(self.made.append)
        self.merging.failed.connect(self.errors.append)
        self.merging.progress.connect(self.fractions.append)

    def wish(self, kind: str = "F16", scale: float = 1.0) -> Merge:
        use = AdapterUse(str(self.adapter), scale)
        return Merge(inspect_model(self.base), (use,), self.target, kind)  # type: ignore[arg-type]

    def run(self, merge: Merge) -> None:
        self.merging.begin(merge)
        self.wait()

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: bool(self.made or self.errors), timeout=WAIT_MS)

    def workers(self) -> list[psutil.Process]:
        """Those of this merge that run; one that has ended has no words any more."""
        found = []
        for one in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if one not in self.before and one.cmdline()[-2:-1] == ["--worker"]:
                    found.append(one)
        return found

    def left(self) -> list[str]:
        return sorted(one.name for one in self.target.parent.iterdir())


@pytest.fixture
def lab(qtbot: QtBot, tmp_path: Path) -> Iterator[Lab]:
    made = Lab(qtbot, tmp_path)
    yield made
    made.merging.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


def say(engine: EngineClient, path: Path, *uses: AdapterUse) -> str:
    engine.load(path)
    bias = {str(token): value for token, value in NEVER_END.items()}
    params = SamplingParams(temperature=0.0, max_tokens=16, logit_bias=bias)
    return engine.chat("Hello!", params=params, adapters=uses).text


def test_the_new_model_says_what_the_base_says_with_the_adapter(
    lab: Lab, engine: EngineClient
) -> None:
    lab.run(lab.wish(scale=0.5))
    assert (lab.errors, lab.made) == ([], [str(lab.target)])
    assert lab.left() == ["new.gguf"]
    assert lab.merging.sha256 == file_sha256(str(lab.target))
    assert lab.fractions[-1] == 1.0
    assert lab.fractions == sorted(lab.fractions)
    attached = say(engine, lab.base, AdapterUse(str(lab.adapter), 0.5))
    assert attached != say(engine, lab.base)
    assert say(engine, lab.target) == attached


def test_it_is_quantised_as_wished(lab: Lab, engine: EngineClient) -> None:
    lab.run(lab.wish("Q8_0"))
    assert (lab.errors, lab.left()) == ([], ["new.gguf"])
    made = inspect_model(lab.target)
    assert made.quantisation == "Q8_0"
    assert made.bytes < lab.base.stat().st_size
    assert say(engine, lab.target)


def test_what_cannot_be_made_is_said_before_any_process_starts(
    lab: Lab, tmp_path: Path, small_disk: Path
) -> None:
    other = lora_adapter(tmp_path / "other.gguf", width=64)
    wish = lab.wish()
    lab.target.write_bytes(b"mine")
    missing = tmp_path / "none" / "new.gguf"
    free = small_disk / "new.gguf"
    for change, kind in (
        (wish, MergeInTheWay),
        (Merge(wish.model, wish.adapters, missing, "F16"), FolderMissing),
        (Merge(wish.model, wish.adapters, free, "F16"), MergeNoRoom),
        (Merge(wish.model, (AdapterUse(str(other)),), missing.parents[1] / "n.gguf", "F16"),
         AdapterOfAnotherBase),
    ):  # fmt: skip
        lab.errors.clear()
        lab.run(change)
        assert type(lab.errors[0]) is kind
        assert not lab.workers()
    assert lab.target.read_bytes() == b"mine"
    assert lab.left() == ["new.gguf"]
    assert list(small_disk.iterdir()) == []


def test_a_worker_that_dies_leaves_nothing(lab: Lab) -> None:
    lab.merging.begin(lab.wish("Q8_0"))
    lab.qtbot.waitUntil(lambda: bool(lab.workers()), timeout=WAIT_MS)
    os.kill(lab.workers()[0].pid, signal.SIGKILL)
    lab.wait()
    assert isinstance(lab.errors[0], WorkerDied)
    assert lab.left() == []
    assert not lab.merging.is_busy
    lab.errors.clear()
    lab.run(lab.wish())
    assert lab.made


def test_stopping_leaves_nothing(lab: Lab) -> None:
    lab.merging.begin(lab.wish("Q8_0"))
    lab.qtbot.waitUntil(lambda: bool(lab.workers()), timeout=WAIT_MS)
    lab.merging.stop()
    assert [type(one) for one in lab.errors] == [Interrupted]
    assert lab.left() == []
    assert not lab.workers()


def test_closing_while_it_merges_leaves_nothing(lab: Lab) -> None:
    lab.merging.begin(lab.wish("Q8_0"))
    lab.qtbot.waitUntil(lambda: bool(lab.workers()), timeout=WAIT_MS)
    lab.merging.close()
    assert lab.left() == []
    assert not lab.workers()
    assert lab.errors == lab.made == []


def test_what_a_death_of_all_left_is_swept_away(lab: Lab) -> None:
    """As after a kill -9 of the window: the note and the folder are there, and nobody holds the lock."""
    folder = lab.target.parent / f".new.gguf.abc{SUFFIX}"
    folder.mkdir()
    (folder / "merged-F16.gguf").write_bytes(b"half")
    notes = lab.folder.root / "merging.json"
    notes.write_text(f'{{"{folder}": 1, "/etc": 1}}')
    lock = merge_lock(lab.folder)
    with lock:
        assert sweep(lab.folder) == 0  # somebody is at work
    assert lab.left() == [folder.name]
    assert sweep(lab.folder) == 1
    assert lab.left() == []
    assert Path("/etc").is_dir()


def test_one_merge_at_a_time(lab: Lab) -> None:
    with merge_lock(lab.folder):
        lab.run(lab.wish())
    assert isinstance(lab.errors[0], StoreBusy)
    assert lab.left() == []


def test_the_usual_kind_is_that_of_the_base_or_the_nearest(lab: Lab, starter_path: Path) -> None:
    assert usual_kind(inspect_model(starter_path)) == "Q8_0"
    assert usual_kind(inspect_model(lab.base)) == "F16"  # of one in 32-bit floats
