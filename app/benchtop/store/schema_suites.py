"""What suites need: the suites, their runs, and a cell for each reply a run asks for.

Released: never edit a statement.
"""

from __future__ import annotations

STATEMENTS = (
    # tags and content (a whole "benchtop-suite") are JSON; prompts is their number.
    """create table suites (
        id text primary key not null,
        name text not null,
        tags text not null,
        prompts integer not null,
        content text not null,
        changed real not null,
        deleted real
    ) strict""",
    # suite is the whole suite as it was, and contestants a list; both are JSON.
    """create table suite_runs (
        id text primary key not null,
        suite_id text not null,
        name text not null,
        suite text not null,
        contestants text not null,
        repeats integer not null,
        created real not null,
        state text not null,
        error text not null,
        deleted real
    ) strict""",
    "create index suite_runs_created on suite_runs (created)",
    # contestant is a place in the run's list; timings and checks are JSON. The order of seq is that
    # of the queue.
    """create table suite_cells (
        seq integer primary key,
        run_id text not null references suite_runs (id) on delete cascade,
        contestant integer not null,
        prompt_id text not null,
        repeat integer not null,
        state text not null,
        reply text not null default '',
        reasoning text not null default '',
        seed integer,
        timings text not null default '',
        stop text,
        checks text not null default '',
        passed integer,
        error text not null default '',
        finished real,
        writer_pid integer,
        writer_started real,
        unique (run_id, contestant, prompt_id, repeat)
    ) strict""",
    # With passed, so that a list of runs reads no reply.
    "create index suite_cells_state on suite_cells (run_id, state, contestant, seq, passed)",
    "create index suite_cells_running on suite_cells (seq) where state = 'running'",
)
