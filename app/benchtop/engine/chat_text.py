"""From the turns of a conversation to segments of text that know who wrote them.

The template is rendered with a mark in place of each content, so that it can be told afterwards
which text is the template's and which a person's or an earlier reply's.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchtop.engine.template import ChatTemplate, TemplateProblem
from benchtop.protocol.messages import ChatTurn

Writer = Literal["template", "person", "model"]
FALLBACK_STOPS = ("\nUser:",)
# str.strip(), Jinja's trim filter too, removes a unit separator as white space, and no template
# writes one: whether it is still there tells whether the template trims its contents.
_EDGE = "\x1f"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a prompt and who wrote it. Only the template's text may become control tokens."""

    text: str
    writer: Writer


def fallback_segments(turns: Sequence[ChatTurn], *, continue_last: bool) -> list[Segment]:
    """Benchtop's own plain template, for models whose file brings none or one that fails.

    The system text, then "User: ..." and "Assistant: ..." by turns; no control tokens, so that it
    means something to a base model too.
    """
    segments: list[Segment] = []
    for place, turn in enumerate(turns):
        gap = "\n" if segments else ""
        if turn.role == "system":
            segments += [Segment(gap, "template"), Segment(turn.content, "person")]
            segments.append(Segment("\n" if place + 1 < len(turns) else "", "template"))
            continue
        name = "User:" if turn.role == "user" else "Assistant:"
        writer: Writer = "person" if turn.role == "user" else "model"
        segments += [Segment(gap + name, "template"), Segment(" " + turn.content, writer)]
    if not continue_last:
        segments.append(Segment("\nAssistant:", "template"))
    return [segment for segment in segments if segment.text]


def template_segments(
    template: ChatTemplate, turns: Sequence[ChatTurn], *, continue_last: bool, closed: bool = False
) -> list[Segment]:
    """The segments the model's own template makes of the turns.

    ``continue_last`` leaves the last assistant turn open behind its text; ``closed`` opens no turn behind
    the last. Raises TemplateProblem when no way of putting the turns to the template works; it carries the
    first reason.
    """
    first: TemplateProblem | None = None
    for plan in _plans(turns):
        for typed in (False, True):
            try:
                return _render(
                    template, plan, typed=typed, continue_last=continue_last, closed=closed
                )
            except TemplateProblem as problem:
                first = first or problem
                if problem.fatal:
                    raise
    assert first is not None  # there is at least one plan
    raise first


def _plans(turns: Sequence[ChatTurn]) -> Iterator[list[ChatTurn]]:
    """The turns as they are; then as templates want them that know no system turn, or that want
    user and assistant to alternate."""
    plain = [turn for turn in turns if turn.role != "system" or turn.content.strip()]
    yield plain
    merged: list[ChatTurn] = []
    for turn in plain:
        role = "user" if turn.role == "system" else turn.role
        if merged and merged[-1].role == role:
            merged[-1] = ChatTurn(role, f"{merged[-1].content}\n\n{turn.content}")
        else:
            merged.append(ChatTurn(role, turn.content))
    if merged != plain:
        yield merged


def _render(
    template: ChatTemplate,
    turns: Sequence[ChatTurn],
    *,
    typed: bool,
    continue_last: bool,
    closed: bool,
) -> list[Segment]:
    """One try. ``typed``: contents are lists of parts, as some templates of image models want."""
    nonce = secrets.token_hex(8)
    messages = []
    for place, turn in enumerate(turns):
        mark = f"{_EDGE}\ue000{nonce}.{place}\ue001{_EDGE}"
        content: Any = [{"type": "text", "text": mark}] if typed else mark
        messages.append({"role": turn.role, "content": content})
    text = template.render(messages, reply_next=not (continue_last or closed))
    parts = re.split(f"({_EDGE}?)\ue000{nonce}\\.(\\d+)\ue001({_EDGE}?)", text)
    # parts: template, (left edge, place, right edge, template)...
    places = [int(place) for place in parts[2::4]]
    if set(places) != set(range(len(turns))):
        raise TemplateProblem("it leaves out or changes what was said")
    if continue_last:
        parts = parts[: _after_last(places, len(turns) - 1)]
    segments = [Segment(parts[0], "template")]
    for at in range(1, len(parts), 4):
        turn = turns[int(parts[at + 1])]
        segments.append(_content(turn, parts[at], parts[at + 2]))
        if at + 3 < len(parts):
            segments.append(Segment(parts[at + 3], "template"))
    return [segment for segment in segments if segment.text]


def _after_last(places: Sequence[int], turn: int) -> int:
    """How many parts there are up to the last time that ``turn`` was written."""
    last = len(places) - 1 - list(reversed(places)).index(turn)
    return 1 + last * 4 + 3


def _content(turn: ChatTurn, left: str, right: str) -> Segment:
    text = turn.content if left else turn.content.lstrip()
    text = text if right else text.rstrip()
    return Segment(text, "model" if turn.role == "assistant" else "person")
