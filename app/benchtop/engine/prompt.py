"""From a request to the tokens a model reads.

Text that a person or a model wrote never becomes control tokens, whatever it looks like. Replies
whose tokens are known are put in as they were sampled, so that the KV cache fits them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from benchtop.domain.errors import PromptError, TemplateFailed
from benchtop.domain.generation import TemplateUsed
from benchtop.engine.chat_text import (
    FALLBACK_STOPS,
    Segment,
    fallback_segments,
    template_segments,
)
from benchtop.engine.llama import Model
from benchtop.engine.reply_text import opened_by
from benchtop.engine.template import ChatTemplate, TemplateProblem
from benchtop.protocol.messages import ChatTurn

KnownReplies = Mapping[str, tuple[int, ...]]
"""Replies of a conversation by their text: the tokens as they were sampled."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model reads. ``tokens`` has at least one.

    ``opened`` closes the reasoning section the prompt ends inside of, or is None. ``stops`` are stop
    strings of the template itself: a reply that meets one has ended by itself.
    """

    text: str
    tokens: list[int]
    template: TemplateUsed
    problem: str = ""
    opened: str | None = None
    stops: tuple[str, ...] = ()
    segments: Sequence[Segment] = ()


class PromptBuilder:
    """Makes prompts for one model. ``path`` is its file, for messages."""

    def __init__(self, path: str, model: Model, template: ChatTemplate) -> None:
        self._path = path
        self._model = model
        self._template = template

    @property
    def has_template(self) -> bool:
        """Whether the file brings a chat template, usable or not."""
        return self._template.exists

    def check(self) -> str:
        """Try the template on one short turn; returns why it cannot be used, or an empty string."""
        if not self._template.problem:
            try:
                template_segments(self._template, [ChatTurn("user", "Hello")], continue_last=False)
            except TemplateProblem as problem:
                self._template.problem = str(problem)
        _ = self._controls  # read the vocabulary now, not while a person waits for a reply
        return self._template.problem

    def raw(self, text: str) -> Prompt:
        """Plain text to go on with."""
        segments = [Segment(text, "person")]
        return Prompt(text, self._tokens(segments, {}), "none")

    def chat(
        self,
        turns: Sequence[ChatTurn],
        *,
        continue_last: bool,
        allow_fallback: bool,
        known: KnownReplies,
    ) -> Prompt:
        """The turns in the model's template, or in the fallback where that is allowed.

        Raises PromptError for turns without sense, TemplateFailed without a usable template.
        """
        if not turns:
            raise PromptError(detail="there is nothing to answer: give turns or a prompt.")
        if continue_last and turns[-1].role != "assistant":
            raise PromptError(detail="there is no reply to go on with: the last turn is not one.")
        try:
            segments = template_segments(self._template, turns, continue_last=continue_last)
        except TemplateProblem as problem:
            if not allow_fallback:
                raise TemplateFailed(path=self._path, detail=str(problem)) from problem
            segments = fallback_segments(turns, continue_last=continue_last)
            text = "".join(segment.text for segment in segments)
            tokens = self._tokens(segments, known)
            return Prompt(text, tokens, "fallback", str(problem), None, FALLBACK_STOPS, segments)
        text = "".join(segment.text for segment in segments)
        opened = opened_by(text) if segments and segments[-1].writer == "template" else None
        return Prompt(text, self._tokens(segments, known), "model", "", opened, (), segments)

    def answered(self, turns: Sequence[ChatTurn], template: TemplateUsed) -> list[Segment]:
        """What ``template`` writes of turns and nothing behind them; empty where it cannot."""
        try:
            if template == "model":
                return template_segments(self._template, turns, continue_last=False, closed=True)
        except TemplateProblem:
            return []
        return fallback_segments(turns, continue_last=True)

    def reply_tokens(self, prompt: Prompt, reply: Sequence[Segment]) -> list[int]:
        """The tokens that a model samples to write ``reply`` after ``prompt``.

        Those of the whole text, where they begin with the prompt's. Else, where words would be merged over
        the border, those of the reply alone; so too where the vocabulary would put a space of its own before
        that of the reply.
        """
        if not (self._prefixes_space and reply[0].text.startswith(" ")):
            whole, asked = self._tokens([*prompt.segments, *reply], {}), len(prompt.tokens)
            if whole[:asked] == prompt.tokens:
                return whole[asked:]
        return self._group(reply, continued=True)

    def _tokens(self, segments: Sequence[Segment], known: KnownReplies) -> list[int]:
        tokens: list[int] = []
        for group in _groups(segments, known):
            if isinstance(group, tuple):
                tokens.extend(group)
            else:
                tokens.extend(self._group(group, continued=bool(tokens)))
        if self._model.adds_bos and tokens[:1] != [self._model.bos]:
            tokens.insert(0, self._model.bos)
        if not tokens:
            start = self._model.bos if self._model.bos >= 0 else self._model.eos
            tokens.append(max(start, 0))
        return tokens

    def _group(self, segments: Sequence[Segment], *, continued: bool) -> list[int]:
        """Tokens of neighbouring segments.

        Words may be merged across their borders, as in training. Where text that is not the
        template's holds a control token, or makes one with its neighbour, the template's control
        tokens are taken out first and all the rest is plain text.
        """
        text = "".join(segment.text for segment in segments)
        suspects = [control for control in self._controls if control in text]
        if not _touches_content(segments, suspects, text):
            return self._tokenized(text, special=True, continued=continued)
        tokens: list[int] = []
        for part, special in _parts(segments, suspects):
            tokens += self._tokenized(part, special=special, continued=continued)
            continued = False
        return tokens

    def _tokenized(self, text: str, *, special: bool, continued: bool) -> list[int]:
        """Tokens of ``text``; ``continued``: without the space some vocabularies begin a text with."""
        if continued and self._prefixes_space:
            lead = self._model.tokenize("\n", special=False)
            tokens = self._model.tokenize("\n" + text, special=special)
            if tokens[: len(lead)] == lead:
                return tokens[len(lead) :]
        return self._model.tokenize(text, special=special)

    @cached_property
    def _prefixes_space(self) -> bool:
        tokens = self._model.tokenize("a", special=False)
        return b"".join(self._model.piece(token) for token in tokens).startswith(b" ")

    @cached_property
    def _controls(self) -> tuple[str, ...]:
        return tuple(sorted(self._model.control_tokens, key=len, reverse=True))


def _groups(
    segments: Sequence[Segment], known: KnownReplies
) -> Iterator[list[Segment] | tuple[int, ...]]:
    """Segments between replies whose tokens are known, and those tokens."""
    group: list[Segment] = []
    for segment in segments:
        tokens = _known(segment, known)
        if tokens is None:
            group.append(segment)
            continue
        if group:
            yield group
            group = []
        yield tokens
    if group:
        yield group


def _known(segment: Segment, known: KnownReplies) -> tuple[int, ...] | None:
    if segment.writer != "model":
        return None
    return known.get(segment.text) or known.get(segment.text.lstrip())


def _touches_content(segments: Sequence[Segment], controls: Sequence[str], text: str) -> bool:
    """Whether the text of a control token lies, even in part, in what the template did not write."""
    if not controls:
        return False
    owned = bytearray()  # per character of the text: 1 where the template wrote it
    for segment in segments:
        owned += bytes([segment.writer == "template"]) * len(segment.text)
    for control in controls:
        at = text.find(control)
        while at >= 0:
            if not all(owned[at : at + len(control)]):
                return True
            at = text.find(control, at + 1)
    return False


def _parts(segments: Sequence[Segment], controls: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The text cut at the control tokens that the template wrote: (text, is a control token)."""
    plain = ""
    for segment in segments:
        if segment.writer != "template":
            plain += segment.text
            continue
        for text, control in _cut(segment.text, controls):
            if not control:
                plain += text
                continue
            if plain:
                yield plain, False
                plain = ""
            yield text, True
    if plain:
        yield plain, False


def _cut(text: str, controls: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """``text`` cut at the control tokens in it; of two at one place the longer (it comes first)."""
    while text:
        found = [(at, control) for control in controls if (at := text.find(control)) >= 0]
        if not found:
            yield text, False
            return
        at, control = min(found, key=lambda pair: pair[0])
        if at:
            yield text[:at], False
        yield control, True
        text = text[at + len(control) :]
