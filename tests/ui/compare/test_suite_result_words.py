"""What is said of the results of a run: states, rates, differences, earlier runs."""

from __future__ import annotations

from dataclasses import replace

from benchtop.domain.suite_runs import SuiteCell, SuiteRunHead
from benchtop.domain.suites import Regex
from benchtop.evaluation.suite_statistics import FairnessDifference, PairedDifference, pass_rate
from benchtop.ui.compare.suite_making import answer_row, run_words
from benchtop.ui.compare.suite_rows import (
    Apart,
    PairsApart,
    ResultCell,
)
from benchtop.ui.compare.suite_texts import (
    RANKS,
    SIGNS,
    apart_words,
    cell_words,
    pairs_words,
    percent,
    rate_words,
)


def test_every_state_has_a_word_and_a_shape_of_its_own() -> None:
    words = {cell_words(ResultCell(state)) for state in SIGNS}
    assert len(words) == len(SIGNS) == len(RANKS)
    shapes = [name for name, _tint in SIGNS.values()]
    assert len(set(shapes)) == len(shapes)


def test_seventeen_of_twenty() -> None:
    rate = pass_rate({f"p{n}": [n < 17] for n in range(20)})
    assert rate_words(rate) == "17 of 20, 64 % to 95 %"
    assert (percent(0.999), percent(1.0), percent(0.001), percent(0.0)) == (
        "99 %",
        "100 %",
        "1 %",
        "0 %",
    )


def test_what_is_alike_is_said_in_words() -> None:
    names = {"a": "owl", "b": "cat"}
    alike = PairedDifference(21, 0.0, -0.1, 0.1, 0, 0, 21, 1.0, "sign")
    assert apart_words(Apart("a", "b", alike), names) == (
        "Between owl and cat it is open: all 21 prompts alike (0 points, −10 to +10; p = 1.000)."
    )
    one = PairedDifference(1, 0.0, -0.65, 0.65, 0, 0, 1, 1.0, "sign")
    said = pairs_words(PairsApart("a", FairnessDifference("she", "he", one, ())), names)
    assert said.endswith("the one pair is alike (0 points, −65 to +65; p = 1.000).")


def test_a_kept_reply_says_what_its_prompt_expected() -> None:
    cell = SuiteCell("r", 0, "p0", 0, "done", reply="No.", passed=False)
    said = ({"kind": "regex", "passed": False, "detail": "The pattern does not match."},)
    row = answer_row(replace(cell, checks=said), (Regex("yes"),))
    assert row.expected == ("matches /yes/",)
    assert answer_row(cell).expected == ()


def test_runs_of_one_minute_are_told_apart() -> None:
    day = 1_700_000_000.0 // 60 * 60
    heads = [
        SuiteRunHead(name, "s", "Sums", (), 1, created, "done", "", 0, 0, 40, 0, 0, 40)
        for name, created in (("c", day + 40), ("b", day + 2), ("a", day - 400 * 86_400))
    ]
    found = dict(run_words(heads))
    assert len(set(found.values())) == 3
    assert found["c"].split(":")[0].endswith("(2)")
    assert found["b"].split(":")[0].endswith("(1)")
    assert "(" not in found["a"]


def test_nobody_is_called_better_by_chance() -> None:
    names = {"a": "owl", "b": "cat"}
    open_ = PairedDifference(20, 0.1, -0.1, 0.3, 5, 3, 12, 0.727, "sign")
    assert apart_words(Apart("a", "b", open_), names) == (
        "Between owl and cat it is open: 5 prompts against 3, 12 alike "
        "(+10 points, −10 to +30; p = 0.727)."
    )
    worse = PairedDifference(20, -0.5, -0.7, -0.2, 0, 10, 10, 0.002, "sign")
    assert apart_words(Apart("a", "b", worse), names) == (
        "cat passes more than owl: 10 prompts against 0, 10 alike (+50 points, +20 to +70; p = 0.002)."
    )
