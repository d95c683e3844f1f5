"""A command whose reply cannot be written says so, in its own words."""

import sqlite3

from benchtop.services.data_folder import find_data_folder
from benchtop.store.database import open_store
from workers.commands import ASK, run


def test_a_reply_that_another_program_kept_from_the_store_is_said() -> None:
    folder = find_data_folder()
    folder.prepare()
    open_store(folder.database).close()
    other = sqlite3.connect(folder.database, isolation_level=None)
    try:
        other.execute("begin immediate")
        done = run(*ASK, "--prompt", "Hi")
    finally:
        other.close()
    assert done.returncode == 1
    assert done.stdout.strip()
    assert "The reply above was not kept in" in done.stderr
    assert "Another program has been writing to" in done.stderr
    assert len(done.stderr.splitlines()) == 1
