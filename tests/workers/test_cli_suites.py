"""`benchtop suites`, run as a person runs it."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

from benchtop.services.suites import SHIPPED
from workers.commands import COMMAND, explained, run, run_json, usage_error


def test_what_comes_with_benchtop_is_listed() -> None:
    found = run_json("suites", "list")
    assert [one["id"] for one in found] == list(SHIPPED)
    assert all(one["builtin"] and one["prompts"] >= 20 for one in found)
    table = run("suites", "list").stdout.splitlines()
    assert len(table) == 5
    assert table[1].split() == ["everyday", "20", "Everyday", "(comes", "with", "Benchtop)"]


def test_a_table_comes_in_and_goes_out_again(tmp_path: Path) -> None:
    path = tmp_path / "Mine.csv"
    path.write_text("prompt,number\nWhat is 1 + 1?,2\nWhat is 2 + 2?,4\n")
    kept = run_json("suites", "import", path)
    assert (kept["name"], kept["prompts"], kept["builtin"]) == ("Mine", 2, False)
    assert run_json("suites", "list")[-1] == kept
    told = run("suites", "import", "--name", "Sums", path).stdout
    assert told.startswith("Sums is kept as ")
    assert told.endswith(", with 2 prompts.\n")

    out = tmp_path / "out.jsonl"
    assert run("suites", "export", "sums", out).stdout == f"Sums is now in {out}.\n"
    assert [json.loads(line)["prompt"] for line in out.read_text().splitlines()] == [
        "What is 1 + 1?", "What is 2 + 2?",
    ]  # fmt: skip
    assert "is there already" in explained(run("suites", "export", "sums", out))
    assert run_json("suites", "export", "--force", kept["id"], out)["path"] == str(out)
    shown = json.loads(run("suites", "export", "Mine", "-").stdout)
    assert (shown["format"], shown["name"], len(shown["prompts"])) == ("benchtop-suite", "Mine", 2)
    table = run("suites", "export", "--format", "csv", "everyday", "-").stdout
    assert len(list(csv.DictReader(table.splitlines(keepends=True)))) == 20


def test_trouble_is_told_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("prompt,number\nWhat is 1 + 1?,two\n")
    told = explained(run("suites", "import", path))
    assert told == (
        f"benchtop: {path} cannot be imported: line 2: the field “number” is not a number such as 3.5."
    )
    assert "there is no suite called “gone”" in explained(
        run("suites", "export", "gone", tmp_path / "x.csv")
    ).replace("There", "there")
    assert not (tmp_path / "x.csv").exists()
    assert "cannot be read" in explained(run("suites", "import", tmp_path / "none.json"))
    assert "give --format" in usage_error("suites", "export", "everyday", tmp_path / "x")
    assert "--json says" in usage_error("suites", "export", "everyday", "-", "--json")
    assert "required" in usage_error("suites")


def test_a_reader_that_goes_away_is_no_trouble() -> None:
    command = " ".join([*COMMAND, "suites", "export", "everyday", "-", "|", "head", "-c", "10"])
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True
    )
    assert (len(done.stdout), done.stderr) == (10, "")
