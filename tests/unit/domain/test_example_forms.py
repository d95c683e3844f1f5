"""The forms of an example: told apart by their keys, read with plain complaints, written and read again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.example_forms import FORMS, FormName, example_from, example_to, form_of
from benchtop.domain.examples import Example, Origin, Turn

Q, A = {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}
S, B = {"role": "system", "content": "s"}, {"role": "assistant", "content": "b"}
ASKED = (Turn("user", "q"), Turn("assistant", "a"))
WITH_SYSTEM = (Turn("system", "s"), *ASKED)
TWICE = (Turn("user", "x"), Turn("assistant", "y"), *ASKED)

READ: list[tuple[FormName, Any, tuple[Turn, ...], str]] = [
    ("messages", {"messages": [Q, A]}, ASKED, ""),
    ("messages", [Q, A], ASKED, ""),
    ("messages", {"messages": [S, Q, A, Q], "prompt": "q", "id": 4}, WITH_SYSTEM, ""),
    ("messages", {"messages": [{"role": "developer", "content": "s"}, Q, A]}, WITH_SYSTEM, ""),
    ("messages", {"messages": [Q, A], "rejected": "b"}, ASKED, "b"),
    ("messages", {"messages": [Q, A], "rejected": B}, ASKED, "b"),
    ("messages", {"messages": [Q, A], "rejected": [Q, B]}, ASKED, "b"),
    ("messages", {"messages": [{"role": "user", "content": [
        {"type": "text", "text": "q"}, {"type": "text", "text": ""}]}, A]}, ASKED, ""),
    ("sharegpt", {"conversations": [
        {"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}, ASKED, ""),
    ("sharegpt", {"conversations": [
        {"from": "system", "value": "s"}, {"from": "user", "value": "q"},
        {"from": "chatgpt", "value": "a"}, {"from": "human", "value": "thanks"}]}, WITH_SYSTEM, ""),
    ("sharegpt", {"system": "s", "conversations": [
        {"from": "human", "value": "q"}, {"from": "bard", "value": "a"}]}, WITH_SYSTEM, ""),
    ("sharegpt", {"conversation": [Q, A]}, ASKED, ""),
    ("alpaca", {"instruction": "q", "input": "", "output": "a"}, ASKED, ""),
    ("alpaca", {"instruction": "q", "input": None, "output": "a", "system": "s"}, WITH_SYSTEM, ""),
    ("alpaca", {"instruction": "q", "output": "a", "history": [["x", "y"]]}, TWICE, ""),
    ("alpaca", {"instruction": "do", "input": "this", "output": "a"},
     (Turn("user", "do\n\nthis"), Turn("assistant", "a")), ""),
    ("dolly", {"instruction": "q", "context": "", "response": "a", "category": "qa"}, ASKED, ""),
    ("dolly", {"instruction": "do", "context": "this", "response": "a"},
     (Turn("user", "do\n\nthis"), Turn("assistant", "a")), ""),
    ("pairs", {"question": "q", "answer": "a"}, ASKED, ""),
    ("pairs", {"prompt": "q", "completion": "a"}, ASKED, ""),
    ("pairs", {"prompt": [Q], "completion": [A]}, ASKED, ""),
    ("pairs", {"prompt": "q", "response": "a"}, ASKED, ""),
    ("pairs", {"input": "q", "output": "a"}, ASKED, ""),
    ("pairs", {"q": "q", "a": "a", "tags": "x; y"}, ASKED, ""),
    ("pairs", {"system_prompt": "s", "question": "q", "response": "a"}, WITH_SYSTEM, ""),
    ("pairs", {"system_prompt": "", "question": "q", "response": "a"}, ASKED, ""),
    ("preference", {"prompt": "q", "chosen": "a", "rejected": "b"}, ASKED, "b"),
    ("preference", {"prompt": [S, Q], "chosen": [A], "rejected": [B]}, WITH_SYSTEM, "b"),
    ("preference", {"prompt": "q", "chosen": [Q, A], "rejected": [Q, B], "messages": [Q, A]}, ASKED, "b"),
    ("preference", {"chosen": [S, Q, A], "rejected": [S, Q, B]}, WITH_SYSTEM, "b"),
    ("preference", {"instruction": "q", "input": "", "chosen": "a", "rejected": "b"}, ASKED, "b"),
    ("preference", {"conversations": [{"from": "human", "value": "q"}],
                    "chosen": {"from": "gpt", "value": "a"},
                    "rejected": {"from": "gpt", "value": "b"}}, ASKED, "b"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "value", "turns", "rejected"), READ)
def test_each_form_is_known_by_its_keys_and_read(
    form: FormName, value: Any, turns: tuple[Turn, ...], rejected: str
) -> None:
    assert form_of(value) == form
    example = example_from(value, form)
    assert (example.turns, example.rejected) == (turns, rejected)


@pytest.mark.parametrize(
    "value", [None, 4, "x", [], [1], [["a"]], {}, {"text": "x"}, {"question": "q"}, {"answer": "a"}]
)
def test_what_is_in_no_form_is_known_as_such(value: Any) -> None:
    assert form_of(value) is None


@pytest.mark.parametrize(
    ("form", "value", "why"),
    [
        ("messages", {"messages": []}, "has no turns"),
        ("messages", {"messages": "q"}, "has no list of turns"),
        ("messages", {}, "has no list of turns"),
        ("messages", {"messages": [Q]}, "does not end with an answer"),
        ("messages", {"messages": [A]}, "has no question"),
        ("messages", {"messages": [Q, S, A]}, "has a system prompt that is not at its beginning"),
        ("messages", {"messages": [Q, "a"]}, "has a turn 2 that is no object"),
        ("messages", {"messages": [{"content": "q"}, A]}, "does not say who speaks"),
        ("messages", {"messages": [Q, {"role": "tool", "content": "4"}, A]}, "a turn of “tool”"),
        ("messages", {"messages": [Q, {"role": "assistant", "content": None}]}, "turn 2 without text"),
        ("messages", {"messages": [Q, {"role": "assistant", "content": ""}]}, "has an empty answer"),
        ("messages", {"messages": [{"role": "user", "content": [{"type": "image_url"}]}, A]},
         "has something other than text in its turn 1"),
        ("messages", {"messages": [Q, {"role": "assistant", "content": {"x": 1}}]}, "has no text as"),
        ("pairs", {"question": "q", "answer": ""}, "has no answer"),
        ("pairs", {"question": "q", "answer": " \n"}, "has no answer"),
        ("pairs", {"question": "", "answer": "a"}, "has no question"),
        ("pairs", {"question": "q\0", "answer": "a"}, "holds a zero byte"),
        ("pairs", {"question": "q", "answer": "a\ud800"}, "holds half of a character"),
        ("alpaca", {"instruction": "", "input": "", "output": "a"}, "has no instruction"),
        ("alpaca", {"instruction": "q"}, "has no answer"),
        ("alpaca", {"instruction": "q", "output": "a", "history": [["x"]]}, "has a history"),
        ("dolly", {"instruction": "q", "response": None}, "has no answer"),
        ("preference", {"prompt": "q", "chosen": "a", "rejected": ""}, "has no rejected answer"),
        ("preference", {"chosen": "a", "rejected": "b"}, "has no prompt"),
        ("preference", {"prompt": "q", "chosen": "", "rejected": "b"}, "has no chosen answer"),
        ("preference", {"chosen": [Q, A], "rejected": [S, Q, B]}, "to different questions"),
        ("pairs", "text", "is no object"),
    ],
)  # fmt: skip
def test_what_teaches_nothing_is_told_as_the_end_of_a_sentence(
    form: FormName, value: Any, why: str
) -> None:
    with pytest.raises(ValueError, match=r"^(has|is|does|holds) ") as told:
        example_from(value, form)
    assert why in str(told.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "messages",
                    "conversations",
                    "role",
                    "content",
                    "from",
                    "value",
                    "prompt",
                    "chosen",
                    "rejected",
                    "question",
                    "answer",
                    "instruction",
                    "input",
                    "output",
                    "response",
                    "context",
                    "history",
                    "system",
                    "tags",
                    "benchtop",
                    "origin",
                    "kind",
                ]
            ),
            inner | st.sampled_from(["user", "assistant", "human", "gpt", "chat"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(value=JSON, form=st.sampled_from(FORMS))
def test_whatever_a_file_holds_is_an_example_or_a_plain_complaint(
    value: Any, form: FormName
) -> None:
    form_of(value)
    complaint = ""
    try:
        assert example_from(value, form).problem() == ""
    except ValueError as error:
        complaint = str(error)
    assert complaint == "" or complaint.split()[0] in ("has", "is", "does", "holds")


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30
).filter(str.strip)
TAGS = st.lists(st.text("abc é今", min_size=1).map(str.strip).filter(bool), max_size=3, unique=True)


@st.composite
def examples(draw: st.DrawFn, *, is_single: bool) -> Example:
    system = draw(st.lists(TEXTS.map(lambda text: Turn("system", text)), max_size=1))
    count = 1 if is_single else draw(st.integers(1, 3))
    turns = [Turn(role, draw(TEXTS)) for _ in range(count) for role in ("user", "assistant")]
    return Example(
        (*system, *turns),
        draw(st.just("") | TEXTS),
        tuple(draw(TAGS)),
        draw(
            st.sampled_from(
                [Origin(), Origin("chat", "m.gguf", "c1", "r1"), Origin("teacher", "t")]
            )
        ),
        draw(st.booleans()),
        draw(st.sampled_from(["kept", "draft"])),
        draw(st.booleans()),
    )


@settings(max_examples=150, deadline=None)
@given(example=examples(is_single=False))
def test_all_of_an_example_comes_back_from_benchtops_own_form(example: Example) -> None:
    value = example_to(example, "messages")
    assert form_of(value) == "messages"
    assert example_from(value, "messages") == example


@settings(max_examples=150, deadline=None)
@given(example=examples(is_single=False))
def test_every_conversation_comes_back_from_sharegpt(example: Example) -> None:
    value = example_to(example, "sharegpt")
    assert form_of(value) == "sharegpt"
    assert example_from(value, "sharegpt").turns == example.turns


@settings(max_examples=150, deadline=None)
@given(example=examples(is_single=True), form=st.sampled_from(["alpaca", "dolly", "pairs"]))
def test_one_question_comes_back_from_the_forms_of_pairs(example: Example, form: FormName) -> None:
    if form == "dolly" and example.turns[0].role == "system":
        with pytest.raises(ValueError, match="has a system prompt, which this form"):
            example_to(example, form)
        return
    value = example_to(example, form)
    assert form_of(value) == form
    again = example_from(value, form)
    assert again.turns == example.turns
    assert again.tags == (example.tags if form == "dolly" else ())


@settings(max_examples=150, deadline=None)
@given(example=examples(is_single=False).filter(lambda one: one.rejected))
def test_two_answers_come_back_from_the_form_of_preferences(example: Example) -> None:
    value = example_to(example, "preference")
    assert form_of(value) == "preference"
    again = example_from(value, "preference")
    assert (again.turns, again.rejected) == (example.turns, example.rejected)


def test_what_a_form_has_no_place_for_is_refused() -> None:
    for form in ("alpaca", "dolly", "pairs"):
        with pytest.raises(ValueError, match="has more than one question and one answer"):
            example_to(Example(TWICE), form)
    with pytest.raises(ValueError, match="has no rejected answer"):
        example_to(Example(ASKED), "preference")
    for form in FORMS:
        with pytest.raises(ValueError, match="does not end with an answer"):
            example_to(Example(ASKED[:1], "b"), form)


def test_strange_words_of_benchtop_in_a_file_change_nothing() -> None:
    for own in (
        4,
        {"origin": {"kind": "alien"}},
        {"origin": {"kind": "chat", "name": 4}},
        {"state": []},
    ):
        assert example_from({"messages": [Q, A], "benchtop": own}, "messages") == Example(ASKED)
    value = {"question": "q", "answer": "a", "tags": ["x", 4, " x ", ""]}
    assert example_from(value, "pairs").tags == ("x",)
