"""`benchtop data` after an import that was killed or stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchtop.cli.tune_data import dataset_of, look_over
from benchtop.domain.examples import USUAL_HOLDOUT
from benchtop.store.database import open_store
from workers.commands import run, run_json

LINES, KEPT = 3_500, 2_000
IMPORT_AND_WAIT = f"""
import sys
from benchtop.cli import data_files
from benchtop.__main__ import main
tell = data_files._Meter.tell
def tell_and_wait(meter, report):
    tell(meter, report)
    if report.read == {KEPT}:
        print("waiting", file=sys.stderr, flush=True)
        sys.stdin.readline()
data_files._Meter.tell = tell_and_wait
sys.argv = ["benchtop", "data", "import", sys.argv[1]]
sys.exit(main())
"""


@pytest.fixture
def long(tmp_path: Path) -> Path:
    path = tmp_path / "a long.jsonl"
    lines = (json.dumps({"question": f"Q{n}", "answer": "A" * 100}) for n in range(LINES))
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def ended_by(number: signal.Signals, path: Path) -> str:
    """Import, and have a signal end it when KEPT examples are kept; what it wrote."""
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT_AND_WAIT, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline() == "waiting\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode != 0, out) == (True, "")
    return err


def listed() -> Any:
    (one,) = run_json("data", "list")
    return one


def test_a_killed_import_is_told_everywhere_until_the_same_again_ended(long: Path) -> None:
    ended_by(signal.SIGKILL, long)
    before = listed()
    (left,) = before["unfinished_imports"]
    assert left["path"] == str(long)
    assert left["examples"] == before["examples"] == KEPT
    said = (
        f"The import of {long} into “a long” did not come to its end, and 2,000 examples of "
        f"it came in: `benchtop data import --data 'a long' '{long}'` adds only what is missing, and"
    )
    assert run("data", "list").stdout.splitlines()[-1].startswith(said)
    assert said in run("data", "show", "a long").stdout
    checked = run("data", "check", "a long").stdout
    assert said in checked
    assert "Nothing was found" not in checked
    assert run_json("data", "show", "a long")["unfinished_imports"] == [left]
    looked = run_json("data", "check", "a long")
    assert (looked["unfinished_imports"], looked["clean"]) == ([left], False)
    again = run("data", "import", "--holdout-part", "0.3", long)
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("1,500 examples came into “a long” (")
    assert "2,000 examples of the file had come before" in again.stdout
    after = listed()
    assert (after["id"], after["examples"]) == (before["id"], LINES)
    assert (before["holdout_part"], after["holdout_part"]) == (USUAL_HOLDOUT, 0.3)
    assert after["unfinished_imports"] == []
    assert "did not come to its end" not in run("data", "show", "a long").stdout


def test_a_stopped_import_is_told_too_and_can_be_left_as_it_is(long: Path) -> None:
    told = ended_by(signal.SIGINT, long).splitlines()[-1]
    assert told.endswith("and the same import again adds the rest")
    (left,) = listed()["unfinished_imports"]
    assert left["examples"] == listed()["examples"] == KEPT
    dismissed = run("data", "dismiss", "a long").stdout
    assert dismissed == "“a long” stays as it is, with 2,000 examples.\n"
    assert "did not come to its end" not in run("data", "list").stdout
    assert (
        run("data", "dismiss", "a long").stdout == "Every import into “a long” came to its end.\n"
    )
    assert run_json("data", "import", long)["name"] == "a long (2)"


def test_training_with_it_says_so(
    long: Path, data_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended_by(signal.SIGKILL, long)
    with open_store(data_home / "benchtop.sqlite3") as store:
        look_over(store, store.datasets.all()[0], preference=False)
    assert f"The import of {long} into “a long” did not come to its end" in capsys.readouterr().err


def test_training_with_the_file_goes_on_with_it_and_holds_out_what_is_asked(
    long: Path, data_home: Path
) -> None:
    ended_by(signal.SIGKILL, long)
    with open_store(data_home / "benchtop.sqlite3") as store:
        found = dataset_of(store, str(long), 0.3, pytest.fail)
        assert [one.id for one in store.datasets.all()] == [found.id]
    assert (found.examples, found.holdout_part) == (LINES, 0.3)
