"""Results of measurements on the disk."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from benchtop.services.data_folder import DataFolder
from benchtop.services.measure_results import (
    CHATS,
    MeasureResult,
    keep_result,
    kept_results,
    measures_file,
    newest,
)

SPEED = {
    "memory_bytes": 5,
    "depths": [{"depth": 0, "prompt_rate": 20.0, "generation_rate": 10.0}],
}
READ = {"perplexity": 12.5, "standard_error": 0.1, "tokens": 100, "context": 512}


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def test_a_newer_one_takes_the_place_of_its_kind_and_others_stay(folder: DataFolder) -> None:
    assert kept_results(folder) == []
    speed = MeasureResult("owl", "speed", 1.0, bytes=7, machine={"cores": 2}, figures=SPEED)
    chats = MeasureResult("owl", "perplexity", 2.0, text=CHATS, text_sha256="aa", figures=READ)
    other = replace(chats, text="/texts/story.txt")
    for one in (speed, chats, other):
        keep_result(folder, one)
    again = replace(chats, when=3.0, figures={**READ, "perplexity": 11.0})
    keep_result(folder, again)
    assert kept_results(folder) == [speed, other, again]
    kept = kept_results(folder)
    assert newest(kept, "owl", "perplexity", text=CHATS, window=512) == again
    assert newest(kept, "owl", "perplexity", text=CHATS, window=256) is None
    assert newest(kept, "owl", "perplexity") is None
    assert newest(kept, "fox", "speed") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "taste"},
        {"when": "today"},
        {"bytes": None},
        {"model_id": 3},
        {"machine": []},
        {"figures": {}},
        {"figures": {"memory_bytes": "much", "depths": []}},
        {"figures": {**SPEED, "depths": [{"depth": 0}]}},
        {"figures": {**SPEED, "depths": 3}},
    ],
)
def test_what_is_not_right_is_left_out_and_stays_in_the_file(
    folder: DataFolder, wrong: dict[str, object]
) -> None:
    right = MeasureResult("owl", "speed", 1.0, figures=SPEED)
    broken = {**asdict(right), **wrong}
    measures_file(folder).write_text(json.dumps({"results": [broken, 7], "later": "kept"}))
    assert kept_results(folder) == []
    keep_result(folder, right)
    assert kept_results(folder) == [right]
    there = json.loads(measures_file(folder).read_text())
    assert there["results"] == [broken, 7, asdict(right)]
    assert there["later"] == "kept"


def test_a_damaged_file_is_set_aside(folder: DataFolder) -> None:
    measures_file(folder).write_text("{half a")
    assert kept_results(folder) == []
    right = MeasureResult("owl", "speed", 1.0, figures=SPEED)
    keep_result(folder, right)
    assert kept_results(folder) == [right]
    assert (folder.root / "measures.json.damaged").read_text() == "{half a"
