"""Equal and nearly equal texts: against every pair compared, in any script, and the same at each run."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.evaluation import shingles as shingles_module
from benchtop.evaluation.near_duplicates import (
    USUAL_THRESHOLD,
    DuplicateGroups,
    duplicate_groups,
    leaks,
    rows_of_band,
)
from benchtop.evaluation.shingles import shingles

LONG = (
    "Our shop sends every parcel on the day it is ordered, as long as the order comes before two in the "
    "afternoon. Later ones leave on the next morning, and on Saturdays nothing is sent at all. You get a "
    "mail with a number to follow the parcel, and a second one when it has been delivered to your door."
)


def similarity(one: str, other: str) -> float:
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello, World!", "hello world"),
        ("e\u0301te\u0301", "été"),
        ("Ｗｈａｔ？", "what"),
        ("今日は、いい天気。", "今日はいい天気"),
        ("snake_case (here)", "SNAKE_CASE here"),
    ],
)
def test_what_makes_no_difference(one: str, other: str) -> None:
    assert shingles(one) == shingles(other) != frozenset()


@pytest.mark.parametrize(
    ("one", "other"), [("2+2", "2*2"), ("5 €", "5 $"), ("a_b", "a b"), ("今日", "日今"), ("ที่", "ที")]
)
def test_what_makes_one(one: str, other: str) -> None:
    assert shingles(one) != shingles(other)


def test_what_has_no_words_has_no_shingles() -> None:
    assert shingles("") == shingles(" \n") == shingles("?!… —") == frozenset()
    assert shingles("One two") == {"one", "two", "one two"}
    assert shingles("नमस्ते दुनिया") == {"नमस्ते", "दुनिया", "नमस्ते दुनिया"}
    assert shingles("今日") == {"今", "日", "今 日"}


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_cut_the_same_on_the_fast_way(text: str) -> None:
    slow = shingles_module._WORD.findall(text.casefold())
    assert shingles_module._words(text) == slow
    assert regex.sub(r"\s", "", "".join(slow)) == "".join(slow)


@pytest.mark.parametrize(
    ("texts", "exact", "near"),
    [
        ([], (), ()),
        (["a"], (), ()),
        (["", "", "?"], ((0, 1),), ()),
        (["x y", "z", " x  y\n", "z"], ((0, 2), (1, 3)), ()),
        ([LONG, "another", LONG.replace("parcel", "packet", 1)], (), ((0, 2),)),
        ([LONG, LONG, LONG.upper(), LONG.replace("mail", "letter")], ((0, 1),), ((0, 2, 3),)),
        (["What is the capital of France?", "What is the capital of Italy?"], (), ()),
        (["What is the capital of France?", "what is the capital of France"], (), ((0, 1),)),
        (["Wie spät ist es?", "Wie spät ist es jetzt?"], (), ()),
        (["我想知道明天北京的天气怎么样，会不会下雨，要不要带伞出门，穿什么衣服合适。",
          "我想知道明天北京的天气怎么样，会不会下雨，要不要带伞出门，穿什么衣服合适？谢"], (), ((0, 1),)),
        (["我想知道明天北京的天气怎么样", "我想学习怎么做北京烤鸭"], (), ()),
        (["ร้านของเราส่งพัสดุทุกวันก่อนเวลาบ่ายสองโมง", "ร้านของเราส่งพัสดุทุกวันก่อนเวลาบ่ายสองโมง ๆ",
          "วันนี้อากาศดีมาก"], (), ((0, 1),)),
    ],
)  # fmt: skip
def test_groups(
    texts: list[str], exact: tuple[tuple[int, ...], ...], near: tuple[tuple[int, ...], ...]
) -> None:
    assert duplicate_groups(texts) == DuplicateGroups(exact, near)


def varied(seed: int, count: int) -> list[str]:
    """Texts of 5 to 60 words, of which many are another with some words changed."""
    draw = random.Random(seed)
    words = [f"w{number}" for number in range(400)]
    made: list[str] = []
    for _ in range(count):
        if made and draw.random() < 0.6:
            text = draw.choice(made).split()
            for _ in range(draw.randrange(4)):
                text[draw.randrange(len(text))] = draw.choice(words)
        else:
            text = draw.choices(words, k=draw.randrange(5, 60))
        made.append(" ".join(text))
    return made


@pytest.mark.parametrize("threshold", [0.5, 0.7, USUAL_THRESHOLD, 0.95])
def test_what_is_told_is_so_and_hardly_anything_is_missed(threshold: float) -> None:
    texts = varied(5, 500)
    groups = duplicate_groups(texts, threshold)
    named = [number for group in groups.near for number in group]
    assert len(named) == len(set(named)) >= 8
    for first, *others in groups.near:
        assert others == sorted(others)
        assert all(first < other for other in others)
        assert all(similarity(texts[first], texts[other]) >= threshold for other in others)
    copies = {number for group in groups.exact for number in group[1:]}
    gone = {number for group in groups.near for number in group[1:]} | copies
    kept = [number for number in range(len(texts)) if number not in gone]
    pairs = [(a, b) for a in kept for b in kept if a < b]
    missed = [p for p in pairs if similarity(texts[p[0]], texts[p[1]]) >= threshold]
    assert len(missed) <= len(gone) // 100


def test_every_band_finds_what_it_must() -> None:
    for hundredths in range(30, 100):
        rows = rows_of_band(hundredths / 100)
        assert 120 % rows == 0
        if hundredths >= 45:
            assert (1 - (hundredths / 100) ** rows) ** (120 // rows) <= 0.001
    assert rows_of_band(USUAL_THRESHOLD) == 6


def test_leaks_name_every_training_text_that_resembles_a_held_out_one() -> None:
    near = LONG.replace("parcel", "packet", 1)
    train = ["other words", LONG, near, LONG]
    found = leaks(train, ["nothing alike", LONG.lower(), "Other words!", ""])
    assert [(one.train, one.holdout) for one in found] == [(1, 1), (3, 1), (2, 1), (0, 2)]
    assert [one.similarity for one in found][:2] == [1.0, 1.0]
    assert found[2].similarity == pytest.approx(similarity(near, LONG))
    assert leaks([], ["a"]) == leaks(["a"], []) == leaks(["", "?"], [""]) == ()


@pytest.mark.parametrize("threshold", [0.6, USUAL_THRESHOLD])
def test_leaks_against_every_pair(threshold: float) -> None:
    texts = varied(9, 400)
    train, holdout = texts[:300], texts[300:]
    found = {(one.train, one.holdout): one.similarity for one in leaks(train, holdout, threshold)}
    all_pairs = {
        (a, b): similarity(one, other)
        for a, one in enumerate(train)
        for b, other in enumerate(holdout)
        if similarity(one, other) >= threshold
    }
    assert set(found) <= set(all_pairs)
    assert len(all_pairs) - len(found) <= len(all_pairs) // 100
    assert all(value == pytest.approx(all_pairs[pair]) for pair, value in found.items())


def test_another_process_finds_the_same() -> None:
    """Python hashes texts differently in each."""
    code = (
        "import random; from benchtop.evaluation.near_duplicates import duplicate_groups, leaks\n"
        "from unit.evaluation.test_near_duplicates import varied\n"
        "print(duplicate_groups(varied(3, 200)), leaks(varied(3, 150), varied(3, 60)))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1
    assert "Leak" in told.pop()
