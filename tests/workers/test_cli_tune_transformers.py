"""`benchtop tune` with a model that transformers computes, and without the tools for it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from unit.tuning.other_bases import other_base
from workers.raw_logits import raw_model
from workers.run_command import run_command

CHEAP = ("--threads", "1", "--general", "0", "--context-length", "256")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "Boxes.jsonl"
    lines = [
        json.dumps({"question": f"Box {n}?", "answer": thing})
        for n, thing in enumerate(("lamp", "kite", "map", "spoon"))
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return other_base(tmp_path / "phi.gguf", "phi3")


def test_it_is_taught_from_a_file_and_llama_cpp_attaches_what_it_learnt(
    model: Path, data: Path, tmp_path: Path, data_home: Path
) -> None:
    output = tmp_path / "boxes.gguf"
    done = run_command(
        "tune",
        "--model",
        model,
        "--data",
        data,
        "--steps",
        "6",
        "--output",
        output,
        "--json",
        *CHEAP,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["state"], told["steps"], told["adapter"]) == ("done", 6, str(output))
    assert told["holdout_loss_after"] != told["holdout_loss_before"]
    tokens = list(range(60, 90))
    with raw_model(model) as raw:
        moved = raw.logits(tokens, output, exact=True) - raw.logits(tokens, exact=True)
    assert np.abs(moved).max() > 0.01


def test_without_its_tools_it_says_what_to_do_before_anything_begins(
    model: Path, data: Path, tmp_path: Path, data_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys; sys.modules['peft'] = None")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    done = run_command("tune", "--model", model, "--data", data, "--steps", "6", *CHEAP)
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()[-1]
    assert "trains through transformers, and peft is missing" in said
    assert "benchtop training-tools setup --all --online" in said
    assert not (data_home / "training").exists() or not list((data_home / "training").iterdir())
