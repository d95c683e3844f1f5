"""The whole program as a person meets it: a real window on a virtual screen, real keys and clicks."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from unit.services.other_chat_files import put_gpt4all

pytestmark = pytest.mark.e2e
HERE = Path(__file__).parent
COMMAND = [sys.executable, "-m", "benchtop"]


@pytest.fixture(autouse=True)
def welcomed(data_home: Path) -> None:
    """This is not the first start: the welcome has been seen."""
    data_home.mkdir()
    (data_home / "settings.json").write_text(json.dumps({"welcomed": True}))


@pytest.fixture
def screen() -> Iterator[str]:
    """A virtual screen with a window manager; its DISPLAY."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        display = f":{pipe.readline().strip()}"
    manager = subprocess.Popen(
        ["openbox"], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL
    )
    yield display
    for process in (manager, server):
        process.terminate()
        process.wait(30)


def travel(name: str, display: str) -> dict[str, dict[str, Any]]:
    """Make one journey; what was said at each step."""
    environment = {**os.environ, "DISPLAY": display, "XDG_SESSION_TYPE": "x11"}
    del environment["QT_QPA_PLATFORM"]
    done = subprocess.run(
        ["dbus-run-session", "--", "/usr/bin/python3", HERE / "journeys.py", name, *COMMAND],
        env=environment,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-3000:]}"
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {line["step"]: line for line in lines}


def benchtop(*words: str | Path) -> None:
    subprocess.run([*COMMAND, *map(str, words)], check=True, capture_output=True, timeout=60)


def test_a_conversation_from_the_first_word_to_the_search(
    screen: str, starter_path: Path, slow_model_path: Path
) -> None:
    benchtop("models", "import", slow_model_path)
    steps = travel("conversation", screen)
    assert steps["answered"]["text"].strip()
    assert steps["regenerated"]["text"].strip()
    lengths = steps["streamed"]["lengths"]
    assert lengths == sorted(set(lengths))
    assert len(steps["stopped"]["text"]) >= lengths[-1]
    assert steps["restarted"]["same"]
    assert "found" in steps


def test_the_first_start(
    screen: str,
    starter_path: Path,
    data_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (data_home / "settings.json").unlink()
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    put_gpt4all(tmp_path / "me")
    assert travel("first_start", screen)["again"]["greeted"] is False


def test_killed_mid_reply_nothing_shown_is_lost(
    screen: str, slow_model_path: Path, data_home: Path, starter_path: Path
) -> None:
    benchtop("models", "import", slow_model_path)
    with sqlite3.connect(data_home / "benchtop.sqlite3") as database:
        (model_id,) = database.execute("select id from models").fetchone()
    database.close()
    (data_home / "settings.json").write_text(json.dumps({"model_id": model_id, "welcomed": True}))
    steps = travel("crash", screen)
    shown = steps["killed"]["shown"].strip()
    assert len(shown) > 20
    assert steps["restarted"]["text"].startswith(shown)
    typed, kept = steps["typed"]["words"], steps["typed"]["kept"]
    assert typed.startswith(kept)
    assert len(typed) - len(kept) < 1_000 / 60, "more than a second of typing is missing"
    database = sqlite3.connect(data_home / "benchtop.sqlite3")
    assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    rows = database.execute("select role, content, state from messages order by seq").fetchall()
    database.close()
    assert rows[0] == ("user", "Please go on and on.", "complete")
    assert rows[1][2] == "interrupted"


def test_a_second_start_brings_the_window_forward(screen: str, starter_path: Path) -> None:
    assert travel("twice", screen)["forward"]["second_status"] == 0
