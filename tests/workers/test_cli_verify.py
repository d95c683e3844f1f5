"""`benchtop models verify` over a list of which something is the matter with a part."""

from __future__ import annotations

import json
from pathlib import Path

from benchtop.domain.models import Companion
from benchtop.resources import starter_model
from benchtop.services.data_folder import find_data_folder
from benchtop.store.database import open_store
from workers.commands import run


def imported(path: Path) -> str:
    done = run("models", "import", str(path), "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["id"])


def test_one_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    ids = {}
    for name in ("a", "m", "z"):  # they come in this order
        (tmp_path / f"{name}.gguf").write_bytes(starter_model().read_bytes())
        ids[name] = imported(tmp_path / f"{name}.gguf")
    projector = tmp_path / "mmproj.gguf"
    projector.mkdir()  # a file in its place would be read: as root no mode keeps anybody out
    with open_store(find_data_folder().database) as store:
        companion = Companion(str(projector), 1, projector=True)
        store.models.change(ids["m"], companions=(companion,))
    done = run("models", "verify", "--json")
    lines = {line["id"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1
    assert {name: lines[ids[name]]["result"] for name in ids} == {
        "a": "noted", "m": "unreadable", "z": "noted",
    }  # fmt: skip
    assert str(projector) in lines[ids["m"]]["detail"]
    assert "could not be compared" in run("models", "verify").stdout
