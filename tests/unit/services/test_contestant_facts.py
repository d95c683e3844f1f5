"""What a card tells of the files of contestants: as they were when they were asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.domain.contest_json import contestant_from, contestant_json
from benchtop.domain.generation import SamplingParams
from benchtop.services.card_files import card_model, contestant_model
from benchtop.services.contest_entry import Entry, checked
from benchtop.services.data_folder import DataFolder
from benchtop.services.library import starter


def test_a_contestant_keeps_what_its_card_tells(tmp_path: Path) -> None:
    found = checked(DataFolder(tmp_path), Entry(starter(), name="mine")).contestant
    back = contestant_from(contestant_json(found))
    assert back.facts == found.facts
    card, truth = contestant_model(back, "mine (2)"), card_model(starter())
    assert card.name == "mine (2)"
    assert (card.bytes, card.quantisation, card.sha256) == (
        truth.bytes,
        truth.quantisation,
        truth.sha256,
    )
    assert len(card.template_sha256) == 64


def test_a_contestant_of_an_older_version_has_no_facts_and_the_same_key(tmp_path: Path) -> None:
    found = checked(DataFolder(tmp_path), Entry(starter())).contestant
    values = contestant_json(found)
    del values["facts"]
    old = contestant_from(values)
    assert old == found
    assert contestant_model(old, "old").bytes == 0


def test_a_whole_number_for_a_parameter_is_the_same_contestant_after_json(tmp_path: Path) -> None:
    params = SamplingParams(temperature=0)
    found = checked(DataFolder(tmp_path), Entry(starter(), params=params)).contestant
    assert contestant_from(contestant_json(found)).key == found.key


@pytest.mark.parametrize(
    ("name", "value"), [("path", 5), ("system_prompt", None), ("seed", "x"), ("facts", [1])]
)
def test_a_contestant_of_wrong_types_is_refused(tmp_path: Path, name: str, value: object) -> None:
    values = contestant_json(checked(DataFolder(tmp_path), Entry(starter())).contestant)
    with pytest.raises((TypeError, ValueError)):
        contestant_from({**values, name: value})
