"""The forms that examples are published and passed on in, as the JSON object of one example.

messages    {"messages": [{"role": …, "content": …}, …]}, OpenAI's chat form; "rejected" is a worse last
            answer (a text, a turn or a list of turns). Benchtop's own files keep "tags" and, under
            "benchtop", where an example comes from and whether it is used
sharegpt    {"conversations": [{"from": "human" or "gpt", "value": …}, …]}
alpaca      {"instruction": …, "input": …, "output": …}, with "system" and "history" as LLaMA-Factory has them
dolly       {"instruction": …, "context": …, "response": …, "category": …}
pairs       a question and an answer under the usual names, and perhaps a "system" or "system_prompt"
preference  {"prompt": …, "chosen": …, "rejected": …}, each a text or a list of turns, as TRL takes them

A text in "tags", or a list of texts, is kept in every form. Anything else is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, get_args

from benchtop.domain.example_turns import (
    is_turn_list,
    teachable,
    text_from,
    turns_from,
)
from benchtop.domain.example_writers import (
    ORIGIN_FIELDS,
    OWN,
    to_alpaca,
    to_dolly,
    to_messages,
    to_pairs,
    to_preference,
    to_sharegpt,
)
from benchtop.domain.examples import Example, Origin, OriginKind, Turn

FormName = Literal["messages", "sharegpt", "alpaca", "dolly", "pairs", "preference"]
FORMS: Final[tuple[FormName, ...]] = get_args(FormName)
QUESTION_NAMES: Final = ("question", "prompt", "input", "query", "q", "instruction", "user")
ANSWER_NAMES: Final = ("answer", "completion", "response", "output", "a", "assistant")
_TALKS: Final = ("messages", "conversations", "conversation")
_SYSTEMS: Final = ("system", "system_prompt")


def form_of(value: Any) -> FormName | None:
    """The form of an object by its keys, or None; a bare list of turns is in the form "messages"."""
    if is_turn_list(value):
        return "messages"
    if not isinstance(value, dict):
        return None
    if "chosen" in value and "rejected" in value:
        return "preference"
    if "messages" in value:
        return "messages"
    if "conversations" in value or "conversation" in value:
        return "sharegpt"
    if "instruction" in value and "output" in value:
        return "alpaca"
    if "instruction" in value and "response" in value:
        return "dolly"
    if _first_key(value, QUESTION_NAMES) and _first_key(value, ANSWER_NAMES):
        return "pairs"
    return None


def example_from(value: Any, form: FormName) -> Example:
    """The example in an object of a form; turns after the last answer are left out.

    Raises ValueError for what nothing can be learnt from, with the end of a sentence such as "has no
    answer".
    """
    if isinstance(value, list):
        value = {"messages": value}
    if not isinstance(value, dict):
        raise ValueError("is no object with names and values")  # noqa: TRY004 - of a file, not a call
    example = _READERS[form](value)
    if problem := example.problem():
        raise ValueError(problem)
    return replace(example, tags=example.tags or _tags(value.get("tags")))


def example_to(example: Example, form: FormName) -> dict[str, Any]:
    """The object of an example in a form.

    A rejected answer and tags are left out where the form has no place for them. Raises ValueError with
    the end of a sentence where the conversation itself does not fit, such as several questions in "pairs".
    """
    if problem := example.problem():
        raise ValueError(problem)
    return _WRITERS[form](example)


def _from_messages(value: dict[str, Any]) -> Example:
    turns = teachable(turns_from(_first(value, _TALKS)))
    rejected = _rejected(value.get("rejected"))
    return _with_own(Example(turns, rejected), value.get(OWN))


def _from_sharegpt(value: dict[str, Any]) -> Example:
    turns = turns_from(_first(value, ("conversations", "conversation", "messages")))
    if turns and turns[0].role != "system":
        turns = (*_system(value), *turns)
    return Example(teachable(turns))


def _from_alpaca(value: dict[str, Any]) -> Example:
    history = value.get("history")
    before: list[Turn] = []
    for one in history if isinstance(history, list) else ():
        if not isinstance(one, list) or len(one) != 2:
            raise ValueError("has a history that is no list of questions with answers")
        before.append(Turn("user", text_from(one[0], "history")))
        before.append(Turn("assistant", text_from(one[1], "history")))
    question = Turn("user", _instruction(value, "input"))
    return Example((*_system(value), *before, question, _answer(value, ("output",))))


def _from_dolly(value: dict[str, Any]) -> Example:
    question = Turn("user", _instruction(value, "context"))
    tags = _tags(value.get("category"))
    return Example((*_system(value), question, _answer(value, ("response",))), tags=tags)


def _from_pairs(value: dict[str, Any]) -> Example:
    asked = _turns_or_text(_first(value, QUESTION_NAMES), "user", "question")
    key = _first_key(value, ANSWER_NAMES)
    told = value.get(key) if key else None
    answer = turns_from(told) if is_turn_list(told) else (_answer(value, ANSWER_NAMES),)
    system = () if asked and asked[0].role == "system" else _system(value)
    return Example((*system, *asked, *answer))


def _from_preference(value: dict[str, Any]) -> Example:
    chosen = _turns_or_text(value.get("chosen"), "assistant", "chosen answer")
    rejected = _turns_or_text(value.get("rejected"), "assistant", "rejected answer")
    prompt: Sequence[Turn] = ()
    if len(chosen) > 1:  # the whole conversation, as in UltraFeedback
        prompt, chosen = chosen[:-1], chosen[-1:]
        if len(rejected) > 1 and rejected[:-1] != prompt:
            raise ValueError("has two answers to different questions")
    elif (key := _first_key(value, _TALKS)) and "prompt" not in value:
        prompt = turns_from(value[key])
    elif "instruction" in value:
        prompt = (*_system(value), Turn("user", _instruction(value, "input")))
    else:
        prompt = _turns_or_text(_first(value, QUESTION_NAMES), "user", "prompt")
        prompt = prompt if prompt and prompt[0].role == "system" else (*_system(value), *prompt)
    if not rejected or not rejected[-1].content.strip():
        raise ValueError("has no rejected answer")
    return Example((*prompt, *chosen), rejected[-1].content)


_READERS: Final[dict[FormName, Callable[[dict[str, Any]], Example]]] = {
    "messages": _from_messages,
    "sharegpt": _from_sharegpt,
    "alpaca": _from_alpaca,
    "dolly": _from_dolly,
    "pairs": _from_pairs,
    "preference": _from_preference,
}
_WRITERS: Final[dict[FormName, Callable[[Example], dict[str, Any]]]] = {
    "messages": to_messages,
    "sharegpt": to_sharegpt,
    "alpaca": to_alpaca,
    "dolly": to_dolly,
    "pairs": to_pairs,
    "preference": to_preference,
}


def _with_own(example: Example, own: Any) -> Example:
    """What Benchtop wrote beside the conversation; anything strange in it is passed over."""
    if not isinstance(own, dict):
        return example
    told = own.get("origin")
    if isinstance(told, dict) and told.get("kind") in get_args(OriginKind):
        texts = {name: told.get(name, "") for name in ORIGIN_FIELDS}
        if all(isinstance(text, str) for text in texts.values()):
            example = replace(example, origin=Origin(**texts))
    return replace(
        example,
        included=own.get("included") is not False,
        state="draft" if own.get("state") == "draft" else "kept",
        holdout=own.get("holdout") is True,
    )


def _first_key(value: dict[str, Any], names: Sequence[str]) -> str | None:
    """The first of the names that holds something, else the first that is there."""
    there = [name for name in names if name in value]
    return next((name for name in there if value[name] not in (None, "", [])), (*there, None)[0])


def _first(value: dict[str, Any], names: Sequence[str]) -> Any:
    key = _first_key(value, names)
    return value[key] if key else None


def _turns_or_text(value: Any, role: Literal["user", "assistant"], name: str) -> tuple[Turn, ...]:
    if is_turn_list(value):
        return turns_from(value)
    if isinstance(value, dict):
        return turns_from([value])
    if value is None or (isinstance(value, str) and not value.strip()):
        raise ValueError(f"has no {name}")
    return (Turn(role, text_from(value, name)),)


def _answer(value: dict[str, Any], names: Sequence[str]) -> Turn:
    found = _first(value, names)
    if found is None or (isinstance(found, str) and not found.strip()):
        raise ValueError("has no answer")
    return Turn("assistant", text_from(found, "answer"))


def _instruction(value: dict[str, Any], beside: str) -> str:
    """The instruction, with the text that it is about below it."""
    asked = value.get("instruction")
    text = "" if asked is None else text_from(asked, "instruction")
    more = value.get(beside)
    about = "" if more is None or more == [] else text_from(more, beside)
    if not about.strip():
        about = ""
    if not text.strip():
        text = ""
    if not text and not about:
        raise ValueError("has no instruction")
    return f"{text}\n\n{about}" if text and about else text or about


def _system(value: dict[str, Any]) -> tuple[Turn, ...]:
    text = _first(value, _SYSTEMS)
    if text is None or (isinstance(text, str) and not text.strip()):
        return ()
    return (Turn("system", text_from(text, "system prompt")),)


def _rejected(value: Any) -> str:
    """A worse answer as a text, a turn, or the turns of which it is the last."""
    if value is None or value in ("", []):
        return ""
    return _turns_or_text(value, "assistant", "rejected answer")[-1].content


def _tags(value: Any) -> tuple[str, ...]:
    """Tags from a list of texts, or from a text with semicolons between them."""
    parts = value.split(";") if isinstance(value, str) else value
    if not isinstance(parts, list):
        return ()
    found = [text_from(part, "tags").strip() for part in parts if isinstance(part, str)]
    return tuple(dict.fromkeys(tag for tag in found if tag))
