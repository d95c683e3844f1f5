"""Which turns of a branch are sent to the model."""

from benchtop.domain.chat import Message, Role
from benchtop.services.turns import droppable, turns_of


def branch(*texts: str) -> list[Message]:
    roles: tuple[Role, Role] = ("user", "assistant")
    return [
        Message(str(n), "c", str(n - 1) if n else None, roles[n % 2], text, float(n))
        for n, text in enumerate(texts)
    ]


def test_the_system_prompt_comes_first_and_only_when_there_is_one() -> None:
    assert [t.role for t in turns_of(branch("hi"), "Be brief.")] == ["system", "user"]
    assert [t.role for t in turns_of(branch("hi"), "  \n")] == ["user"]


def test_a_reply_without_text_is_not_sent() -> None:
    assert [t.content for t in turns_of(branch("a", "", "b"))] == ["a", "b"]


def test_turns_before_the_mark_are_left_out() -> None:
    path = branch("a", "b", "c", "d", "e")
    assert [t.content for t in turns_of(path, "", "2")] == ["c", "d", "e"]
    assert len(turns_of(path, "", "gone")) == 5


def test_only_questions_after_the_first_one_sent_can_begin() -> None:
    path = branch("a", "b", "c", "d", "e")
    assert droppable(path, None) == ["2", "4"]
    assert droppable(path, "2") == ["4"]
    assert droppable(path, "4") == []
