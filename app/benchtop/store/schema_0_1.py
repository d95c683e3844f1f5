"""The tables of Benchtop 0.1, as its first migration made them. Released: never edit a statement.

A change of the shape is a new migration (migrations.py). Values of the domain's Literal types carry no
CHECK: a later version adds to them, and SQLite cannot change a CHECK without building the table anew.
"""

from __future__ import annotations

TABLES = (
    """create table folders (
        id text primary key not null,
        name text not null,
        position integer not null
    ) strict""",
    # seq is the rowid that the search index refers to; only a declared one survives VACUUM.
    """create table conversations (
        seq integer primary key,
        id text not null unique,
        title text not null,
        created real not null,
        updated real not null,
        titled integer not null,
        pinned integer not null,
        folder_id text references folders (id) on delete set null,
        leaf_id text,
        model_id text,
        system_prompt text not null,
        params text not null,
        draft text not null,
        dropped_before text,
        deleted real
    ) strict""",
    "create index conversations_folder on conversations (folder_id)",
    # The pair of keys keeps a reply in the conversation of what it replies to. The long texts come
    # last, so that reading the rest of a row never walks their overflow pages.
    """create table messages (
        seq integer primary key,
        id text not null unique,
        conversation_id text not null references conversations (id) on delete cascade,
        parent_id text,
        role text not null,
        created real not null,
        state text not null,
        model_id text,
        model_name text not null,
        adapters text not null,
        params text not null,
        timings text not null,
        stop text,
        rating integer not null check (rating between -1 and 1),
        example integer not null,
        note text not null,
        writer_pid integer,
        writer_started real,
        content text not null,
        reasoning text not null,
        unique (conversation_id, id),
        foreign key (conversation_id, parent_id) references messages (conversation_id, id)
    ) strict""",
    "create index messages_parent on messages (conversation_id, parent_id)",
    "create index messages_streaming on messages (writer_pid) where state = 'streaming'",
    """create table presets (
        id text primary key not null,
        name text not null unique,
        system_prompt text not null,
        params text not null
    ) strict""",
    # path is text, or a blob where the file's name is no UTF-8.
    """create table models (
        id text primary key not null,
        name text not null,
        path any not null unique,
        bytes integer not null,
        architecture text not null,
        parameters integer not null,
        quantisation text not null,
        context_length integer not null,
        chat_template integer not null,
        source text not null,
        licence text not null,
        sha256 text not null,
        added real not null,
        last_used real
    ) strict""",
)

# A reply that is still being written is not in the index: it would be indexed anew at each flush.
SEARCH = (
    "create view messages_indexed as select seq, content from messages where state <> 'streaming'",
    """create virtual table messages_fts using fts5 (
        content, content = 'messages_indexed', content_rowid = 'seq', columnsize = 0,
        tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
    )""",
    """create trigger messages_fts_insert after insert on messages when new.state <> 'streaming' begin
        insert into messages_fts (rowid, content) values (new.seq, new.content);
    end""",
    """create trigger messages_fts_delete after delete on messages when old.state <> 'streaming' begin
        insert into messages_fts (messages_fts, rowid, content)
        values ('delete', old.seq, old.content);
    end""",
    """create trigger messages_fts_update after update of content, state on messages
    when old.content is not new.content or (old.state = 'streaming') <> (new.state = 'streaming') begin
        insert into messages_fts (messages_fts, rowid, content)
        select 'delete', old.seq, old.content where old.state <> 'streaming';
        insert into messages_fts (rowid, content)
        select new.seq, new.content where new.state <> 'streaming';
    end""",
    """create virtual table titles_fts using fts5 (
        title, content = 'conversations', content_rowid = 'seq', columnsize = 0,
        tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
    )""",
    """create trigger titles_fts_insert after insert on conversations begin
        insert into titles_fts (rowid, title) values (new.seq, new.title);
    end""",
    """create trigger titles_fts_delete after delete on conversations begin
        insert into titles_fts (titles_fts, rowid, title) values ('delete', old.seq, old.title);
    end""",
    """create trigger titles_fts_update after update of title on conversations
    when old.title is not new.title begin
        insert into titles_fts (titles_fts, rowid, title) values ('delete', old.seq, old.title);
        insert into titles_fts (rowid, title) values (new.seq, new.title);
    end""",
)
