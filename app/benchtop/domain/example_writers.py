"""An example as the JSON object of a form; domain/example_forms.py tells the forms and reads them.

Each function raises ValueError, with the end of a sentence, where a form has no place for the conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from benchtop.domain.example_turns import SHAREGPT_NAMES
from benchtop.domain.examples import Example, Turn

OWN: Final = "benchtop"
"""The key of what only Benchtop writes, in the form "messages"."""
ORIGIN_FIELDS: Final = ("kind", "name", "conversation_id", "message_id")


def to_messages(example: Example) -> dict[str, Any]:
    """OpenAI's chat form, with all that Benchtop keeps of an example."""
    value: dict[str, Any] = {"messages": _plain(example.turns)}
    if example.rejected:
        value["rejected"] = example.rejected
    if example.tags:
        value["tags"] = list(example.tags)
    origin = example.origin
    own: dict[str, Any] = {
        "origin": {name: getattr(origin, name) for name in ORIGIN_FIELDS if getattr(origin, name)}
    }
    # Only what is not as usual is said, so that a file stays readable.
    own |= {"included": False} if not example.included else {}
    own |= {"state": example.state} if example.state != "kept" else {}
    own |= {"holdout": True} if example.holdout else {}
    return value | {OWN: own}


def to_sharegpt(example: Example) -> dict[str, Any]:
    """Turns with the names of ShareGPT."""
    turns = [{"from": SHAREGPT_NAMES[t.role], "value": t.content} for t in example.turns]
    return {"conversations": turns}


def to_alpaca(example: Example) -> dict[str, Any]:
    """One question and its answer; a system prompt under LLaMA-Factory's name."""
    system, question = _one_question(example)
    value = {"instruction": question, "input": "", "output": example.answer}
    return value | ({"system": system} if system is not None else {})


def to_dolly(example: Example) -> dict[str, Any]:
    """One question and its answer; the tags are its category."""
    system, question = _one_question(example)
    if system is not None:
        raise ValueError("has a system prompt, which this form has no place for")
    category = "; ".join(example.tags)
    return {
        "instruction": question,
        "context": "",
        "response": example.answer,
        "category": category,
    }


def to_pairs(example: Example) -> dict[str, Any]:
    """One question and its answer."""
    system, question = _one_question(example)
    value = {"system": system} if system is not None else {}
    return value | {"question": question, "answer": example.answer}


def to_preference(example: Example) -> dict[str, Any]:
    """A prompt with a better and a worse answer: texts for one question alone, else lists of turns."""
    if not example.rejected.strip():
        raise ValueError("has no rejected answer")
    prompt = example.prompt
    if len(prompt) == 1 and prompt[0].role == "user":
        return {
            "prompt": prompt[0].content,
            "chosen": example.answer,
            "rejected": example.rejected,
        }
    chosen, rejected = Turn("assistant", example.answer), Turn("assistant", example.rejected)
    return {
        "prompt": _plain(prompt),
        "chosen": _plain([chosen]),
        "rejected": _plain([rejected]),
    }


def _one_question(example: Example) -> tuple[str | None, str]:
    """The system prompt or None, and the only question."""
    system = example.turns[0].content if example.turns[0].role == "system" else None
    rest = example.turns if system is None else example.turns[1:]
    if [turn.role for turn in rest] != ["user", "assistant"]:
        raise ValueError("has more than one question and one answer, which is all this form holds")
    return system, rest[0].content


def _plain(turns: Sequence[Turn]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.content} for turn in turns]
