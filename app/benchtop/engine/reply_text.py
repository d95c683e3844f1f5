"""From the bytes of tokens to what a person reads: characters, reasoning apart, stop strings cut.

Each stage takes pieces as they come and gives the same result however its input is cut; each holds
back only what could still turn out to be something else. The cost of a piece does not depend on how
long the reply is.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass

# The forms in which models mark reasoning: how it opens, how it closes.
REASONING_TAGS: tuple[tuple[str, str], ...] = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("<|think|>", "<|/think|>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
)
SILENT_TAGS = ("<|channel|>final<|message|>",)
"""Marks before the reply itself that say nothing to a person."""
TAG_TOKENS = frozenset(
    [tag for pair in REASONING_TAGS[:-1] for tag in pair]
    + ["<|channel|>", "<|message|>", "<|start|>", "<|end|>"]
)
"""Parts of these tags that a vocabulary may hold as control tokens, whose text is else left out."""


class StopMatcher:
    """Finds the stop string that ends first (of several with one end, the one that begins first).

    Text before it passes, the stop string and all after it does not. Held back is only a tail that
    begins a stop string.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(dict.fromkeys(stops))
        self._longest = max((len(stop) for stop in self._stops), default=0)
        self._held = ""
        self.found: str | None = None

    def feed(self, text: str) -> str:
        """The text that is certain now; after a stop string was found, always empty."""
        if self.found is not None:
            return ""
        if not self._stops:
            return text
        text = self._held + text
        end = self._first_match(text)
        if end is not None:
            self._held = ""
            return text[:end]
        keep = self._tail(text)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def finish(self) -> str:
        """What was held back: no stop string will come of it any more."""
        rest, self._held = self._held, ""
        return rest

    def _first_match(self, text: str) -> int | None:
        """Where the stop string that ends first begins, or None."""
        best: tuple[int, int] | None = None
        for stop in self._stops:
            start = text.find(stop)
            if start >= 0 and (best is None or (start + len(stop), start) < best):
                best = (start + len(stop), start)
                self.found = stop
        return None if best is None else best[1]

    def _tail(self, text: str) -> int:
        """How many characters at the end begin a stop string."""
        for start in range(max(0, len(text) - self._longest + 1), len(text)):
            if any(stop.startswith(text[start:]) for stop in self._stops):
                return len(text) - start
        return 0


class ReasoningSplitter:
    """Parts reasoning sections at the beginning of a reply from the reply.

    Only sections at the beginning count (a reply may talk about ``<think>`` later on), one after
    another. White space around reasoning is dropped. ``opened`` is the closing tag when the prompt
    itself opened a section. Its states: before, reasoning, between (sections), reply.
    """

    def __init__(self, opened: str | None = None) -> None:
        self._state = "before" if opened is None else "reasoning"
        self._close = opened or ""
        self._held = ""
        self._begun = False

    @property
    def passing(self) -> bool:
        """Whether everything from now on is reply."""
        return self._state == "reply"

    def feed(self, text: str) -> tuple[str, str]:
        """What is certain now: (reasoning, reply)."""
        if self._state == "reply":
            return "", text
        self._held += text
        reasoning = ""
        while True:
            if self._state == "reasoning":
                certain, closed = self._reasoning()
                reasoning += certain
                if not closed:
                    return reasoning, ""
            elif not self._opening():
                return reasoning, self._release() if self._state == "reply" else ""

    def finish(self) -> tuple[str, str]:
        """What was held back when the reply ended: (reasoning, reply)."""
        rest, self._held = self._held, ""
        if self._state == "reasoning":
            return self._trimmed(rest).rstrip(), ""
        return "", rest.lstrip() if self._state == "between" else rest

    def _reasoning(self) -> tuple[str, bool]:
        """Certain reasoning, and whether its section closed."""
        text, mark, rest = self._held.partition(self._close)
        if mark:
            self._held, self._state = rest, "between"
            certain = self._trimmed(text).rstrip()
            self._begun = False
            return certain, True
        keep = _overlap(text, self._close)
        certain = text[: len(text) - keep].rstrip()
        self._held = text[len(certain) :]
        return self._trimmed(certain), False

    def _trimmed(self, text: str) -> str:
        """``text`` without the white space a section begins with."""
        if not self._begun:
            text = text.lstrip()
            self._begun = bool(text)
        return text

    def _opening(self) -> bool:
        """Look for a tag at the beginning; True when one was found and taken."""
        text = self._held.lstrip()
        for tag, close in REASONING_TAGS:
            if text.startswith(tag):
                self._held, self._close, self._state = text[len(tag) :], close, "reasoning"
                return True
        for tag in SILENT_TAGS:
            if text.startswith(tag):
                self._held, self._state = text[len(tag) :], "between"
                return True
        tags = [tag for tag, _close in REASONING_TAGS] + list(SILENT_TAGS)
        if text and not any(tag.startswith(text) for tag in tags):
            if self._state == "between":
                self._held = text
            self._state = "reply"
        return False

    def _release(self) -> str:
        text, self._held = self._held, ""
        return text


def _overlap(text: str, mark: str) -> int:
    """How many characters at the end of ``text`` begin ``mark``."""
    for count in range(min(len(mark) - 1, len(text)), 0, -1):
        if mark.startswith(text[len(text) - count :]):
            return count
    return 0


@dataclass(frozen=True, slots=True)
class Piece:
    """What was added to the reasoning and to the reply."""

    reasoning: str = ""
    text: str = ""


class ReplyText:
    """All stages in a row. Stop strings are looked for in the reply, not in the reasoning.

    ``trim`` drops white space the reply begins with. ``stopped`` is the stop string found, or None.
    """

    def __init__(
        self, stops: Sequence[str] = (), *, opened: str | None = None, split: bool = True,
        trim: bool = False,
    ) -> None:  # fmt: skip
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._splitter = ReasoningSplitter(opened) if split else None
        self._matcher = StopMatcher(stops)
        self._trim = trim

    @property
    def stopped(self) -> str | None:
        """The stop string that ended the reply, or None."""
        return self._matcher.found

    @property
    def splitting(self) -> bool:
        """Whether a mark of reasoning may still come; later on it would be part of the reply."""
        return self._splitter is not None

    def feed(self, data: bytes) -> Piece:
        """What the bytes of one more token add for certain."""
        text = self._decode(data)
        return self._pass_on(text) if text else Piece()

    def finish(self, *, whole: bool = True) -> Piece:
        """What was held back. ``whole``: bytes of an unfinished character become U+FFFD, else go."""
        last = self._pass_on(self._decode(b"", True)) if whole else Piece()
        reasoning, text = self._splitter.finish() if self._splitter else ("", "")
        text = self._matcher.feed(self._trimmed(text)) + self._matcher.finish()
        return Piece(last.reasoning + reasoning, last.text + text)

    def _pass_on(self, text: str) -> Piece:
        reasoning = ""
        if self._splitter is not None:
            reasoning, text = self._splitter.feed(text)
            if self._splitter.passing:
                self._splitter = None
        return Piece(reasoning, self._matcher.feed(self._trimmed(text)))

    def _trimmed(self, text: str) -> str:
        if self._trim:
            text = text.lstrip()
            self._trim = not text
        return text


def opened_by(prompt: str) -> str | None:
    """The closing tag of a reasoning section that the prompt ends inside of, or None."""
    tail = prompt.rstrip()
    for tag, close in REASONING_TAGS:
        if tail.endswith(tag):
            return close
    return None
