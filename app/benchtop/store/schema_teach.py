"""What Teach needs: data sets and their versions, training runs with their curves and samples, and adapters
that belong to conversations.

Released: never edit a statement.
"""

from __future__ import annotations

STATEMENTS = (
    """create table datasets (
        id text primary key not null,
        name text not null,
        holdout_part real not null,
        created real not null,
        changed real not null,
        deleted real
    ) strict""",
    # content, origin and tags are JSON (domain/examples.py); the sums are those of the content.
    """create table examples (
        seq integer primary key,
        id text not null unique,
        dataset_id text not null references datasets (id) on delete cascade,
        content text not null,
        sum text not null,
        prompt_sum text not null,
        origin_kind text not null,
        origin text not null,
        tags text not null,
        included integer not null,
        state text not null,
        created real not null,
        changed real not null,
        deleted real
    ) strict""",
    # All that lists and counts are made from, so that no content is read for them.
    """create index examples_dataset on examples
        (dataset_id, deleted, seq, state, included, origin_kind, prompt_sum)""",
    "create index examples_sum on examples (dataset_id, sum)",
    # Prompts that are never trained on; nothing is ever taken out while the data set is there.
    """create table dataset_holdout (
        dataset_id text not null references datasets (id) on delete cascade,
        prompt_sum text not null,
        frozen real not null,
        primary key (dataset_id, prompt_sum)
    ) strict, without rowid""",
    """create table dataset_versions (
        id text primary key not null,
        dataset_id text not null,
        name text not null,
        sum text not null,
        created real not null,
        train integer not null,
        holdout integer not null
    ) strict""",
    "create index dataset_versions_sum on dataset_versions (dataset_id, sum)",
    # What an example held when a version was made; an edit of the example makes another.
    """create table example_contents (
        sum text primary key not null,
        content text not null
    ) strict, without rowid""",
    """create table version_examples (
        version_id text not null references dataset_versions (id) on delete cascade,
        seq integer not null,
        sum text not null references example_contents (sum),
        split text not null,
        primary key (version_id, seq)
    ) strict, without rowid""",
    "create index version_examples_sum on version_examples (sum)",
    # model, settings, plan and result are JSON (domain/training.py).
    """create table training_runs (
        id text primary key not null,
        name text not null,
        model_id text not null,
        model text not null,
        dataset_id text not null,
        version_id text not null,
        parent_id text not null,
        settings text not null,
        plan text not null,
        result text not null,
        state text not null,
        error text not null,
        step integer not null,
        steps integer not null,
        adapter_id text not null,
        created real not null,
        finished real,
        writer_pid integer,
        writer_started real,
        deleted real
    ) strict""",
    "create index training_runs_created on training_runs (created)",
    # kind is train, holdout or sample; content is JSON.
    """create table training_points (
        run_id text not null references training_runs (id) on delete cascade,
        kind text not null,
        step integer not null,
        place integer not null,
        content text not null,
        primary key (run_id, kind, step, place)
    ) strict, without rowid""",
    # The sum of the base an adapter was trained on, the run that made it, and its card (JSON).
    "alter table adapters add column base_sha256 text not null default ''",
    "alter table adapters add column run_id text not null default ''",
    "alter table adapters add column card text not null default ''",
    # A list of {"path", "scale"}, or empty.
    "alter table conversations add column adapters text not null default ''",
)
