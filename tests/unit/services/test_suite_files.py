"""Suites out of files and into them: every format, every sort of bad file, and a death in between."""

from __future__ import annotations

import codecs
import csv
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.compare_errors import SuiteInvalid, SuiteUnknown
from benchtop.domain.contests import PromptTurn
from benchtop.domain.errors import FileNotWritten, FolderMissing, ImportInvalid
from benchtop.domain.suites import (
    Contains,
    Equals,
    Language,
    Number,
    Regex,
    Similarity,
    Suite,
    SuitePrompt,
)
from benchtop.services import suite_files
from benchtop.services.suite_files import export_suite, import_suite
from benchtop.services.suites import add_suite, find_suite, shipped_suites
from benchtop.store.database import open_store
from unit.domain.test_suites import EVERY_CHECK, prompt, suite

TALK = tuple(
    PromptTurn(*turn) for turn in (("user", "a"), ("assistant", "b\n"), ("user", '"c", d'))
)
FULL = suite(
    prompt("1", "Two\r\nlines; and, \"quotes\"", name="N", system="Be\nkind", checks=EVERY_CHECK,
           tags=("a; b", "[c]"), reference="r", pair="k", variant="v"),
    SuitePrompt("2", TALK, tags=("plain", "tag")),
    prompt("3", "  =1+1 \ufeff今日 ", pair="k", variant="w"),
    about="What for.", tags=("x",),
)  # fmt: skip


@pytest.mark.parametrize("kind", [".csv", ".jsonl", ".json", ".CSV", ".ndjson", ".tsv"])
def test_a_suite_comes_back_from_every_format(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"Mine{kind}"
    export_suite(FULL, path)
    again = import_suite(path)
    assert again.prompts == FULL.prompts
    assert again.name == "Mine"
    assert (again == FULL) is (kind == ".json")
    assert import_suite(path, "Another").name == "Another"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("suite_", shipped_suites(), ids=lambda one: one.id)
@pytest.mark.parametrize("kind", ["csv", "jsonl", "json"])
def test_the_shipped_ones_come_back_too(tmp_path: Path, suite_: Suite, kind: str) -> None:
    path = tmp_path / f"x.{kind}"
    export_suite(suite_, path)
    assert import_suite(path).prompts == suite_.prompts


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(WORDS.filter(str.strip), min_size=1, max_size=4),
    tags=st.lists(WORDS.filter(str.strip), max_size=3),
)
def test_any_words_come_back_from_a_table(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], tags: list[str]
) -> None:
    made = [prompt(f"{n}", text, tags=tuple(tags)) for n, text in enumerate(texts)]
    path = tmp_path_factory.mktemp("any") / "x.csv"
    export_suite(suite(*made), path)
    assert import_suite(path).prompts == tuple(made)


