"""Imports into data sets that are under way, so that one that did not come to its end is known by it.

Released: never edit a statement.
"""

from __future__ import annotations

STATEMENTS = (
    # A row goes when the import has ended. path is text, or a blob where it is no UTF-8; bytes is how large
    # that file was; wanted is the name that was asked for of a new data set, or empty; sum is that of the
    # examples so far as the file had them, or empty where only the data set tells which came in.
    """create table dataset_imports (
        id text primary key not null,
        dataset_id text not null references datasets (id) on delete cascade,
        path any not null,
        bytes integer not null,
        wanted text not null,
        examples integer not null,
        sum text not null,
        began real not null,
        writer_pid integer,
        writer_started real
    ) strict""",
    "create index dataset_imports_dataset on dataset_imports (dataset_id)",
)
