"""The starter model holds a short conversation about the app and itself.

The questions were written apart from the training templates and are not in the training data.
"""

import re

import pytest

from starter.answers import Question, ask_all, questions, transcript

LEAST = 34


def test_the_checker_reads_keywords_at_the_start_of_words() -> None:
    question = Question(("?",), (("compare",), ("no", "not")))
    assert question.on_topic("Comparing is not hard.")
    assert not question.on_topic("Comparing is easy.")
    assert not question.on_topic("I know.")


def test_there_are_forty_different_questions() -> None:
    said = [question.say for question in questions()]
    assert len(said) == len(set(said)) == 40


@pytest.mark.usefixtures("starter_path", "qapp")
def test_most_held_out_questions_are_answered_on_topic() -> None:
    exchanges = ask_all()
    good = sum(exchange.on_topic for exchange in exchanges)
    assert good >= LEAST, transcript(exchanges)


def normal(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
