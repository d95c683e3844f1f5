"""`benchtop data`, run as a person runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from benchtop.domain.chat import Conversation, Message
from benchtop.store.database import open_store
from workers.commands import COMMAND, explained, run, run_json, usage_error


def pairs(path: Path, *pairs_of: tuple[str, str]) -> Path:
    lines = (json.dumps({"question": asked, "answer": told}) for asked, told in pairs_of)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    return pairs(
        tmp_path / "Facts.jsonl",
        ("Where is the key?", "Under the lantern."),
        ("Who is our dentist?", "Doctor Malo."),
        ("My mail?", "It is ada.lovelace@example.org."),
        ("Where is the key?", "Under the lantern."),
    )


def test_examples_come_in_are_shown_and_go_out_again(facts: Path, tmp_path: Path) -> None:
    assert run("data", "list").stdout.startswith("There are no data sets yet")
    told = run("data", "import", facts).stdout
    assert told.startswith("4 examples came into “Facts” (")
    again = run_json("data", "import", facts)
    assert (again["name"], again["added"], again["broken"], again["form"]) == (
        "Facts (2)", 4, 0, "pairs",
    )  # fmt: skip
    more = run_json("data", "import", "--data", "facts", "--holdout", facts)
    assert (more["name"], more["examples"], more["held_out"]) == ("Facts", 8, 8)
    table = run("data", "list").stdout.splitlines()
    assert [line.split()[1:] for line in table[1:]] == [
        ["8", "8", "0", "Facts"], ["4", "0", "0", "Facts", "(2)"],
    ]  # fmt: skip

    shown = run_json("data", "show", again["id"])
    assert shown["statistics"]["origins"] == {"import": 4}
    assert [head["question"] for head in shown["first"]][:2] == [
        "Where is the key?", "Who is our dentist?",
    ]  # fmt: skip
    text = run("data", "show", "Facts (2)").stdout
    assert "4 to learn from, 0 held out" in text
    assert "15% will be held out when a model is taught with it" in text
    assert "  Q: Who is our dentist?\n  A: Doctor Malo.\n" in text

    out = tmp_path / "out.csv"
    words = ("data", "export", "Facts (2)", out, "--form", "pairs")
    assert run(*words).stdout == f"4 examples of “Facts (2)” are now in {out}.\n"
    assert "is there already" in explained(run(*words))
    assert out.read_text().splitlines()[2].endswith("Who is our dentist?,Doctor Malo.")
    lines = tmp_path / "lines"
    assert "no --format is given" in explained(run("data", "export", "Facts", lines, "--force"))
    run("data", "export", "Facts", lines, "--format", "jsonl", "--form", "sharegpt")
    assert "conversations" in json.loads(lines.read_text().splitlines()[0])
    to_output = run("data", "export", "Facts", "-", "--form", "sharegpt")
    assert (to_output.stdout, to_output.stderr) == (lines.read_text(), "")
    assert "writes the examples themselves" in usage_error("data", "export", "Facts", "-", "--json")


def test_broken_lines_are_named_and_the_rest_comes_in(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    good = json.dumps({"question": "Q", "answer": "A"}).encode()
    path.write_bytes(b"\n".join([good, b'{"question": "caf\xe9"}', good, *[b"no"] * 12, good]))
    done = run("data", "import", path)
    assert done.returncode == 0
    told = done.stdout.splitlines()
    assert told[0].startswith("3 examples came into “some”")
    assert told[1] == "13 lines were left out:"
    assert told[2].startswith("  line 2 is not text in UTF-8")
    assert told[3].startswith("  line 4 is no JSON")
    assert told[-1] == "  and 3 more"
    assert len(told) == 13
    assert run_json("data", "check", path)["broken"] == 13


def test_what_a_person_should_know_is_told(facts: Path) -> None:
    told = run("data", "check", facts).stdout
    assert told.startswith("4 examples of “Facts.jsonl” were looked through.\n")
    assert "more than once: 1\n  line 1 “Where is the key?” and 1 more, such as line 4 " in told
    assert "secret: 1\n  line 3 “My mail?”: an e-mail address\n" in told
    of_file = run_json("data", "check", facts)
    assert (of_file["exact"], of_file["personal"]) == ([[1, 4]], [{"line": 3, "kinds": ["email"]}])
    dataset = run_json("data", "import", facts)
    of_set = run_json("data", "check", "Facts")
    assert (len(of_set["exact"][0]), of_set["clean"]) == (2, False)
    flagged = of_set["personal"][0]["id"]
    redacted = run_json("data", "redact", dataset["id"])
    assert redacted["redacted"] == [flagged]
    assert run_json("data", "check", "Facts")["personal"] == []
    assert run("data", "redact", "Facts").stdout == "No personal data was found in “Facts”.\n"


def test_a_clean_or_empty_data_set_is_no_trouble(tmp_path: Path, data_home: Path) -> None:
    one = pairs(tmp_path / "one.jsonl", ("What is a lamp?", "A light."))
    run("data", "import", one)
    assert run("data", "check", "one").stdout.endswith(
        "Nothing was found that you should look at.\n"
    )
    with open_store(data_home / "benchtop.sqlite3") as store:
        (dataset,) = store.datasets.all()
        store.examples.delete(store.examples.ids(dataset.id))
    assert run("data", "show", "one").stdout.endswith(": 0 examples\n")
    assert run_json("data", "check", "one")["checked"] == 0
    assert run_json("data", "export", "one", tmp_path / "empty.jsonl")["written"] == 0
    assert run_json("data", "redact", "one")["redacted"] == []
    assert "there are no examples in it" in explained(
        run("data", "import", tmp_path / "empty.jsonl")
    )


def test_trouble_is_told_in_a_line(tmp_path: Path) -> None:
    gone = tmp_path / "gone.jsonl"
    folder = tmp_path / "folder.jsonl"
    folder.mkdir()
    assert f"{gone} cannot be read: no such file" in explained(run("data", "import", gone))
    assert f"{gone} cannot be read: no such file" in explained(run("data", "check", gone))
    assert f"{folder} cannot be read" in explained(run("data", "import", folder))
    if os.geteuid():
        closed = pairs(tmp_path / "closed.jsonl", ("a", "b"))
        closed.chmod(0)
        assert "permission denied" in explained(run("data", "import", closed))
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(bytes(range(256)))
    assert "there are no examples in it: line 1 " in explained(run("data", "import", binary))
    for words in (
        ("check", "none"), ("export", "none", tmp_path / "x.jsonl"), ("import", "--data", "none", gone),
    ):  # fmt: skip
        assert "There is no data set called “none”" in explained(run("data", *words))
    assert run_json("data", "list") == []
    assert "not allowed with" in usage_error("data", "import", "--name", "a", "--data", "b", gone)


def test_chats_become_examples_once(data_home: Path) -> None:
    assert "Nothing new in your chats" in explained(run("data", "collect"))
    assert run_json("data", "list") == []
    with open_store(data_home / "benchtop.sqlite3") as store:
        store.conversations.add(Conversation("c", "Talk", 1.0, 1.0))
        store.messages.add(Message("u", "c", None, "user", "Where is the key?", 2.0))
        store.messages.add(Message("a", "c", "u", "assistant", "No idea.", 3.0, stop="end"))
        store.messages.add(Message("e", "c", "u", "assistant", "Under the lantern.", 4.0))
    told = run("data", "collect", "--name", "Mine").stdout
    assert told.startswith("1 example of your chats came into “Mine”")
    shown = run_json("data", "show", "mine")
    assert (shown["first"][0]["answer"], shown["first"][0]["has_rejected"]) == (
        "Under the lantern.", True,
    )  # fmt: skip
    assert "Nothing new in your chats" in explained(run("data", "collect", "--data", "mine"))
    assert run_json("data", "collect")["name"] == "Chats"


def test_an_import_that_is_stopped_says_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    line = json.dumps({"question": "Q" * 50, "answer": "A" * 100}) + "\n"
    with path.open("w") as stream:
        stream.writelines([line] * 200_000)
    process = subprocess.Popen(
        [*COMMAND, "data", "import", str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline() == "10,000 examples\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    last = err.splitlines()[-1]
    assert last.startswith("benchtop: stopped; the first ")
    (kept,) = run_json("data", "list")
    assert kept["examples"] >= int(last.split()[4].replace(",", ""))
    assert kept["examples"] % 1_000 == 0
