"""What the commands refuse, and how they end when they are cut off: one line, no traceback, nothing lost."""

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from workers.commands import (
    ASK,
    COMMAND,
    explained,
    kept,
    read_terminal,
    run,
    run_json,
    usage_error,
)
from workers.tiny_gguf import random_model


def database(home: Path) -> Path:
    (file,) = home.glob("*.sqlite3")
    return file


def test_a_newer_store_is_told_before_anything_is_answered(
    starter_path: Path, data_home: Path
) -> None:
    assert run("models", "list").returncode == 0
    with sqlite3.connect(database(data_home)) as connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('benchtop', '0099_telepathy', 'now')"
        )
    connection.close()
    assert "newer Benchtop" in explained(run(*ASK, "--prompt", "Hello!"))
    assert run(*ASK, "--prompt", "Hello!", "--no-store").returncode == 0


def test_a_damaged_store_is_told_before_anything_is_answered(
    starter_path: Path, data_home: Path
) -> None:
    assert run("models", "list").returncode == 0
    database(data_home).write_bytes(b"no database " * 1_000)
    assert "damaged" in explained(run(*ASK, "--prompt", "Hello!"))


@pytest.mark.parametrize("blocks", [8, 48])
def test_a_full_disk_ends_with_its_sentence(
    starter_path: Path, data_home: Path, blocks: int
) -> None:
    """No file may grow beyond ``blocks`` of 1024 bytes: first the index of the log, then the log."""
    assert run("models", "list").returncode == 0
    words = [*COMMAND, *ASK, "--json", "--prompt", "Hello!", "--system", " " * 60_000]
    limited = ["bash", "-c", f'ulimit -f {blocks}; exec "$@"', "bash", *words]
    done = subprocess.run(limited, capture_output=True, text=True, timeout=120, check=False)
    assert "is full" in explained(done)


@pytest.mark.parametrize("scale", ["nan", "inf", "-inf", "1e3"])
def test_an_adapter_s_scale_has_a_range(starter_path: Path, data_home: Path, scale: str) -> None:
    line = explained(run(*ASK, "--prompt", "x", "--adapter", f"{starter_path}:{scale}"))
    assert scale in line
    assert "-10 to 10" in line


def test_a_refused_request_leaves_no_conversation(
    starter_path: Path, data_home: Path, tmp_path: Path
) -> None:
    schema = tmp_path / "schema.json"
    for text, says in (
        ("{", "not JSON"),
        ('{"type": "colour"}', "/type is"),
        ('{"$ref": "https://example.org/a"}', "does not fetch"),
    ):
        schema.write_text(text)
        line = explained(run(*ASK, "--prompt", "x", "--schema", schema))
        assert says in line
        assert "allow-fetch" not in line
    assert "LoRA" in explained(run(*ASK, "--prompt", "x", "--adapter", starter_path))
    assert "tokens" in explained(run(*ASK, "--prompt", "many words " * 9_000))
    assert kept() == []


def test_ctrl_c_while_python_imports_says_nothing() -> None:
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", *COMMAND[1:], "chat"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "argparse" in line:  # the first of what the commands need
            break
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) in (-signal.SIGINT, 130)
    assert "Traceback" not in rest


