"""`benchtop models find-local` as a person runs it, with a home folder full of other programs' models."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from unit.services.local_layouts import (
    COMMIT,
    in_hub,
    in_ollama,
    model_bytes,
    put,
    put_text,
    sha256,
    tree,
)
from workers.commands import COMMAND, run, run_json

FIND = ("models", "find-local")
VARIABLES = (
    "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "OLLAMA_MODELS", "LLAMA_CACHE",
    "JAN_DATA_FOLDER", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME",
)  # fmt: skip


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "person"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def full(person: Path) -> Path:
    """A model of each program, and a second name for one of them."""
    in_hub(person / ".cache/huggingface/hub", "owner/name", "hub-Q8_0.gguf", model_bytes("hub"))
    blob = in_ollama(
        person / ".ollama/models", "registry.ollama.ai/library/tiny/1b", {"model": model_bytes()}
    )
    shown = person / ".lmstudio/models/owner/tiny/tiny.gguf"
    shown.parent.mkdir(parents=True)
    shown.symlink_to(blob)
    put(person / ".lmstudio/models/owner/lm/lm.gguf", model_bytes("lm"))
    jan = person / ".local/share/Jan/data/llamacpp/models/jan-1b"
    put(jan / "model.gguf", model_bytes("jan"))
    put_text(jan / "model.yml", "model_path: llamacpp/models/jan-1b/model.gguf\nname: jan-1b\n")
    put(person / ".local/share/nomic.ai/GPT4All/gpt.gguf", model_bytes("gpt"))
    put(person / ".cache/llama.cpp/owner_llama.gguf", model_bytes("llama"))
    return person


def found(*words: str) -> list[Any]:
    """The lines of JSON that it prints."""
    done = run(*FIND, "--json", *words)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_program_s_models_are_listed_once_and_nothing_is_written(full: Path) -> None:
    before = tree(full)
    models = found()
    assert tree(full) == before
    assert [(model["program"], model["name"]) for model in models] == [
        ("Hugging Face", "owner/name:hub-Q8_0.gguf"),
        ("Ollama", "tiny:1b"),
        ("LM Studio", "owner/lm:lm.gguf"),
        ("Jan", "jan-1b"),
        ("GPT4All", "gpt"),
        ("llama.cpp", "owner_llama"),
    ]
    assert {(model["id"], model["known"], model["added"]) for model in models} == {
        (None, False, False)
    }
    assert models[0]["repository"] == "owner/name"
    assert models[0]["revision"] == COMMIT
    assert models[1]["sha256"] == sha256(model_bytes())
    assert models[1]["quantisation"] == "Q8_0"
    assert models[1]["bytes"] == len(model_bytes())
    assert [model["id"] for model in run_json("models", "list")] == ["starter"]


def test_a_person_reads_a_table(full: Path) -> None:
    done = run(*FIND)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["PROGRAM", "NAME", "SIZE", "QUANTISATION", "PATH"]
    assert len(lines) == 7
    (ollama,) = [line for line in lines if line.startswith("Ollama")]
    assert ollama.split()[1:2] == ["tiny:1b"]
    assert ollama.endswith(str(full / f".ollama/models/blobs/sha256-{sha256(model_bytes())}"))


def test_add_puts_them_on_the_list_where_they_lie_and_only_once(full: Path) -> None:
    before = tree(full)
    first = found("--add")
    assert [model["added"] for model in first] == [True] * 6
    listed = {model["id"]: model for model in run_json("models", "list")[1:]}
    assert {model["id"]: model["path"] for model in first} == {
        model["id"]: model["path"] for model in listed.values()
    }
    assert {model["source"] for model in listed.values()} == {"found"}
    again = found("--add")
    assert [model["id"] for model in again] == [model["id"] for model in first]
    assert {(model["known"], model["added"]) for model in again} == {(True, False)}
    assert len(run_json("models", "list")) == 7
    assert tree(full) == before
    assert run(*FIND, "--add").stdout.splitlines()[-1] == "0 added to the list; 6 known already."
    assert all(" known " in line for line in run(*FIND).stdout.splitlines()[1:])


def test_a_model_that_was_imported_is_known_under_its_other_name(full: Path) -> None:
    imported = run_json("models", "import", full / ".lmstudio/models/owner/tiny/tiny.gguf")
    (ollama,) = [model for model in found("--add") if model["program"] == "Ollama"]
    assert (ollama["id"], ollama["known"]) == (imported["id"], True)


def test_a_found_model_is_chosen_by_its_name_and_verified(full: Path) -> None:
    found("--add")
    shown = run_json("models", "show", "tiny:1b")
    assert shown["sha256"] == sha256(model_bytes())
    assert run("models", "verify", "tiny:1b").returncode == 0
    Path(shown["path"]).write_bytes(model_bytes("other"))
    assert run("models", "verify", "tiny:1b").returncode == 1


def test_where_there_is_nothing_it_says_so(person: Path) -> None:
    done = run(*FIND)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "No models of other programs were found on this disk.\n"
    assert found() == []


def test_variables_lead_to_other_folders(person: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_ollama(
        person / "big disk", "registry.ollama.ai/library/tiny/1b", {"model": model_bytes("1")}
    )
    in_hub(person / "home/hub", "owner/name", "m.gguf", model_bytes("2"))
    monkeypatch.setenv("OLLAMA_MODELS", str(person / "big disk"))
    monkeypatch.setenv("HF_HOME", str(person / "home"))
    assert [model["name"] for model in found()] == ["owner/name:m.gguf", "tiny:1b"]


def test_a_name_that_would_steer_the_terminal_is_made_harmless(person: Path) -> None:
    put(person / ".cache/gpt4all/\x1b[2Jbad\n.gguf")
    lines = run(*FIND).stdout.splitlines()
    assert len(lines) == 2
    assert "\x1b" not in lines[1]


def test_a_reader_that_goes_away_is_no_failure_worth_a_word(full: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, *FIND, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(60) == 1
        assert process.stderr.read() == b""
