"""`benchtop compare`: several models answer the same, one after the other; or votes become a ranking."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, dataclass, replace
from typing import Any

from benchtop.cli.chat_inputs import read_input
from benchtop.cli.common import not_blank, one_line, prepared_folder, print_json
from benchtop.cli.compare_rank import rank_file
from benchtop.cli.compare_rerun import rerun
from benchtop.cli.compare_run import CompareRun
from benchtop.cli.contestant_options import (
    add_contestants,
    add_sampling,
    entries_of,
    refuse_asking,
)
from benchtop.cli.suite_run import ask_suite
from benchtop.domain.contests import (
    LEAST_CONTESTANTS,
    MOST_CONTESTANTS,
    Contest,
    ContestAnswer,
    PromptTurn,
)
from benchtop.services.contest_entry import Entry
from benchtop.services.data_folder import DataFolder

_LARGEST_SEED = 2**32 - 2


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "compare", help="ask several models the same, or rank votes", description=__doc__
    )
    add_contestants(parser, LEAST_CONTESTANTS)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--prompt", type=not_blank, metavar="P", help="what to ask; - reads it from the input"
    )
    what.add_argument(
        "--suite", type=not_blank, metavar="S", help="ask all of a suite: its id or its name"
    )
    what.add_argument(
        "--rank",
        type=not_blank,
        metavar="FILE.json",
        help="rank a list of votes {a, b, outcome: a|b|tie|both_bad}; - reads it from the input. "
        "The result is JSON, and a table on a terminal without --json",
    )
    what.add_argument(
        "--rerun",
        type=not_blank,
        metavar="CARD.json",
        help="do again what a saved card holds, and say what differs: the status is 1 if something does",
    )
    add_sampling(parser)
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object at the end, and with --suite one on a line for each reply before it",
    )
    parser.set_defaults(run=lambda arguments: run(parser, arguments))


def run(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    """Compare or rank; the exit status."""
    if arguments.rank is not None or arguments.rerun is not None:
        return _run_file(parser, arguments)
    if not LEAST_CONTESTANTS <= len(arguments.model) <= MOST_CONTESTANTS:
        parser.error(f"give --model {LEAST_CONTESTANTS} to {MOST_CONTESTANTS} times")
    job = _prepare(parser, arguments)
    if arguments.suite is not None:
        return ask_suite(job.folder, arguments.suite, job.entries, job.repeat, json=job.json)
    compare = CompareRun(job.folder, [entry.model for entry in job.entries])
    told = _Told(job, compare)
    try:
        for repetition in range(job.repeat):
            compare.ask(_seeded(job, repetition), (PromptTurn("user", job.prompt),), told)
            told.repetition += 1
            if compare.interrupted:
                break
    finally:
        compare.close()
    if told.broken is not None:
        raise told.broken
    if job.json and told.contest is not None:
        print_json(_result(job, told, compare.loads))
    return _status(compare, told)


def _run_file(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    """What a file holds: votes, or a card with its contestants."""
    if arguments.rank is not None:
        refuse_asking(parser, arguments, "--rank: it takes votes and asks no model")
        return rank_file(arguments.rank, json=arguments.json)
    refuse_asking(parser, arguments, "--rerun: contestants and settings are in the card")
    return rerun(arguments.rerun, json=arguments.json)


@dataclass(frozen=True, slots=True)
class _Job:
    folder: DataFolder
    entries: tuple[Entry, ...]
    prompt: str
    repeat: int
    json: bool


def _prepare(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> _Job:
    """Everything that can be wrong with the arguments is found here, before a model is loaded."""
    folder = prepared_folder()
    entries = entries_of(folder, arguments)
    prompt = read_input() if arguments.prompt == "-" else arguments.prompt or ""
    if arguments.suite is None and not prompt.strip():
        parser.error("argument --prompt: the input was empty")
    return _Job(folder, entries, prompt, arguments.repeat, arguments.json)


def _seeded(job: _Job, repetition: int) -> list[Entry]:
    """The contestants of a repetition: with one seed for all it would only say the same again."""
    return [
        entry
        if entry.seed is None
        else replace(entry, seed=(entry.seed + repetition) % (_LARGEST_SEED + 1))
        for entry in job.entries
    ]


class _Told:
    """Shows answers as they come, or collects them for the JSON at the end.

    ``broken`` is why the output took no more; all is stopped then.
    """

    def __init__(self, job: _Job, compare: CompareRun) -> None:
        self._job, self._compare = job, compare
        self.repetition = 0
        self.contest: Contest | None = None
        self.broken: OSError | None = None
        self.answers: list[tuple[int, ContestAnswer]] = []
        self._open: int | None = None

    def begun(self, contest: Contest) -> None:
        self.contest = self.contest or contest

    def grown(self, place: int, text: str, reasoning: str) -> None:
        self._show(lambda: self._compare.write(sys.stderr, reasoning))
        self._head(place)
        self._show(lambda: self._compare.write(sys.stdout, text))

    def answered(self, answer: ContestAnswer) -> None:
        self.answers.append((self.repetition, answer))
        if answer.error:
            name = self._job.entries[answer.place].name
            self._compare.tell(f"benchtop: {name}: {one_line(answer.error)}")
        self._head(answer.place)
        end = "" if answer.text.endswith("\n") or not answer.text else "\n"
        self._show(lambda: self._compare.write(sys.stdout, f"{end}{figures(answer)}\n\n"))
        self._open = None

    def _head(self, place: int) -> None:
        if self._open == place:
            return
        self._open = place
        of = f", {self.repetition + 1} of {self._job.repeat}" if self._job.repeat > 1 else ""
        name = self._job.entries[place].name
        self._show(lambda: self._compare.write(sys.stdout, f"--- {name}{of}\n"))

    def _show(self, write: Any) -> None:
        if self._job.json or self.broken is not None:
            return
        try:
            write()
        except OSError as error:  # raised on here, it would be lost in Qt's event loop
            self.broken = error
            self._compare.stop()


def figures(answer: ContestAnswer) -> str:
    """What an answer cost, in one line."""
    timings = answer.timings
    if timings is None:
        return "[no answer]" if answer.error else "[stopped]"
    memory = f", {answer.memory_bytes / 1e6:,.0f} MB" if answer.memory_bytes else ""
    shared = " (prompt already read)" if timings.was_read else ""
    stopped = ", stopped" if answer.stop == "cancelled" else ""
    return (
        f"[first token after {timings.first_token_seconds:.3f} s{shared}, "
        f"{timings.tokens_per_second:,.1f} tokens/s, "
        f"{timings.completion_tokens:,} tokens{memory}{stopped}]"
    )


def _status(compare: CompareRun, told: _Told) -> int:
    if compare.interrupted:
        return 130
    return 1 if any(answer.error for _, answer in told.answers) else 0


def _result(job: _Job, told: _Told, loads: int) -> dict[str, Any]:
    contest = told.contest
    assert contest is not None
    found = []
    for place, (entry, one) in enumerate(zip(job.entries, contest.contestants, strict=True)):
        answers = [_answer(r, a) for r, a in told.answers if a.place == place]
        found.append(
            {
                "name": one.name,
                "model": {"name": entry.model.name, "path": one.path, "sha256": one.sha256},
                "adapters": [asdict(adapter) for adapter in one.adapters],
                "params": one.sampling.to_json(),
                "answers": answers,
            }
        )
    system = job.entries[0].system_prompt
    return {"prompt": job.prompt, "system": system, "contestants": found, "loads": loads}


def _answer(repetition: int, answer: ContestAnswer) -> dict[str, Any]:
    timings = answer.timings
    return {
        "repetition": repetition + 1,
        "text": answer.text,
        "reasoning": answer.reasoning,
        "seed": answer.seed,
        "stop": answer.stop,
        "template": answer.template,
        **(asdict(timings) if timings is not None else {}),
        "tokens_per_second": round(timings.tokens_per_second, 2) if timings is not None else None,
        "memory_bytes": answer.memory_bytes,
        "error": answer.error,
    }
