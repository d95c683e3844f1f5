"""The index of messages in scripts without spaces between words: Chinese, Japanese, Thai and others.

The index of words (schema_0_1) takes a sentence of such a script for one word. This one holds every
three letters in a row, of those messages alone that hold such a letter; ``messages_unspaced`` lists
these messages, for a search of one or two letters. Released: never edit a statement.
"""

from __future__ import annotations

_RANGES = (
    "\u0e00-\u109f\u1780-\u17ff\u2e80-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff00-\uffef"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Of domain.search_words.UNSPACED, or more: a message left out here would not be found there."""


def is_unspaced(content: str) -> str:
    """The SQL condition; a query must repeat it for SQLite to use the partial index.

    Comparing lengths first leaves out plain English, at a sixtieth of the pattern's cost.
    """
    return (
        f"length({content}) <> length(cast({content} as blob)) and {content} glob '*[{_RANGES}]*'"
    )


IN_INDEX = f"state <> 'streaming' and {is_unspaced('content')}"
STATEMENTS = (
    f"create index messages_unspaced on messages (seq) where {IN_INDEX}",
    f"create view messages_unspaced_indexed as select seq, content from messages where {IN_INDEX}",
    # Which three letters a message holds, not where: a hit is looked at once more anyway.
    """create virtual table unspaced_fts using fts5 (
        content, content = 'messages_unspaced_indexed', content_rowid = 'seq', columnsize = 0,
        detail = none, tokenize = 'trigram'
    )""",
    "insert into unspaced_fts (unspaced_fts) values ('rebuild')",
    f"""create trigger unspaced_fts_insert after insert on messages
    when new.state <> 'streaming' and {is_unspaced("new.content")} begin
        insert into unspaced_fts (rowid, content) values (new.seq, new.content);
    end""",
    f"""create trigger unspaced_fts_delete after delete on messages
    when old.state <> 'streaming' and {is_unspaced("old.content")} begin
        insert into unspaced_fts (unspaced_fts, rowid, content)
        values ('delete', old.seq, old.content);
    end""",
    f"""create trigger unspaced_fts_update after update of content, state on messages
    when old.content is not new.content or (old.state = 'streaming') <> (new.state = 'streaming') begin
        insert into unspaced_fts (unspaced_fts, rowid, content)
        select 'delete', old.seq, old.content
        where old.state <> 'streaming' and {is_unspaced("old.content")};
        insert into unspaced_fts (rowid, content)
        select new.seq, new.content
        where new.state <> 'streaming' and {is_unspaced("new.content")};
    end""",
)
