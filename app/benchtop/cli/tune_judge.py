"""`benchtop tune --judge`: what training did to everything else, by a suite of general questions."""

from __future__ import annotations

import sys

from benchtop.cli.common import opened_store
from benchtop.cli.suite_run import answer_run
from benchtop.cli.tune_list import find_run
from benchtop.domain.adapters import AdapterFile
from benchtop.domain.models import ModelFile
from benchtop.domain.teach_errors import RunWithoutAdapter
from benchtop.domain.training import TrainingRun
from benchtop.services.data_folder import DataFolder
from benchtop.services.library import find_model
from benchtop.services.training_general import begin_general, with_general
from benchtop.services.training_judge import found_adapter
from benchtop.store.database import Store


def judge_run(folder: DataFolder, wanted: str) -> tuple[TrainingRun, str]:
    """Ask base and adapter the suite, unless that was done, and put it into the run's verdict; the run and
    where its adapter lies.

    Raises RunUnknown, RunWithoutAdapter, the errors of find_model(), and Interrupted with how it goes on.
    """
    with opened_store(folder) as store:
        run, adapter, model = _found(folder, store, wanted)
        result = run.result
        assert result is not None
        if not result.general_run:
            run = begin_general(folder, store, run, model, adapter.path)
        assert run.result is not None
        asked = store.suite_runs.get(run.result.general_run)
    if asked.state != "done":
        sys.stderr.write("general questions, asked without and with the adapter\n")
        answer_run(folder, asked, {model.path: model}, json=False)  # of each reply on stderr
    with opened_store(folder) as store:
        return with_general(store, run), adapter.path


def _found(
    folder: DataFolder, store: Store, wanted: str
) -> tuple[TrainingRun, AdapterFile, ModelFile]:
    run, adapter = found_adapter(store, find_run(folder, store, wanted).id)
    if adapter is None or run.result is None:
        raise RunWithoutAdapter(run=run.name)
    return run, adapter, find_model(store, str(run.model["path"]))
