"""`benchtop tune`: teach a model from a data set, and keep what it learnt as an adapter."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from benchtop.cli.common import chosen_model, opened_store, prepared_folder, print_json
from benchtop.cli.tune_data import dataset_of, look_over
from benchtop.cli.tune_judge import judge_run
from benchtop.cli.tune_list import find_run, list_runs, remove_run
from benchtop.cli.tune_options import add_options, check_words, settings_of
from benchtop.cli.tune_result import print_run, run_json
from benchtop.cli.tune_run import TuneRun
from benchtop.domain.errors import FileInTheWay, FileNotWritten, FolderMissing
from benchtop.domain.teach_errors import RunEnded, TrainingDiverged
from benchtop.domain.training import ENDED, TrainingRun
from benchtop.services.data_folder import DataFolder
from benchtop.services.training_wish import TrainingWish
from benchtop.store.whole_file import copy_file


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "tune", help="teach a model from a data set, as an adapter", description=__doc__
    )
    add_options(parser)
    parser.set_defaults(run=lambda arguments: _tune(parser, arguments))


def _tune(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    check_words(parser, arguments)
    folder = prepared_folder()
    if arguments.list:
        return list_runs(folder, json=arguments.json)
    if arguments.remove is not None:
        return remove_run(folder, arguments.remove, json=arguments.json)
    if arguments.judge is not None:
        run, adapter = judge_run(folder, arguments.judge)
        return _print(run, adapter, json=arguments.json)
    output = _output(arguments)
    command = TuneRun(folder)
    try:
        if arguments.resume is not None:
            run = command.go_on(_paused(folder, arguments.resume))
        else:
            run = command.train(_wish(parser, folder, arguments))
    except TrainingDiverged:
        _tell_kept(folder, command.run, output)
        raise
    adapter = _kept(folder, run, output)
    return _print(run, adapter, json=arguments.json)


def _print(run: TrainingRun, adapter: str, *, json: bool) -> int:
    if json:
        print_json(run_json(run, adapter))
    else:
        print_run(run, adapter)
    return 0


def _output(arguments: argparse.Namespace) -> Path | None:
    """Where the adapter is copied to: what is wrong with it is said before an hour of training."""
    if arguments.output is None:
        return None
    path = Path(arguments.output).expanduser().absolute()
    if not path.parent.is_dir():
        raise FolderMissing(path=str(path.parent))
    if path.exists() and not arguments.force:
        raise FileInTheWay(path=str(path))
    return path


def _wish(
    parser: argparse.ArgumentParser, folder: DataFolder, arguments: argparse.Namespace
) -> TrainingWish:
    model = chosen_model(folder, arguments.model)
    start = str(Path(arguments.start).expanduser().absolute()) if arguments.start else ""
    settings = settings_of(folder, arguments, model, start)
    with opened_store(folder) as store:
        dataset = dataset_of(store, arguments.data, arguments.holdout_part, parser.error)
        look_over(store, dataset, preference=settings.preference)
    return TrainingWish(model, dataset.id, settings, arguments.name or "", start=start)


def _paused(folder: DataFolder, wanted: str) -> TrainingRun:
    with opened_store(folder) as store:
        run = find_run(folder, store, wanted)
    if run.state in ENDED:
        raise RunEnded(run=wanted)
    return run


def _kept(folder: DataFolder, run: TrainingRun, output: Path | None) -> str:
    """Where a run's adapter lies, copied to ``output`` if that is asked for; empty when none was kept."""
    with opened_store(folder) as store:
        known = {one.id: one.path for one in store.adapters.all()}
    adapter = known.get(run.adapter_id, "")
    if output is None or not adapter:
        return adapter
    try:
        copy_file(Path(adapter), output)
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileNotWritten(path=str(output), detail=detail) from error
    return str(output)


def _tell_kept(folder: DataFolder, run: TrainingRun | None, output: Path | None) -> None:
    """Where the best step of a run that failed is."""
    adapter = _kept(folder, run, output) if run is not None else ""
    if run is not None and run.result is not None and adapter:
        sys.stderr.write(f"the adapter of step {run.result.best_step:,} is {adapter}\n")