def interrupted(*words: str, ready: Callable[[psutil.Process], bool]) -> str:
    """What a command says that gets Ctrl+C as soon as it is ``ready``; its input stays open."""
    process = subprocess.Popen(
        [*COMMAND, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while not ready(psutil.Process(process.pid)):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    _output, errors = process.communicate()
    return errors.decode()


def test_ctrl_c_while_the_input_is_read(starter_path: Path, data_home: Path) -> None:
    says = interrupted(
        *ASK, "--prompt", "-", ready=lambda _process: any(data_home.glob("*.sqlite3"))
    )
    assert says == "benchtop: interrupted\n"


@pytest.mark.parametrize(
    "words",
    [("bench", "--tokens", "400", "--repeat", "1000"), ("chat", "--prompt", "Hello!")],
    ids=["bench", "chat"],
)
def test_ctrl_c_while_a_model_loads(words: tuple[str, ...], slow_model_path: Path) -> None:
    says = interrupted(
        *words, "--model", str(slow_model_path), ready=lambda process: bool(process.children())
    )
    assert says.splitlines()[-1] == "benchtop: interrupted"
    assert "Traceback" not in says


def test_ctrl_c_while_a_benchmark_runs(slow_model_path: Path) -> None:
    """A terminal's line is cleared when the model is loaded, just before the benchmark runs."""
    ours, theirs = pty.openpty()
    words = ("bench", "--model", str(slow_model_path), "--tokens", "400", "--repeat", "1000")
    process = subprocess.Popen(
        [*COMMAND, *words, "--threads", "1"], stdout=subprocess.DEVNULL, stderr=theirs
    )
    os.close(theirs)
    read_terminal(ours, until=b"\033[K")
    process.send_signal(signal.SIGINT)
    assert read_terminal(ours) == b"benchtop: interrupted\r\n"
    assert process.wait(60) == 130
    os.close(ours)


def test_a_reader_that_goes_away_ends_the_reply_quietly(
    slow_model_path: Path, data_home: Path
) -> None:
    process = subprocess.Popen(
        [*COMMAND, "chat", "--model", str(slow_model_path), "--prompt", "a"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(3)
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 1
    assert "Traceback" not in errors
    assert "Error" not in errors
    (conversation,) = kept()
    assert conversation["messages"][1]["state"] == "stopped"


def test_a_closed_input_is_told() -> None:
    words = ["bash", "-c", 'exec "$@" <&-', "bash", *COMMAND, *ASK, "--prompt", "-"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert "cannot be read: it is closed" in explained(done)


def test_empty_words_and_odd_pairs_are_bad_usage(tmp_path: Path) -> None:
    for prompt in ("", " \n"):
        assert "--prompt" in usage_error("chat", "--model", "starter", "--prompt", prompt)
    assert "empty" in usage_error(*ASK, "--prompt", "-", given=" \n")
    assert "--model" in usage_error("chat", "--model", "", "--prompt", "x")
    assert "--conversation" in usage_error("export", "--conversation", "", "x.json")
    assert "--mod" in usage_error(*ASK, "--prompt", "x", "--mod", "starter")
    assert "unrecognized" in usage_error("models", "list", "--js")
    for option in (("--format", "json"), ("--conversation", "a"), ("--force",)):
        assert option[0] in usage_error("export", "--import", *option, tmp_path / "x.json")


@pytest.mark.parametrize("option", ["--prompt-tokens", "--tokens", "--repeat", "--threads"])
def test_bench_takes_whole_numbers(option: str) -> None:
    for value in ("0", "-1", "many", "1.5"):
        line = usage_error("bench", "--model", "starter", option, value)
        assert "must be a whole number of 1 or more" in line
        assert option in line
    assert "512" in usage_error("bench", "--model", "starter", "--threads", "513")


def test_an_export_replaces_nothing_unasked(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text("mine")
    assert "is there already" in explained(run("export", file))
    assert file.read_text() == "mine"
    assert run("export", "--force", file).returncode == 0
    assert json.loads(file.read_text())["conversations"] == []


def test_numbers_out_of_range_are_told_with_their_option(starter_path: Path) -> None:
    for option, value, says in (
        ("--max-tokens", "0", "--max-tokens is 0, which is out of range: 1 to 10,000,000."),
        ("--seed", "4294967295", "--seed is 4,294,967,295, which is out of range: 0 to 4,294,967,294."),
        ("--temperature", "-1", "--temperature is -1, which is out of range: 0 to 5."),
    ):  # fmt: skip
        assert says in explained(run("chat", "--model", "starter", "--prompt", "x", option, value))


def test_the_starter_stays_and_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    assert "Something went wrong" not in explained(run("models", "remove", "starter"))
    line = explained(run(*ASK, "--prompt", "x", "--schema", tmp_path / "none.json"))
    assert "cannot be read: no such file" in line


def test_help_has_no_marks_of_its_source() -> None:
    for words in ((), ("chat",), ("bench",), ("export",), ("models",), ("models", "import")):
        assert "`" not in run(*words, "--help").stdout


def test_a_terminal_gets_a_line_end_after_the_prompt(starter_path: Path) -> None:
    ours, theirs = pty.openpty()
    words = [*COMMAND, *ASK, "--prompt", "Once upon", "--complete", "--show-prompt"]
    process = subprocess.Popen(words, stdout=theirs, stderr=subprocess.DEVNULL)
    assert process.wait(60) == 0
    assert os.read(ours, 1_000) == b"Once upon\r\n"
    os.close(theirs)
    os.close(ours)


def test_a_conversation_goes_on_with_its_own_parameters(
    starter_path: Path, data_home: Path
) -> None:
    first = run_json(*ASK, "--top-k", "7", "--prompt", "Hi!")
    again = ("chat", "--model", "starter", "--conversation", first["conversation_id"])
    run_json(*again, "--prompt", "Thanks.", "--max-tokens", "5")
    (conversation,) = kept()
    before, after = (m["params"] for m in conversation["messages"] if m["role"] == "assistant")
    assert before["max_tokens"] == 40
    assert after["max_tokens"] == 5
    assert (after["top_k"], after["temperature"]) == (7, 0)


def test_a_new_conversation_begins_with_what_the_model_suggests(
    data_home: Path, tmp_path: Path
) -> None:
    model = str(random_model(tmp_path / "mild.gguf", temperature=0.25))
    ask = ("chat", "--model", model, "--prompt", "Hi!", "--max-tokens", "3")
    run_json(*ask)
    run_json(*ask, "--temperature", "0.5")
    used = [m["params"] for c in kept() for m in c["messages"] if m["role"] == "assistant"]
    assert sorted(params["temperature"] for params in used) == [0.25, 0.5]


def test_a_system_prompt_without_a_place_is_told(starter_path: Path) -> None:
    done = run(*ASK, "--prompt", "Once", "--complete", "--system", "Be brief.", "--show-prompt")
    assert done.stdout == "Once"
    assert "--system" in done.stderr
