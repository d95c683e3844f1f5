"""Keeps the tokens of a reply held to a grammar to valid UTF-8, and to text that is shown.

llama.cpp's grammars take any byte for the rest of a character that was begun (llama.cpp,
src/llama-grammar.cpp: decode_utf8), so that a quote mark could end up inside a character and the JSON
break. They also read a control token by its name, which a reply never shows.
"""

from __future__ import annotations

import codecs
from typing import Any

import numpy as np

from benchtop.engine.llama import Model


class Utf8Guard:
    """Follows the bytes of a reply from its first token on."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._first = np.array(model.first_bytes)
        self._ends = list(model.end_tokens)
        self._begun = b""  # the bytes of a character that is not complete yet

    def fits(self, token: int) -> bool:
        """Whether this token ends the reply, or goes on with text that can be UTF-8."""
        piece = self._model.piece(token)
        if not piece:
            return self._model.ends(token)
        return rest_of_utf8(self._begun + piece) is not None

    def barred(self) -> Any:
        """Which tokens cannot come next by their first byte: an array of bool, by token id."""
        good = [rest_of_utf8(self._begun + bytes([value])) is not None for value in range(256)]
        table = ~np.array([*good, False])  # the last for tokens without text
        found = table[self._first]
        found[self._ends] = False
        return found

    def accept(self, token: int) -> None:
        """This token was written."""
        self._begun = rest_of_utf8(self._begun + self._model.piece(token)) or b""


def rest_of_utf8(data: bytes) -> bytes | None:
    """The incomplete character at the end of ``data``; None where it cannot become UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        decoder.decode(data)
    except UnicodeDecodeError:
        return None
    rest = bytes(decoder.getstate()[0])
    # Python waits for the third byte of a surrogate before it refuses it.
    return None if rest[:1] == b"\xed" and rest[1:2] >= b"\xa0" else rest
