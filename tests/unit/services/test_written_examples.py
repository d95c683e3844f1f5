"""Examples that go into files: what has no place there, what cannot be written, and a death."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchtop.domain.errors import FileNotWritten, FolderMissing
from benchtop.domain.examples import Example, Turn
from benchtop.domain.teach_errors import FormHoldsNone
from benchtop.services.example_files import (
    FileFormat,
    format_of,
    write_examples,
)
from unit.services.example_file_kit import FULL, PAIR, SINGLE, read, written


def test_what_a_form_has_no_place_for_is_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    done = write_examples(path, [SINGLE, FULL, Example((Turn("user", "q"),)), SINGLE], "pairs")
    assert done.count == 2
    assert done.left_out == {
        "has more than one question and one answer, which is all this form holds": 1,
        "does not end with an answer": 1,
    }
    assert len(read(path)[0]) == 2


def test_where_nothing_fits_a_form_the_file_is_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path, "before", "x.jsonl")
    with pytest.raises(
        FormHoldsNone, match=r"“preference” \(the last one has no rejected answer\)"
    ):
        write_examples(path, [Example(PAIR)] * 2, "preference")
    assert path.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["x.jsonl"]


def test_files_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match="ends in none of"):
        write_examples(tmp_path / "x.txt", [SINGLE], "pairs")
    assert write_examples(tmp_path / "x.txt", [SINGLE], "pairs", "jsonl").count == 1
    with pytest.raises(FolderMissing):
        write_examples(tmp_path / "none" / "x.csv", [SINGLE], "pairs")
    assert format_of(Path("X.JSON")) == "json"


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv"])
def test_no_examples_make_an_empty_file(tmp_path: Path, kind: FileFormat) -> None:
    path = tmp_path / f"x.{kind}"
    assert write_examples(path, [], "pairs").count == 0
    assert read(path) == ([], [])


def test_a_table_has_the_separator_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "x.TSV"
    write_examples(path, [SINGLE], "pairs")
    assert path.read_text().splitlines()[0] == "system\tquestion\tanswer"
    (found,), broken = read(path)
    assert (found.example.turns, broken) == (SINGLE.turns, [])


def test_a_death_in_the_middle_leaves_the_file_before(tmp_path: Path) -> None:
    path = written(tmp_path, "before", "x.jsonl")
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from benchtop.domain.examples import Example, Turn\n"
        "from benchtop.services.example_files import write_examples\n"
        "def examples():\n"
        "    for number in range(100_000):\n"
        "        if number == 90_000: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        yield Example((Turn('user', 'q'), Turn('assistant', str(number))))\n"
        "write_examples(Path(sys.argv[1]), examples(), 'pairs')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == -9
    assert path.read_text() == "before"
