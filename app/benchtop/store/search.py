"""Search over all messages and titles, as the person types.

Words are looked up in FTS5 indexes: all of them must be there, in any order; the last one may be the
beginning of a word; "words in quotes" stand side by side. Case and accents do not matter. The index
splits text at spaces, so a word of a script written without them (Chinese, Japanese, Thai...), or one
that is only signs, such as "->", is looked for letter by letter instead: for the former among the
messages that hold such letters, and by an index of three letters in a row where there are three.

Titles come first, then messages, each newest first (by the order they were added, which costs nothing;
ranking by relevance would score every match). A title is left out where a message of its conversation
is among the hits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from benchtop.domain.chat import SearchHit
from benchtop.domain.search_words import SearchWords, is_unspaced, parse_search
from benchtop.store import schema_unspaced

MOST_TRIGRAMS = 64
SNIPPET_WORDS = 24
SNIPPET_LETTERS = 160
_OPEN, _CLOSE = "\x02", "\x03"
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
    """A search as SQL needs it: FTS5 expressions (or nothing), and texts to be found as they are.

    ``match`` is of the words; ``trigrams`` of the literals of unspaced scripts with three letters or
    more; ``is_unspaced``: there is a literal of such a script, of whatever length.
    """

    match: str
    trigrams: str
    literals: tuple[str, ...]
    is_unspaced: bool


def to_query(words: SearchWords) -> Query:
    """The Query of what was typed; never one that FTS5 could object to."""
    matches = [f'"{p.text}"{"*" if p.is_beginning else ""}' for p in words.phrases]
    unspaced = [literal for literal in words.literals if is_unspaced(literal)]
    trigrams = [one[at : at + 3] for one in unspaced for at in range(len(one) - 2)]
    return Query(
        " ".join(matches),
        " ".join(f'"{three}"' for three in trigrams[:MOST_TRIGRAMS]),
        words.literals,
        bool(unspaced),
    )


def search(database: Database, words: str, limit: int) -> list[SearchHit]:
    """Hits of ``words``: at most ``limit`` titles and messages together; none for an empty search."""
    query = to_query(parse_search(words))
    if not query.match and not query.literals:
        return []
    trigrams = [query.trigrams] if query.trigrams else []
    messages = _hits(database, query, limit, _messages_sql(query), trigrams)
    there = {hit.conversation_id for hit in messages}
    titles = _hits(database, query, limit, _titles_sql(query))
    return [*(hit for hit in titles if hit.conversation_id not in there), *messages][:limit]


def _messages_sql(query: Query) -> str:
    if query.is_unspaced:
        return _unspaced_sql(query)
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


def _unspaced_sql(query: Query) -> str:
    """Only messages that hold a letter of an unspaced script are looked at, the newest first."""
    conditions = ["instr(m.content, ?) > 0"] * len(query.literals)
    if query.match:
        words = "select rowid from messages_fts where messages_fts match ?"
        conditions.insert(0, f"m.seq in ({words})")
    if query.trigrams:
        source = "unspaced_fts cross join messages m on m.seq = unspaced_fts.rowid"
        conditions.insert(0, "unspaced_fts match ?")
    else:
        source = "messages m indexed by messages_unspaced"
        # Last: SQLite needs to see it, and looks at it again for each message that passed the rest.
        conditions.append(schema_unspaced.IN_INDEX)
    return _MESSAGES.format(
        shown="m.content",
        source=source,
        conditions=" and ".join(conditions),
        order="unspaced_fts.rowid" if query.trigrams else "m.seq",
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


def _hits(
    database: Database, query: Query, limit: int, sql: str, first: Sequence[str] = ()
) -> list[SearchHit]:
    """What ``sql`` finds; ``first`` are its parameters before those of all."""
    match = [query.match] if query.match else []
    rows: list[Sequence[Any]] = database.execute(
        sql, [*first, *match, *query.literals, limit]
    ).fetchall()
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
