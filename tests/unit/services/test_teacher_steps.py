"""What a teacher is asked and shown: nothing that is held out, and no draft comes twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchtop.domain.examples import Example, Origin, Turn
from benchtop.protocol.messages import Generate
from benchtop.services.measures import Step
from benchtop.services.teacher_steps import (
    SHOWN,
    Drafting,
    DraftKind,
    DraftOutcome,
    draft_steps,
    lines_of,
)
from benchtop.services.written import Written
from unit.services.played_steps import played, written

SECRET = "the vault"


def example(question: str, answer: str = "So it is.", **values: object) -> Example:
    turns = (Turn("user", question), Turn("assistant", answer))
    return Example(turns, **values)  # type: ignore[arg-type]  # by field name


def seeds(count: int = 9) -> list[Example]:
    shown = [example(f"Question {n}?", f"Answer {n}.", tags=("t",)) for n in range(count)]
    return [example(f"Who opens {SECRET}?", f"Ada opens {SECRET}.", holdout=True), *shown]


def drafted(
    wish: Drafting, answer: Callable[[Generate], str]
) -> tuple[list[Example], list[Generate], DraftOutcome]:
    """The drafts, what the teacher was asked, and what it says became of it."""
    drafts: list[Example] = []
    asked: list[Generate] = []
    fractions: list[float] = []

    def answered(step: Step) -> Written:
        assert isinstance(step.request, Generate)
        asked.append(step.request)
        fractions.append(step.begins)
        return written(step.request, answer(step.request))

    made = played(draft_steps(wish, drafts.append), answered)
    assert fractions == sorted(fractions)
    return drafts, asked, made


def text_of(request: Generate) -> str:
    return "\n".join(turn.content for turn in request.turns)


def teacher(request: Generate) -> str:
    """Lists two prompts where it is asked for some, one of them new at most twice; else answers."""
    words = text_of(request)
    if "new questions" in words:
        number = words.count("Question")
        return f'1. "Fresh {number}?"\n2) Question 1?\n\n- Fresh {words.count("1")} too?\nHere they are:'
    return f"Drafted: {request.turns[-1].content[:40]}"


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("1. Who is it?", "Who is it?"),
        ("(2) Who is it?", "Who is it?"),
        ("3: Who is it?", "Who is it?"),
        ("- Who is it?", "Who is it?"),
        ("• “Who is it?”", "Who is it?"),
        ("Q: Who is it?", "Who is it?"),
        ("* 'Who is it?'", "Who is it?"),
        ("Who is 3. in line?", "Who is 3. in line?"),
        ("2024 was which year?", "2024 was which year?"),
        ('He said "no".', 'He said "no".'),
    ],
)
def test_a_line_of_a_list_is_a_prompt(line: str, prompt: str) -> None:
    assert lines_of(line) == [prompt]


def test_headings_and_empty_lines_are_none() -> None:
    assert lines_of("Here are five:\n\n1.\n  \n- One?\n- Two?") == ["One?", "Two?"]


@pytest.mark.parametrize("kind", ["prompts", "answers", "rewrites"])
def test_no_teacher_sees_what_is_held_out(kind: DraftKind) -> None:
    drafts, asked, made = drafted(Drafting(kind, seeds(), 20, "Owl"), teacher)
    assert asked
    assert made.made == len(drafts) > 0
    assert all(SECRET not in text_of(request) for request in asked)
    for one in drafts:
        assert (one.state, one.origin) == ("draft", Origin("teacher", "Owl"))
        assert not one.problem()


def test_new_prompts_are_new_and_answered_after_examples_of_their_kind() -> None:
    drafts, asked, made = drafted(Drafting("prompts", seeds(), 3, "Owl"), teacher)
    prompts = [one.prompt[-1].content for one in drafts]
    assert len(set(prompts)) == len(prompts) == made.made
    assert all(prompt.startswith("Fresh") for prompt in prompts)
    lists = [request for request in asked if "new questions" in text_of(request)]
    assert all(text_of(one).count("- Question") == SHOWN for one in lists)
    answers = [request for request in asked if "new questions" not in text_of(request)]
    assert all(
        [turn.role for turn in one.turns] == ["user", "assistant"] * 3 + ["user"] for one in answers
    )
    assert len({one.params.seed for one in answers}) == len(answers)


def test_a_teacher_that_repeats_itself_comes_to_an_end() -> None:
    drafts, asked, made = drafted(
        Drafting("prompts", seeds(), 50, "Owl"), lambda _request: "1. Question 2?\n2. question 3"
    )
    assert (drafts, made) == ([], DraftOutcome(0, repeated=8, gave_up=True))
    assert len(asked) == 4


def test_a_prompt_that_is_held_out_is_not_drafted_again() -> None:
    drafts, _asked, _made = drafted(
        Drafting("prompts", seeds(), 2, "Owl"),
        lambda request: f"- Who opens {SECRET}?" if "new questions" in text_of(request) else "Ada.",
    )
    assert drafts == []


def test_answers_and_rewrites_keep_the_question_and_its_tags() -> None:
    some = seeds(3)
    answers, asked, _made = drafted(Drafting("answers", some, 5, "Owl"), teacher)
    assert [one.prompt[-1].content for one in answers] == [
        f"Question {n}?" for n in (0, 1, 2, 0, 1)
    ]
    assert [request.turns[-1].content for request in asked[:3]] == [
        f"Question {n}?" for n in range(3)
    ]
    assert all(one.tags == ("t",) for one in answers)
    rewrites, asked, _made = drafted(Drafting("rewrites", some, 5, "Owl"), teacher)
    assert len(rewrites) == 3
    assert "Question 1?" in text_of(asked[1])
    assert "Answer 1." in text_of(asked[1])


def test_what_says_nothing_new_is_no_draft() -> None:
    wish = Drafting("rewrites", seeds(2), 2, "Owl")
    assert drafted(wish, lambda _request: "  ")[0] == []
    assert len(drafted(wish, lambda _request: "Answer 1.")[0]) == 1


def test_nothing_to_draft_from_asks_nothing() -> None:
    held = [example("Who?", holdout=True), Example((Turn("user", "Who?"),))]
    assert drafted(Drafting("answers", held, 5, "Owl"), teacher) == ([], [], DraftOutcome())


def test_what_was_thrown_away_is_counted() -> None:
    def answer(request: Generate) -> str:
        return {"Question 0?": "", "Question 1?": "Answer 1."}.get(
            request.turns[-1].content, "New."
        )

    _drafts, _asked, made = drafted(Drafting("answers", seeds(3), 6, "Owl"), answer)
    assert made == DraftOutcome(2, repeated=2, empty=2)
