"""`benchtop models search | pull | estimate | verify`, as commands, against a local Hub."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from benchtop.resources import starter_model
from benchtop.services.data_folder import find_data_folder
from local_hub.body_faults import Cut, Stall, WrongBytes
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.commands import COMMAND, explained, run
from workers.hub_kit import point_at

__all__ = ["hub"]

REPO = "org/starter-GGUF"
FILE = f"{REPO}/starter-Q8_0.gguf"


@pytest.fixture(autouse=True)
def repositories(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = starter_model().read_bytes()
    files = {"starter-Q8_0.gguf": content, "broken-Q4_K_M.gguf": content[:100_000]}
    facts = {"total": 3_672_320, "architecture": "llama", "context_length": 1_024}
    hub.add(Repository(REPO, files, licence="mit", card="# Owl", gguf=facts, downloads=1_234))
    hub.add(Repository("org/gated-GGUF", {"a-Q8_0.gguf": content}, gated="manual"))
    point_at(hub, tmp_path / "hf", monkeypatch)


def refused(*words: str) -> str:
    done = run("models", *words)
    *progress, line = done.stderr.splitlines(keepends=True)
    assert all("%" in told for told in progress)
    done.stderr = line
    return explained(done)


def said(*words: str) -> str:
    done = run("models", *words, "--online")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_search_is_a_table_or_lines_of_json() -> None:
    table = said("search", "starter").splitlines()
    assert table[0].split() == ["REPOSITORY", "PARAMETERS", "LICENCE", "DOWNLOADS", "UPDATED"]
    assert table[1].split() == [REPO, "3.67M", "mit", "1,234", "2026-01-01"]
    found = json.loads(said("search", "starter", "--json"))
    assert (found["repository"], found["context_length"]) == (REPO, 1_024)
    assert "try fewer words" in said("search", "unheard-of")


def test_offline_nothing_is_asked(hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Benchtop is offline" in refused("search", "starter")
    assert "Benchtop is offline" in refused("pull", REPO)
    monkeypatch.setenv("BENCHTOP_OFFLINE", "1")
    assert "Benchtop is offline" in refused("pull", REPO, "--online")
    assert hub.requests == []


def test_a_pull_checks_and_registers_and_fetches_nothing_twice(hub: LocalHub) -> None:
    assert "is here as" in said("pull", f"{REPO}:Q8_0")
    assert hub.bytes_sent(FILE) == starter_model().stat().st_size
    model = json.loads(said("pull", f"{REPO}:Q8_0", "--json").splitlines()[-1])["done"]
    assert hub.bytes_sent(FILE) == starter_model().stat().st_size
    assert (model["repository"], model["source"], model["licence"]) == (REPO, "hub", "MIT")
    done = run("models", "verify", model["id"])
    assert "is as it should be" in done.stdout
    reply = run("chat", "--model", model["id"], "--no-store", "--prompt", "Hello!")
    assert reply.returncode == 0
    assert reply.stdout.strip()


def test_what_another_program_has_is_not_fetched(
    hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    place = tmp_path / ".lmstudio" / "models" / "me" / "mine" / "owl.gguf"
    place.parent.mkdir(parents=True)
    place.write_bytes(starter_model().read_bytes())
    model = json.loads(said("pull", f"{REPO}:Q8_0", "--json").splitlines()[-1])["done"]
    assert hub.bytes_sent(FILE) == 0
    assert (model["path"], model["repository"], model["source"]) == (str(place), REPO, "found")
    with place.open("r+b") as stream:  # what is damaged is fetched again, and not in its place
        stream.seek(3_000_000)
        stream.write(b"\x55" * 16)
    again = json.loads(said("pull", f"{REPO}:Q8_0", "--json").splitlines()[-1])["done"]
    assert hub.bytes_sent(FILE) == starter_model().stat().st_size
    assert again["path"] != str(place)


def test_a_pull_goes_where_the_settings_say(hub: LocalHub, tmp_path: Path) -> None:
    folder = find_data_folder()
    folder.prepare()
    folder.settings.write_text(json.dumps({"models_folder": str(tmp_path / "models")}))
    model = json.loads(said("pull", f"{REPO}:Q8_0", "--json").splitlines()[-1])["done"]
    assert Path(model["path"]) == tmp_path / "models" / REPO / "starter-Q8_0.gguf"
    assert hub.bytes_sent(FILE) == starter_model().stat().st_size


def test_a_file_that_changed_on_the_disk_is_found_out() -> None:
    model = json.loads(said("pull", f"{REPO}:Q8_0", "--json").splitlines()[-1])["done"]
    path = Path(model["path"])
    with path.open("r+b") as stream:
        stream.seek(3_000_000)
        stream.write(b"\x55" * 16)
    done = run("models", "verify", "--json")
    results = {line["id"]: line["result"] for line in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1
    assert results[model["id"]] == "wrong"


def test_ctrl_c_pauses_and_the_next_pull_goes_on(hub: LocalHub) -> None:
    stall = Stall(after=2_500_000)
    hub.fault("*starter-Q8_0.gguf*", stall)
    words = [*COMMAND, "models", "pull", f"{REPO}:Q8_0", "--online", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as pull:
        assert stall.reached.wait(60)
        assert pull.stdout is not None
        while json.loads(pull.stdout.readline())["done_bytes"] < 2_400_000:
            pass  # what was sent is not on the disk at once
        os.kill(pull.pid, signal.SIGINT)
        assert pull.wait(30) == 130
        assert pull.stderr is not None
        told = pull.stderr.read()
        assert re.fullmatch(
            r"benchtop: paused at 2\.\d MB of 4\.0 MB: the same command goes on from there\n", told
        )
    stall.released.set()
    assert hub.wait_idle()
    hub.forget_requests()
    assert "is here as" in said("pull", f"{REPO}:Q8_0")
    assert 0 < hub.bytes_sent(FILE) <= starter_model().stat().st_size - 2_000_000


def test_what_goes_wrong_is_one_sentence(hub: LocalHub) -> None:
    assert "ask for your agreement" in refused("pull", "org/gated-GGUF", "--online")
    assert "has no repository org/none" in refused("pull", "org/none", "--online")
    assert "choose one of Q4_K_M, Q8_0" in refused("pull", f"{REPO}:Q5_K_M", "--online")
    broken = refused("pull", f"{REPO}:Q4_K_M", "--online")
    assert f"{REPO}/broken-Q4_K_M.gguf is what the Hub has, and it is no model" in broken
    assert "(it ends before its end)" in broken
    hub.fault("*starter-Q8_0.gguf*", WrongBytes(at=1_000_000))
    assert "is not what the Hub has" in refused("pull", f"{REPO}:Q8_0", "--online")
    hub.fault("*", Cut(after=None), times=None)
    assert "could not be reached" in refused("search", "starter", "--online")


def test_an_estimate_reads_a_header_and_never_the_file(hub: LocalHub) -> None:
    told = json.loads(said("estimate", f"{REPO}:Q8_0", "--json"))
    assert told["verdict"] == "easy"
    assert told["fetched_bytes"] == hub.bytes_sent(FILE) < 200_000
    assert told["kv_cache_bytes"] == 2_048 * 1_024
    here = run("models", "estimate", "starter")
    assert here.stdout.startswith("starter fits easily.")
    assert "At a context of 1,024 tokens it takes" in here.stdout
    asked = run("models", "estimate", "starter", "--context", "9999999").stdout
    assert "1,024 tokens (the most this model takes; you asked for 9,999,999) it takes" in asked


def test_every_attempt_is_in_the_ledger(data_home: Path) -> None:
    refused("search", "starter")
    said("search", "starter")
    from benchtop.store.database import open_store

    with open_store(data_home / "benchtop.sqlite3") as store:
        lines = [(c.purpose, c.subject, c.state) for c in store.connections.newest()]
    assert lines == [("search", "starter", "ended"), ("search", "starter", "refused")]
