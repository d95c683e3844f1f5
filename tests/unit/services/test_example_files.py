"""Examples out of files and into them: every format, every sort of bad line, large files, and a death."""

from __future__ import annotations

import codecs
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.errors import FileNotWritten, FileUnreadable, FolderMissing, ImportInvalid
from benchtop.domain.example_forms import FORMS, FormName
from benchtop.domain.examples import Example, Origin, Turn
from benchtop.domain.teach_errors import FormHoldsNone
from benchtop.services import json_elements as json_elements_module
from benchtop.services import text_lines
from benchtop.services.example_csv import MOST_CELL
from benchtop.services.example_files import (
    MOST_TOLD,
    BrokenLine,
    FileFormat,
    ImportReport,
    ReadExample,
    format_of,
    read_examples,
    write_examples,
)

GOOD = '{"question": "q", "answer": "a"}'
PAIR = (Turn("user", "q"), Turn("assistant", "a"))
ODD = 'Two\r\nlines; "quoted", 今日 {"a": [1]} \u2028 =1+1'
SINGLE = Example((Turn("user", ODD), Turn("assistant", f"[{ODD}")), rejected=f"no {ODD}")
FULL = Example(
    (Turn("system", "s"), *PAIR, *SINGLE.turns), "worse", ("x; y", "z"),
    Origin("chat", "m.gguf", "c", "r"), included=False, state="draft", holdout=True,
)  # fmt: skip


def written(tmp_path: Path, content: str | bytes, name: str = "x.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, form: FormName | None = None) -> tuple[list[ReadExample], list[BrokenLine]]:
    every = list(read_examples(path, form))
    found = [one for one in every if isinstance(one, ReadExample)]
    return found, [one for one in every if isinstance(one, BrokenLine)]


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv"])
@pytest.mark.parametrize("form", FORMS)
def test_conversations_come_back_from_every_form_in_every_format(
    tmp_path: Path, form: FormName, kind: FileFormat
) -> None:
    path = tmp_path / f"x.{kind}"
    assert write_examples(path, [SINGLE, SINGLE], form).count == 2
    found, broken = read(path)
    assert broken == []
    assert [(one.form, one.example.turns) for one in found] == [(form, SINGLE.turns)] * 2
    keeps = form in ("messages", "preference")
    assert found[0].example.rejected == (SINGLE.rejected if keeps else "")
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["x.jsonl", "x.ndjson", "x.json", "x.csv", "x.TSV"])
def test_all_of_an_example_comes_back_in_benchtops_own_form(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_examples(path, [FULL, SINGLE], "messages")
    found, broken = read(path)
    assert (broken, [one.example for one in found]) == ([], [FULL, SINGLE])


def test_the_origin_of_others_is_their_file(tmp_path: Path) -> None:
    [one], _ = read(written(tmp_path, GOOD, "a b.jsonl"))
    assert one == ReadExample(1, Example(PAIR, origin=Origin("import", "a b.jsonl")), "pairs")


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(
        st.tuples(WORDS, WORDS).filter(lambda two: all(t.strip() for t in two)), max_size=4
    ),
    kind=st.sampled_from(["jsonl", "json", "csv"]),
    form=st.sampled_from(["messages", "sharegpt", "alpaca", "pairs"]),
)
def test_any_words_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[tuple[str, str]],
    kind: FileFormat,
    form: FormName,
) -> None:
    made = [Example((Turn("user", q), Turn("assistant", a))) for q, a in texts]
    path = tmp_path_factory.mktemp("any") / f"x.{kind}"
    write_examples(path, made, form)
    found, broken = read(path, form)
    assert (broken, [one.example.turns for one in found]) == ([], [one.turns for one in made])


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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv"])
def test_marked_text_of_other_encodings_is_read(tmp_path: Path, encoding: str, name: str) -> None:
    said = {"x.csv": "question,answer\nq,Ċ今\n", "x.json": '[{"question": "q", "answer": "Ċ今"}]'}
    content = said.get(name, '{"question": "q", "answer": "Ċ今"}\n').encode(encoding)
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    [one], broken = read(written(tmp_path, mark + content, name))
    assert (one.example.answer, broken) == ("Ċ今", [])


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


def test_nan_is_what_pandas_writes_for_nothing(tmp_path: Path) -> None:
    [one], broken = read(
        written(tmp_path, '{"instruction": "q", "input": NaN, "output": "a", "score": Infinity}')
    )
    assert (one.example.turns, one.form, broken) == (PAIR, "alpaca", [])


