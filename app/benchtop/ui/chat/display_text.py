"""Text made safe to lay out: what Qt would take for structure, and words too long to wrap."""

from __future__ import annotations

import re

LONGEST_RUN = 2_000
"""Qt's search for a place to break a word grows faster than its length: 50,000 letters take 20 s."""
BREAK = "\u200b"
"""A zero-width space: where a longer word may be broken. Taken out again when text is copied."""

_LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN},}}")
_STRUCTURE = {
    0x0000: "\ufffd",
    0x000B: "\u2028",
    0x000C: "\u2028",
    0x000D: "\u2028",
    0x001C: "\ufffd",
    0x2029: "\u2028",
    0xFDD0: "\ufffd",
    0xFDD1: "\ufffd",
    0xFFFC: "\ufffd",
}
"""Characters by which QTextDocument marks its own blocks, frames and objects."""


def displayable(text: str) -> str:
    """``text`` for QTextCursor.insertText: no hidden structure, and a place to break long words.

    Line ends stay as they are.
    """
    if not text.isprintable():
        text = text.translate(_STRUCTURE)
    if len(text) >= LONGEST_RUN:
        text = _LONG_RUN.sub(_with_breaks, text)
    return text


def copyable(text: str) -> str:
    """The text a person copies: without the places to break that displayable() put in."""
    return text.replace(BREAK, "").replace("\u2028", "\n").replace("\u2029", "\n")


def _with_breaks(match: re.Match[str]) -> str:
    run = match.group()
    return BREAK.join(run[i : i + LONGEST_RUN] for i in range(0, len(run), LONGEST_RUN))
