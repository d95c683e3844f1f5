"""What the Models page needs: downloads, connections, loads, and more columns of models.

Released: never edit a statement.
"""

from __future__ import annotations

STATEMENTS = (
    "alter table models add column notes text not null default ''",
    "alter table models add column repo text not null default ''",
    "alter table models add column revision text not null default ''",
    "alter table models add column remote_path text not null default ''",
    "alter table models add column verified real",
    "alter table models add column deleted real",
    "alter table models add column given_name integer not null default 0",
    # folder is text, or a blob where its name is no UTF-8; files are JSON.
    """create table downloads (
        id text primary key not null,
        repo text not null,
        revision text not null,
        name text not null,
        files text not null,
        folder any not null,
        added real not null,
        position real not null,
        state text not null,
        done_bytes integer not null,
        error text not null,
        licence text not null
    ) strict""",
    """create table connections (
        id text primary key not null,
        began real not null,
        host text not null,
        purpose text not null,
        subject text not null,
        state text not null,
        received integer not null,
        detail text not null
    ) strict""",
    "create index connections_began on connections (began, id)",
    # All that the totals of the hosts need, so that they are read from the index alone.
    "create index connections_host on connections (host, received, state)",
    "create index connections_begun on connections (id) where state = 'begun'",
    # The starter is loaded too and is no row of models, so model_id refers to nothing.
    """create table loads (
        seq integer primary key,
        model_id text not null,
        architecture text not null,
        loaded real not null,
        context integer not null,
        predicted integer not null,
        measured integer not null,
        tokens_per_second real
    ) strict""",
    "create index loads_loaded on loads (loaded)",
    "create index loads_model on loads (model_id, loaded)",
)
