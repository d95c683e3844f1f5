"""Files of examples with every sort of bad line: it is told, and what stands around it is read."""

from __future__ import annotations

import codecs
import json
import os
from pathlib import Path

import pytest

from benchtop.domain.errors import FileUnreadable, ImportInvalid
from benchtop.services import text_lines
from benchtop.services.example_csv import MOST_CELL
from benchtop.services.example_files import (
    MOST_TOLD,
    BrokenLine,
    ImportReport,
    read_examples,
)
from unit.services.example_file_kit import GOOD, read, written

BAD_LINES = [
    (b"{", "is no JSON: Expecting property name enclosed in double quotes at letter 2"),
    (b'{"question": "q" "answer": "a"}', "is no JSON: Expecting ',' delimiter at letter 18"),
    (b'{"question": "caf\xe9", "answer": "a"}', "is not text in UTF-8, so save it again as UTF-8"),
    (
        b'{"question": "q", "answer": "a\0"}',
        "holds zero bytes, so it is no text: save it again as UTF-8",
    ),
    (b'{"question": "q\\u0000", "answer": "a"}', "holds a zero byte, which is no text"),
    (b'{"question": "q\\ud800", "answer": "a"}', "holds half of a character (a lone surrogate)"),
    (b'{"question": "q", "answer": NaN}', "has no answer"),
    (b'{"question": "q", "answer": "a", "answer": "b"}', "has the key “answer” twice"),
    (b'{"question": "q"}', "is in none of the known forms: its keys are “question”"),
    (b'{"\\ud800\\n": 1}', "is in none of the known forms: its keys are “��”"),
    (b"4", "is in none of the known forms"),
    (b'{"question": "q", "answer": %s}' % (b"1" * 5000), "is no JSON that can be read"),
    (b"[" * 200_000, "is no JSON that can be read: it is nested too deeply"),
    (b'{"messages": ' + b"[" * 200_000, "is no JSON that can be read: it is nested too deeply"),
    (b'{"question": "q", "answer": "' + b"x" * 17_000_000 + b'"}', "is longer than 16 MiB"),
]


@pytest.mark.parametrize(("line", "why"), BAD_LINES, ids=[str(n) for n in range(len(BAD_LINES))])
def test_a_broken_line_is_told_and_those_around_it_are_read(
    tmp_path: Path, line: bytes, why: str
) -> None:
    content = b"\r\n".join([GOOD.encode(), b"", line, b"  ", GOOD.encode()])
    for start in (b"", codecs.BOM_UTF8):
        found, broken = read(written(tmp_path, start + content))
        assert [one.line for one in found] == [1, 5]
        assert broken == [BrokenLine(3, why)]


def test_a_line_that_is_too_long_in_utf_16_ends_at_its_own_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_lines, "MOST_LINE", 2**20)
    long = "\u0a0a" * 600_000  # whose bytes are those of newlines
    content = f"{GOOD}\n{long}\n{GOOD}"
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        found, broken = read(written(tmp_path, mark + content.encode(name)))
        assert [one.line for one in found] == [1, 3]
        assert broken == [BrokenLine(2, "is longer than 1 MiB")]


def test_a_broken_element_is_named_by_the_line_it_begins_on(tmp_path: Path) -> None:
    content = f'[\n{GOOD},\n{{"question": "caf}}é"\n"answer": [{{}}]}},\n{GOOD}, 4, "x\\"]", [\n], null]\n'
    found, broken = read(written(tmp_path, content, "x.json"))
    assert [one.line for one in found] == [2, 5]
    assert [(one.line, one.why.split(":")[0]) for one in broken] == [
        (3, "is no JSON"), (5, "is in none of the known forms"), (5, "is in none of the known forms"),
        (5, "is in none of the known forms"), (6, "is in none of the known forms"),
    ]  # fmt: skip


