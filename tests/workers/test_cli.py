"""The commands as a person runs them: real processes, the starter model, exit statuses, one line."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from workers.commands import ASK, COMMAND, explained, run, run_json


def test_chat_streams_the_reply_to_stdout(starter_path: Path) -> None:
    done = run(*ASK, "--prompt", "Hello!", "--no-store")
    assert done.returncode == 0
    assert done.stdout.strip()
    assert done.stdout.endswith("\n")


def test_chat_json_has_every_promised_fact(starter_path: Path, data_home: Path) -> None:
    result = run_json(*ASK, "--prompt", "What is a token?", "--logprobs", "2")
    assert set(result) == {
        "text", "reasoning", "model", "prompt_tokens", "cached_tokens", "completion_tokens",
        "prompt_seconds", "generation_seconds", "first_token_seconds", "stop", "conversation_id",
        "tokens",
    }  # fmt: skip
    assert result["model"]["path"] == str(starter_path)
    assert len(result["model"]["sha256"]) == 64
    assert result["stop"] in ("end", "length")
    assert len(result["tokens"]) >= result["completion_tokens"] - 1
    assert "".join(t["text"] for t in result["tokens"]).strip().startswith(result["text"].strip())
    first = result["tokens"][0]
    assert first["logprob"] <= 0
    assert [len(t["top"]) for t in result["tokens"]] == [2] * len(result["tokens"])
    assert first["top"][0]["text"] == first["text"]  # greedy takes the likeliest


def test_the_same_seed_gives_the_same_reply(starter_path: Path) -> None:
    words = ("chat", "--model", "starter", "--prompt", "Tell me a story.", "--seed", "7",
             "--temperature", "1", "--no-store")  # fmt: skip
    assert run(*words).stdout == run(*words).stdout
    assert run(*words).stdout != run(*words[:-3], "--seed", "8", *words[-3:]).stdout


def test_a_conversation_goes_on(starter_path: Path) -> None:
    first = run_json(*ASK, "--prompt", "Hi! My name is Ada.")
    again = run_json(*ASK, "--prompt", "Thanks.", "--conversation", first["conversation_id"])
    assert again["conversation_id"] == first["conversation_id"]
    assert again["prompt_tokens"] > first["prompt_tokens"] + first["completion_tokens"]


def test_no_store_keeps_nothing(starter_path: Path, data_home: Path) -> None:
    result = run_json(*ASK, "--prompt", "Hello!", "--no-store")
    assert result["conversation_id"] is None
    exported = data_home / "all.json"
    assert run("export", exported).returncode == 0
    assert json.loads(exported.read_text())["conversations"] == []


def test_show_prompt_prints_the_template_s_text_and_keeps_nothing(
    starter_path: Path, data_home: Path
) -> None:
    done = run(*ASK, "--prompt", "Hello!", "--system", "Be brief.", "--show-prompt")
    assert done.returncode == 0
    assert done.stdout.startswith("<|im_start|>system\nBe brief.<|im_end|>\n")
    assert done.stdout.endswith("<|im_start|>assistant\n")


def test_complete_goes_on_with_raw_text(starter_path: Path) -> None:
    shown = run(*ASK, "--prompt", "Once upon", "--complete", "--show-prompt")
    assert shown.stdout == "Once upon"
    assert run(*ASK, "--prompt", "Once upon a time", "--complete", "--no-store").stdout.strip()


def test_stop_strings_end_the_reply_before_them(starter_path: Path) -> None:
    result = run_json(*ASK, "--prompt", "Tell me a story.", "--stop", ".", "--no-store")
    assert result["stop"] == "stop_string"
    assert "." not in result["text"]


def test_a_schema_makes_valid_json(starter_path: Path, tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"enum": ["owl", "fox"]}, "legs": {"type": "boolean"}},
        "required": ["name", "legs"],
        "additionalProperties": False,
    }
    file = tmp_path / "schema.json"
    file.write_text(json.dumps(schema))
    result = run_json(*ASK, "--prompt", "An animal.", "--schema", file, "--no-store")
    value = json.loads(result["text"])
    assert value["name"] in ("owl", "fox")
    assert isinstance(value["legs"], bool)


def test_the_prompt_may_come_from_stdin(starter_path: Path) -> None:
    done = run(*ASK, "--prompt", "-", "--show-prompt", given="from a pipe")
    assert "from a pipe" in done.stdout


def test_ctrl_c_keeps_what_was_said(slow_model_path: Path, data_home: Path) -> None:
    """The schema keeps the model writing for far longer than the test takes."""
    schema = data_home.parent / "long.json"
    items = {"type": "string", "minLength": 200}
    schema.write_text(json.dumps({"type": "array", "items": items, "minItems": 50}))
    process = subprocess.Popen(
        [*COMMAND, "chat", "--model", str(slow_model_path), "--complete", "--prompt", "a", "--schema",
         str(schema)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    first = process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert b"Traceback" not in errors
    file = data_home / "all.json"
    assert run("export", file).returncode == 0
    (conversation,) = json.loads(file.read_text())["conversations"]
    question, answer = conversation["messages"]
    assert question["content"] == "a"
    assert answer["state"] == "stopped"
    assert answer["content"] == (first + rest).decode().removesuffix("\n")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("text.gguf", b"hello there, I am no model", "not a GGUF file"),
        ("empty.gguf", b"", "empty"),
        ("old.gguf", b"GGUF\x09\x00\x00\x00", "version 9"),
        ("cut.gguf", b"GGUF\x03\x00\x00\x00\x10", "cut short"),
        ("absurd.gguf", b"GGUF\x03\x00\x00\x00" + b"\xff" * 16, "damaged"),
    ],
)
def test_a_file_that_is_no_model_is_explained(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    for words in (
        ("chat", "--prompt", "hi", "--model"),
        ("models", "import"),
        ("bench", "--model"),
    ):
        line = explained(run(*words, file))
        assert says in line
        assert str(file) in line


def test_a_truncated_model_is_explained(tmp_path: Path, starter_path: Path) -> None:
    file = tmp_path / "short.gguf"
    file.write_bytes(starter_path.read_bytes()[:-1000])
    assert "cut short" in explained(run("chat", "--prompt", "hi", "--model", file))


def test_other_paths_that_are_no_model(tmp_path: Path) -> None:
    assert "is a folder" in explained(run("chat", "--prompt", "hi", "--model", tmp_path))
    gone = tmp_path / "gone.gguf"
    assert "not there" in explained(run("chat", "--prompt", "hi", "--model", gone))
    assert "no model called" in explained(run("chat", "--prompt", "hi", "--model", "nothing"))


def test_bad_usage_is_two() -> None:
    assert run("chat").returncode == 2
    assert run("nonsense").returncode == 2
    assert run("chat", "--model", "starter", "--prompt", "x", "--top-k", "many").returncode == 2


def test_values_out_of_range_are_explained(starter_path: Path) -> None:
    assert "temperature" in explained(run(*ASK, "--prompt", "x", "--temperature", "-1"))
    assert "adapter" in explained(run(*ASK, "--prompt", "x", "--adapter", "/nowhere.gguf:0.5"))


def test_a_conversation_that_is_not_there(starter_path: Path) -> None:
    line = explained(run(*ASK, "--prompt", "x", "--conversation", "0123456789"))
    assert "0123456789" in line


def test_models_are_listed_imported_and_removed(starter_path: Path, tmp_path: Path) -> None:
    file = tmp_path / "my model.gguf"
    file.write_bytes(starter_path.read_bytes())
    added = run_json("models", "import", file)
    assert added["path"] == str(file)
    assert run_json("models", "import", file) == added  # twice is once
    listed = run_json("models", "list")
    assert [m["id"] for m in listed] == ["starter", added["id"]]
    assert set(listed[0]) >= {
        "id", "name", "path", "bytes", "architecture", "parameters", "quantisation",
        "context_length", "chat_template", "source",
    }  # fmt: skip
    shown = run_json("models", "show", added["name"])
    assert shown == added
    assert run("models", "remove", added["id"]).returncode == 0
    assert file.exists()
    assert [m["id"] for m in run_json("models", "list")] == ["starter"]


def test_a_model_whose_file_is_gone_stays_listed_and_is_explained(
    starter_path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "soon-gone.gguf"
    file.write_bytes(starter_path.read_bytes())
    added = run_json("models", "import", file)
    file.unlink()
    assert run_json("models", "list")[1]["missing"] is True
    line = explained(run("chat", "--model", added["id"], "--prompt", "hi"))
    assert str(file) in line


def test_export_and_import_bring_everything_to_another_home(
    starter_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = run_json(*ASK, "--prompt", "Hello from here!")
    file, markdown = tmp_path / "all.json", tmp_path / "all.md"
    assert run("export", file).returncode == 0
    assert run("export", "--format", "markdown", markdown).returncode == 0
    assert "Hello from here!" in markdown.read_text()
    assert asked["text"].strip() in markdown.read_text()
    monkeypatch.setenv("BENCHTOP_HOME", str(tmp_path / "other"))
    assert run_json("export", "--import", file)["conversations_added"] == 1
    assert run_json("export", "--import", file)["conversations_added"] == 0
    again = tmp_path / "again.json"
    assert run("export", again).returncode == 0
    before, after = json.loads(file.read_text()), json.loads(again.read_text())
    assert after["conversations"] == before["conversations"]


def test_bench_prints_medians(starter_path: Path) -> None:
    result = run_json(
        "bench", "--model", "starter", "--prompt-tokens", "64", "--tokens", "32", "--repeat", "2"
    )
    for name in (
        "prompt_tokens_per_second",
        "generation_tokens_per_second",
        "wire_tokens_per_second",
    ):
        assert result[name] > 0


def test_a_read_only_home_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, starter_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BENCHTOP_HOME", str(tmp_path / "file" / "home"))
    assert "may not be written" in explained(run("models", "list"))
