"""The beginning of a run: everything that can be wrong is found before a model is loaded."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence

from benchtop.domain.contest_json import contestant_json
from benchtop.domain.suite_runs import SuiteRun
from benchtop.domain.suites import Suite
from benchtop.evaluation.checks import refuse_unusable
from benchtop.services.contest_entry import Entry, checked
from benchtop.services.data_folder import DataFolder


def new_run(folder: DataFolder, suite: Suite, entries: Sequence[Entry], repeats: int) -> SuiteRun:
    """A run of ``suite`` that is kept nowhere yet, with the sums of the contestants' files.

    Raises SuiteInvalid for a suite that cannot be asked, and the error of a contestant's file. A large
    file that was never read takes seconds: not for the window's thread.
    """
    refuse_unusable(suite.checked())
    contestants = []
    for entry in entries:
        found = checked(folder, entry)
        if found.error is not None:
            raise found.error
        contestants.append(contestant_json(found.contestant))
    return SuiteRun(uuid.uuid4().hex, suite, tuple(contestants), repeats, time.time())