def test_an_element_that_is_too_long_is_passed_over(tmp_path: Path) -> None:
    long = json.dumps({"question": "q", "answer": 'x\\"]' * 5_000_000, "more": ["}", {}]})
    found, broken = read(written(tmp_path, f"[{GOOD},\n{long},\n{GOOD}]", "x.json"))
    assert [one.line for one in found] == [1, 3]
    assert broken == [BrokenLine(2, "is longer than 16 MiB")]


@pytest.mark.parametrize(
    "content", ["", " \n", "[]", "[", "]", "{", '"', '{"data": [', "[{", "\\", "[,,]", "}{"]
)
def test_no_bad_json_file_ends_in_anything_but_lines(tmp_path: Path, content: str) -> None:
    found, broken = read(written(tmp_path, content, "x.json"))
    assert found == []
    assert (broken == []) is (content in ("", " \n", "[]", "[", "[,,]"))


def test_broken_rows_are_told_and_those_around_them_read(tmp_path: Path) -> None:
    rows = [
        b"prompt,completion", b"q,a", b"q,", b"caf\xe9,a", b'"begun', b"caf\xe9", b'ended",a', b"q,a",
        b'"x"y,a',
        b"q,a", b'"never closed,a', b"x" * (MOST_CELL + 1), b"q,a",
    ]  # fmt: skip
    found, broken = read(written(tmp_path, b"\n".join(rows), "x.csv"))
    assert [one.line for one in found] == [2, 8, 10, 13]
    assert [one.line for one in broken] == [3, 4, 6, 9, 11]
    assert broken[0].why == "has no answer"
    assert broken[1].why.startswith("is not text in UTF-8")
    assert broken[3].why.startswith("is no CSV (")
    assert "look for a quotation mark too many" in broken[4].why


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.txt", GOOD, "its name ends in none of .jsonl, .ndjson, .json, .csv, .tsv"),
        ("x", GOOD, "its name ends in none of"),
        ("x.csv", "", "there are no column names in it"),
        ("x.csv", "\n\n", "there are no column names in it"),
        (
            "x.csv",
            "a text,another\n1,2\n",
            "must name columns such as question and answer, and has “a text”",
        ),
    ],
)
def test_files_that_are_no_examples_at_all(
    tmp_path: Path, name: str, content: str, why: str
) -> None:
    with pytest.raises(ImportInvalid) as told:
        read(written(tmp_path, content, name))
    assert why in str(told.value)
    assert str(tmp_path / name) in str(told.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="no such file"):
        read(tmp_path / "x.jsonl")
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("folder.json", "pipe.csv"):
        with pytest.raises(FileUnreadable, match="it is not a plain file"):
            read(tmp_path / name)


def test_a_report_counts_all_and_names_the_first_thousand(tmp_path: Path) -> None:
    report = ImportReport()
    for one in read_examples(written(tmp_path, f"x\n{GOOD}\n" * (MOST_TOLD + 5))):
        report.count(one)
    assert (report.read, report.broken_count, report.form) == (
        MOST_TOLD + 5,
        MOST_TOLD + 5,
        "pairs",
    )
    assert [one.line for one in report.broken] == list(range(1, 2 * MOST_TOLD, 2))


def test_old_line_ends_are_named(tmp_path: Path) -> None:
    path = tmp_path / "cr.csv"
    path.write_bytes(b"question,answer\rWhy?,So.\rHow?,Like this.\r")
    with pytest.raises(ImportInvalid, match="carriage return alone"):
        list(read_examples(path))


def test_a_turn_that_is_not_to_be_learnt_is_told(tmp_path: Path) -> None:
    turns = [
        {"role": "user", "content": "Why?", "weight": 0},
        {"role": "assistant", "content": "No.", "weight": 0},
        {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": "So.", "weight": 1},
    ]
    lines = [json.dumps({"messages": one}) for one in (turns, turns[2:])]
    found, broken = read(written(tmp_path, "\n".join(lines), "x.jsonl"))
    assert [one.example.answer for one in found] == ["So."]
    assert broken == [BrokenLine(1, "has a turn 2 of weight 0, and every answer is learnt here")]