@pytest.mark.parametrize(
    "content",
    [
        f"[{GOOD}, {GOOD}]",
        f"\n[\n{GOOD},{GOOD}\n]\n",
        f'{{"version": 1, "name": "x", "data": [{GOOD}, {GOOD}], "more": [1, 2]}}',
        f'{{"examples": [\n{GOOD}\n,{GOOD}]}}',
        f"{GOOD}\n{GOOD}",
        f"{GOOD}{GOOD}",
        json.dumps(json.loads(GOOD), indent=1) + "\n" + GOOD,
    ],
)
def test_lists_of_objects_however_they_are_wrapped(tmp_path: Path, content: str) -> None:
    found, broken = read(written(tmp_path, content, "x.json"))
    assert ([one.example.turns for one in found], broken) == ([PAIR, PAIR], [])


@pytest.mark.parametrize("key", ["messages", "conversations"])
def test_one_conversation_alone_is_one_example(tmp_path: Path, key: str) -> None:
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    path = written(tmp_path, json.dumps({"id": 4, key: turns, "rejected": "b"}, indent=2), "x.json")
    found, broken = read(path)
    assert ([one.example.turns for one in found], broken) == ([PAIR], [])


def test_a_broken_element_is_named_by_the_line_it_begins_on(tmp_path: Path) -> None:
    content = f'[\n{GOOD},\n{{"question": "caf}}é"\n"answer": [{{}}]}},\n{GOOD}, 4, "x\\"]", [\n], null]\n'
    found, broken = read(written(tmp_path, content, "x.json"))
    assert [one.line for one in found] == [2, 5]
    assert [(one.line, one.why.split(":")[0]) for one in broken] == [
        (3, "is no JSON"), (5, "is in none of the known forms"), (5, "is in none of the known forms"),
        (5, "is in none of the known forms"), (6, "is in none of the known forms"),
    ]  # fmt: skip


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
def test_values_are_the_same_wherever_the_file_is_cut(
    tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = [
        '{"question": "a \\" \\\\", "answer": "]}é"}',
        GOOD,
        '"\\\\"',
        "[[], {}]",
        "-4.5",
        "[1,\n2]",
    ]
    path = written(tmp_path, "[" + ",\n".join(values) + "]", "x.json")
    whole = list(json_elements_module.json_elements(path))
    assert [one.text for one in whole] == values
    assert [one.line for one in whole] == [1, 2, 3, 4, 5, 6]
    monkeypatch.setattr(json_elements_module, "_CHUNK", chunk)
    monkeypatch.setattr(json_elements_module, "_HEAD", chunk)
    assert list(json_elements_module.json_elements(path)) == whole


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


def test_tables_made_by_hand(tmp_path: Path) -> None:
    table = (
        'Question;Answer;Tags\r\n"Two\nlines; ""q""";4;x; y\r\n\r\n;;\r\nlast?;"{""a"": 1}";z\r\n'
    )
    found, broken = read(written(tmp_path, table, "x.csv"))
    assert [(one.line, one.example.answer, one.example.tags) for one in found] == [
        (6, '{"a": 1}', ("z",))
    ]
    assert broken == [BrokenLine(2, "has 4 fields and the first line 3")]
    found, _ = read(written(tmp_path, table.replace("x; y", "x"), "x.tsv"))
    assert [one.example.turns[0].content for one in found] == ['Two\nlines; "q"', "last?"]


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


def test_a_form_that_was_chosen_is_used_for_every_line(tmp_path: Path) -> None:
    path = written(tmp_path, f'{{"instruction": "q", "output": "a", "response": "b"}}\n{GOOD}')
    found, broken = read(path, "dolly")
    assert [(one.example.answer, one.form) for one in found] == [("b", "dolly")]
    assert broken == [BrokenLine(2, "has no instruction")]
    assert read(path)[0][0].form == "alpaca"


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


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv"])
def test_a_large_file_takes_little_memory(tmp_path: Path, name: str) -> None:
    path, size = tmp_path / name, 20_000_000
    row = json.dumps({"question": "What is it? " * 200, "answer": "It is that. " * 200})
    broken = {"x.jsonl": "{broken\n", "x.json": "{broken},\n", "x.csv": "one\n"}[name]
    line = f"{row}\n" if name == "x.jsonl" else f"{row},\n"
    if name == "x.csv":
        line = "What is it? " * 200 + "\t" + "It is that. " * 200 + "\n"
    with path.open("w") as file:
        file.write({"x.jsonl": "", "x.json": "[", "x.csv": "question\tanswer\n"}[name])
        for _ in range(size // (len(line) + len(broken))):
            file.write(line + broken)
        file.write("]" if name == "x.json" else "")
    report = ImportReport()
    tracemalloc.start()
    try:
        for one in read_examples(path):
            report.count(one)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert report.read >= report.broken_count == size // (len(line) + len(broken))
    assert peak < size / 8


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


def test_reading_may_end_anywhere(tmp_path: Path) -> None:
    taken: Iterator[ReadExample | BrokenLine] = read_examples(written(tmp_path, f"{GOOD}\n" * 3))
    next(taken)
    taken.close()  # type: ignore[attr-defined]
    assert len(read(tmp_path / "x.jsonl")[0]) == 3
