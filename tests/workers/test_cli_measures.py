"""`benchtop perplexity`, `divergence`, `lens` and the depths of `bench`, as a person runs them."""

import json
import math
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from workers.commands import COMMAND, explained, run, run_json, usage_error
from workers.measured_text import story
from workers.raw_logits import raw_model, scored_rows


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(story(30))
    return path


@pytest.fixture
def long_text(tmp_path: Path) -> Path:
    """Enough to keep the slow model busy for minutes."""
    path = tmp_path / "long.txt"
    path.write_text(story(3_000))
    return path


def test_perplexity_is_llama_perplexity_s(starter_path: Path, text: Path) -> None:
    """Within 0.5 %, by the definition of llama.cpp's tools/perplexity/perplexity.cpp (see
    test_engine_scoring.py), as the command prints it."""
    words = ("perplexity", "--model", "starter", "--text", text, "--context", "128")
    found = run_json(*words)
    with raw_model(starter_path) as model:
        losses = [
            -row[token]
            for rows, came in scored_rows(model, model.tokens(text.read_text()), 128)
            for row, token in zip(rows, came, strict=True)
        ]
    mean = sum(losses) / len(losses)
    assert found["perplexity"] == pytest.approx(math.exp(mean), rel=5e-3)
    spread = sum(loss**2 for loss in losses) / len(losses) - mean**2
    error = math.sqrt(spread / (len(losses) - 1)) * math.exp(mean)
    assert found["standard_error"] == pytest.approx(error, rel=1e-2)
    assert (found["tokens"], found["context"]) == (len(losses), 128)
    assert found["low"] < found["perplexity"] < found["high"]
    assert found["model"]["path"] == str(starter_path)
    assert run(*words).stdout.startswith(f"perplexity {found['perplexity']:.4f} ± ")
    assert run_json(*words[:-2])["context"] == 512


def test_divergence_of_a_file_with_itself(starter_path: Path, text: Path, data_home: Path) -> None:
    words = ("divergence", "--model", "starter", "--model", starter_path, "--text", text)
    found = run_json(*words, "--context", "64")
    assert (found["mean_kl"], found["kl_99"], found["median_kl"], found["largest_kl"]) == (0,) * 4
    assert (found["top1_agreement"], found["top1_agreement_standard_error"]) == (1, 0)
    assert found["tokens"] > 100
    assert len(found["models"]) == len(found["perplexities"]) == 2
    assert list((data_home / "measures").iterdir()) == []
    assert "same likeliest token" in run(*words).stdout


def test_the_lens_tells_each_place(starter_path: Path) -> None:
    found = run_json("lens", "--model", "starter", "--prompt", "Once upon a time", "--top", "3")
    assert "".join(token["text"] for token in found["tokens"]) == "Once upon a time"
    first, *rest = found["tokens"]
    assert (first["probability"], first["top"]) == (None, [])
    for token in rest:
        assert token["probability"] == pytest.approx(math.exp(token["logprob"]))
        assert len(token["top"]) == 3
        assert token["top"][0]["probability"] >= token["probability"]
    assert len(found["next"]) == 3
    shown = run("lens", "--model", "starter", "--prompt", "Once upon\na", "--top", "3").stdout
    assert "(next)" in shown
    assert len(shown.splitlines()) == len(found["tokens"]) + 1


def test_the_lens_of_two_models_tells_where_they_differ(starter_path: Path) -> None:
    words = ("lens", "--model", "starter", "--model", "starter", "--prompt", "Once upon")
    found = run_json(*words, "--top", "1")
    assert [token["id"] for token in found["second"]["tokens"]] == [
        token["id"] for token in found["tokens"]
    ]
    assert found["second"]["tokens"][1]["divergence"] == 0
    assert found["second"]["next_divergence"] == 0
    assert "KL 0.0000" in run(*words).stdout


