"""`benchtop models pull` of what is here in part or as a whole, and what it says on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchtop.cli.hub_meter import Meter
from benchtop.domain.repo_files import RepoFile
from benchtop.protocol.hub_messages import Fetching
from benchtop.resources import starter_model
from benchtop.services.data_folder import find_data_folder
from benchtop.services.hub_cache import cache_folder
from benchtop.store.database import open_store
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.commands import explained, run
from workers.hub_kit import point_at

__all__ = ["hub"]

SIGHTED = "org/sighted-GGUF"
COPIED = "other/copied-GGUF"
MODEL, EYES = "owl-Q8_0.gguf", "mmproj-owl-F16.gguf"
PROJECTOR = b"GGUF and what sees" * 1_000


@pytest.fixture(autouse=True)
def repositories(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = starter_model().read_bytes()
    hub.add(Repository(SIGHTED, {MODEL: content, EYES: PROJECTOR}))
    hub.add(Repository(COPIED, {MODEL: content}))
    point_at(hub, tmp_path / "hf", monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path))


def pulled(*words: str) -> Any:
    done = run("models", "pull", *words, "--online", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def projectors(model_id: str) -> list[str]:
    with open_store(find_data_folder().database) as store:
        model = store.models.get(model_id)
    assert model is not None
    return [one.path for one in model.companions if one.projector]


@pytest.mark.parametrize("elsewhere", [False, True], ids=["in the cache", "in a folder"])
def test_a_projector_that_was_left_out_is_fetched_alone(
    hub: LocalHub, tmp_path: Path, elsewhere: bool
) -> None:
    where = ("--folder", str(tmp_path / "mine")) if elsewhere else ()
    first = pulled(SIGHTED, "--no-projector", *where)
    assert hub.bytes_sent(f"{SIGHTED}/{EYES}") == 0
    assert projectors(first["done"]["id"]) == []
    second = pulled(SIGHTED)
    assert (first["already"], second["already"]) == (False, False)
    assert second["done"]["id"] == first["done"]["id"]
    (eyes,) = projectors(first["done"]["id"])
    assert Path(eyes).read_bytes() == PROJECTOR
    assert hub.bytes_sent(f"{SIGHTED}/{MODEL}") == starter_model().stat().st_size
    assert pulled(SIGHTED)["already"] is True
    assert pulled(SIGHTED, "--no-projector")["already"] is True
    assert hub.bytes_sent(f"{SIGHTED}/{EYES}") == len(PROJECTOR)
    Path(eyes).unlink()
    assert pulled(SIGHTED, "--no-projector")["already"] is True
    assert projectors(first["done"]["id"]) == [eyes]  # its disk may come back
    assert pulled(SIGHTED)["already"] is False
    (eyes,) = projectors(first["done"]["id"])
    assert Path(eyes).read_bytes() == PROJECTOR


def test_what_is_here_from_elsewhere_is_told_and_a_folder_is_honoured(
    hub: LocalHub, tmp_path: Path
) -> None:
    first = pulled(SIGHTED)["done"]
    done = run("models", "pull", COPIED, "--online")
    assert done.stdout == (
        "It was here already, nothing was downloaded: "
        f"{first['name']} at {first['path']} (from {SIGHTED})\n"
    )
    assert hub.bytes_sent(f"{COPIED}/{MODEL}") == 0
    second = pulled(COPIED, "--folder", str(tmp_path / "mine"))
    path = tmp_path / "mine" / COPIED / MODEL
    assert (second["done"]["path"], second["already"]) == (str(path), False)
    assert path.read_bytes() == starter_model().read_bytes()
    assert second["done"]["id"] != first["id"]


def test_a_choice_that_nobody_made_is_not_called_missing(hub: LocalHub) -> None:
    names = ("a-Q8_0.gguf", "a-Q5_0.gguf", "con/a-Q2_K.gguf")  # Windows has no folder called con
    hub.add(Repository("org/two", {name: b"GGUF" + name.encode() for name in names}))
    for action in ("pull", "estimate"):
        line = explained(run("models", action, "org/two", "--online"))
        assert line.endswith("choose one of Q5_0, Q8_0.")
        assert "Q4_K_M" not in line


def test_a_redirected_stderr_gets_a_line_for_every_tenth(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = run("models", "pull", COPIED, "--online")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "100%  4.0 MB of 4.0 MB"
    meter = Meter(1_000, json=False)
    for count in range(7):
        for at in range(0, 500, 7):
            meter.take(Fetching("", at))
        if count == 5:
            meter.next_file(RepoFile("a.gguf", 500))
    lines = capsys.readouterr().err.splitlines()
    assert [int(line.partition("%")[0]) // 10 for line in lines] == list(range(1, 10))


def test_what_the_hub_itself_has_broken_stays_and_is_told(hub: LocalHub) -> None:
    hub.add(Repository("org/page", {"page-Q8_0.gguf": b"<html>no model</html>" * 100}))
    done = run("models", "pull", "org/page", "--online")
    assert done.returncode == 1
    assert "page-Q8_0.gguf is what the Hub has, and it is no model" in done.stderr
    assert "(it is not in the GGUF format): tell its makers" in done.stderr
    (blob,) = (cache_folder() / "models--org--page" / "blobs").iterdir()
    assert blob.read_bytes().startswith(b"<html>")


def test_a_damaged_model_is_told_in_the_list() -> None:
    model = pulled(COPIED)["done"]
    assert "(damaged)" not in run("models", "list").stdout
    with Path(model["path"]).open("r+b") as stream:
        stream.seek(3_000_000)
        stream.write(b"\x55" * 16)
    assert run("models", "verify").returncode == 1
    (line,) = [x for x in run("models", "list").stdout.splitlines() if model["id"] in x]
    assert line.endswith("(damaged)")
    listed = json.loads(run("models", "list", "--json").stdout)
    assert {one["id"]: one["damaged"] for one in listed} == {"starter": False, model["id"]: True}
    (found,) = [x for x in run("models", "find-local").stdout.splitlines() if "known" in x]
    assert "known (damaged)" in found
