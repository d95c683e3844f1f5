"""What files say and settings hold, as the commands tell and heed it."""

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from workers.commands import COMMAND, explained, run, run_json, usage_error
from workers.tiny_gguf import CONTEXT, random_model

NAME = "nice\x1b[2J\x1b]0;owned\x07\r\nsecond \u202eline"
STEERING = ("\x1b", "\x07", "\r", "\u202e")


def on_terminal(*words: str | Path) -> str:
    """What a command writes to a terminal, both outputs."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*COMMAND, *map(str, words)], stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 10_000):
            seen += piece
    except OSError:  # the other end is closed: the command has ended
        pass
    os.close(ours)
    assert process.wait(60) == 0, seen
    return seen.decode()


def test_a_name_from_a_file_does_not_steer_the_terminal(tmp_path: Path) -> None:
    file = random_model(tmp_path / "evil.gguf", name=NAME)
    said = [run("models", "import", file), run("models", "list"), run("models", "show", file)]
    said += [run("models", "remove", file)]
    for done in said:
        assert done.returncode == 0, done.stderr
        assert not any(mark in done.stdout for mark in STEERING), done.stdout
        assert "nice?[2J" in done.stdout
    assert len(said[1].stdout.splitlines()) == 3  # the head, the starter, this one


def test_the_loading_line_and_a_reply_do_not_steer_the_terminal(tmp_path: Path) -> None:
    file = random_model(tmp_path / "evil.gguf", name=NAME)
    ask = ("chat", "--model", file, "--prompt", "x\x1b]0;owned\x07", "--no-store")
    seen = on_terminal(*ask, "--complete", "--show-prompt")
    assert "loading nice?[2J" in seen
    assert "x?]0;owned?" in seen
    ours = seen.replace("\r\n", "").replace("\r\x1b[K", "").replace("%\r", "%")
    assert not any(mark in ours for mark in STEERING), ours


RAISES = "{{ raise_exception('no way') }}"
LOOPS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(("template", "why"), [(RAISES, "no way"), (LOOPS, "too long")])
@pytest.mark.parametrize("option", ["--show-prompt", "--no-store"])
def test_a_template_that_refuses_is_told_in_a_sentence(
    tmp_path: Path, template: str, why: str, option: str
) -> None:
    file = random_model(tmp_path / "own.gguf", template=template)
    done = run("chat", "--model", file, "--prompt", "Hello", "--max-tokens", "2", option)
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith("benchtop: The chat template of tiny cannot be used (")
    assert why in line
    assert "plain fallback template was used" in line
    if option == "--show-prompt":
        assert "Hello" in done.stdout


def test_the_context_comes_from_the_settings_or_the_option(tmp_path: Path, data_home: Path) -> None:
    file = random_model(tmp_path / "tiny.gguf")
    prompt = "word " * 100  # about 500 tokens of this vocabulary
    ask = ("chat", "--model", file, "--prompt", prompt, "--max-tokens", "2", "--no-store")
    assert run(*ask).returncode == 0
    assert "the context holds 256" in explained(run(*ask, "--context", "256"))
    data_home.mkdir(exist_ok=True)
    (data_home / "settings.json").write_text(json.dumps({"context_length": 256}))
    assert "the context holds 256" in explained(run(*ask))
    assert run(*ask, "--context", str(CONTEXT)).returncode == 0


@pytest.mark.parametrize("tokens", ["0", "-5", "255", str(CONTEXT + 1)])
def test_a_context_the_model_cannot_have_is_refused(tmp_path: Path, tokens: str) -> None:
    file = random_model(tmp_path / "tiny.gguf")
    line = explained(run("chat", "--model", file, "--prompt", "x", "--context", tokens))
    assert line == f"benchtop: --context is {tokens}, which is out of range: 256 to 1,024 for tiny."


def test_threads_come_from_the_settings_or_the_option(tmp_path: Path, data_home: Path) -> None:
    file = random_model(tmp_path / "tiny.gguf")
    data_home.mkdir(exist_ok=True)
    (data_home / "settings.json").write_text(json.dumps({"threads": 3}))
    bench = ("bench", "--model", file, "--prompt-tokens", "4", "--tokens", "2", "--repeat", "1")
    assert run_json(*bench)["threads"] == 3
    assert run_json(*bench, "--threads", "2")["threads"] == 2


def test_bench_times_the_shortest_reply_and_refuses_one_token(tmp_path: Path) -> None:
    file = random_model(tmp_path / "tiny.gguf")
    bench = ("bench", "--model", file, "--prompt-tokens", "4", "--repeat", "1")
    assert run_json(*bench, "--tokens", "2")["wire_tokens_per_second"] > 0
    assert "--tokens: must be 2 or more" in usage_error(*bench, "--tokens", "1")


def test_a_relative_path_is_removed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random_model(tmp_path / "here.gguf")
    monkeypatch.chdir(tmp_path)
    added = run_json("models", "import", "here.gguf")
    (tmp_path / "here.gguf").rename(tmp_path / "gone.gguf")  # a file that is gone comes off too
    assert run_json("models", "remove", "here.gguf")["id"] == added["id"]
    assert [m["id"] for m in run_json("models", "list")] == ["starter"]
    assert "no model called" in explained(run("models", "remove", "here.gguf"))