def test_bench_measures_at_depths(starter_path: Path) -> None:
    words = (
        "bench",
        "--model",
        "starter",
        "--prompt-tokens",
        "32",
        "--tokens",
        "8",
        "--repeat",
        "1",
    )
    found = run_json(*words, "--depths", "0,300,64")
    assert [rates["depth"] for rates in found["depths"]] == [0, 300, 64]
    for rates in found["depths"]:
        assert rates["prompt_tokens_per_second"] > 0
        assert rates["generation_tokens_per_second"] > 0
    assert found["prompt_tokens_per_second"] == found["depths"][0]["prompt_tokens_per_second"]
    # The starter reads 1,024 tokens: of 0, 1,024 and 4,096 the first is left.
    assert [rates["depth"] for rates in run_json(*words)["depths"]] == [0]
    assert "--depths is 993" in explained(run(*words, "--depths", "993"))
    assert "tokens per second at 300" in run(*words, "--depths", "0,300").stdout
    for wrong in ("", "-1", "a", "1,,2", "1.5"):
        assert "whole numbers" in usage_error(*words, f"--depths={wrong}")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no such file"),
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"caf\xe9", "not UTF-8"),
        (b"too short", "of the 512 tokens"),
    ],
)
def test_a_text_that_cannot_be_measured_is_told(
    starter_path: Path, tmp_path: Path, content: bytes | None, says: str
) -> None:
    file = tmp_path / "text.txt"
    if content is not None:
        file.write_bytes(content)
    models = ("--model", "starter")
    for words in (("perplexity", *models), ("divergence", *models, *models)):
        assert says in explained(run(*words, "--text", file))


def test_without_a_text_one_s_own_chats_are_read(starter_path: Path) -> None:
    words = ("perplexity", "--model", "starter", "--context", "16")
    assert "no chats yet" in explained(run(*words))
    chat = ("chat", "--model", "starter", "--max-tokens", "30", "--prompt")
    assert run(*chat, "Tell me about the owl and the fox, the cat and the mouse.").returncode == 0
    assert run_json(*words)["tokens"] >= 7


def test_what_cannot_be_compared_is_told(
    starter_path: Path, tiny_model: Path, text: Path, tmp_path: Path
) -> None:
    words = ("divergence", "--text", text, "--model", "starter")
    line = explained(run(*words, "--model", tiny_model))
    assert "different vocabularies" in line
    assert str(starter_path) in line
    assert str(tiny_model) in line
    assert "give --model twice" in explained(run(*words))
    assert "not there" in explained(run(*words, "--model", tmp_path / "none.gguf"))
    assert "give --model once" in explained(run("perplexity", *words[1:], "--model", "starter"))
    for wrong in ("15", "0", "1025"):
        line = explained(run("perplexity", *words[1:], "--context", wrong))
        assert f"--context is {wrong}" in line
    assert "--top" in usage_error("lens", "--model", "starter", "--prompt", "a", "--top", "101")
    assert "reads at most 1,024" in explained(
        run("lens", "--model", "starter", "--prompt", "word " * 3_000)
    )


@pytest.fixture
def divergence(
    slow_model_path: Path, long_text: Path, data_home: Path
) -> Iterator[subprocess.Popen[str]]:
    """A divergence in the middle of a window."""
    model = ("--model", str(slow_model_path))
    process = subprocess.Popen(
        [*COMMAND, "divergence", *model, *model, "--text", str(long_text), "--context", "64"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not any(path.stat().st_size for path in (data_home / "measures").glob("rows-*")):
        assert process.poll() is None
    yield process
    process.kill()
    process.communicate()


def test_an_engine_that_is_killed_is_told_in_a_sentence(
    divergence: subprocess.Popen[str], data_home: Path
) -> None:
    for worker in psutil.Process(divergence.pid).children():
        os.kill(worker.pid, signal.SIGKILL)
    output, errors = divergence.communicate(timeout=60)
    assert (divergence.returncode, output) == (1, "")
    (line,) = errors.strip().splitlines()
    assert line.startswith("benchtop: The engine process ended unexpectedly")
    assert list((data_home / "measures").iterdir()) == []


def test_ctrl_c_ends_a_measurement_and_leaves_nothing(
    divergence: subprocess.Popen[str], data_home: Path
) -> None:
    divergence.send_signal(signal.SIGINT)
    _output, errors = divergence.communicate(timeout=60)
    assert (divergence.returncode, errors) == (130, "benchtop: interrupted\n")
    assert list((data_home / "measures").iterdir()) == []


def test_what_a_killed_command_left_is_deleted_by_the_next(
    divergence: subprocess.Popen[str], data_home: Path, text: Path
) -> None:
    family = psutil.Process(divergence.pid).children(recursive=True)
    divergence.kill()
    divergence.communicate()
    psutil.wait_procs(family, timeout=30)
    (old,) = (data_home / "measures").iterdir()
    assert old.stat().st_size
    words = ("divergence", "--model", "starter", "--model", "starter", "--text", text)
    assert json.loads(run(*words, "--context", "64", "--json").stdout)["mean_kl"] == 0
    assert list((data_home / "measures").iterdir()) == []
