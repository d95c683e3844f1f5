"""What every test gets: a data folder of its own, and a check that it leaves nothing running."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything of Qt is imported
os.environ.pop("BENCHTOP_OFFLINE", None)

import hypothesis
import psutil
import pytest

from bench.random_models import SLOW_LONG, random_model
from benchtop.resources import starter_model
from benchtop.ui.application import Application

LEAK_SECONDS = 5.0

# No test fails on time: on a busy machine a first example may take as long as it takes.
hypothesis.settings.register_profile("benchtop", deadline=None)
hypothesis.settings.load_profile("benchtop")


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """BENCHTOP_HOME is a new folder, so that no test sees or touches a person's own data, nor their
    keyring and their token for the Hub."""
    home = tmp_path / "home"
    monkeypatch.setenv("BENCHTOP_HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    return home


@pytest.fixture(scope="session")
def qapp_cls() -> type[Application]:
    """The application that pytest-qt makes is Benchtop's own."""
    return Application


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """A test that leaves a process or a thread behind fails."""
    me = psutil.Process()
    processes = set(me.children(recursive=True))
    threads = set(threading.enumerate())
    yield
    left = [p for p in me.children(recursive=True) if p not in processes]
    _gone, alive = psutil.wait_procs(left, timeout=LEAK_SECONDS)
    for process in alive:
        process.kill()
    words = [" ".join(_command(p)) for p in alive]
    assert not words, f"processes left running: {words}"
    extra = [t for t in threading.enumerate() if t not in threads and not _kept(t)]
    for thread in extra:
        thread.join(timeout=LEAK_SECONDS)
    names = [t.name for t in extra if t.is_alive()]
    assert not names, f"threads left running: {names}"


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return [str(process.pid)]


def _kept(thread: threading.Thread) -> bool:
    # Qt's own threads appear as "Dummy-N" the first time they call into Python; the other is the
    # clock of pytest-timeout, which outlives the fixtures of its test.
    return thread.name.startswith(("Dummy-", "pytest_timeout "))


@pytest.fixture(scope="session")
def starter_path() -> Path:
    """The starter model that comes with Benchtop."""
    path = starter_model()
    assert path.is_file(), "models/starter/starter.gguf is missing"
    return path


@pytest.fixture(scope="session")
def slow_model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights that writes for half a minute before its context ends."""
    return random_model(tmp_path_factory.mktemp("models") / "slow.gguf", SLOW_LONG)
