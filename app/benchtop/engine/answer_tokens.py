"""One answer as tokens behind its prompt: what the model reads, then what it is to sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchtop.domain.generation import TemplateUsed
from benchtop.engine.chat_text import Segment
from benchtop.engine.llama import Model
from benchtop.engine.prompt import Prompt, PromptBuilder
from benchtop.protocol.chat_turn import ChatTurn

Turns = Sequence[ChatTurn]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer behind its prompt. ``text`` is that of both up to the end that the template writes, or None
    where the template writes none."""

    prompt: Prompt
    reply: list[int]
    text: str | None

    @property
    def length(self) -> int:
        """Tokens of both."""
        return len(self.prompt.tokens) + len(self.reply)

    @property
    def ids(self) -> list[int]:
        """The tokens of both."""
        return self.prompt.tokens + self.reply

    @property
    def span(self) -> tuple[int, int]:
        """Where the answer's own tokens are, half-open."""
        return len(self.prompt.tokens), self.length


class Answers:
    """Makes answers with the template of one model.

    ``template`` and ``problem`` are those of the prompt that fared worst until now.
    """

    def __init__(self, prompts: PromptBuilder, model: Model, *, allow_fallback: bool) -> None:
        self._prompts = prompts
        self._model = model
        self._allow_fallback = allow_fallback
        self.template: TemplateUsed = "model"
        self.problem = ""

    def at(self, turns: Turns, place: int) -> Answer:
        """The answer at ``place`` behind the prompt of the turns before it. Raises TemplateFailed."""
        prompt = self._prompts.chat(
            turns[:place], continue_last=False, allow_fallback=self._allow_fallback, known={}
        )
        if prompt.template != "model":
            self.template, self.problem = prompt.template, prompt.problem
        reply, end, mark = self._reply(prompt, turns[: place + 1])
        tokens = self._prompts.reply_tokens(prompt, reply)
        text = prompt.text + "".join(segment.text for segment in reply) + mark if mark else None
        return Answer(prompt, tokens + ([] if end is None else [end]), text)

    def _reply(self, prompt: Prompt, turns: Turns) -> tuple[list[Segment], int | None, str]:
        """What the model is to write as the last of ``turns``; the token that ends it, and that token's text
        where the template writes it."""
        written = self._prompts.answered(turns, prompt.template)
        place = max((at for at, one in enumerate(written) if one.writer == "model"), default=None)
        if place is None:
            content, before, behind = Segment(turns[-1].content, "model"), [], ""
        else:
            content, before = written[place], written[:place]
            behind = "".join(segment.text for segment in written[place + 1 :])
        lead = Segment(self._lead(prompt, before, turns), "template")
        at, mark = _first_of(self._model.end_texts, behind)
        close = Segment(behind[:at] if mark else "", "template")
        end = self._model.end_texts[mark] if mark else self._model.usual_end
        return [segment for segment in (lead, content, close) if segment.text], end, mark

    def _lead(self, prompt: Prompt, before: Sequence[Segment], turns: Turns) -> str:
        """What stands between the prompt and the answer's text, for the model to write.

        White space, or what the template puts there where it opens the turn itself: an empty reasoning
        section, a channel. Where it opens none, a role's name there is no part of an answer. A section that
        the prompt opened is closed.
        """
        asked, own = _template_tail(prompt.segments), _template_tail(before)
        lead = own[len(asked) :] if own.startswith(asked) else ""
        if prompt.opened is not None and prompt.opened not in lead:
            return f"\n{prompt.opened}\n\n"
        return lead if not lead.strip() or self._opens_turn(prompt, turns[:-1]) else ""

    def _opens_turn(self, prompt: Prompt, turns: Turns) -> bool:
        """Whether the prompt is more than what the template writes of its turns."""
        written = self._prompts.answered(turns, prompt.template)
        return prompt.text != "".join(segment.text for segment in written)


def _template_tail(segments: Sequence[Segment]) -> str:
    """What the template wrote behind the last that anybody said."""
    return segments[-1].text if segments and segments[-1].writer == "template" else ""


def _first_of(texts: Iterable[str], where: str) -> tuple[int, str]:
    """Where the first of ``texts`` stands, the longest of those at one place; -1 and "" without any."""
    found = [(at, -len(text), text) for text in texts if (at := where.find(text)) >= 0]
    at, _length, text = min(found, default=(-1, 0, ""))
    return at, text
