"""Which parts of a code block have which role. Pygments does the reading; no Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pygments.lexer import Lexer

CodeRole = Literal["keyword", "string", "comment", "number", "name"]

MAX_HIGHLIGHTED = 60_000
"""Longest code, in characters, that is coloured: about 100 ms of Pygments."""


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """A piece of one line. ``start`` and ``length`` are in UTF-16 units, as Qt counts."""

    start: int
    length: int
    role: CodeRole


def highlight(code: str, language: str) -> list[list[CodeSpan]]:
    """For each line of ``code`` its spans, or no lines at all.

    Nothing comes back when the language is unknown or the code is longer than MAX_HIGHLIGHTED.
    """
    lexer = _lexer(language) if language and len(code) <= MAX_HIGHLIGHTED else None
    if lexer is None:
        return []
    lines: list[list[CodeSpan]] = [[]]
    column = 0
    for kind, text in lexer.get_tokens(code):
        role = _role(str(kind))
        for index, piece in enumerate(text.split("\n")):
            if index:
                lines.append([])
                column = 0
            length = utf16_length(piece)
            if role is not None and piece.strip():
                lines[-1].append(CodeSpan(column, length, role))
            column += length
    return lines


def utf16_length(text: str) -> int:
    """How many UTF-16 units a text takes: one per character, two beyond the basic plane."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _lexer(language: str) -> Lexer | None:
    # The one place that imports Pygments: when the first code block is finished.
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


_ROLES: tuple[tuple[str, CodeRole], ...] = (
    ("Token.Comment", "comment"),
    ("Token.Keyword", "keyword"),
    ("Token.Operator.Word", "keyword"),
    ("Token.Literal.String", "string"),
    ("Token.Literal.Number", "number"),
    ("Token.Name.Function", "name"),
    ("Token.Name.Class", "name"),
    ("Token.Name.Decorator", "name"),
    ("Token.Name.Tag", "keyword"),
    ("Token.Name.Attribute", "name"),
    ("Token.Name.Builtin", "name"),
)


def _role(kind: str) -> CodeRole | None:
    return next((role for prefix, role in _ROLES if kind.startswith(prefix)), None)