def written(tmp_path: Path, content: str | bytes, name: str = "x.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_table_made_by_hand(tmp_path: Path) -> None:
    table = (
        "Prompt;Name;contains;equals;regex;number;within;similarity;reference;language;tags\r\n"
        "What is 1+1?;;;;;2;0,5;;;;sums; x\r\n"
    )
    with pytest.raises(
        ImportInvalid, match="line 2: its number of fields is 12 and that of the first line 11"
    ):
        import_suite(written(tmp_path, table))
    with pytest.raises(ImportInvalid, match="line 2: the field “within” is not a number"):
        import_suite(written(tmp_path, table.replace("; x", "")))
    table = table.replace("; x", "").replace("0,5", "0.5")
    table += '"Say\nhi";Hi;a | b;yes|no;^h;;;0.5;hello;fr;"p; q"\r\n\r\n;;;;;;;;;;\r\nLast?;Hi;;;;;;;;;\r\n'
    found = import_suite(written(tmp_path, table)).prompts
    assert [(p.id, p.name, p.text) for p in found] == [
        ("1", "", "What is 1+1?"), ("Hi", "Hi", "Say\nhi"), ("3", "Hi", "Last?"),
    ]  # fmt: skip
    assert found[0].checks == (Number(2, 0.5),)
    assert found[1].checks == (
        Contains(("a", "b")), Equals(("yes", "no")), Regex("^h"), Similarity(0.5), Language("fr"),
    )  # fmt: skip
    assert (found[0].tags, found[1].tags) == (("sums",), ("p", "q"))


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_marks_and_other_encodings_of_unicode(tmp_path: Path, mark: str) -> None:
    # Letters with the byte of a newline in them: U+0A0A, U+0A00, U+010A.
    text = 'prompt,system\r\n"ਊ਀Ċ\nżółć 今日",\u0a0a\r\nĊ,x\r\n'
    data = text.encode(mark)
    if mark == "utf-16-le":
        data = codecs.BOM_UTF16_LE + data
    if mark == "utf-16-be":
        data = codecs.BOM_UTF16_BE + data
    found = import_suite(written(tmp_path, data)).prompts
    assert [(p.text, p.system) for p in found] == [("ਊ਀Ċ\nżółć 今日", "\u0a0a"), ("Ċ", "x")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1: there are no column names"),
        (b"prompt\r\n", "there are no prompts in it"),
        (b"\n\n", "line 1: there are no column names"),
        (b"question,answer\nx,y\n", "line 1: the column “question” is not one of id, name"),
        (b"prompt,prompt\nx,y\n", "line 1: the column “prompt” is there twice"),
        (b"name,tags\nx,y\n", "line 1: there is no column “prompt”"),
        (b"prompt,name\nx,y\nz\n", "line 3: its number of fields is 1 and that of the first line 2"),
        (b'prompt\nx\n"y\nz\n', "line 3: it is not CSV (unexpected end of data)"),
        (b'prompt\n"x" y\n', "line 2: it is not CSV"),
        (b"prompt\nx\ncaf\xe9\n", "line 3 is not text in UTF-8, so save it again as UTF-8"),
        (b"prompt\nx\0y\n", "line 2 holds zero bytes"),
        ("prompt\nx\n".encode("utf-16-le"), "line 1 holds zero bytes"),
        (codecs.BOM_UTF16_LE + "prompt\n".encode("utf-16-le") + b"\0\xd8\n\0", "line 2 is not text in UTF"),
        (b"prompt,checks\nx,{\n", "line 2: the field “checks” is not JSON"),
        (b'prompt,checks\nx,"[{""kind"":""python""}]"\n', "line 2: check 1 has a “kind” that"),
        (b"prompt,regex\nx,y\nx,(a\n", "line 3: check 1 (regex) has a “pattern” that is no regular"),
        (b"prompt,regex\nx,((a{9999}){9999})\n", "line 2: check 1 (regex) has a “pattern” that repeats"),
        (b"prompt,similarity\nx,0.5\n", "line 2: check 1 (similarity) has no “references”"),
        (b"prompt,number\nx,many\n", "line 2: the field “number” is not a number"),
        (b"prompt,number\nx,nan\n", "line 2: check 1 (number) has a “value” that is not a finite"),
        (b"prompt,within\nx,1\n", "“within” is given without “number”"),
        (b"prompt,language\nx,klingon\n", "line 2: check 1 (language) has the “code” “klingon”"),
        (b"prompt,id\nx,a\ny,a\n", "line 3: the field “id” is “a”, as on an earlier line"),
        (b"prompt,pair,variant\nx,k,v\ny,k,v\n", "line 3: the pair “k” has the variant “v” already"),
        (b"prompt,pair\nx,k\n", "line 2: the field “pair” is given and “variant” is empty"),
        (b"prompt,name\n,y\n", "line 2: the field “prompt” is empty"),
        (b"prompt\rx\ry\r", "line 1: it is not CSV"),
        (b'prompt\n"' + b"x" * 5_000_000, "line 2: one of its fields has more than 1,000,000 letters"),
        (b"prompt\n" + b"x" * 17_000_000, "line 2 is longer than 16 MiB"),
    ],
)  # fmt: skip
def test_a_table_that_is_none_is_told_with_its_line(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = written(tmp_path, content)
    before = csv.field_size_limit()
    with pytest.raises(ImportInvalid) as found:
        import_suite(path)
    assert words in str(found.value)
    assert str(found.value).startswith(f"{path} cannot be imported: ")
    assert csv.field_size_limit() >= before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.jsonl", '{"prompt": "x"}\n\n{"prompt"\n', "line 3: it is not JSON"),
        ("x.jsonl", '{"prompt": "x"}\n{"promt": "y"}\n', "line 2: the prompt has the field “promt”"),
        ("x.jsonl", "[1]\n", "line 1: the prompt is not an object"),
        ("x.jsonl", "[" * 100_000 + "\n", "line 1: it is not JSON"),
        ("x.jsonl", "\n\n", "there are no prompts in it"),
        ("x.json", "{", "it is not JSON"),
        ("x.json", "[]", "its content is not an object"),
        ("x.json", '{"format": "benchtop-suite", "version": 9}', "newer Benchtop, so update"),
        ("x.txt", "hello", "its name ends in none of .csv, .tsv, .jsonl"),
        ("x.json", None, "it cannot be read"),
        ("x.csv", None, "it cannot be read"),
    ],
)  # fmt: skip
def test_other_bad_files_are_told(
    tmp_path: Path, name: str, content: str | None, words: str
) -> None:
    path = written(tmp_path, content, name) if content is not None else tmp_path / name
    with pytest.raises(ImportInvalid) as found:
        import_suite(path)
    assert words in str(found.value)


