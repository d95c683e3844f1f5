"""Search over all messages and titles, as the person types.

Words are looked up in FTS5 indexes: all of them must be there, in any order; the last one may be the
beginning of a word; "words in quotes" stand side by side. Case and accents do not matter. The index
splits text at spaces, so a word of a script written without them (Chinese, Japanese, Thai...), or one
that is only signs, such as "->", is looked for letter by letter instead.

Titles come first, then messages, each newest first (by the order they were added, which costs nothing;
ranking by relevance would score every match). A title is left out where a message of its conversation
is among the hits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from benchtop.domain.chat import SearchHit

LONGEST_SEARCH = 1_000
MOST_WORDS = 32
SNIPPET_WORDS = 24
SNIPPET_LETTERS = 160
_OPEN, _CLOSE = "\x02", "\x03"
_PIECE = re.compile(r'"([^"]*)("|$)|([^\s"]+)')
# Scripts whose words are not set apart by spaces, as Unicode names their letters.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
_SPACES = str.maketrans("\n\r\t\v\f", "     ")

_MESSAGES = """
    select m.id, m.conversation_id, c.title, m.role, m.created, {shown}
    from {source} cross join conversations c on c.id = m.conversation_id
    where c.deleted is null and {conditions} order by {order} desc limit ?"""
_TITLES = """
    select coalesce(m.id, ''), c.id, c.title, coalesce(m.role, 'user'),
        coalesce(m.created, c.updated), {shown}
    from {source} left join messages m on m.id = c.leaf_id
    where c.deleted is null and {conditions} order by c.updated desc limit ?"""


@dataclass(frozen=True, slots=True)
class Query:
    """A search, taken apart: an FTS5 expression (or nothing), and texts to be found as they are."""

    match: str
    literals: tuple[str, ...]


def parse_query(words: str) -> Query:
    """What a person typed, as a Query; never one that FTS5 could object to."""
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in words)
    matches: list[str] = []
    literals: list[str] = []
    pieces = [p for p in _PIECE.finditer(text[:LONGEST_SEARCH]) if p[0].strip('" ')][:MOST_WORDS]
    for piece in pieces:
        phrase = (piece[1] if piece[3] is None else piece[3]).strip()
        if not any(map(_is_word_letter, phrase)) or any(map(_is_unspaced, phrase)):
            literals.append(phrase)
            continue
        closed = piece[2] == '"' or not _is_word_letter(phrase[-1])
        beginning = "*" if piece is pieces[-1] and not closed else ""
        matches.append(f'"{phrase}"{beginning}')
    return Query(" ".join(matches), tuple(literals))


def search(database: Database, words: str, limit: int) -> list[SearchHit]:
    """Hits of ``words``: at most ``limit`` titles and messages together; none for an empty search."""
    query = parse_query(words)
    if not query.match and not query.literals:
        return []
    messages = _hits(database, query, limit, _messages_sql(query))
    there = {hit.conversation_id for hit in messages}
    titles = _hits(database, query, limit, _titles_sql(query))
    return [*(hit for hit in titles if hit.conversation_id not in there), *messages][:limit]


def _messages_sql(query: Query) -> str:
    conditions = ["instr(m.content, ?) > 0"] * len(query.literals)
    if not query.match:
        return _MESSAGES.format(
            shown="m.content",
            source="messages m",
            conditions=" and ".join(["m.state <> 'streaming'", *conditions]),
            order="m.seq",
        )
    return _MESSAGES.format(
        shown="m.content" if query.literals else _snippet("messages_fts"),
        source="messages_fts cross join messages m on m.seq = messages_fts.rowid",
        conditions=" and ".join(["messages_fts match ?", *conditions]),
        order="messages_fts.rowid",
    )


def _titles_sql(query: Query) -> str:
    conditions = ["instr(c.title, ?) > 0"] * len(query.literals)
    if not query.match:
        return _TITLES.format(
            shown="c.title", source="conversations c", conditions=" and ".join(conditions)
        )
    return _TITLES.format(
        shown="c.title" if query.literals else _snippet("titles_fts"),
        source="titles_fts cross join conversations c on c.seq = titles_fts.rowid",
        conditions=" and ".join(["titles_fts match ?", *conditions]),
    )


def _snippet(table: str) -> str:
    return f"snippet({table}, 0, char(2), char(3), '…', {SNIPPET_WORDS})"


def _hits(database: Database, query: Query, limit: int, sql: str) -> list[SearchHit]:
    match = [query.match] if query.match else []
    rows: list[Sequence[Any]] = database.execute(sql, [*match, *query.literals, limit]).fetchall()
    found = []
    for message, conversation, title, role, created, shown in rows:
        snippet, spans = excerpt(shown, query.literals) if query.literals else marked(shown)
        found.append(SearchHit(message, conversation, title, role, created, snippet, spans))
    return found


def marked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A snippet without its marks, and the spans they stood around."""
    kept: list[str] = []
    spans: list[tuple[int, int]] = []
    length, start = 0, None
    for part in re.split(f"([{_OPEN}{_CLOSE}])", text):
        if part == _OPEN:
            start = length
        elif part == _CLOSE:
            if start is not None and start < length:
                spans.append((start, length))
            start = None
        else:
            kept.append(part)
            length += len(part)
    return "".join(kept).translate(_SPACES), tuple(spans)


def excerpt(text: str, literals: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text around the first of the literals, and where each of them is in it."""
    first = min((at for at in map(text.find, literals) if at >= 0), default=0)
    start = max(0, first - SNIPPET_LETTERS // 4)
    end = min(len(text), start + SNIPPET_LETTERS)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    snippet = before + text[start:end].translate(_SPACES) + after
    spans: list[tuple[int, int]] = []
    for found in re.finditer("|".join(map(re.escape, literals)), snippet):
        spans.append(found.span())
    return snippet, tuple(spans)


def _is_word_letter(letter: str) -> bool:
    """Whether FTS5's unicode61 counts it as part of a word: letters, numbers, private use."""
    category = unicodedata.category(letter)
    return category[0] in "LN" or category == "Co"


def _is_unspaced(letter: str) -> bool:
    return ord(letter) > 0x0DFF and unicodedata.name(letter, "").startswith(_UNSPACED)
