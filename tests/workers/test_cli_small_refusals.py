"""Bad input that Python itself would explain in its own words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchtop.cli.compare_rank import ranked_json, votes_from
from benchtop.domain.compare_errors import VotesInvalid
from benchtop.domain.gguf import read_header
from benchtop.domain.model_errors import GgufDamaged
from benchtop.evaluation.ranking import rank
from benchtop.evaluation.votes import Vote, tally
from benchtop.services.suite_csv import RowTrouble, rows_of
from workers.commands import COMMAND, run_code, usage_error


def test_a_number_of_thousands_of_digits_is_no_vote() -> None:
    with pytest.raises(VotesInvalid, match="thousands of digits"):
        votes_from(f"[{'9' * 5_000}]", "votes.json")
    with pytest.raises(VotesInvalid, match="is not JSON"):
        votes_from("[", "votes.json")


def test_a_field_of_megabytes_is_told_with_what_there_may_be() -> None:
    with pytest.raises(RowTrouble, match="more than 1,000,000 letters"):
        list(rows_of(["prompt\n", "x" * 4_100_000 + "\n"]))


def test_a_version_of_letters_is_damage_and_no_newer_file(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(b"GGUF" + b"xxxx" * 20)
    with pytest.raises(GgufDamaged):
        read_header(path)


def test_a_context_is_a_whole_number() -> None:
    told = usage_error("perplexity", "--model", "starter", "--context", "5x")
    assert "must be a whole number of tokens" in told


def test_nothing_is_certain_after_any_number_of_votes() -> None:
    told = ranked_json(rank(tally([Vote("x", "y", "a")] * 400)))
    assert 0 < told["better"]["y"]["x"] < told["better"]["x"]["y"] < 1


def test_an_output_without_room_says_so(tmp_path: Path) -> None:
    votes = tmp_path / "votes.json"
    votes.write_text(json.dumps([{"a": "x", "b": "y", "outcome": "a"}]))
    code = (
        "import subprocess, sys\n"
        "with open('/dev/full', 'w') as full:\n"
        "    done = subprocess.run(sys.argv[1:], stdout=full, stderr=subprocess.PIPE, text=True)\n"
        "assert done.returncode == 1, done\n"
        "print(done.stderr)"
    )
    told = run_code(code, *COMMAND, "compare", "--rank", str(votes)).stdout
    assert "The output could not be written: no room is left" in told
