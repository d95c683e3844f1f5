"""Examples out of files, and back into them in every form: every format, and large files."""

from __future__ import annotations

import codecs
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.example_forms import FORMS, FormName
from benchtop.domain.examples import Example, Origin, Turn
from benchtop.services import json_elements as json_elements_module
from benchtop.services.example_files import (
    BrokenLine,
    FileFormat,
    ImportReport,
    ReadExample,
    read_examples,
    write_examples,
)
from unit.services.example_file_kit import FULL, GOOD, PAIR, SINGLE, read, written


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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv"])
def test_marked_text_of_other_encodings_is_read(tmp_path: Path, encoding: str, name: str) -> None:
    said = {"x.csv": "question,answer\nq,Ċ今\n", "x.json": '[{"question": "q", "answer": "Ċ今"}]'}
    content = said.get(name, '{"question": "q", "answer": "Ċ今"}\n').encode(encoding)
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    [one], broken = read(written(tmp_path, mark + content, name))
    assert (one.example.answer, broken) == ("Ċ今", [])


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


def test_a_form_that_was_chosen_is_used_for_every_line(tmp_path: Path) -> None:
    path = written(tmp_path, f'{{"instruction": "q", "output": "a", "response": "b"}}\n{GOOD}')
    found, broken = read(path, "dolly")
    assert [(one.example.answer, one.form) for one in found] == [("b", "dolly")]
    assert broken == [BrokenLine(2, "has no instruction")]
    assert read(path)[0][0].form == "alpaca"


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


def test_reading_may_end_anywhere(tmp_path: Path) -> None:
    taken: Iterator[ReadExample | BrokenLine] = read_examples(written(tmp_path, f"{GOOD}\n" * 3))
    next(taken)
    taken.close()  # type: ignore[attr-defined]
    assert len(read(tmp_path / "x.jsonl")[0]) == 3