def test_a_folder_is_no_suite(tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(ImportInvalid, match="it cannot be read"):
        import_suite(tmp_path / "x.csv")


def test_a_whole_suite_that_contradicts_itself_is_told_with_prompt_and_field(
    tmp_path: Path,
) -> None:
    bad = suite(prompt("a", name="Dot", checks=(Regex("(a"),)))
    path = tmp_path / "x.json"
    export_suite(bad, path)
    with pytest.raises(SuiteInvalid, match=r"“Mine”.*“Dot” check 1 .regex. has a “pattern”"):
        import_suite(path)


def test_too_large_a_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.json"
    export_suite(FULL, path)
    monkeypatch.setattr(suite_files, "MOST_BYTES", 100)
    with pytest.raises(ImportInvalid, match="at most 100 are possible, so split it"):
        import_suite(path)
    monkeypatch.setattr(suite_files, "MOST_PROMPTS", 2)
    with pytest.raises(ImportInvalid, match="line 4: more than 2 prompts"):
        import_suite(written(tmp_path, "prompt\na\nb\nc\n"))


def test_a_hundred_thousand_rows_work(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text(
        "prompt,number\n" + "".join(f"What is {n} + 1?,{n + 1}\n" for n in range(100_000))
    )
    found = import_suite(path)
    assert len(found.prompts) == 100_000
    assert found.prompts[-1].checks == (Number(100_000),)
    with open_store(tmp_path / "home" / "benchtop.sqlite3") as store:
        kept = add_suite(store, found)
        assert store.suites.get(kept.id) == kept
        assert store.suites.heads()[0].prompts == 100_000
    export_suite(found, tmp_path / "again.csv")
    assert import_suite(tmp_path / "again.csv").prompts == found.prompts


def test_what_is_there_stays_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    export_suite(suite(), path)
    before = path.read_bytes()
    broken = replace(suite(), prompts=(prompt(), "no prompt"))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        export_suite(broken, path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["x.csv"]
    with pytest.raises(FileNotWritten, match="ends in none of"):
        export_suite(suite(), tmp_path / "x.doc")
    with pytest.raises(FolderMissing):
        export_suite(suite(), tmp_path / "gone" / "x.csv")


DIE_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from benchtop.domain.contests import PromptTurn
from benchtop.domain.suites import Suite, SuitePrompt
from benchtop.services.suite_files import export_suite
class Prompts(tuple):
    def __iter__(self):
        for number in range(10_000):
            if number == 5_000:
                os.kill(os.getpid(), signal.SIGKILL)
            yield SuitePrompt(f"{number}", (PromptTurn("user", "x" * 100),))
export_suite(Suite("s", "S", Prompts()), Path(sys.argv[1]))
"""


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json"])
def test_a_death_while_writing_leaves_the_old_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"x.{kind}"
    export_suite(suite(), path)
    before = path.read_bytes()
    died = subprocess.run([sys.executable, "-c", DIE_WHILE_WRITING, path], check=False, timeout=60)
    assert died.returncode == -9
    assert path.read_bytes() == before


STREAM = """
import resource, sys
from pathlib import Path
from benchtop.services.suite_csv import rows_of
from benchtop.services.text_lines import text_lines
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = sum(1 for _ in rows_of(text_lines(Path(sys.argv[1]))))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_table_is_read_row_by_row(tmp_path: Path) -> None:
    """60 MB pass through a few."""
    path = tmp_path / "x.csv"
    path.write_text("prompt\n" + f"{'x' * 1_000}\n" * 60_000)
    done = subprocess.run(
        [sys.executable, "-c", STREAM, path], check=True, timeout=60, capture_output=True, text=True
    )
    rows, grown = map(int, done.stdout.split())
    assert rows == 60_000
    assert grown < 20_000  # KiB


def test_suites_are_found_by_id_and_name(tmp_path: Path) -> None:
    with open_store(tmp_path / "home" / "benchtop.sqlite3") as store:
        mine = add_suite(store, suite(name="Sums"))
        assert find_suite(store, "s1") == find_suite(store, " sUMS") == mine
        assert find_suite(store, "everyday").builtin
        assert find_suite(store, "Small MATHS").id == "small-maths"
        with pytest.raises(SuiteUnknown, match="no suite called “gone”"):
            find_suite(store, "gone")


def test_an_import_adds_and_replaces_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "home" / "benchtop.sqlite3") as store:
        first = add_suite(store, suite())
        assert first == suite()
        assert add_suite(store, suite()) == first
        other = add_suite(store, suite(prompt("p2")))
        third = add_suite(store, suite(prompt("p3"), id="s3"))
        assert other.id != first.id
        assert (other.name, third.name, third.id) == ("Mine 2", "Mine 3", "s3")
        assert store.suites.get("s1") == first
        shipped = shipped_suites()[0]
        copy = add_suite(store, shipped)
        assert (copy.builtin, copy.name, copy.prompts) == (False, "Everyday 2", shipped.prompts)
        assert copy.id != shipped.id
        store.suites.delete("s1")
        back = add_suite(store, suite())
        assert back.id not in ("s1", other.id)
        assert [head.id for head in store.suites.in_bin()] == ["s1"]
