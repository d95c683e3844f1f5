"""Downloads from a Hub in a process of its own over loopback: how fast, and what is fetched twice."""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.models_world import hub_process
from benchtop.domain.repo_files import RepoFile
from benchtop.protocol.hub_messages import AskHeader, Fetching, HeaderFacts
from benchtop.services.data_folder import DataFolder
from local_hub.body_faults import Cut, Stall, Trickle
from local_hub.faults import ForRange, Refuse
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.big_headers import gguf_with_words
from workers.hub_client import HubWorker, order
from workers.in_turn import InTurn

MIB = 1024 * 1024
BIG_BYTES = 1000 * MIB
ROUNDS = 5
PARALLEL_BYTES = 286 * MIB
EACH_PER_SECOND = 20_000_000
NAME, FILE = "bench/big", "big.gguf"
REFERENCE = """
import sys, time
from huggingface_hub import hf_hub_download
for line in sys.stdin:
    began = time.perf_counter()
    hf_hub_download(sys.argv[1], sys.argv[2], cache_dir=line.strip())
    print(time.perf_counter() - began, flush=True)
"""


def download_ratio(folder: DataFolder) -> dict[str, Any]:
    """The hub worker's speed (checked, hashed, synced to the disk) over that of hf_hub_download,
    which does none of it, for a file of 1 GB; and both in MB per second."""
    served = folder.root / "served"
    (served / NAME).mkdir(parents=True)
    _write_big(served / NAME / FILE, BIG_BYTES)
    ours: list[float] = []
    theirs: list[float] = []
    with hub_process(served) as endpoint, _reference(endpoint, folder.root) as reference:
        worker = HubWorker(folder.root / "hub.log", _environment(endpoint, folder.root))
        try:
            file = worker.files(NAME)[FILE]
            for number in range(ROUNDS):
                turns = [
                    lambda: ours.append(_ours(worker, file, folder.root / "ours" / FILE)),
                    lambda: theirs.append(_theirs(reference, folder.root / "theirs")),
                ]
                for turn in turns if number % 2 == 0 else reversed(turns):
                    os.sync()
                    turn()
        finally:
            worker.close()
    rates = {"ours": _rate(ours), "hf_hub_download": _rate(theirs), "unit": "MB/s"}
    # Of pairs: how fast a disk takes a gigabyte changes more from minute to minute than from turn to turn.
    ratio = statistics.median(their / our for our, their in zip(ours, theirs, strict=True))
    return {"download_ratio": round(ratio, 3), "download_ratio_rates": rates}


def parallel_ratio(folder: DataFolder) -> dict[str, Any]:
    """The hub worker's speed over that of one connection, from a Hub that gives each connection
    20 MB per second, for a file of 300 MB; and both in MB per second.

    It shows what the further connections are worth where a store of files or a proxy limits each:
    four at their best would give 4, less the seconds in which each is tried and measured. For the
    other side the same Hub refuses (429) all but the first.
    """
    path = folder.root / FILE
    _write_big(path, PARALLEL_BYTES)
    seconds = {}
    with LocalHub(Repository(NAME, {FILE: path})) as hub:
        worker = HubWorker(folder.root / "hub.log", hub.environment(folder.root / "hf"))
        file = worker.files(NAME)[FILE]
        try:
            for name in ("ours", "one"):
                hub.clear_faults()
                hub.fault(f"*/{FILE}", Trickle(EACH_PER_SECOND), times=None)
                if name == "one":
                    hub.fault(f"*/{FILE}", ForRange("bytes=*", Refuse(429)), times=None)
                seconds[name] = _ours(worker, file, folder.root / "models" / FILE)
        finally:
            worker.close()
    rates = {name: round(PARALLEL_BYTES / took / 1e6, 1) for name, took in seconds.items()}
    ratio = round(seconds["one"] / seconds["ours"], 2)
    return {"parallel_ratio": ratio, "parallel_ratio_rates": rates | {"unit": "MB/s"}}


def resume_refetched_bytes(folder: DataFolder) -> int:
    """Bytes of a file of 64 MB that went over the line more than once: after two cuts, and after the
    worker was killed while the server was silent."""
    size = 64 * MIB
    path = folder.root / FILE
    _write_big(path, size)
    target = folder.root / "models" / FILE
    with LocalHub(Repository(NAME, {FILE: path})) as hub:
        environment = hub.environment(folder.root / "hf")
        worker = HubWorker(folder.root / "hub.log", environment)
        file = worker.files(NAME)[FILE]
        faults = InTurn(Cut(7_000_001, reset=True), Cut(9_000_001), Stall(11_000_001))
        hub.fault(f"*/{FILE}", faults, times=3)
        worker.send(order(NAME, file, target))
        while worker.wait_for(Fetching).done < 27_000_003:
            pass
        worker.process.kill()
        worker.close()
        worker = HubWorker(folder.root / "hub.log", environment)
        try:
            worker.fetch(NAME, file, target)
        finally:
            worker.close()
        return hub.bytes_sent(f"{NAME}/{FILE}") - size


def remote_header_bytes(folder: DataFolder) -> dict[str, int]:
    """Bytes fetched to know a model of 500 MB with 256k words; and where the words come first."""
    found = {}
    for name, words_first in (("remote_header_bytes", False), ("remote_header_words_first", True)):
        path = gguf_with_words(folder.root / f"{name}.gguf", 262_144, words_first=words_first)
        os.truncate(path, 500_000_000)
        with LocalHub(Repository(NAME, {FILE: path})) as hub:
            worker = HubWorker(folder.root / "hub.log", hub.environment(folder.root / "hf"))
            try:
                request = AskHeader("header", NAME, "main", FILE, path.stat().st_size)
                found[name] = worker.ask(request, HeaderFacts).fetched_bytes
            finally:
                worker.close()
    return found


def _ours(worker: HubWorker, file: RepoFile, target: Path) -> float:
    began = time.perf_counter()
    worker.fetch(NAME, file, target)
    seconds = time.perf_counter() - began
    shutil.rmtree(target.parent)
    return seconds


def _theirs(reference: subprocess.Popen[str], cache: Path) -> float:
    assert reference.stdin is not None
    assert reference.stdout is not None
    reference.stdin.write(f"{cache}\n")
    reference.stdin.flush()
    seconds = float(reference.stdout.readline())
    shutil.rmtree(cache)
    return seconds


def _rate(seconds: list[float]) -> int:
    return round(BIG_BYTES / statistics.median(seconds) / 1e6)


def _write_big(path: Path, size: int) -> None:
    """Bytes that no file system and no line can make smaller."""
    with path.open("wb") as stream:
        for _ in range(size // MIB):
            stream.write(os.urandom(MIB))


def _environment(endpoint: str, home: Path) -> dict[str, str]:
    return {
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(home / "hf"),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "NO_PROXY": "127.0.0.1",
    }


@contextlib.contextmanager
def _reference(endpoint: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that downloads with hf_hub_download into the cache that each line names."""
    with subprocess.Popen(
        [sys.executable, "-c", REFERENCE, NAME, FILE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **_environment(endpoint, home)},
    ) as process:
        yield process
