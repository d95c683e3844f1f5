"""Cards on a real disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchtop.domain.cards import CARD_VERSION, Card
from benchtop.domain.compare_errors import CardInvalid, CardNewer
from benchtop.domain.errors import FileUnreadable, StoreReadOnly
from benchtop.domain.models import inspect_model
from benchtop.services.card_files import card_machine, card_model, load_card, save_card

CARD = Card("suite", "Everyday", "17 of 20 passed.", 5.0, results={"passed": 17})

WRITE_FOREVER = """
import sys
from pathlib import Path
from benchtop.domain.cards import Card, CardNote
from benchtop.services.card_files import save_card
number = 0
while True:
    words = CardNote("", f"<{number}>" * 200_000)
    save_card(Card("suite", str(number), "", 0.0, sections=(words,)), Path(sys.argv[1]))
    print(number, flush=True)
    number += 1
"""


def test_a_card_is_a_page_and_a_file_beside_it(tmp_path: Path) -> None:
    page, beside = save_card(CARD, tmp_path / "Every day.html")
    assert (page.name, beside.name) == ("Every day.html", "Every day.json")
    assert "17 of 20 passed." in page.read_text(encoding="utf-8")
    assert load_card(beside) == load_card(page) == CARD


def test_a_name_without_an_ending_gets_one(tmp_path: Path) -> None:
    page, beside = save_card(CARD, tmp_path / "v1.5 against v2")
    assert (page.name, beside.name) == ("v1.5 against v2.html", "v1.5 against v2.json")


def test_who_dies_while_writing_leaves_whole_files(tmp_path: Path) -> None:
    page = tmp_path / "card.html"
    command = [sys.executable, "-c", WRITE_FOREVER, str(page)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    card = load_card(page)
    assert int(card.title) >= 2
    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "card.json").mkdir()
    with pytest.raises(StoreReadOnly):
        save_card(CARD, tmp_path / "card.html")
    assert [path.name for path in tmp_path.iterdir()] == ["card.json"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is not JSON"),
        (b"\xff\xfe{}", "it is not text in UTF-8"),
        (b'{"format": "other"}', "it is not a card of Benchtop"),
    ],
)
def test_what_is_no_card_is_told_with_its_path(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "words.json"
    path.write_bytes(content)
    with pytest.raises(CardInvalid) as told:
        load_card(path)
    assert str(told.value) == f"{path} is no card that can be read: {why}."


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        load_card(tmp_path / "gone.html")


def test_a_card_of_a_later_benchtop_is_told(tmp_path: Path) -> None:
    _page, beside = save_card(CARD, tmp_path / "card")
    beside.write_text(json.dumps(json.loads(beside.read_text()) | {"version": 99}))
    with pytest.raises(CardNewer) as told:
        load_card(beside)
    assert f"of version 99, from a newer Benchtop, and this one knows up to {CARD_VERSION}" in str(
        told.value
    )


def test_the_machine_and_the_model_are_named(starter_path: Path) -> None:
    machine, model = card_machine(), card_model(inspect_model(starter_path))
    assert machine.processor
    assert machine.cores == os.cpu_count()
    assert machine.memory > 1e9
    assert machine.benchtop
    assert machine.llama_cpp
    assert (model.bytes, model.file) == (starter_path.stat().st_size, starter_path.name)
    assert len(model.template_sha256) == 64
